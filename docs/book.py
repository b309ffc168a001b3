"""docs/language/kunci.md and keys.md: every key of the language, its meaning, and an example that runs.

The meanings are those of ``engine/sop/keys.yaml``; each example is the shortest use of its key in the
definitions beside the book, whose scenarios the tests play.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from engine.sop.binding import keys_of
from engine.sop.editing.text import flow
from engine.sop.manual import Noun, nouns
from engine.sop.model import Definition
from engine.sop.source import read_source
from engine.text.bilingual import Text

HERE = Path(__file__).resolve().parent / "language"
EXAMPLES = HERE / "examples"
LONGEST = 110
Use = tuple[str, str, Any, str]
HEAD = {
    "id": """# Semua kunci bahasa SOP

Dibuat dari `engine/sop/keys.yaml`; `make docs` menulisnya kembali. In English: [keys.md](keys.md).
Pengantarnya: [dari-tabel-ke-sop.md](dari-tabel-ke-sop.md).

Tiap contoh berasal dari SOP di [examples](examples), yang skenarionya dimainkan setiap pengujian.
Kunci dengan ● wajib ditulis.
""",
    "en": """# Every key of the SOP language

Made from `engine/sop/keys.yaml`; `make docs` writes it again. Dalam bahasa Indonesia: [kunci.md](kunci.md).
Begin with [from-the-signed-table.md](from-the-signed-table.md).

Each example stands in one of the SOPs in [examples](examples), whose scenarios every run of the tests plays.
A key with ● must be written.
""",
}
COLUMNS = {"id": "| Kunci | Arti | Contoh | Berkas |", "en": "| Key | Meaning | Example | File |"}
SEE = Text("lihat", "see")


def indonesian() -> str:
    """The page in Indonesian."""
    return _page("id")


def english() -> str:
    """The page in English."""
    return _page("en")


def definitions() -> list[Path]:
    """The files of the definitions beside the book."""
    return [
        path
        for path in sorted(EXAMPLES.glob("*.yaml"))
        if re.search(r"(?m)^schema: sop/v1$", path.read_text(encoding="utf-8"))
    ]


def uses() -> dict[tuple[str, str], list[Use]]:
    """Where each key of each noun is written: (key as it stands, file, value, noun of the value)."""
    uses: dict[tuple[str, str], list[Use]] = {}
    for path in definitions():
        for noun, key, use in _walk(Definition, read_source(path.read_bytes()).data, path.name, ""):
            uses.setdefault((noun, key), []).append(use)
    return uses


def _page(language: str) -> str:
    written, parts = uses(), [HEAD[language]]
    for noun in nouns().values():
        place = f" · `{noun.at}`" if noun.at else ""
        parts.append(f"## {noun.about.to(language)}{place}\n")
        parts.append(f"{COLUMNS[language]}\n|---|---|---|---|")
        parts += [_row(noun, key, written.get((noun.name, key), []), language) for key in noun.keys]
        parts.append("")
    return "\n".join(parts)


def _row(noun: Noun, key: str, written: list[Use], language: str) -> str:
    cls = _classes()[noun.name]
    mark = " ●" if keys_of(cls)[key].required else ""
    said = noun.keys[key].to(language).replace("|", "\\|")
    inner = next((use[3] for use in written if use[3]), "")
    texts = sorted(
        ((f"{name}: {flow(value)}", file) for name, file, value, _ in written if not _is_whole(value)),
        key=lambda pair: (len(pair[0]), pair[0]),
    )
    if texts and len(texts[0][0]) <= LONGEST:
        text, file = texts[0]
        example = f"`{text.replace('|', chr(92) + '|')}` | [{file.removesuffix('.yaml')}](examples/{file})"
    elif inner:
        about = nouns()[inner].about.to(language)
        example = f"{SEE.to(language)} {about} | "
    else:
        example = " | "
    return f"| `{key}`{mark} | {said} | {example} |"


def _is_whole(value: Any) -> bool:
    """Whether a value is so large that an example of it says too much."""
    return len(flow(value)) > LONGEST


def _classes() -> dict[str, Any]:
    classes: dict[str, Any] = {}

    def visit(cls: Any) -> None:
        if cls.__name__ in classes:
            return
        classes[cls.__name__] = cls
        for key in keys_of(cls).values():
            for inner in _nouns_in(key.hint):
                visit(inner)

    visit(Definition)
    return classes


def _walk(
    cls: Any, value: Any, file: str, written_as: str, *, is_item: bool = False
) -> Iterator[tuple[str, str, Use]]:
    """The keys of a value that a class reads, and those of what it holds."""
    keys, short = keys_of(cls), getattr(cls, "SHORT", None)
    if not isinstance(value, dict):
        if short is not None:
            yield cls.__name__, short.rstrip("_"), (written_as, file, [value] if is_item else value, "")
        return
    for word, inner in value.items():
        key = keys[word]
        held = list(_nouns_in(key.hint))
        yield cls.__name__, word, (word, file, inner, held[0].__name__ if held else "")
        for noun, held_value in _values(key.hint, inner):
            yield from _walk(noun, held_value, file, word, is_item=isinstance(inner, list))


def _values(hint: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """The values in one of a hint that a noun reads, beside the noun."""
    if _is_noun(hint):
        yield hint, value
        return
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        for member in inner:
            yield from _values(member, value)
    elif origin is tuple:
        for item in value if isinstance(value, list) else [value]:
            yield from _values(inner[0], item)
    elif origin is dict and isinstance(value, dict):
        for item in value.values():
            yield from _values(inner[1], item)


def _nouns_in(hint: Any) -> Iterator[Any]:
    if _is_noun(hint):
        yield hint
        return
    for inner in get_args(hint):
        yield from _nouns_in(inner)


def _is_noun(hint: Any) -> bool:
    return isinstance(hint, type) and hint.__name__ in nouns()
