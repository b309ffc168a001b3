"""Folding the events of a stream gives what its tables hold. Standard library only."""

import json
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.audit.subjects import private_changes, public_changes
from engine.audit.told_timers import carry_timers

State = dict[str, dict[str, dict[str, Any]]]
"""kind (case, branch, task, …) → id → field → value as canonical JSON; a field that is None is absent."""
Defaults = Mapping[str, Mapping[str, Any]]
"""kind → field → what a thing has whose events are older than the field."""
TELLING = 2
"""The format from which on events tell all that is compared."""
UNTOLD = frozenset({"text_sha256", "data_sha256", "password", "second_factor"})
UNTOLD_KINDS = frozenset({"file", "notice", "timer", "identity", "token", "invitation"})
"""What events of the first format say nothing of: counted, not compared, where a stream began with them."""
UNTOLD_AT_ALL = frozenset({"notice"})
"""What some acts say nothing of to this day: notices about several cases at once."""
ENDING = frozenset({"token", "invitation"})
"""Things that may go without an event of their own: with a password, or with their time."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the program knows of the things that events are about: defaults, and what follows from a state."""

    public: Defaults = field(default_factory=dict)
    private: Defaults = field(default_factory=dict)
    derived: Callable[[State], State] = lambda _: {}


@dataclass(slots=True)
class Stored:
    """What the tables hold of one stream; ``private`` is None where nobody asked for it."""

    public: State = field(default_factory=dict)
    private: State | None = None

    def __bool__(self) -> bool:
        return any(self.public.values())


@dataclass(slots=True)
class Replay:
    """The events of one stream carried into a state, one by one."""

    shape: Shape = field(default_factory=Shape)
    public: State = field(default_factory=dict)
    private: State = field(default_factory=dict)
    blurred: bool = False  # something private was erased or is not at hand: what it said is not known
    lenient: bool = False  # the stream began when events told less
    not_checked: list[str] = field(default_factory=list)  # what is stored and no event tells of
    erased: Container[tuple[str, Any]] = frozenset()  # things (kind, id) that were blanked in the tables

    def add(self, event: Mapping[str, Any], detail: Mapping[str, Any] | None) -> str | None:
        """Carry in one event with what stands beside it (None: erased, or none); says what does not fit."""
        if detail is None and event["details_digest"] is not None:
            self.blurred, self.private = True, {}
        if event["seq"] == 1:
            self.lenient = event.get("format", 1) < TELLING
        changes = public_changes(event)
        what = apply(self.public, changes, self.shape.public)
        if what is not None:
            return what
        carry_timers(self.public.setdefault("timer", {}), event)
        for change in changes:
            things = self.private.setdefault(change["kind"], {})
            if change["created"]:
                known = {} if self.blurred else self.shape.private.get(change["kind"], {})
                things[change["id"]] = dict(known)
            elif change["id"] not in self.public[change["kind"]]:
                things.pop(change["id"], None)
        for change in private_changes(event, detail) if detail is not None else ():
            thing = self.private.setdefault(change["kind"], {}).setdefault(change["id"], {})
            what = _carry(thing, change, change["created"], self.blurred)
            if what is not None:
                return what
        return None

    def difference(self, stored: Stored) -> str | None:
        """The first place where the tables are not what the events say; None when they agree."""
        public = {**self.public, **self.shape.derived(self.public)}
        what = self._difference(stored.public, public, blurred=False)
        if what is not None or stored.private is None:
            return what
        here, there = (self._unerased(state) for state in (stored.private, self.private))
        return self._difference(here, there, blurred=self.blurred)

    def _unerased(self, state: State) -> State:
        return {
            kind: {name: thing for name, thing in things.items() if (kind, name) not in self.erased}
            for kind, things in state.items()
        }

    def _difference(self, stored: State, replayed: State, *, blurred: bool) -> str | None:
        return difference(
            stored, replayed, blurred=blurred, lenient=self.lenient, not_checked=self.not_checked
        )


def replay(bodies: Iterable[bytes]) -> State:
    """The public state of a case, its branches and tasks after these events, oldest first."""
    state: State = {}
    for body in bodies:
        apply(state, json.loads(body)["changes"])
    return state


def apply(state: State, changes: Iterable[Mapping[str, Any]], defaults: Defaults | None = None) -> str | None:
    """Carry changes into the state; says what does not fit, None when all does."""
    for change in changes:
        things = state.setdefault(change["kind"], {})
        thing = things.get(change["id"])
        if thing is None and not change["created"] and change["kind"] in UNTOLD_KINDS:
            continue  # made when events told less; it is compared with what is stored
        if change["created"] != (thing is None):
            return f"{change['kind']} {change['id']} is created twice or was never created"
        if thing is None:
            thing = things[change["id"]] = dict((defaults or {}).get(change["kind"], {}))
        what = _carry(thing, change, change["created"])
        if what is not None:
            return what
        if not thing:
            del things[change["id"]]
    return None


def difference(
    stored: State,
    replayed: State,
    *,
    blurred: bool = False,
    lenient: bool = False,
    not_checked: list[str] | None = None,
) -> str | None:
    """The first place where one state is not the other; what an erased detail said may be anything.

    ``not_checked`` takes what no event tells of, which is more where the stream is older (``lenient``).
    """
    untold = [] if not_checked is None else not_checked
    for kind in sorted({*stored, *replayed}):
        here, there = stored.get(kind, {}), replayed.get(kind, {})
        for thing in sorted({*here, *there}):
            if here.get(thing) == there.get(thing):
                continue
            if thing not in here and kind in ENDING:
                continue
            unsaid_kinds = UNTOLD_KINDS if lenient else UNTOLD_AT_ALL
            if (lenient and kind == "timer") or (thing not in there and kind in unsaid_kinds):
                untold.append(f"{kind} {thing}")
                continue
            if thing not in there and not blurred:
                return f"{kind} {thing} is stored, but no event created it"
            if thing not in here and there[thing]:
                return f"{kind} {thing} was created by an event, but is not stored"
            is_now, should_be = here.get(thing, {}), there.get(thing, {})
            skipped = is_now.keys() - should_be.keys() if blurred else set()
            if lenient and (unsaid := (UNTOLD & is_now.keys()) - should_be.keys()):
                untold += (f"{kind} {thing}: {name}" for name in sorted(unsaid))
                skipped = skipped | unsaid
            for name in sorted({*is_now, *should_be} - skipped):
                if not _same(is_now.get(name), should_be.get(name)):
                    return (
                        f"{kind} {thing}: {name} is {is_now.get(name)!r},"
                        f" the events say {should_be.get(name)!r}"
                    )
    return None


def _same(stored: Any, told: Any) -> bool:
    """Whether two values are the same; a number may be a number here and its digits there."""
    if stored == told:
        return True
    if isinstance(stored, dict) and isinstance(told, dict):
        return stored.keys() == told.keys() and all(_same(stored[key], told[key]) for key in stored)
    if isinstance(stored, list) and isinstance(told, list):
        return len(stored) == len(told) and all(map(_same, stored, told))
    if isinstance(stored, int | str) and isinstance(told, int | str) and not isinstance(stored, bool):
        try:
            return float(stored) == float(told)
        except (ValueError, OverflowError):
            return False
    return False


def _carry(
    thing: dict[str, Any], change: Mapping[str, Any], created: bool = False, blurred: bool = False
) -> str | None:
    if created:
        thing.update((name, new) for name, (_, new) in change["fields"].items() if new is not None)
        return None
    for name, (old, new) in change["fields"].items():
        unknown = name not in thing and (blurred or name in UNTOLD)
        if thing.get(name) != old and not unknown:
            return f"{change['kind']} {change['id']}: {name} was not {old!r} before"
        if new is None:
            thing.pop(name, None)
        else:
            thing[name] = new
    return None
