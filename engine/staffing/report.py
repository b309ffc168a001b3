"""Where work would stop: dead ends of a walk through the SOPs, and of an organisation itself. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from engine.cases.context import DecisionContext
from engine.organisation import Holding, Organisation, person_of
from engine.organisation.model import TITLES, is_valid
from engine.staffing.dry_run import Stop, definitive, walk, without
from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """One thing to mend; ``kind`` is a stable code."""

    kind: str
    message: Text


def of_walk(context: DecisionContext, stops: Sequence[Stop]) -> list[DeadEnd]:
    """What would stop a case of this SOP, or leave a stage without anybody, today."""
    ends = [end for stop in stops for end in _at(context, stop)]
    ends += _kept_apart(context, stops)
    return list(dict.fromkeys(ends))


def of_absence(context: DecisionContext, account: str) -> list[DeadEnd]:
    """What would stop today by this person being away, and would not otherwise."""
    known = set(of_walk(context, walk(context)))
    away = without(context, [account])
    return [dead_end for dead_end in of_walk(away, walk(away)) if dead_end not in known]


def of_organisation(organisation: Organisation, day: date) -> list[DeadEnd]:
    """What is wrong whatever the SOPs: two heads, positions under nobody, mandates that should be mended."""
    now = organisation.as_of(day)
    ends = [*_heads(now, day), *_superiors(now, day)]
    for mandate in organisation.holdings:
        if mandate.is_acting:
            ends += _mandate(organisation, mandate, day)
    ends += _same_rank(organisation, day)
    return list(dict.fromkeys(ends))


# --- of a walk ---


def _at(context: DecisionContext, stop: Stop) -> Iterator[DeadEnd]:
    organisation, day = context.organisation, context.local_day
    where, place = _where(organisation, stop).indonesian, _where(organisation, stop).english
    if stop.refusal is not None:
        yield DeadEnd(
            "no_holder",
            Text(f"{where}: {stop.refusal.message.indonesian}", f"{place}: {stop.refusal.message.english}"),
        )
        return
    if stop.chosen:
        return
    positions = [seat for seat in stop.seats if person_of(seat) is None]
    vacant = positions and not any(definitive(organisation, seat, day) for seat in positions)
    if stop.step.strategic and vacant:
        named = ", ".join(organisation.label_of(seat) for seat in positions)
        yield DeadEnd(
            "strategic_vacant",
            Text(
                f"{where}: langkah strategis, tetapi {named} tidak memiliki pejabat definitif; Plt. dan Plh. "
                "tidak dapat melakukannya. Tetapkan pejabat definitif.",
                f"{place}: a strategic step, but {named} has no definitive holder; appoint one",
            ),
        )
    elif not stop.executors:
        yield DeadEnd(
            "no_holder",
            Text(
                f"{where}: tidak ada yang dapat mengerjakan; tetapkan pejabat, Plt., atau Plh.",
                f"{place}: nobody can do it; name a holder or an acting official",
            ),
        )
    elif stop.step.strategic and positions and _all_away(organisation, positions, day):
        yield DeadEnd(
            "strategic_waits",
            Text(
                f"{where}: langkah strategis menunggu pejabat definitif; Plt. dan Plh. tidak dapat"
                " melakukannya.",
                f"{place}: a strategic step, it waits for the definitive holder",
            ),
        )
    elif all(organisation.is_absent(account, day) for account in stop.executors):
        named = ", ".join(organisation.person_label(account) for account in stop.executors)
        yield DeadEnd(
            "all_absent",
            Text(
                f"{where}: {named} sedang tidak hadir dan tidak ada yang menggantikan; tunjuk Plh.",
                f"{place}: {named} is away and nobody stands in; name an acting official (Plh.)",
            ),
        )
    yield from _unheard(stop, where, place)


def _unheard(stop: Stop, where: str, place: str) -> Iterator[DeadEnd]:
    """Stages of escalation that reach nobody but a deputy."""
    unheard = [
        f'"{stage.stage}"'
        for stage in stop.told
        if not stage.recipients or set(stage.recipients.values()) == {"deputy"}
    ]
    if unheard:
        named = ", ".join(unheard)
        yield DeadEnd(
            "chain_ends",
            Text(
                f"{where}: tahap eskalasi {named} tidak sampai kepada siapa pun yang dituju; "
                "isi atasan atau perannya.",
                f"{place}: stages of escalation {named} reach nobody they name; fill in the superior"
                " or the role",
            ),
        )


def _all_away(organisation: Organisation, positions: Sequence[str], day: date) -> bool:
    holders = (account for seat in positions for account in definitive(organisation, seat, day))
    return all(organisation.is_absent(account, day) for account in holders)


def _kept_apart(context: DecisionContext, stops: Sequence[Stop]) -> Iterator[DeadEnd]:
    """Pairs of steps that one person may not both do, and that only one person can do."""
    for later in stops:
        for earlier in stops:
            if earlier.step.id not in later.step.not_same_person_as:
                continue
            same_place = earlier.unit == later.unit or None in (earlier.unit, later.unit)
            if same_place and len(earlier.able) == 1 and earlier.able == later.able:
                name = context.organisation.person_label(later.able[0])
                where = _where(context.organisation, later)
                yield DeadEnd(
                    "duties_apart",
                    Text(
                        f"{where.indonesian}: hanya {name} yang dapat, dan hanya {name} juga "
                        f'yang dapat mengerjakan "{_label(earlier)}"; pemisahan tugas tidak terpenuhi. '
                        "Tunjuk pengganti lain.",
                        f"{where.english}: only {name} can do it, and only {name} can do "
                        f'"{_label(earlier)}"; duties are not kept apart. Give somebody else a mandate.',
                    ),
                )


def _where(organisation: Organisation, stop: Stop) -> Text:
    """The SOP by title and id, the step by what it says and its id, and the unit."""
    unit = f", {organisation.label_of(stop.unit)}" if stop.unit else ""
    sop, step = f"{stop.title} ({stop.sop})", f'"{_label(stop)}" ({stop.step.id})'
    return Text(f"{sop}, langkah {step}{unit}", f"{sop}, step {step}{unit}")


def _label(stop: Stop) -> str:
    return stop.step.label or stop.step.activity or stop.step.id


# --- of an organisation ---


def _heads(organisation: Organisation, day: date) -> Iterator[DeadEnd]:
    top = organisation.agency
    heads = [
        position.label
        for position in organisation.positions
        if position.reports_to is None and position.unit == top.id and is_valid(position, day)
    ]
    if len(heads) > 1:
        named = ", ".join(heads)
        yield DeadEnd(
            "two_superiors",
            Text(
                f"{top.label}: ada beberapa pimpinan ({named}); isi atasan langsung semua kecuali satu.",
                f"{top.label}: several heads ({named}); all but one need a superior",
            ),
        )
    elif not heads:
        yield DeadEnd(
            "no_superior",
            Text(
                f"{top.label}: tidak ada pimpinan instansi; tetapkan satu jabatan tanpa atasan.",
                f"{top.label}: the agency has no head; let one position report to nobody",
            ),
        )


def _superiors(organisation: Organisation, day: date) -> Iterator[DeadEnd]:
    """Positions that somebody holds and nobody is above, and those that two people are above."""
    head = organisation.head()
    for position in organisation.positions:
        if position.id == head or not organisation.accounts_of(position.id, day):
            continue
        above = [
            superior
            for superior in organisation.superiors(position.id)
            if organisation.accounts_of(superior, day)
        ]
        if not above and position.unit != organisation.agency.id:
            yield DeadEnd(
                "no_superior",
                Text(
                    f"{position.label} tidak memiliki atasan; isi atasan langsungnya (reports_to).",
                    f"{position.label} has no superior who is there; fill in its reports_to",
                ),
            )
        elif above and len(holders := definitive(organisation, above[0], day)) > 1:
            named = ", ".join(organisation.person_label(account) for account in holders)
            yield DeadEnd(
                "two_superiors",
                Text(
                    f"{organisation.label_of(above[0])} dipangku {named} sekaligus; bawahannya"
                    " memiliki beberapa "
                    "atasan. Akhiri yang tidak lagi memangku.",
                    f"{organisation.label_of(above[0])} is held by {named} at once; "
                    "end whoever holds it no longer",
                ),
            )


def _mandate(organisation: Organisation, mandate: Holding, day: date) -> Iterator[DeadEnd]:
    name = organisation.person_label(mandate.account)
    what = f"{TITLES[mandate.kind]} {organisation.label_of(mandate.position)} ({name})"
    over = mandate.valid_to is not None and mandate.valid_to < day
    if not over and not mandate.order_number:
        yield DeadEnd(
            "mandate_without_order",
            Text(
                f"{what} belum memiliki nomor surat perintah; lengkapi.",
                f"{what} has no order number; add it",
            ),
        )
    if over and _nobody_there(organisation, mandate.position, day):
        yield DeadEnd(
            "mandate_expired",
            Text(
                f"{what} berakhir {mandate.valid_to}, dan jabatannya kini tidak dipangku atau"
                " pejabatnya tidak "
                "hadir. Perpanjang dengan surat baru.",
                f"{what} ended on {mandate.valid_to} and nobody is there now; extend it by a new order",
            ),
        )


def _nobody_there(organisation: Organisation, position: str, day: date) -> bool:
    known = organisation.position(position)
    there = (
        account
        for account in organisation.accounts_of(position, day)
        if not organisation.is_absent(account, day)
    )
    return known is not None and is_valid(known, day) and not any(there)


def _same_rank(organisation: Organisation, day: date) -> Iterator[DeadEnd]:
    mandates = [
        holding
        for holding in organisation.holdings
        if holding.is_acting and (holding.valid_to or date.max) >= day
    ]
    for mandate, other in combinations(mandates, 2):
        alike = mandate.position == other.position and mandate.rank == other.rank
        alike = alike and mandate.account != other.account
        meet = (mandate.valid_from or date.min) <= (other.valid_to or date.max) and (
            other.valid_from or date.min
        ) <= (mandate.valid_to or date.max)
        if alike and meet and (not mandate.sops or not other.sops or set(mandate.sops) & set(other.sops)):
            named = " dan ".join(organisation.person_label(holding.account) for holding in (mandate, other))
            yield DeadEnd(
                "same_rank",
                Text(
                    f"{named} memiliki urutan pengganti {mandate.rank} yang sama untuk "
                    f"{organisation.label_of(mandate.position)}; bedakan urutannya.",
                    f"{named} have the same rank {mandate.rank} for"
                    f" {organisation.label_of(mandate.position)}; give each "
                    "a rank of its own",
                ),
            )
