"""Changes of an SOP as its author thinks of them: rows, roles, ways on. Text in, text out. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.sop.binding import keys_of
from engine.sop.editing.text import data, insert, move, put, remove, rename
from engine.sop.model import Definition, Role, Step

STEP_KEYS = [key.word for key in keys_of(Step).values()]
TOP_KEYS = [key.word for key in keys_of(Definition).values()]
ROLE_KEYS = [key.word for key in keys_of(Role).values()]
TARGETS = ("next", "to", "at")
NAMES_ROLES = frozenset(
    {"executor", "participants", "informed", "notify", "by", "approved_by", "product_owner", "activity_owner"}
    | {"supervisor_of", "fallback", "recorded_by", "approve_by"}
)
MENTIONS = ("not_same_person_as",)


def steps_of(text: str) -> list[dict[str, Any]]:
    """The steps as the text writes them; what is no step with an id is left out."""
    steps = data(text).get("steps")
    return [step for step in steps or () if isinstance(step, dict) and isinstance(step.get("id"), str)]


def position(text: str, step_id: str) -> int:
    """Where a step stands in the list; KeyError where there is none."""
    for at, step in enumerate(data(text).get("steps") or ()):
        if isinstance(step, dict) and step.get("id") == step_id:
            return at
    raise KeyError(step_id)


def add_step(text: str, after: str | None, activity: str = "", executor: str = "") -> tuple[str, str]:
    """A new row behind another (None: as the first), in the same branch of a block; and its id."""
    taken = {step["id"] for step in steps_of(text)}
    name = next(f"s{n}" for n in range(len(taken) + 1, 2 * len(taken) + 3) if f"s{n}" not in taken)
    step = {"id": name, "activity": activity, "executor": executor or first_role(text), "time": "none"}
    if not step["executor"]:
        del step["executor"]
    text = insert(text, ("steps",), position(text, after) + 1 if after else 0, step)
    for path, ids in _lists_of_blocks(text):
        if after in ids:
            ids = [*ids[: ids.index(after) + 1], name, *ids[ids.index(after) + 1 :]]
            text = put(text, path, ids)
    if after:
        text = _leads_through(text, after, name)
    return _numbered(text), name


def remove_step(text: str, step_id: str) -> str:
    """Without a row; what led to it leads to the row behind it."""
    at = position(text, step_id)
    steps = steps_of(text)
    order = [step["id"] for step in steps]
    behind = order[order.index(step_id) + 1 :]
    own = steps[order.index(step_id)].get("next")
    onward = own if isinstance(own, str) and own != step_id else (behind[0] if behind else "end")
    text = remove(text, ("steps", at))
    for path, value in list(_places(data(text), ())):
        if path[-1] in TARGETS and value == step_id:
            text = put(text, path, onward)
        elif path[-1] in MENTIONS and step_id in (value if isinstance(value, list) else [value]):
            rest = [id for id in value if id != step_id] if isinstance(value, list) else []
            text = put(text, path, rest) if rest else remove(text, path)
    for path, ids in reversed(_lists_of_blocks(text)):
        if step_id in ids:
            rest = [id for id in ids if id != step_id]
            text = put(text, path, rest) if rest or path[-1] == "steps" else remove(text, path)
    return _numbered(text)


def move_step(text: str, step_id: str, by: int) -> str:
    """A row further up (negative) or down; at the edge it stays."""
    at = position(text, step_id)
    to = min(max(at + by, 0), len(data(text)["steps"]) - 1)
    return _numbered(move(text, ("steps",), at, to))


def set_step(text: str, step_id: str, key: str, value: Any) -> str:
    """A key of a step; None or nothing takes it away."""
    path = ("steps", position(text, step_id), key)
    if value in (None, "", [], {}):
        return remove(text, path)
    return put(text, path, value, STEP_KEYS)


def set_outcomes(text: str, step_id: str, ways: Sequence[Mapping[str, Any]]) -> str:
    """The ways on from a decision: each its ``id`` (empty for a new one), ``label``, ``to``, ``is_return``.

    What else an outcome says stays. A return asks for its reason.
    """
    at = position(text, step_id)
    old: dict[str, Any] = data(text)["steps"][at].get("outcomes") or {}
    made: dict[str, Any] = {}
    for way in ways:
        name = way["id"] or slug(way["label"], {*old, *made})
        there = old.get(name)
        was = there if isinstance(there, dict) else {}
        kept = {key: value for key, value in was.items() if key not in ("return", "reason")}
        made[name] = {**kept, "label": way["label"], "to": way["to"]}
        if way["is_return"]:
            made[name] |= {"return": True, "reason": was.get("reason", "required")}
        elif "reason" in was and not was.get("return"):
            made[name]["reason"] = was["reason"]
    text = set_step(text, step_id, "outcomes", made)
    if made and data(text)["steps"][at].get("kind") == "task":
        text = remove(text, ("steps", at, "kind"))
    return text


def add_role(text: str, label: str) -> tuple[str, str]:
    """A column more, and its id."""
    roles = data(text).get("roles") or {}
    name = slug(label, roles)
    path = ("roles", name) if roles else ("roles",)
    return put(text, path, {"label": label} if roles else {name: {"label": label}}, TOP_KEYS), name


def remove_role(text: str, role: str) -> str:
    """Without a column and its marks."""
    for step in steps_of(text):
        for key in ("executor", "participants", "informed", "notify"):
            if role in many(step.get(key)):
                rest = [name for name in many(step[key]) if name != role]
                text = set_step(text, step["id"], key, one_or_many(rest))
    return remove(text, ("roles", role))


def rename_role(text: str, role: str, new: str) -> str:
    """A column under another id, such as that of a position's role in the office, and all that names it."""
    if new in (data(text).get("roles") or {}):
        return text
    for path, value in _places(data(text), ()):
        key = path[-2] if isinstance(path[-1], int) and len(path) > 1 else path[-1]
        if value == role and key in NAMES_ROLES:
            text = put(text, path, new)
    return rename(text, ("roles", role), new)


def set_role(text: str, role: str, key: str, value: Any) -> str:
    """A key of a role; None or nothing takes it away."""
    if value in (None, "", False):
        return remove(text, ("roles", role, key))
    return put(text, ("roles", role, key), value, ROLE_KEYS)


def set_identity(text: str, key: str, value: Any, order: Sequence[str] = ()) -> str:
    """A key of the identity block; nothing leaves it blank, as the paper does."""
    written = data(text).get("identity") or {}
    if value in (None, "", []):
        return put(text, ("identity", key), None) if key in written else text
    if not written:
        return put(text, ("identity",), {key: value}, TOP_KEYS)
    return put(text, ("identity", key), value, order)


def first_role(text: str) -> str:
    """The first column, for a row that nobody has marked yet."""
    roles = data(text).get("roles")
    return next(iter(roles), "") if isinstance(roles, dict) else ""


def slug(label: str, taken: Mapping[str, Any] | set[str], joint: str = "_") -> str:
    """An id of a label that is not taken."""
    words = re.findall(r"[a-z0-9]+", label.casefold())
    name = joint.join(words)[:40].strip(joint)
    name = name if name[:1].isalpha() else f"x{joint}{name}".rstrip(joint)
    return next(
        candidate
        for n in range(1, len(taken) + 3)
        if (candidate := name if n == 1 else f"{name}{joint}{n}") not in taken
    )


def many(value: Any) -> list[str]:
    """One or many as a list."""
    if isinstance(value, list):
        return [text for text in value if isinstance(text, str)]
    return [value] if isinstance(value, str) else []


def one_or_many(names: Sequence[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _leads_through(text: str, before: str, new: str) -> str:
    """A row that named its next one leads to the new one, which goes on to where it led."""
    at = position(text, before)
    step = data(text)["steps"][at]
    if not isinstance(step.get("next"), str):
        return text
    text = set_step(text, new, "next", step["next"])
    return put(text, ("steps", at, "next"), new)


def _numbered(text: str) -> str:
    """Written numbers count 1…n again."""
    for at, step in enumerate(data(text).get("steps") or ()):
        if isinstance(step, dict) and "number" in step and step["number"] != at + 1:
            text = put(text, ("steps", at, "number"), at + 1)
    return text


def _lists_of_blocks(text: str) -> list[tuple[tuple[str | int, ...], list[str]]]:
    lists: list[tuple[tuple[str | int, ...], list[str]]] = []
    blocks = data(text).get("blocks")
    for name, block in blocks.items() if isinstance(blocks, dict) else ():
        if not isinstance(block, dict):
            continue
        if isinstance(block.get("steps"), list):
            lists.append((("blocks", name, "steps"), block["steps"]))
        for at, branch in enumerate(block.get("branches") or ()):
            if isinstance(branch, list):
                lists.append((("blocks", name, "branches", at), branch))
    return lists


def _places(value: Any, path: tuple[str | int, ...]) -> "list[tuple[tuple[str | int, ...], Any]]":
    pairs: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    here = [(path, value)] if path else []
    return [*here, *(place for part, inner in pairs for place in _places(inner, (*path, part)))]


class History:
    """The texts of a draft, newest last; going back gives the very bytes."""

    def __init__(self, text: str, earlier: Sequence[str] = (), most: int = 50) -> None:
        self.text = text
        self.earlier = list(earlier)
        self.most = most

    def change(self, change: Callable[[str], str]) -> None:
        """Do something to the text; nothing is remembered of what changes nothing."""
        text = change(self.text)
        if text != self.text:
            self.earlier = [*self.earlier, self.text][-self.most :]
            self.text = text

    def undo(self) -> bool:
        """Go one change back; False where there is none."""
        if not self.earlier:
            return False
        self.text = self.earlier.pop()
        return True
