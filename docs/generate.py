"""Write the documents that are made from the code, or with `--check` say which of them are out of date."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# File -> "module:function" that returns its content: bytes, text or anything JSON can hold.
GENERATED = {
    "docs/sop.schema.json": "engine.sop.schema:json_schema",
    "docs/language/kunci.md": "book:indonesian",
    "docs/language/keys.md": "book:english",
    "docs/settings.md": "runtime.settings:as_markdown",
    "docs/authority.md": "authority:as_markdown",
    "docs/procedures.md": "procedures:as_markdown",
    "alur_client/shapes.py": "client_shapes:as_python",
    "web/locale/en/LC_MESSAGES/pages.po": "catalogue:as_po",
}


def content(source: str) -> bytes:
    """The bytes that the file should have."""
    module, function = source.split(":")
    made = getattr(importlib.import_module(module), function)()
    if isinstance(made, bytes):
        return made
    text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    return text.encode()


def main() -> int:
    stale = []
    for name, source in GENERATED.items():
        path, made = ROOT / name, content(source)
        if path.exists() and path.read_bytes() == made:
            continue
        if "--check" in sys.argv[1:]:
            stale.append(f"{name} is not what {source} makes now; `make docs` writes it again.")
        else:
            path.write_bytes(made)
            print(f"{name} written")
    print("\n".join(stale) or "Generated documents are up to date.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
