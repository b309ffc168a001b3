"""Folding the events of a case's stream gives its public state. Standard library only."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

State = dict[str, dict[str, dict[str, Any]]]
"""kind (case, branch, task) → id → field → value as canonical JSON; a field that is None is absent."""


def empty_state() -> State:
    return {"case": {}, "branch": {}, "task": {}}


def replay(bodies: Iterable[bytes]) -> State:
    """The public state after these events, oldest first."""
    state = empty_state()
    for body in bodies:
        apply(state, json.loads(body))
    return state


def apply(state: State, event: Mapping[str, Any]) -> str | None:
    """Carry one event into the state; says what does not fit, None when all does."""
    for change in event["changes"]:
        things = state.setdefault(change["kind"], {})
        thing = things.get(change["id"])
        if change["created"] != (thing is None):
            return f"{change['kind']} {change['id']} is created twice or was never created"
        thing = things.setdefault(change["id"], {})
        for name, (old, new) in change["fields"].items():
            if thing.get(name) != old:
                return f"{change['kind']} {change['id']}: {name} was not {old!r} before"
            if new is None:
                thing.pop(name, None)
            else:
                thing[name] = new
    return None


def difference(stored: State, replayed: State) -> str | None:
    """The first place where the stored state is not what the events say; None when they agree."""
    for kind in sorted({*stored, *replayed}):
        here, there = stored.get(kind, {}), replayed.get(kind, {})
        for thing in sorted({*here, *there}):
            if thing not in there:
                return f"{kind} {thing} is stored, but no event created it"
            if thing not in here:
                return f"{kind} {thing} was created by an event, but is not stored"
            for name in sorted({*here[thing], *there[thing]}):
                is_now, should_be = here[thing].get(name), there[thing].get(name)
                if is_now != should_be:
                    return f"{kind} {thing}: {name} is {is_now!r}, the events say {should_be!r}"
    return None
