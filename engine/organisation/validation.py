"""A role that nobody can perform, and how each kind of gap is told and mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.organisation.snapshot import Organisation
from engine.organisation.terms import term_on
from engine.sop.model import Role
from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True)
class Gap:
    """A role without anyone to perform it, in one unit or (``unit`` None) in the whole agency."""

    role: str
    unit: str | None
    message: Text


def no_position(role_id: str, role: Role, organisation: Organisation, unit: str | None) -> Gap:
    where = organisation.label_of(unit or organisation.agency.id)
    return Gap(
        role_id,
        unit,
        Text(
            f'Peran "{role.label}" tidak ada pada jabatan mana pun di {where}; '
            f'beri peran "{role_id}" kepada salah satu jabatannya.',
            f'no position in {where} has the role "{role.label}"; give one of them the role "{role_id}"',
        ),
    )


def vacant(
    role_id: str, role: Role, organisation: Organisation, unit: str | None, seats: Sequence[str], on: date
) -> Gap:
    where = organisation.label_of(unit or organisation.agency.id)
    named = ", ".join(organisation.label_of(seat) for seat in seats)
    return Gap(
        role_id,
        unit,
        Text(
            f'Peran "{role.label}" di {where} tidak dipangku siapa pun pada {on.isoformat()}; '
            f"tetapkan pejabat, Plt., atau Plh. untuk {named}.",
            f'nobody holds the role "{role.label}" in {where} on {on.isoformat()}; name a holder for {named}',
        ),
    )


def empty_team(role_id: str, role: Role, organisation: Organisation) -> Gap:
    team = organisation.team(role.team or "")
    if team is None:
        known = ", ".join(known_team.id for known_team in organisation.teams) or "-"
        return Gap(
            role_id,
            None,
            Text(
                f'Peran "{role.label}" memakai tim "{role.team}" yang belum dibentuk; tim yang ada: {known}.',
                f'the role "{role.label}" is the team "{role.team}", which does not exist; teams: {known}',
            ),
        )
    day = organisation.day
    if day is not None and term_on(team, day) is None:
        return Gap(
            role_id,
            None,
            Text(
                f'Tim "{team.label}" untuk peran "{role.label}" tidak bertugas pada {day.isoformat()};'
                " tetapkan masa tugasnya.",
                f'the team "{team.label}" of the role "{role.label}" has no term on {day.isoformat()};'
                " appoint it for that day",
            ),
        )
    return Gap(
        role_id,
        None,
        Text(
            f'Tim "{team.label}" untuk peran "{role.label}" tidak memiliki anggota aktif; tambahkan anggota.',
            f'the team "{team.label}" of the role "{role.label}" has no active member; add members',
        ),
    )


def nobody_named(role_id: str, role: Role, named: str) -> Gap:
    if named:
        return Gap(
            role_id,
            None,
            Text(
                f'Peran "{role.label}" diambil dari {role.from_}; "{named}" bukan jabatan, akun, atau unit.',
                f'the role "{role.label}" comes from {role.from_}, but "{named}" is no position,'
                " account or unit",
            ),
        )
    return Gap(
        role_id,
        None,
        Text(
            f'Peran "{role.label}" diambil dari {role.from_}, yang masih kosong; isi terlebih dahulu.',
            f'the role "{role.label}" comes from {role.from_}, which is empty; fill it in first',
        ),
    )


def no_superior(role_id: str, role: Role, subordinate: Role) -> Gap:
    return Gap(
        role_id,
        None,
        Text(
            f'Peran "{role.label}" adalah atasan "{subordinate.label}", yang tidak memiliki atasan; '
            "isi atasan langsung jabatannya atau beri peran ini pengganti (fallback).",
            f'the role "{role.label}" is the superior of "{subordinate.label}", who has none; '
            "name the position's superior or give the role a fallback",
        ),
    )


def unrecorded(role_id: str, role: Role) -> Gap:
    return Gap(
        role_id,
        None,
        Text(
            f'Peran "{role.label}" berada di luar instansi dan tidak memiliki pencatat (recorded_by).',
            f'the role "{role.label}" is outside the agency and has no recorded_by',
        ),
    )


def circular(role_id: str, role: Role) -> Gap:
    return Gap(
        role_id,
        None,
        Text(
            f'Peran "{role.label}" menunjuk kembali ke dirinya; perbaiki supervisor_of atau fallback.',
            f'the role "{role.label}" leads back to itself; correct its supervisor_of or fallback',
        ),
    )
