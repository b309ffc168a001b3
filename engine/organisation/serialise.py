"""An Organisation as an ``org/v1`` file; reading what was written gives the same units, people, mandates."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from engine.organisation.file import (
    FileAccount,
    FileDecree,
    FileHold,
    FileOrganisation,
    FilePosition,
    FileTeam,
    FileTerm,
    FileUnit,
)
from engine.organisation.model import Account, Holding, Position, Team, Term, Unit
from engine.organisation.snapshot import Organisation
from engine.sop.serialise import plain, yaml_of

ABOUT = """\
# Organisasi {label}. Tugas diberikan kepada JABATAN; akun memangku jabatan menurut tanggal.
# units: unit kerja; parent kosong berarti langsung di bawah instansi. from dan to: berlaku dari dan sampai.
# positions: jabatan; roles adalah perannya dalam SOP, reports_to atasan langsungnya.
# accounts: orang; holds adalah jabatannya. kind: definitive, plt (jabatan kosong), plh (pejabat berhalangan).
#   Untuk Plt. dan Plh.: order_number nomor surat perintah, order_file berkasnya, sops bila hanya untuk SOP
#   tertentu, rank urutan pengganti, standing: true bila hanya berlaku selama pejabatnya tidak ada.
# teams: tim; tanpa from dan to selalu berlaku. terms: masa tugas sebelumnya.
# Ketidakhadiran tidak ditulis di sini. Periksa perubahan dengan: alur org load BERKAS --check
"""


def organisation_yaml(organisation: Organisation) -> str:
    """The whole agency without its absences, for people to read, change and load again."""
    return ABOUT.format(label=" ".join(organisation.agency.label.split())) + yaml_of(
        plain(as_file(organisation))
    )


def as_file(organisation: Organisation) -> FileOrganisation:
    return FileOrganisation(
        schema="org/v1",
        agency=organisation.agency,
        units=tuple(_unit(unit) for unit in organisation.units),
        positions=tuple(_position(position) for position in organisation.positions),
        teams={team.id: _team(team) for team in organisation.teams},
        accounts=tuple(_account(organisation, account) for account in organisation.accounts),
    )


def _unit(unit: Unit) -> FileUnit:
    return FileUnit(
        id=unit.id,
        type=unit.type,
        label=unit.label,
        parent=unit.parent,
        from_=_day(unit.valid_from),
        to=_day(unit.valid_to),
    )


def _position(position: Position) -> FilePosition:
    return FilePosition(
        id=position.id,
        label=position.label,
        level=position.level,
        unit=position.unit,
        roles=position.roles,
        reports_to=position.reports_to,
        from_=_day(position.valid_from),
        to=_day(position.valid_to),
    )


def _team(team: Team) -> FileTeam:
    terms = (FileTerm(**_term(term)) for term in team.terms)
    return FileTeam(label=team.label, **_term(team), terms=tuple(terms))


def _term(term: Team | Term) -> dict[str, Any]:
    decree = FileDecree(number=term.decree.number, date=_day(term.decree.signed_on)) if term.decree else None
    return {
        "from_": _day(term.valid_from),
        "to": _day(term.valid_to),
        "decree": decree,
        "chair": term.chair,
        "members": term.members,
        "accounts": term.accounts,
    }


def _account(organisation: Organisation, account: Account) -> FileAccount:
    return FileAccount(
        username=account.username,
        label=account.label,
        holds=tuple(_holds(organisation, account.username)),
        system_roles=tuple(sorted(account.system_roles)),
        disabled=account.disabled,
    )


def _holds(organisation: Organisation, username: str) -> Iterator[FileHold]:
    for holding in organisation.holdings:
        if holding.account == username:
            yield _hold(holding)


def _hold(holding: Holding) -> FileHold:
    return FileHold(
        position=holding.position,
        kind=holding.kind,
        from_=_day(holding.valid_from),
        to=_day(holding.valid_to),
        order_number=holding.order_number,
        order_file=holding.order_file,
        sops=holding.sops,
        rank=holding.rank,
        standing=holding.standing,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
