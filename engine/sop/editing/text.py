"""One change of a YAML text: a value put, an entry removed, an item inserted or moved.

What stands around the change keeps its bytes. After each change the text is read again and held against
what it should say; where it says something else, the nearest key of the top level is written anew.
"""

import copy
import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from engine.sop.editing.nodes import Node, node_at, tree
from engine.sop.locations import Path
from engine.sop.serialise import lines_of, scalar
from engine.sop.source import read_source

_LONE_CR = re.compile("\r(?!\n)")


def put(text: str, path: Path, value: Any, order: Sequence[str] = ()) -> str:
    """The text with a value at a path; maps and lists change entry by entry, so that others keep comments.

    ``order`` is that of the keys of the map that the path ends in: a new one goes behind those before it.
    """
    text = _plain(text)
    old = data(text)
    for part in path[:-1]:
        if not _has(old, part):
            raise KeyError(part)
        old = old[part]
    last = path[-1]
    if not _has(old, last):
        return _checked(text, path, value, lambda: _with_key(text, path, value, order))
    was = old[last]
    if was == value and type(was) is type(value):
        return text
    if isinstance(was, dict) and isinstance(value, dict) and was and value:
        for key in [key for key in was if key not in value]:
            text = remove(text, (*path, key))
        for key, inner in value.items():
            text = put(text, (*path, key), inner)
        return text
    if isinstance(was, list) and isinstance(value, list) and was and value:
        return _list(text, path, was, value)
    return _checked(text, path, value, lambda: _replaced(text, path, value))


def remove(text: str, path: Path) -> str:
    """The text without an entry; unchanged where there is none."""
    text = _plain(text)
    parent = data(text)
    for part in path:
        if not _has(parent, part):
            return text
        last, parent = parent, parent[part]
    if len(last) == 1:
        if len(path) == 1:
            return "{}\n"
        return put(text, path[:-1], {} if isinstance(last, dict) else [])
    return _checked(text, path, _GONE, lambda: _without(text, path))


def insert(text: str, path: Path, at: int, value: Any) -> str:
    """The text with an item more in a list."""
    text = _plain(text)
    items = _at(data(text), path)
    if not items:
        return put(text, path, [value])
    wanted = [*items[:at], value, *items[at:]]
    return _checked(text, path, wanted, lambda: _with_item(text, path, at, value))


def move(text: str, path: Path, start: int, to: int) -> str:
    """The text with an item of a list at another place, its comments with it."""
    text = _plain(text)
    items = list(_at(data(text), path))
    if start == to:
        return text
    wanted = list(items)
    wanted.insert(to, wanted.pop(start))
    return _checked(text, path, wanted, lambda: _moved(text, path, start, to))


def rename(text: str, path: Path, new: str) -> str:
    """The text with another key for an entry of a map; unchanged where that key is taken."""
    text = _plain(text)
    entries = _at(data(text), path[:-1])
    if path[-1] not in entries or new in entries:
        return text
    parent = node_at(tree(text), path[:-1])
    assert parent is not None  # noqa: S101 - it was looked up in the data
    key = parent.keys[parent.index(path[-1]) or 0]
    return text[: key.start] + scalar(new) + text[key.end :]


@lru_cache(maxsize=4)
def data(text: str) -> Any:
    """What a text says, to be looked at and never changed.

    ValueError where it cannot be edited because YAML itself refuses it.
    """
    source = read_source(text)
    if not source.readable or source.problems or not isinstance(source.data, dict):
        raise ValueError("not readable")
    return source.data


def _plain(text: str) -> str:
    """The text without what YAML passes over but places are counted by: a mark of its encoding, a lone CR."""
    return _LONE_CR.sub("\n", text.removeprefix("\ufeff"))


# --- what each change does to the text ---


class _Gone:
    pass


_GONE = _Gone()


def _checked(text: str, path: Path, value: Any, change: Callable[[], str]) -> str:
    wanted = copy.deepcopy(data(text))
    _set(wanted, path, value)
    try:
        changed = change()
        if data(changed) == wanted:
            return changed
    except (ValueError, IndexError, StopIteration):
        pass
    top = path[0]
    assert isinstance(top, str)  # noqa: S101 - a definition is a map
    changed = _replaced(text, (top,), wanted[top]) if top in wanted else _without(text, (top,))
    if data(changed) == wanted:
        return changed
    return "".join(f"{line}\n" for line in lines_of(wanted))


def _set(root: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        root = root[part]
    if value is _GONE:
        del root[path[-1]]
    else:
        root[path[-1]] = value


def _list(text: str, path: Path, was: list[Any], value: list[Any]) -> str:
    """Items that are the same at both ends stay; those between are changed one by one."""
    first = next((at for at, pair in enumerate(zip(was, value, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(was), len(value)) if first is None else first
    most = min(len(was), len(value)) - first
    same = next((n for n in range(most) if was[-1 - n] != value[-1 - n]), most)
    old, new = was[first : len(was) - same], value[first : len(value) - same]
    for at in range(min(len(old), len(new))):
        text = put(text, (*path, first + at), new[at])
    for at in reversed(range(len(new), len(old))):
        text = remove(text, (*path, first + at))
    for at in range(len(old), len(new)):
        text = insert(text, (*path,), first + at, new[at])
    return text


def _replaced(text: str, path: Path, value: Any) -> str:
    root = tree(text)
    node, inside = node_at(root, path), _inside_flow(root, path)
    assert node is not None  # noqa: S101 - it was looked up in the data
    parent = node_at(root, path[:-1])
    assert parent is not None  # noqa: S101
    if parent.kind == "list" or inside or not _is_block(value):
        gap = "" if node.start and text[node.start - 1] in " \n" else " "
        return text[: node.start] + gap + flow(value) + text[node.end :]
    key = parent.keys[parent.index(path[-1]) or 0]
    indent = " " * (_column(text, key.start) + 2)
    lines = "\n".join(f"{indent}{line}" for line in _block(value))
    if text.count("\n", key.end, node.start):
        start = text.rfind("\n", 0, node.start) + 1
        return text[:start] + lines + text[node.end :]
    colon = text.index(":", key.end)
    return text[: colon + 1] + "\n" + lines + text[node.end :]


def _with_key(text: str, path: Path, value: Any, order: Sequence[str]) -> str:
    root = tree(text)
    parent, key = node_at(root, path[:-1]), str(path[-1])
    assert parent is not None  # noqa: S101
    if parent.kind != "map" or not parent.keys:
        return _replaced(text, path[:-1], {key: value})
    names = [key.text for key in parent.keys]
    before = order[: order.index(key)] if key in order else names
    at = max((index for index, name in enumerate(names) if name in before), default=len(names) - 1)
    end = parent.values[at].end
    if parent.is_flow:
        return f"{text[:end]}, {scalar(key)}: {flow(value)}{text[end:]}"
    indent = " " * _column(text, parent.keys[0].start)
    lines = "\n".join(f"{indent}{line}" for line in lines_of({key: value}))
    line_end = _line_end(text, end)
    return f"{text[:line_end]}\n{lines}{text[line_end:]}"


def _without(text: str, path: Path) -> str:
    parent = node_at(tree(text), path[:-1])
    assert parent is not None  # noqa: S101
    at = parent.index(path[-1])
    assert at is not None  # noqa: S101
    start, end = parent.entry(at)
    if parent.is_flow:
        if at + 1 < len(parent.values):
            return text[:start] + text[parent.entry(at + 1)[0] :]
        return text[: parent.values[at - 1].end if at else start] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    if parent.keys and text[line:start].strip():  # the first key of an item stands behind its dash
        return text[:start] + text[parent.entry(at + 1)[0] :]
    return text[:line] + text[min(_line_end(text, end) + 1, len(text)) :]


def _with_item(text: str, path: Path, at: int, value: Any) -> str:
    node = node_at(tree(text), path)
    assert node is not None  # noqa: S101
    if node.is_flow:
        if at < len(node.values):
            start = node.values[at].start
            return f"{text[:start]}{flow(value)}, {text[start:]}"
        end = node.values[-1].end
        return f"{text[:end]}, {flow(value)}{text[end:]}"
    begins, ends = _chunks(text, node)
    indent = " " * _column(text, text.rindex("-", 0, node.values[0].start))
    first, *rest = _block(value) if isinstance(value, dict) and value else [flow(value)]
    lines = [f"{indent}- {first}", *(f"{indent}  {line}" for line in rest)]
    spaced = len(begins) > 1 and text[ends[0] : ends[0] + 1] == "\n"
    chunk = "".join(f"{line}\n" for line in lines)
    if at == 0:
        start = text.rfind("\n", 0, node.values[0].start) + 1
        return text[:start] + chunk + ("\n" if spaced else "") + text[start:]
    start = ends[at - 1]
    before = text[:start] if text[:start].endswith("\n") else f"{text[:start]}\n"
    return before + ("\n" if spaced else "") + chunk + text[start:]


def _moved(text: str, path: Path, start: int, to: int) -> str:
    node = node_at(tree(text), path)
    assert node is not None  # noqa: S101
    if node.is_flow:
        items = list(_at(data(text), path))
        items.insert(to, items.pop(start))
        return _replaced(text, path, items)
    if not text.endswith("\n"):
        text += "\n"
    begins, ends = _chunks(text, node)
    chunks = [text[a:b] for a, b in zip(begins, ends, strict=True)]
    between = [text[a:b] for a, b in zip(ends, begins[1:], strict=False)]
    chunks.insert(to, chunks.pop(start))
    pieces = [piece for pair in zip(chunks, [*between, ""], strict=True) for piece in pair]
    return text[: begins[0]] + "".join(pieces) + text[ends[-1] :]


def _chunks(text: str, node: Node) -> tuple[list[int], list[int]]:
    """The lines of each item of a block list, with the comments right above it."""
    begins: list[int] = []
    ends: list[int] = []
    for item in node.values:
        begin = text.rfind("\n", 0, item.start) + 1
        while begin:
            above = text.rfind("\n", 0, begin - 1) + 1
            if above < (ends[-1] if ends else 0) or not text[above:begin].lstrip().startswith("#"):
                break
            begin = above
        begins.append(begin)
        ends.append(min(_line_end(text, item.end) + 1, len(text)))
    return begins, ends


# --- how values are written ---


def _is_block(value: Any) -> bool:
    """Whether a value takes lines of its own."""
    if isinstance(value, dict):
        return bool(value)
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _block(value: Any) -> list[str]:
    if isinstance(value, dict):
        return list(lines_of(value))
    return [line.removeprefix("  ") for line in list(lines_of({"x": value}))[1:]]


def flow(value: Any) -> str:
    """A value in one line, as it stands within braces."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    written = scalar(value)
    return json.dumps(value, ensure_ascii=False) if "," in written and written[:1] != '"' else written


def _inside_flow(root: Node, path: Path) -> bool:
    return any((node := node_at(root, path[:end])) is not None and node.is_flow for end in range(len(path)))


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)


def _at(value: Any, path: Path) -> Any:
    for part in path:
        if not _has(value, part):
            return []
        value = value[part]
    return value or []
