"""The first text of an SOP, from what its author can say of it. Pure."""

from collections.abc import Sequence
from typing import Any

from engine.sop.editing.steps import slug
from engine.sop.serialise import yaml_of


def skeleton(title: str, actors: Sequence[str] = (), rows: Sequence[tuple[str, str]] = ()) -> str:
    """A definition of a title, its executors, and its rows: what is done, and by which executor.

    A row without an executor goes to the first. What nobody has said is left blank; the check tells it.
    """
    roles: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for label in [*actors, *(actor for _, actor in rows)]:
        if label and label.casefold() not in names:
            names[label.casefold()] = slug(label, roles)
            roles[names[label.casefold()]] = {"label": label}
    first = next(iter(roles), "")
    steps = [
        _step(at, activity, names.get(actor.casefold(), first))
        for at, (activity, actor) in enumerate(rows, 1)
    ]
    identity = {"title": title, "number": None, "created_on": None, "effective_on": None, "approved_by": None}
    whole: dict[str, Any] = {
        "schema": "sop/v1",
        "id": slug(title, set(), "-"),
        "version": "1.0.0",
        "identity": identity,
        "roles": roles,
        "triggers": [{"type": "manual", "by": first}] if first else [],
        "steps": steps,
    }
    return yaml_of({key: value for key, value in whole.items() if value})


def _step(number: int, activity: str, role: str) -> dict[str, Any]:
    executor = {"executor": role} if role else {}
    return {"id": f"s{number}", "activity": activity, **executor, "time": "none"}
