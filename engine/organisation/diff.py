"""One organisation becoming another: what carries on, what ends, and every difference in words. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from engine.organisation.look import logo_hash
from engine.organisation.model import Account, Decree, Holding, Position, Team, Term, Unit
from engine.organisation.snapshot import Organisation
from engine.text.bilingual import NOTHING, Text

ObjectKind = Literal["agency", "unit", "position", "holding", "team", "account"]
What = Literal["added", "changed", "ended", "removed"]
Part = TypeVar("Part", Unit, Position)
Dated = TypeVar("Dated", Unit, Position, Holding)

NOUNS: Mapping[str, Text] = {
    "agency": Text("Instansi", "agency"),
    "unit": Text("Unit", "unit"),
    "position": Text("Jabatan", "position"),
    "holding": Text("Pejabat", "holder"),
    "team": Text("Tim", "team"),
    "account": Text("Akun", "account"),
}
WORDS: Mapping[What, Text] = {
    "added": Text("baru", "new"),
    "changed": Text("berubah", "changed"),
    "ended": Text("berakhir", "ended"),
    "removed": Text("dihapus, belum pernah berlaku", "removed, it never began"),
}
FIELDS: Mapping[str, str] = {
    "label": "nama",
    "short": "singkatan",
    "type": "jenis",
    "kind": "jenis",
    "parent": "induk",
    "unit": "unit",
    "level": "tingkat",
    "roles": "peran",
    "reports_to": "atasan langsung",
    "valid_from": "mulai",
    "valid_to": "sampai",
    "order_number": "nomor surat",
    "order_file": "berkas surat",
    "sops": "SOP",
    "rank": "urutan pengganti",
    "standing": "menunggu ketiadaan",
    "chair": "ketua",
    "members": "anggota",
    "accounts": "akun",
    "decree": "surat keputusan",
    "terms": "masa tugas sebelumnya",
    "system_roles": "peran sistem",
    "disabled": "nonaktif",
    "timezone": "zona waktu",
    "calendar": "kalender",
    "mail_domain": "domain surel",
    "hue": "rona",
    "logo": "lambang",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is new, other than it was, or over."""

    kind: ObjectKind
    id: str
    what: What
    message: Text


def succeeding(old: Organisation, new: Organisation, today: date) -> Organisation:
    """The new organisation with what the old one has and it leaves out: ended, never forgotten.

    A holding keeps the id that it had. Accounts that are left out are disabled, holdings that have not begun
    go. A unit or position that has not begun stays as a thing of yesterday: others may name it.
    """
    units = {unit.id for unit in new.units}
    positions = {position.id for position in new.positions}
    usernames = {account.username for account in new.accounts}
    teams = {team.id for team in new.teams}
    holdings = _with_known_ids(old.holdings, new.holdings)
    kept = {holding.id for holding in holdings}
    return replace(
        new,
        units=(*new.units, *(_closed(unit, today) for unit in old.units if unit.id not in units)),
        positions=(
            *new.positions,
            *(_closed(position, today) for position in old.positions if position.id not in positions),
        ),
        holdings=(*holdings, *_ended((holding for holding in old.holdings if holding.id not in kept), today)),
        # Without members nobody is reached by a team.
        teams=(*new.teams, *(Team(team.id, team.label) for team in old.teams if team.id not in teams)),
        accounts=(
            *new.accounts,
            *(
                replace(account, disabled=True)
                for account in old.accounts
                if account.username not in usernames
            ),
        ),
    )


def ended(thing: Dated, last: date) -> Dated | None:
    """The thing with its last day, never later than it was; None where it would not have begun."""
    if thing.valid_from is not None and thing.valid_from > last:
        return None
    if thing.valid_to is not None and thing.valid_to <= last:
        return thing
    return replace(thing, valid_to=last)


def differences(old: Organisation | None, new: Organisation, today: date) -> list[Difference]:
    """Everything in which two organisations differ, in the order of the file; their order does not count."""
    before, after = _things(old) if old is not None else {}, _things(new)
    changes = [_told(kind, id, before.get((kind, id)), after[kind, id], new, today) for kind, id in after]
    gone = [
        _told(kind, id, before[kind, id], None, new, today) for kind, id in before if (kind, id) not in after
    ]
    return [difference for difference in (*changes, *gone) if difference is not None]


def new_holding_id(organisation: Organisation, username: str) -> str:
    """The next id of this account's holdings: ``name/3``."""
    return next(_free_ids(organisation.holdings, username))


# --- what carries on ---


def _closed(part: Part, today: date) -> Part:
    """A unit or position as it was until yesterday; others may name it, so it never goes."""
    yesterday = today - timedelta(days=1)
    last = today if part.valid_from == today else yesterday
    return ended(part, last) or replace(part, valid_from=yesterday, valid_to=yesterday)


def _ended(things: Iterable[Dated], today: date) -> Iterator[Dated]:
    """The things as they were until yesterday; one that began today is over today, a future one is gone."""
    for thing in things:
        last = today if thing.valid_from == today else today - timedelta(days=1)
        over = ended(thing, last)
        if over is not None:
            yield over


def _with_known_ids(old: Sequence[Holding], new: Sequence[Holding]) -> tuple[Holding, ...]:
    """The new holdings, each with the id of the old one that it is: the same person, position and begin."""
    known: dict[tuple[Any, ...], list[Holding]] = defaultdict(list)
    for item in old:
        known[_sameness(item)].append(item)
    named: list[Holding | None] = []
    for given in new:
        same = known[_sameness(given)]
        exact = next((holding for holding in same if replace(given, id=holding.id) == holding), None)
        chosen = exact or (same[0] if same else None)
        if chosen is not None:
            same.remove(chosen)
        named.append(replace(given, id=chosen.id) if chosen is not None else None)
    taken = [*old, *(holding for holding in named if holding is not None)]
    paired = []
    for given, known_as in zip(new, named, strict=True):
        paired.append(known_as or replace(given, id=next(_free_ids(taken, given.account))))
        taken.append(paired[-1])
    return tuple(paired)


def _sameness(holding: Holding) -> tuple[Any, ...]:
    return (holding.account, holding.position, holding.kind, holding.valid_from)


def _free_ids(holdings: Iterable[Holding], username: str) -> Iterator[str]:
    taken = {holding.id for holding in holdings}
    number = 1
    while True:
        if f"{username}/{number}" not in taken:
            yield f"{username}/{number}"
        number += 1


# --- in words ---


def _things(organisation: Organisation) -> dict[tuple[ObjectKind, str], Any]:
    return {
        ("agency", organisation.agency.id): organisation.agency,
        **{("unit", unit.id): unit for unit in organisation.units},
        **{("position", position.id): position for position in organisation.positions},
        **{("account", account.username): account for account in organisation.accounts},
        **{("holding", holding.id): holding for holding in organisation.holdings},
        **{("team", team.id): team for team in organisation.teams},
    }


def _told(
    kind: ObjectKind, id: str, old: Any, new: Any, organisation: Organisation, today: date
) -> Difference | None:
    if old == new:
        return None
    what: What = "changed"
    changed: list[str] = []
    if old is None:
        what = "added"
    elif new is None:
        what = "removed"
    else:
        changed = [spec.name for spec in fields(new) if getattr(old, spec.name) != getattr(new, spec.name)]
        over = changed == ["valid_to"] and new.valid_to is not None and new.valid_to <= today
        if over or (changed == ["disabled"] and new.disabled):
            what = "ended"
    noun, verb, more = NOUNS[kind], WORDS[what], NOTHING
    named = _named(new if new is not None else old, organisation)
    if what == "ended" and isinstance(new, Account):
        verb = Text("dinonaktifkan", "disabled")
    elif what == "ended":
        more = Text(f" ({new.valid_to.isoformat()})", f" ({new.valid_to.isoformat()})")
    elif what == "changed":
        more = Text(
            _pairs(old, new, changed, lambda name: FIELDS.get(name, name)),
            _pairs(old, new, changed, lambda name: name),
        )
    told = Text(f"{noun.indonesian} {verb.indonesian}: {named}", f"{verb.english} {noun.english}: {named}")
    return Difference(kind, id, what, told + more + Text(".", ""))


def _named(thing: Any, organisation: Organisation) -> str:
    if isinstance(thing, Holding):
        kind = "" if thing.kind == "definitive" else f"{thing.kind.capitalize()}. "
        return f"{organisation.label_of(f'@{thing.account}')} – {kind}{organisation.label_of(thing.position)}"
    id = thing.username if isinstance(thing, Account) else thing.id
    return f"{thing.label} ({id})"


def _pairs(old: Any, new: Any, changed: Sequence[str], word: Any) -> str:
    pairs = (
        f"{word(name)}: {_shown(_told_as(old, name))} → {_shown(_told_as(new, name))}" for name in changed
    )
    return f" ({'; '.join(pairs)})"


def _told_as(thing: Any, name: str) -> Any:
    """A value in words; of a picture that it is there."""
    value = getattr(thing, name)
    return f"PNG {logo_hash(value)[:8]}" if name == "logo" and value else value


def _shown(value: Any) -> str:
    match value:
        case None | "" | ():
            return "–"
        case bool():
            return "ya" if value else "tidak"
        case date():
            return value.isoformat()
        case Term():
            return f"{_shown(value.valid_from)} s.d. {_shown(value.valid_to)}"
        case tuple() if value and isinstance(value[0], Term):
            return ", ".join(map(_shown, value))
        case tuple() | frozenset():
            return ", ".join(sorted(map(str, value))) or "–"
        case Decree():
            return " ".join(_shown(part) for part in (value.number, value.signed_on) if part) or "–"
    return str(value)
