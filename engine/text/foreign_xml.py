"""XML of files that people send: no document type, neither too much nor too deep; texts of spreadsheets."""

import re
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import BadZipFile
from zlib import error as BadDeflate

DEEPEST = 200
MALFORMED = (
    BadZipFile,
    BadDeflate,
    ElementTree.ParseError,
    expat.ExpatError,
    KeyError,
    ValueError,
    IndexError,
    OSError,
    EOFError,
    RuntimeError,
)
"""What reading a broken package of such files may raise, its checksums and encryption included."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class DocumentType(ValueError):
    """What could declare entities, which no office program writes."""


class TooMuch(ValueError):
    """More elements, or deeper ones, than are read."""


def root_of(text: bytes, most: int) -> ElementTree.Element:
    """The root of a text of at most so many elements; it is walked once before anything is built."""
    count = depth = 0

    def forbidden(*_: object) -> None:
        raise DocumentType("it declares an XML document type")

    def begun(*_: object) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if count > most or depth > DEEPEST:
            raise TooMuch("it holds too many elements")

    def ended(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = forbidden
    parser.StartElementHandler = begun
    parser.EndElementHandler = ended
    parser.Parse(text, True)
    return ElementTree.fromstring(text)  # noqa: S314 - it was walked above


def unescaped(text: str) -> str:
    """A text of a spreadsheet, where a letter that XML cannot hold stands as ``_x000D_``."""
    return _ESCAPED.sub(_letter, text)


def _letter(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return found[0] if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter
