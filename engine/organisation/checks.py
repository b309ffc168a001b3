"""What the parts of an ``org/v1`` file say about each other; every fault with its place."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.organisation.file import (
    FileAccount,
    FileHold,
    FileOrganisation,
    FilePosition,
    FileTeam,
    FileTerm,
    FileUnit,
)
from engine.organisation.look import hue_fault, logo_fault
from engine.organisation.model import APART, SYSTEM_ROLES, USERNAME
from engine.sop.diagnostics import Problem, did_you_mean
from engine.sop.locations import Path
from engine.sop.source import Source
from engine.text.bilingual import Text

HIGHEST_RANK = 99

UNIT = Text("unit", "unit")
POSITION = Text("jabatan", "position")
ACCOUNT = Text("akun", "account")
SYSTEM_ROLE = Text("peran sistem", "system role")

Item = TypeVar("Item")


class Checks:
    """What a file's parts say about each other. Values that could not be read are None and passed over."""

    def __init__(
        self,
        source: Source,
        written: FileOrganisation,
        sops: Collection[str] | None,
        now: datetime | None = None,
    ) -> None:
        self.source = source
        self.today = _day_in(written.agency.timezone, now) if now is not None else None
        self.sops = sops
        self.agency = written.agency
        self.units = list(_placed("units", written.units))
        self.positions = list(_placed("positions", written.positions))
        self.accounts = list(_placed("accounts", written.accounts))
        self.teams = {("teams", team_id): team for team_id, team in written.teams.items()}
        self.unit_ids = {self.agency.id, *(unit.id for _, unit in self.units)}
        self.position_ids = {position.id for _, position in self.positions}
        self.last_days = {(UNIT, unit.id): unit.to for _, unit in self.units}
        self.last_days |= {(POSITION, position.id): position.to for _, position in self.positions}
        self.usernames = {account.username for _, account in self.accounts}

    def all(self) -> Iterator[Problem]:
        yield from self._zone()
        yield from self._look()
        yield from self._duplicates([(path, "id", unit.id) for path, unit in self.units])
        yield from self._duplicates([(path, "id", position.id) for path, position in self.positions])
        yield from self._duplicates([(path, "username", account.username) for path, account in self.accounts])
        for path, unit in self.units:
            if unit.id is not None and unit.id == self.agency.id:
                yield self._taken((*path, "id"), unit.id)
            yield from self._known((*path, "parent"), unit.parent, self.unit_ids, UNIT)
            yield from self._in_order(path, unit)
            yield from self._outlasting((*path, "parent"), unit, UNIT, unit.parent)
        yield from self._circles("parent", [(path, unit.id, unit.parent) for path, unit in self.units])
        for path, position in self.positions:
            yield from self._known((*path, "unit"), position.unit, self.unit_ids, UNIT)
            yield from self._known((*path, "reports_to"), position.reports_to, self.position_ids, POSITION)
            yield from self._in_order(path, position)
            yield from self._outlasting((*path, "unit"), position, UNIT, position.unit)
            yield from self._outlasting((*path, "reports_to"), position, POSITION, position.reports_to)
        reports = [(path, position.id, position.reports_to) for path, position in self.positions]
        yield from self._circles("reports_to", reports)
        for path, team in self.teams.items():
            yield from self._term(path, team)
            for i, term in enumerate(team.terms):
                yield from self._term((*path, "terms", i), term)
        for path, account in self.accounts:
            yield from self._account(path, account)

    def _zone(self) -> Iterator[Problem]:
        if self.agency.timezone is None:
            return
        if _zone(self.agency.timezone) is None:
            yield self.source.problem(
                ("agency", "timezone"),
                "unknown_timezone",
                Text(
                    f'Zona waktu "{self.agency.timezone}" tidak dikenal; tulis misalnya Asia/Makassar.',
                    f'The time zone "{self.agency.timezone}" is not known; write for example Asia/Makassar.',
                ),
            )

    def _look(self) -> Iterator[Problem]:
        hue, logo = self.agency.hue, self.agency.logo
        if hue is not None and (fault := hue_fault(hue)):
            yield self.source.problem(("agency", "hue"), "bad_hue", fault)
        if logo is not None and (fault := logo_fault(logo)):
            yield self.source.problem(("agency", "logo"), "bad_logo", fault)

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
            Text(f'"{name}" sudah dipakai; id harus unik.', f'"{name}" is used already; ids are unique.'),
        )

    def _known(self, path: Path, name: str | None, known: set[str], kind: Text) -> Iterator[Problem]:
        if name is None or name in known:
            return
        unknown = Text(
            f'{kind.indonesian.capitalize()} "{name}" tidak ada.', f'There is no {kind.english} "{name}".'
        )
        yield self.source.problem(path, "unknown_name", unknown + did_you_mean(name, known))

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
                    Text(f'"{key}" berputar: {circle}.', f'"{key}" runs in a circle: {circle}.'),
                )

    def _term(self, path: Path, term: FileTeam | FileTerm) -> Iterator[Problem]:
        yield from self._known((*path, "chair"), term.chair, self.position_ids, POSITION)
        for i, member in enumerate(term.members):
            yield from self._known((*path, "members", i), member, self.position_ids, POSITION)
        for i, username in enumerate(term.accounts):
            yield from self._known((*path, "accounts", i), username, self.usernames, ACCOUNT)
        yield from self._in_order(path, term)

    def _account(self, path: Path, account: FileAccount) -> Iterator[Problem]:
        if account.username is not None and not USERNAME.fullmatch(account.username):
            yield self.source.problem(
                (*path, "username"),
                "bad_username",
                Text(
                    f'"{account.username}" bukan nama akun: huruf kecil, angka, . - dan _, paling banyak 64.',
                    f'"{account.username}" is not an account name: small letters, digits, . - and _,'
                    " at most 64.",
                ),
            )
        for i, role in enumerate(account.system_roles):
            yield from self._known((*path, "system_roles", i), role, set(SYSTEM_ROLES), SYSTEM_ROLE)
        for i, hold in enumerate(account.holds):
            if hold is not None:
                yield from self._hold((*path, "holds", i), hold)
                yield from self._mandate((*path, "holds", i), hold, account)
        apart = [role for role in account.system_roles if role in APART]
        if apart and account.holds:
            yield self.source.problem(
                (*path, "holds"),
                "apart_from_work",
                Text(
                    f'Akun "{account.username}" adalah {apart[0]}, sehingga jabatannya dianggap kosong; '
                    "beri pemangku jabatan itu akun lain.",
                    f'The account "{account.username}" is {apart[0]}, so its positions count as vacant; '
                    "give their holder another account.",
                ),
                warning=True,
            )
        if len(apart) > 1:
            yield self.source.problem(
                (*path, "system_roles"),
                "roles_apart",
                Text(
                    f'Akun "{account.username}" adalah admin dan auditor: sebagai auditor ia tidak dapat '
                    "mengubah apa pun, dan siapa yang mengurus kantor tidak membaca lognya. Pakai dua akun.",
                    f'The account "{account.username}" is admin and auditor: as an auditor it changes'
                    " nothing, "
                    "and who keeps the office does not read its log. Use two accounts.",
                ),
                warning=True,
            )
        held = {hold.position for hold in account.holds if hold is not None}
        if account.username in self.position_ids - held:
            yield self.source.problem(
                (*path, "username"),
                "account_named_as_position",
                Text(
                    f'Akun "{account.username}" bernama sama dengan jabatan yang tidak dipangkunya; '
                    "isian yang menyebut nama ini berarti jabatannya.",
                    f'The account "{account.username}" is named as a position that it does not hold; '
                    "a form that names it means the position.",
                ),
                warning=True,
            )

    def _hold(self, path: Path, hold: FileHold) -> Iterator[Problem]:
        here = (*path, "position") if self.source.has((*path, "position")) else path
        yield from self._known(here, hold.position, self.position_ids, POSITION)
        yield from self._in_order(path, hold)

    def _in_order(
        self, path: Path, dated: FileUnit | FilePosition | FileHold | FileTeam | FileTerm
    ) -> Iterator[Problem]:
        if dated.from_ is not None and dated.to is not None and dated.to < dated.from_:
            yield self.source.problem(
                (*path, "to"),
                "ends_before_it_starts",
                Text(
                    f"Berakhir pada {dated.to}, sebelum mulai pada {dated.from_}.",
                    f"Ends on {dated.to}, before it starts on {dated.from_}.",
                ),
            )

    def _outlasting(
        self, path: Path, dated: FileUnit | FilePosition, kind: Text, above: str | None
    ) -> Iterator[Problem]:
        """A warning only: offices of earlier versions may have such dates, and load what they export."""
        last = self.last_days.get((kind, above or ""))
        if last is not None and (dated.to is None or dated.to > last):
            yield self.source.problem(
                path,
                "outlasts",
                Text(
                    f'"{above}" berakhir pada {last}, lebih dahulu daripada "{dated.id}".',
                    f'"{above}" ends on {last}, before "{dated.id}" does.',
                ),
                warning=True,
            )

    def _mandate(self, path: Path, hold: FileHold, account: FileAccount) -> Iterator[Problem]:
        """What a holder and a mandate may say of themselves."""
        if hold.kind == "definitive":
            for key in ("sops", "rank", "standing"):
                if self.source.has((*path, key)):
                    yield self.source.problem(
                        (*path, key),
                        "not_for_definitive",
                        Text(
                            f'"{key}" hanya untuk Plt. dan Plh.; pejabat definitif tidak memilikinya.',
                            f'"{key}" is for Plt. and Plh. alone; a definitive holder has none.',
                        ),
                    )
            return
        if hold.rank is not None and not 1 <= hold.rank <= HIGHEST_RANK:
            yield self.source.problem(
                (*path, "rank"),
                "bad_rank",
                Text(
                    f"Urutan pengganti {hold.rank} tidak sah; tulis 1 untuk yang pertama, 2 untuk"
                    " berikutnya.",
                    f"The rank {hold.rank} is not possible; write 1 for the first, 2 for the next.",
                ),
            )
        for i, sop in enumerate(hold.sops):
            yield from self._named_sop((*path, "sops", i), sop)
        if self._is_over(hold):
            return
        if not hold.order_number:
            yield self.source.problem(
                path if not self.source.has((*path, "kind")) else (*path, "kind"),
                "mandate_without_order",
                Text(
                    f"Mandat {hold.kind.capitalize()}. {hold.position} belum bernomor surat (order_number).",
                    f"The {hold.kind} mandate for {hold.position} has no order_number.",
                ),
                warning=True,
            )
        others = (file_hold for file_hold in account.holds if file_hold not in (None, hold))
        if any(
            file_hold is not None and _same_time(file_hold, hold) and not self._is_over(file_hold)
            for file_hold in others
        ):
            yield self.source.problem(
                path if not self.source.has((*path, "position")) else (*path, "position"),
                "mandate_for_own_position",
                Text(
                    f'"{account.username}" sudah memangku {hold.position} secara definitif pada'
                    " hari-hari itu.",
                    f'"{account.username}" holds {hold.position} definitively on those days already.',
                ),
            )

    def _is_over(self, hold: FileHold) -> bool:
        return self.today is not None and hold.to is not None and hold.to <= self.today

    def _named_sop(self, path: Path, sop: str | None) -> Iterator[Problem]:
        if sop is None or self.sops is None or sop in self.sops:
            return
        unknown = Text(
            f'SOP "{sop}" belum tersimpan; mandat ini belum menjangkau apa pun.',
            f'No SOP "{sop}" is stored yet; the mandate reaches nothing by it.',
        )
        hint = did_you_mean(sop, self.sops)
        yield self.source.problem(path, "unknown_sop", unknown + hint, warning=True)

    def shared_positions(self) -> Iterator[Problem]:
        """Two definitive holders of one position on the same days."""
        seen: list[tuple[str, FileHold]] = []
        for path, account in self.accounts:
            if account.disabled:
                continue
            for i, hold in enumerate(account.holds):
                if hold is None or hold.kind != "definitive":
                    continue
                other = next((name for name, file_hold in seen if _same_time(file_hold, hold)), None)
                seen.append((account.username, hold))
                if other is not None:
                    yield self.source.problem(
                        (*path, "holds", i),
                        "two_holders",
                        Text(
                            f'Jabatan {hold.position} juga dipangku "{other}" pada hari-hari yang sama.',
                            f'The position {hold.position} is held by "{other}" on the same days too.',
                        ),
                        warning=True,
                    )


def _placed(key: str, items: Sequence[Item | None]) -> Iterator[tuple[Path, Item]]:
    for i, item in enumerate(items):
        if item is not None:
            yield (key, i), item


def _same_time(definitive: FileHold, other: FileHold) -> bool:
    """Whether a definitive holding is of the same position on some of the same days."""
    return (
        definitive.kind == "definitive"
        and definitive.position == other.position
        and (definitive.from_ or "") <= (other.to or "9999")
        and (other.from_ or "") <= (definitive.to or "9999")
    )


def _zone(name: str) -> tzinfo | None:
    """A time zone by its name; None for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _day_in(zone: str | None, now: datetime) -> str:
    """The day that it is in the agency; a zone that cannot be read is a fault of its own."""
    return now.astimezone((_zone(zone) if zone else None) or UTC).date().isoformat()
