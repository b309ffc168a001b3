"""What changed from one version of an SOP to another, place by place. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from engine.sop.model import Definition
from engine.sop.serialise import plain

ChangeKind = Literal["text", "time", "executor", "flow", "form", "identity"]

# The key of the language that a path ends with, or goes through, says what kind of change it is.
KINDS: Mapping[ChangeKind, frozenset[str]] = {
    "time": frozenset(
        {
            "time",
            "time_text",
            "time_per",
            "time_by",
            "calendar",
            "pickup",
            "due",
            "not_before",
            "clock",
            "sla",
            "milestone",
        }
        | {"escalation"}
    ),
    "executor": frozenset(
        {"executor", "participants", "informed", "roles", "assign", "decide", "by", "approve_by"}
        | {"recorded_by", "not_same_person_as", "not_same_unit_as_branch"}
    ),
    "flow": frozenset(
        {"next", "outcomes", "when", "blocks", "deviations", "triggers", "start_sop", "row", "kind", "number"}
        | {"result", "stage", "case", "sign", "after"}
    ),
    "form": frozenset({"form", "forms", "set", "numbering", "allow_progress"}),
}
# What is new with every version says nothing about it.
LEFT_OUT = frozenset({"schema", "version", "status"})
WORDS = frozenset({"label", "activity", "help", "title", "message"})


class Change(TypedDict):
    path: str
    old: Any
    new: Any
    kind: ChangeKind


@dataclass(frozen=True, slots=True)
class DefinitionDiff:
    """Paths that came and went, and values that changed; an entry with an id is known by it."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)

    def shape(self) -> dict[str, Any]:
        """As JSON."""
        return {"added": list(self.added), "removed": list(self.removed), "changed": list(self.changed)}

    def steps(self) -> frozenset[str]:
        """The ids of the steps that something of this concerns."""
        paths = (*self.added, *self.removed, *(change["path"] for change in self.changed))
        return frozenset(path.split(".")[1] for path in paths if path.startswith("steps."))


def definition_diff(old: Definition, new: Definition) -> DefinitionDiff:
    """What is other in ``new``. Give both as their files write them, or both with every default."""
    before, after = _by_id(plain(old)), _by_id(plain(new))
    added: list[str] = []
    removed: list[str] = []
    changed: list[Change] = []
    for path, was, now in _differences("", before, after):
        if was is ABSENT:
            added.append(path)
        elif now is ABSENT:
            removed.append(path)
        else:
            changed.append({"path": path, "old": was, "new": now, "kind": kind_of(path)})
    return DefinitionDiff(tuple(added), tuple(removed), tuple(changed))


def kind_of(path: str) -> ChangeKind:
    """What a change at this place is about: the nearest key that says so."""
    keys = path.split(".")
    if keys[0] == "identity":
        return "identity"
    if keys[-1] in WORDS and keys[0] != "forms":
        return "text"
    for key in reversed(keys):
        for kind, words in KINDS.items():
            if key in words:
                return kind
    return "text"


class _Absent:
    """What is not there; None is another thing, for a file may write null."""


ABSENT = _Absent()


def _differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (*old, *(key for key in new if key not in old)):
            if path or key not in LEFT_OUT:
                below = f"{path}.{key}" if path else key
                yield from _differences(below, old.get(key, ABSENT), new.get(key, ABSENT))
    elif old != new:
        yield path, old, new


def _by_id(value: Any) -> Any:
    """Lists of entries with an id as maps by that id, so that an entry which moved is the same entry."""
    if isinstance(value, list) and value and all(isinstance(item, dict) and "id" in item for item in value):
        return {item["id"]: _by_id({k: inner for k, inner in item.items() if k != "id"}) for item in value}
    if isinstance(value, list):
        return [_by_id(item) for item in value]
    if isinstance(value, dict):
        return {key: _by_id(inner) for key, inner in value.items()}
    return value
