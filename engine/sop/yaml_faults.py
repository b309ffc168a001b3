"""What an author is told of a text that YAML itself cannot read. Pure."""

import re

from engine.text.bilingual import Text

_MARK_FIRST = re.compile(r"(?:[:\[,-]|^)\s*[!&*%@`]")
_COLON = Text('Teks yang memuat ": " harus diberi tanda kutip.', 'A text that holds ": " must be quoted.')
_INDENT = Text(
    "Baris ini menjorok lain daripada baris setaranya, atau ada teks yang belum diberi tanda kutip.",
    "This line is indented otherwise than its equals, or a text before it is not quoted.",
)
_BRACES = Text(
    "Kurung { } belum ditutup, atau teks di dalamnya memuat koma, titik dua atau kurung tanpa tanda kutip.",
    "The braces { } are not closed, or a text in them holds a comma, a colon or a bracket without quotes.",
)
_BRACKETS = Text(
    "Kurung [ ] belum ditutup, atau teks di dalamnya memuat koma, titik dua atau kurung tanpa tanda kutip.",
    "The brackets [ ] are not closed, or a text in them holds a comma, a colon or a bracket without quotes.",
)
_OPEN_QUOTE = Text("Tanda kutip belum ditutup.", "A quote is not closed.")
_MARK = Text(
    "Ungkapan atau teks yang berawal ! & * % @ ` harus diberi tanda kutip.",
    "An expression or text that begins with ! & * % @ ` must be quoted.",
)
_KNOWN = (
    ("mapping values are not allowed", _COLON),
    ("block sequence entries are not allowed", Text(
        'Teks yang berawal "- " harus diberi tanda kutip; daftar ditulis pada baris-baris berikutnya.',
        'A text that begins with "- " must be quoted; a list stands on the lines that follow.',
    )),
    ("expected ',' or '}'", _BRACES),
    ("expected ',' or ']'", _BRACKETS),
    ("found unexpected end of stream", _OPEN_QUOTE),
    ("found unexpected document indicator", _OPEN_QUOTE),
    ("found unknown escape character", Text(
        'Di dalam tanda kutip ganda garis miring terbalik ditulis dua kali (\\\\), atau pakai kutip tunggal.',
        "Within double quotes a backslash is written twice (\\\\), or single quotes are used.",
    )),
    ("could not find expected ':'", Text(
        'Setelah kunci harus ada ": " dan nilainya.', 'A key is followed by ": " and its value.'
    )),
    ("found undefined alias", Text("Alias (*) tidak dipakai di sini.", "Aliases (*) are not used here.")),
    ("expected '-' indicator", _INDENT),
    ("expected key", _INDENT),
    ("expected <document start>", _INDENT),
    ("expected the node content", _INDENT),
)  # fmt: skip


def unreadable(problem: str | None, context: str | None, line: str) -> Text:
    """Why a line cannot be read and what would work; what nobody has words for is told as YAML tells it."""
    if line.lstrip(" ").startswith("\t"):
        why = Text("Menjorok ditulis dengan spasi, bukan tab.", "Lines are indented by spaces, not by tabs.")
    elif problem and "cannot start any token" in problem and _MARK_FIRST.search(line):
        why = _MARK
    else:
        known = (words for part, words in _KNOWN if part in (problem or ""))
        told = ", ".join(part for part in (problem, context) if part)
        why = next(known, Text(f"{told}.", f"{told}."))
    return Text("YAML tidak dapat dibaca: ", "The YAML cannot be read: ") + why
