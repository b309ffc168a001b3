"""``org/v1``: one agency's file as an Organisation, every fault told at once with its place."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from engine.errors import DefinitionError
from engine.organisation.checks import Checks
from engine.organisation.file import FileAccount, FileOrganisation, FileTeam, FileTerm
from engine.organisation.model import Account, Decree, Holding, Position, Team, Term, Unit
from engine.organisation.snapshot import Organisation
from engine.sop.binding import read
from engine.sop.diagnostics import Problem
from engine.sop.source import Source, read_source
from engine.text.bilingual import Text


def read_organisation(text: str | bytes, *, file: str = "-", version: int = 1) -> Organisation:
    """The organisation that an ``org/v1`` text describes; DefinitionError lists every fault in it."""
    problems: list[Problem] = []
    organisation = organisation_from(read_source(text, file=file), problems, version=version)
    if organisation is None:
        raise DefinitionError(
            Text(
                f"Berkas organisasi {file} memuat {len(problems)} masalah; tidak ada yang disimpan.",
                f"the organisation file {file} has {len(problems)} problems; nothing was stored",
            ),
            problems=problems,
        )
    return organisation


def organisation_from(
    source: Source,
    problems: list[Problem],
    *,
    version: int = 1,
    sops: Collection[str] | None = None,
    now: datetime | None = None,
) -> Organisation | None:
    """The organisation of a source; problems are appended, and with any error there is none.

    ``sops`` are the SOPs that a mandate may name; None where nobody can tell. With ``now`` mandates
    that are over by then are history and not judged.
    """
    faults = list(source.problems)
    if source.readable:
        written = read(FileOrganisation, source, faults)
        checks = Checks(source, written, sops, now)
        faults.extend(checks.all())
        if all(problem.severity != "error" for problem in faults):
            faults.extend(checks.shared_positions())
    problems.extend(sorted(faults))
    if not source.readable or any(problem.severity == "error" for problem in faults):
        return None
    return _built(written, version)


def _built(written: FileOrganisation, version: int) -> Organisation:
    return Organisation(
        version=version,
        agency=written.agency,
        units=tuple(
            Unit(unit.id, unit.type, unit.label, unit.parent, _day(unit.from_), _day(unit.to))
            for unit in written.units
        ),
        positions=tuple(
            Position(
                id=position.id,
                label=position.label,
                unit=position.unit,
                level=position.level,
                roles=position.roles,
                reports_to=position.reports_to,
                valid_from=_day(position.from_),
                valid_to=_day(position.to),
            )
            for position in written.positions
        ),
        holdings=tuple(_holdings(written.accounts)),
        teams=tuple(_team(team_id, team) for team_id, team in written.teams.items()),
        accounts=tuple(
            Account(account.username, account.label, frozenset(account.system_roles), account.disabled)
            for account in written.accounts
        ),
    )


def _team(team_id: str, team: FileTeam) -> Team:
    terms = (Term(**_term(term)) for term in team.terms)
    return Team(team_id, team.label, **_term(team), terms=tuple(terms))


def _term(term: FileTeam | FileTerm) -> dict[str, Any]:
    return {
        "decree": Decree(term.decree.number, _day(term.decree.date)) if term.decree else None,
        "chair": term.chair,
        "members": term.members,
        "accounts": term.accounts,
        "valid_from": _day(term.from_),
        "valid_to": _day(term.to),
    }


def _holdings(accounts: Sequence[FileAccount]) -> Iterator[Holding]:
    for account in accounts:
        for i, hold in enumerate(account.holds, start=1):
            yield Holding(
                id=f"{account.username}/{i}",
                account=account.username,
                position=hold.position,
                kind=hold.kind,
                valid_from=_day(hold.from_),
                valid_to=_day(hold.to),
                order_number=hold.order_number,
                order_file=hold.order_file,
                sops=hold.sops,
                rank=hold.rank,
                standing=hold.standing,
            )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
