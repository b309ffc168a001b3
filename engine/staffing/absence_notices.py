"""What an absence means: what is wrong with it, who is told, its JSON shapes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from engine.errors import FieldError
from engine.organisation import Absence, AbsenceKind, Organisation
from engine.organisation.coverage import Cover
from engine.organisation.model import TITLES
from engine.staffing.report import DeadEnd
from engine.text.bilingual import Text
from engine.text.dates import day_text, days_text
from engine.views import absences as views
from engine.views.absences import ForeseenAbsence

KINDS: tuple[AbsenceKind, ...] = get_args(AbsenceKind)
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an absence means: who stands in when, what would stop, how many open tasks are waiting there."""

    absence: Absence
    covers: Sequence[Cover]
    conflicts: Sequence[DeadEnd]
    open_tasks: int


def told_of(organisation: Organisation, foreseen: Foreseen, account: str | None) -> dict[str, Text]:
    """Who is told what: who stands in, with the days, and superiors. Why somebody is away is not told."""
    absence = foreseen.absence
    name, spell = (
        organisation.person_label(absence.account),
        days_text(absence.valid_from, absence.valid_to),
    )
    away = Text(f"{name} tidak hadir {spell.indonesian}.", f"{name} is away {spell.english}.")
    texts: dict[str, Text] = {}
    for cover in foreseen.covers:
        label, when = organisation.label_of(cover.position), days_text(cover.first, cover.last)
        kind = TITLES.get(cover.kind or "")
        named = f"{kind} {label}" if kind else label
        acting = Text(
            f" Anda bertindak sebagai {named} {when.indonesian}.", f" You act as {named} {when.english}."
        )
        nobody = Text(
            f" Tidak ada yang menggantikan {label} {when.indonesian}; tunjuk Plh.",
            f" Nobody stands in for {label} {when.english}; name an acting official (Plh.).",
        )
        for substitute in cover.in_charge:
            texts[substitute] = texts.get(substitute, away) + acting
        for superior in superiors_there(organisation, cover.position, cover.first):
            known = texts.get(superior, away)
            texts[superior] = known if cover.in_charge else known + nobody
    return {who: text for who, text in texts.items() if who not in (account, absence.account)}


def told_of_end(organisation: Organisation, before: Absence, after: Absence) -> Text:
    """What those who were told of the absence hear when it is shortened or taken back."""
    name = organisation.person_label(before.account)
    if after.valid_to is None or after.valid_to < after.valid_from:
        spell = days_text(before.valid_from, before.valid_to)
        return Text(
            f"{name} tidak jadi tidak hadir {spell.indonesian}.",
            f"{name} is not away {spell.english} after all.",
        )
    back = day_text(after.valid_to + timedelta(days=1))
    return Text(f"{name} hadir kembali mulai {back.indonesian}.", f"{name} is back from {back.english}.")


def foreseen_view(organisation: Organisation, foreseen: Foreseen) -> ForeseenAbsence:
    return {
        **absence_view(organisation, foreseen.absence),
        "covers": [cover_view(organisation, cover) for cover in foreseen.covers],
        "conflicts": [
            {
                "kind": dead_end.kind,
                "message_id": dead_end.message.indonesian,
                "message_en": dead_end.message.english,
            }
            for dead_end in foreseen.conflicts
        ],
        "open_tasks": foreseen.open_tasks,
    }


def cover_view(organisation: Organisation, cover: Cover) -> views.Cover:
    return {
        "position": cover.position,
        "label": organisation.label_of(cover.position),
        "from": cover.first.isoformat(),
        "to": cover.last.isoformat() if cover.last is not None else None,
        "in_charge": list(cover.in_charge),
        "kind": cover.kind,
    }


def absence_view(organisation: Organisation, absence: Absence) -> views.Absence:
    return {
        "id": absence.id,
        "account": absence.account,
        "label": organisation.person_label(absence.account),
        "kind": absence.kind,
        "valid_from": absence.valid_from.isoformat(),
        "valid_to": absence.valid_to.isoformat() if absence.valid_to is not None else None,
        "entered_by": absence.entered_by,
    }


def faults_of(organisation: Organisation, absence: Absence) -> Iterable[FieldError]:
    if absence.kind not in KINDS:
        known = ", ".join(KINDS)
        yield FieldError("kind", Text(f"Salah satu dari: {known}.", f"One of: {known}."))
    if absence.valid_to is not None and absence.valid_to < absence.valid_from:
        yield FieldError("valid_to", Text("Berakhir sebelum mulai.", "It ends before it begins."))
    elif absence.valid_to is not None and absence.valid_to - absence.valid_from > LONGEST:
        yield FieldError("valid_to", Text("Lebih dari tiga tahun.", "More than three years."))
    for other in organisation.absences_of(absence.account):
        real = other.valid_to is None or other.valid_to >= other.valid_from
        starts_in_time = other.valid_to is None or absence.valid_from <= other.valid_to
        ends_late = absence.valid_to is None or absence.valid_to >= other.valid_from
        if real and starts_in_time and ends_late:
            when = days_text(other.valid_from, other.valid_to)
            yield FieldError(
                "valid_from",
                Text(
                    f"Sudah tercatat tidak hadir {when.indonesian}; akhiri atau sesuaikan yang itu.",
                    f"An absence is written down from {other.valid_from} already; end or change that one.",
                ),
            )
            return


def superiors_there(organisation: Organisation, position: str, day: date) -> tuple[str, ...]:
    """The people of the nearest superior who is there."""
    for above in organisation.superiors(position):
        there = [
            account
            for account in organisation.accounts_of(above, day)
            if not organisation.is_absent(account, day)
        ]
        if there:
            return tuple(there)
    return ()
