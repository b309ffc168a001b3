"""What is wrong with one unit, position, team or holding that somebody wants to keep. Pure.

Whole files are checked in ``checking``, where every fault has a line and column.
"""

from collections.abc import Collection, Iterable, Iterator

from engine.errors import FieldError
from engine.organisation.checks import HIGHEST_RANK
from engine.organisation.model import Holding, Position, Team, Unit
from engine.organisation.snapshot import Organisation
from engine.sop.scalars import SLUG
from engine.text.bilingual import Text
from engine.text.dates import day_text


def unit_faults(organisation: Organisation, unit: Unit) -> Iterator[FieldError]:
    yield from _name("id", unit.id)
    yield from _name("type", unit.type)
    if unit.id == organisation.agency.id:
        yield FieldError("id", Text("Nama ini dipakai instansi.", "The agency has this id."))
    yield from _unit("parent", organisation, unit.parent, unit)
    above, seen = unit.parent, {unit.id}
    while above is not None and above not in seen:
        seen.add(above)
        known = organisation.unit(above)
        above = known.parent if known is not None else None
    if above is not None:
        yield FieldError(
            "parent", Text("Unit tidak dapat berada di bawah dirinya.", "A unit is not below itself.")
        )
    yield from _days(unit)
    inside = [other for other in organisation.units if other.parent == unit.id]
    yield from _left_behind(unit, [*inside, *(p for p in organisation.positions if p.unit == unit.id)])


def position_faults(organisation: Organisation, position: Position) -> Iterator[FieldError]:
    yield from _name("id", position.id)
    yield from _unit("unit", organisation, position.unit, position)
    for role in position.roles:
        yield from _name("roles", role)
    above = position.reports_to
    if above is not None:
        yield from _position("reports_to", organisation, above)
        if above == position.id or position.id in organisation.superiors(above):
            yield FieldError(
                "reports_to",
                Text("Jabatan tidak dapat menjadi atasannya sendiri.", "Nobody is his own superior."),
            )
    yield from _days(position)
    yield from _left_behind(position, [p for p in organisation.positions if p.reports_to == position.id])


def team_faults(organisation: Organisation, team: Team) -> Iterator[FieldError]:
    yield from _name("id", team.id)
    for path, positions in (("chair", (team.chair,) if team.chair else ()), ("members", team.members)):
        for position in positions:
            yield from _position(path, organisation, position)
    for account in team.accounts:
        yield from _account("accounts", organisation, account)
    yield from _days(team)


def holding_faults(
    organisation: Organisation, holding: Holding, sops: Collection[str]
) -> Iterator[FieldError]:
    """``sops`` are the SOPs that are stored; a mandate for none of them would reach nothing."""
    yield from _position("position", organisation, holding.position)
    yield from _account("account", organisation, holding.account)
    yield from _days(holding)
    position = organisation.position(holding.position)
    if position is not None and position.valid_to is not None and _begins_after(holding, position):
        yield FieldError("position", Text("Jabatan ini sudah berakhir.", "This position has ended."))
    others = [other for other in organisation.holdings if other.id != holding.id and _meets(other, holding)]
    same = [other for other in others if other.account == holding.account]
    if not holding.is_acting:
        if any(not other.is_acting for other in same):
            yield FieldError("account", Text("Sudah memangku jabatan ini.", "Holds this position already."))
        return
    if any(not other.is_acting for other in same):
        yield FieldError(
            "account",
            Text("Sudah memangku jabatan ini secara definitif.", "Holds this position definitively."),
        )
    if not 1 <= holding.rank <= HIGHEST_RANK:
        yield FieldError(
            "rank", Text(f"Urutan 1 sampai {HIGHEST_RANK}.", f"A rank from 1 to {HIGHEST_RANK}.")
        )
    for sop in holding.sops:
        if sop not in sops:
            yield FieldError("sops", Text(f'SOP "{sop}" tidak ada.', f'There is no SOP "{sop}".'))


def _begins_after(holding: Holding, position: Position) -> bool:
    last = position.valid_to
    return last is not None and holding.valid_from is not None and holding.valid_from > last


def _meets(one: Holding, other: Holding) -> bool:
    """Whether two holdings are of the same position on some of the same days."""
    return (
        one.position == other.position
        and (one.valid_from is None or other.valid_to is None or one.valid_from <= other.valid_to)
        and (other.valid_from is None or one.valid_to is None or other.valid_from <= one.valid_to)
    )


def _name(path: str, name: str) -> Iterator[FieldError]:
    if not SLUG.fullmatch(name):
        yield FieldError(
            path,
            Text(
                f'"{name[:64]}" bukan nama: huruf, lalu huruf, angka, - atau _.',
                f'"{name[:64]}" is no id: a letter, then letters, digits, - or _.',
            ),
        )


def _unit(
    path: str, organisation: Organisation, unit: str | None, inside: Unit | Position
) -> Iterator[FieldError]:
    if unit is None or unit == organisation.agency.id:
        return
    known = organisation.unit(unit)
    if known is None:
        yield FieldError(path, Text(f'Unit "{unit[:64]}" tidak ada.', f'There is no unit "{unit[:64]}".'))
    elif known.valid_to is not None and _outlasts(inside, known):
        last = day_text(known.valid_to)
        yield FieldError(
            path,
            Text(
                f"{known.label} berakhir pada {last.indonesian}; tidak ada yang di dalamnya"
                " berlangsung lebih lama.",
                f"{known.label} ends on {last.english}; nothing in it goes on longer.",
            ),
        )


def _left_behind(ending: Unit | Position, others: Iterable[Unit | Position]) -> Iterator[FieldError]:
    """What is in a unit, or below a position, may not go on after its last day."""
    longer = [other.label for other in others if _outlasts(other, ending)]
    if longer:
        names = ", ".join(longer)
        yield FieldError(
            "valid_to",
            Text(
                f"{names} berlangsung lebih lama; akhiri atau pindahkan dahulu.",
                f"{names} would go on longer; end or move them first.",
            ),
        )


def _outlasts(one: Unit | Position, other: Unit | Position) -> bool:
    last = other.valid_to
    return last is not None and (one.valid_to is None or one.valid_to > last)


def _position(path: str, organisation: Organisation, position: str) -> Iterator[FieldError]:
    if organisation.position(position) is None:
        yield FieldError(
            path, Text(f'Jabatan "{position[:64]}" tidak ada.', f'There is no position "{position[:64]}".')
        )


def _account(path: str, organisation: Organisation, account: str) -> Iterator[FieldError]:
    known = organisation.account(account)
    if not account:
        yield FieldError(path, Text("Pilih orangnya.", "Choose a person."))
    elif known is None or known.disabled:
        yield FieldError(
            path,
            Text(f'Akun "{account[:64]}" tidak ada atau nonaktif.', f'No active account "{account[:64]}".'),
        )


def _days(dated: Unit | Position | Holding | Team) -> Iterator[FieldError]:
    if dated.valid_from and dated.valid_to and dated.valid_to < dated.valid_from:
        yield FieldError("valid_to", Text("Berakhir sebelum mulai.", "It ends before it begins."))
