"""Where things stand in a file, and how values are shown in messages."""

import re
import unicodedata

Path = tuple[str | int, ...]
Place = tuple[int, int]  # line and column, both from 1

_SAFE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def path_text(path: Path) -> str:
    """``("steps", 2, "set", "item.status")`` as ``steps[2].set["item.status"]``."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif _SAFE_KEY.fullmatch(part):
            parts.append(f".{part}" if parts else part)
        else:
            parts.append(f"[{shown(part)}]")
    return "".join(parts)


def shown(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: quoted, on one line, cut, without control characters."""
    text = value if isinstance(value, str) else str(value)
    cut = text[:limit] + "…" if len(text) > limit else text
    safe = "".join(
        c if c.isprintable() and unicodedata.category(c) != "Cs" else f"\\u{ord(c):04x}" for c in cut
    )
    return f'"{safe}"' if isinstance(value, str) else safe
