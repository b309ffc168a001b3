"""``org/v1``: one agency's file as an Organisation, every fault told at once with its place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import DefinitionError
from engine.organisation.model import (
    Account,
    AgencyInfo,
    Decree,
    Holding,
    HoldingKind,
    Position,
    Team,
    Unit,
)
from engine.organisation.snapshot import Organisation
from engine.sop.diagnostics import Problem, did_you_mean
from engine.sop.model import Date, Slug
from engine.sop.places import Path
from engine.sop.reading import read
from engine.sop.source import Source, read_source

SYSTEM_ROLES = ("auditor", "report_reader", "author", "admin")

UNIT = ("unit", "unit")
POSITION = ("jabatan", "position")
ACCOUNT = ("akun", "account")
SYSTEM_ROLE = ("peran sistem", "system role")

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDecree:
    number: str | None = None
    date: Date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTeam:
    label: str
    decree: FileDecree | None = None
    chair: Slug | None = None
    members: tuple[Slug, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHold:
    """One position that an account holds; a plain id is a definitive holder without dates."""

    SHORT: ClassVar[str] = "position"
    position: Slug
    kind: HoldingKind = "definitive"
    from_: Date | None = None
    to: Date | None = None
    order_number: str | None = None
    order_file: str | None = None
    sops: tuple[Slug, ...] = ()
    rank: int = 1
    standing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccount:
    username: str
    label: str
    holds: tuple[FileHold, ...] = ()
    system_roles: tuple[str, ...] = ()
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrganisation:
    """The whole file, its keys as written."""

    schema: Literal["org/v1"]
    agency: AgencyInfo
    units: tuple[Unit, ...] = ()
    positions: tuple[Position, ...] = ()
    teams: dict[Slug, FileTeam] = field(default_factory=dict)
    accounts: tuple[FileAccount, ...] = ()


def read_organisation(text: str | bytes, *, file: str = "-", version: int = 1) -> Organisation:
    """The organisation that an ``org/v1`` text describes; DefinitionError lists every fault in it."""
    problems: list[Problem] = []
    organisation = organisation_from(read_source(text, file=file), problems, version=version)
    if organisation is None:
        raise DefinitionError(
            message_id=f"Berkas organisasi {file} memuat {len(problems)} masalah; tidak ada yang disimpan.",
            message_en=f"the organisation file {file} has {len(problems)} problems; nothing was stored",
            problems=problems,
        )
    return organisation


def organisation_from(source: Source, problems: list[Problem], *, version: int = 1) -> Organisation | None:
    """The organisation of a source; problems are appended, and with any error there is none."""
    found = list(source.problems)
    if source.readable:
        written = read(FileOrganisation, source, found)
        found.extend(_Checks(source, written).all())
    problems.extend(sorted(found))
    if not source.readable or any(problem.severity == "error" for problem in found):
        return None
    return _built(written, version)


class _Checks:
    """What a file's parts say about each other. Values that could not be read are None and passed over."""

    def __init__(self, source: Source, written: FileOrganisation) -> None:
        self.source = source
        self.agency = written.agency
        self.units = list(_placed("units", written.units))
        self.positions = list(_placed("positions", written.positions))
        self.accounts = list(_placed("accounts", written.accounts))
        self.teams = {("teams", team_id): team for team_id, team in written.teams.items()}
        self.unit_ids = {self.agency.id, *(unit.id for _, unit in self.units)}
        self.position_ids = {position.id for _, position in self.positions}
        self.usernames = {account.username for _, account in self.accounts}

    def all(self) -> Iterator[Problem]:
        yield from self._zone()
        yield from self._duplicates([(path, "id", unit.id) for path, unit in self.units])
        yield from self._duplicates([(path, "id", position.id) for path, position in self.positions])
        yield from self._duplicates([(path, "username", one.username) for path, one in self.accounts])
        for path, unit in self.units:
            if unit.id is not None and unit.id == self.agency.id:
                yield self._taken((*path, "id"), unit.id)
            yield from self._known((*path, "parent"), unit.parent, self.unit_ids, UNIT)
        yield from self._circles("parent", [(path, unit.id, unit.parent) for path, unit in self.units])
        for path, position in self.positions:
            yield from self._known((*path, "unit"), position.unit, self.unit_ids, UNIT)
            yield from self._known((*path, "reports_to"), position.reports_to, self.position_ids, POSITION)
        reports = [(path, position.id, position.reports_to) for path, position in self.positions]
        yield from self._circles("reports_to", reports)
        for path, team in self.teams.items():
            yield from self._team(path, team)
        for path, account in self.accounts:
            yield from self._account(path, account)

    def _zone(self) -> Iterator[Problem]:
        if self.agency.timezone is None:
            return
        try:
            ZoneInfo(self.agency.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield self.source.problem(
                ("agency", "timezone"),
                "unknown_timezone",
                f'Zona waktu "{self.agency.timezone}" tidak dikenal; tulis misalnya Asia/Makassar.',
                f'The time zone "{self.agency.timezone}" is not known; write for example Asia/Makassar.',
            )

    def _duplicates(self, ids: Sequence[tuple[Path, str, str]]) -> Iterator[Problem]:
        seen: set[str] = set()
        for path, key, name in ids:
            if name in seen:
                yield self._taken((*path, key), name)
            elif name is not None:
                seen.add(name)

    def _taken(self, path: Path, name: str) -> Problem:
        return self.source.problem(
            path,
            "duplicate_id",
            f'"{name}" sudah dipakai; id harus unik.',
            f'"{name}" is used already; ids are unique.',
        )

    def _known(
        self, path: Path, name: str | None, known: set[str], kind: tuple[str, str]
    ) -> Iterator[Problem]:
        if name is None or name in known:
            return
        hint_id, hint_en = did_you_mean(name, (each for each in known if each is not None))
        yield self.source.problem(
            path,
            "unknown_name",
            f'{kind[0].capitalize()} "{name}" tidak ada.{hint_id}',
            f'There is no {kind[1]} "{name}".{hint_en}',
        )

    def _circles(self, key: str, links: Sequence[tuple[Path, str, str | None]]) -> Iterator[Problem]:
        above: dict[str, tuple[Path, str | None]] = {}
        for path, name, following in links:
            above.setdefault(name, (path, following))
        told: set[str] = set()
        for start in above:
            walk = [start]
            path, following = above[start]
            while following is not None and following in above and following not in (*walk, *told):
                walk.append(following)
                following = above[following][1]
            if following == start:
                told.update(walk)
                circle = " → ".join((*walk, start))
                yield self.source.problem(
                    (*path, key),
                    "circle",
                    f'"{key}" berputar: {circle}.',
                    f'"{key}" runs in a circle: {circle}.',
                )

    def _team(self, path: Path, team: FileTeam) -> Iterator[Problem]:
        yield from self._known((*path, "chair"), team.chair, self.position_ids, POSITION)
        for i, member in enumerate(team.members):
            yield from self._known((*path, "members", i), member, self.position_ids, POSITION)
        for i, username in enumerate(team.accounts):
            yield from self._known((*path, "accounts", i), username, self.usernames, ACCOUNT)

    def _account(self, path: Path, account: FileAccount) -> Iterator[Problem]:
        if account.username is not None and not _USERNAME.fullmatch(account.username):
            yield self.source.problem(
                (*path, "username"),
                "bad_username",
                f'"{account.username}" bukan nama akun: huruf kecil, angka, . - dan _, paling banyak 64.',
                f'"{account.username}" is not an account name: small letters, digits, . - and _, at most 64.',
            )
        for i, role in enumerate(account.system_roles):
            yield from self._known((*path, "system_roles", i), role, set(SYSTEM_ROLES), SYSTEM_ROLE)
        for i, hold in enumerate(account.holds):
            if hold is not None:
                yield from self._hold((*path, "holds", i), hold)
        held = {hold.position for hold in account.holds if hold is not None}
        if account.username in self.position_ids - held:
            yield self.source.problem(
                (*path, "username"),
                "account_named_as_position",
                f'Akun "{account.username}" bernama sama dengan jabatan yang tidak dipangkunya; '
                "isian yang menyebut nama ini berarti jabatannya.",
                f'The account "{account.username}" is named as a position that it does not hold; '
                "a form that names it means the position.",
                warning=True,
            )

    def _hold(self, path: Path, hold: FileHold) -> Iterator[Problem]:
        here = (*path, "position") if self.source.has((*path, "position")) else path
        yield from self._known(here, hold.position, self.position_ids, POSITION)
        if hold.from_ is not None and hold.to is not None and hold.to < hold.from_:
            yield self.source.problem(
                (*path, "to"),
                "ends_before_it_starts",
                f"Berakhir pada {hold.to}, sebelum mulai pada {hold.from_}.",
                f"Ends on {hold.to}, before it starts on {hold.from_}.",
            )


def _placed(key: str, items: Sequence[Item | None]) -> Iterator[tuple[Path, Item]]:
    for i, item in enumerate(items):
        if item is not None:
            yield (key, i), item


def _built(written: FileOrganisation, version: int) -> Organisation:
    return Organisation(
        version=version,
        agency=written.agency,
        units=written.units,
        positions=written.positions,
        holdings=tuple(_holdings(written.accounts)),
        teams=tuple(_team(team_id, team) for team_id, team in written.teams.items()),
        accounts=tuple(
            Account(one.username, one.label, frozenset(one.system_roles), one.disabled)
            for one in written.accounts
        ),
    )


def _team(team_id: str, team: FileTeam) -> Team:
    decree = Decree(team.decree.number, _day(team.decree.date)) if team.decree else None
    return Team(team_id, team.label, decree, team.chair, team.members, team.accounts)


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
