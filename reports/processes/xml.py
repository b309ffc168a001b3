"""XML written piece by piece: what stands in it is escaped, what XML cannot hold is left out."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

# Of what Python calls text XML 1.0 knows no controls, no halves of pairs, no noncharacters.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def text(value: object) -> str:
    """A value as the content of an element."""
    return escape(_IMPOSSIBLE.sub("", str(value)))


def quoted(value: object) -> str:
    """A value as an attribute, with its quotes."""
    return f'"{escape(_IMPOSSIBLE.sub("", str(value)), _QUOTES)}"'


def tag(name: str, given: Mapping[str, object] | None = None, *, is_open: bool = False) -> str:
    """An element without content, or the beginning of one; what is None is left out."""
    said = "".join(f" {key}={quoted(value)}" for key, value in (given or {}).items() if value is not None)
    return f"<{name}{said}>" if is_open else f"<{name}{said}/>"
