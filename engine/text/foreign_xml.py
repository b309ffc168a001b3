"""XML of files that people send: no document type, neither too much nor too deep; texts of spreadsheets."""

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as BadDeflate

DEEPEST = 200
MOST_ATTRIBUTES = 250
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
    """More elements, attributes or bytes than are read."""


def root_of(text: bytes, most: int) -> ElementTree.Element:
    """The root of a text of at most so many elements; it is walked once before anything is built."""
    _require_bounded(text, most)
    return ElementTree.fromstring(text)  # noqa: S314 - it was walked above


def each(text: bytes, tag: str, most: int) -> Iterator[ElementTree.Element]:
    """Every element of a tag, one after the other: each is forgotten when the next is asked for."""
    _require_bounded(text, most)
    around: list[ElementTree.Element] = []
    read = ElementTree.iterparse(BytesIO(text), ("start", "end"))  # noqa: S314 - it was walked above
    for event, element in read:
        if event == "start":
            around.append(element)
            continue
        around.pop()
        if element.tag == tag:
            yield element
            del around[-1][-1]


def _require_bounded(text: bytes, most: int) -> None:
    count = depth = 0

    def forbidden(*_: object) -> None:
        raise DocumentType("it declares an XML document type")

    def begun(_: str, attributes: list[str]) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if depth > DEEPEST:
            raise ValueError("its elements stand too deep in each other")
        if count > most or len(attributes) > 2 * MOST_ATTRIBUTES:
            raise TooMuch("it holds too many elements")

    def ended(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.ordered_attributes = True  # as a list, which is made faster
    parser.StartDoctypeDeclHandler = forbidden
    parser.StartElementHandler = begun
    parser.EndElementHandler = ended
    parser.Parse(text, True)


def part_of(archive: ZipFile, name: str, most: int) -> bytes:
    """What a part of a package holds, of at most so many bytes. KeyError where there is none."""
    if archive.getinfo(name).file_size > most:
        raise TooMuch("it holds too many bytes")
    return archive.read(name)


def unescaped(text: str) -> str:
    """A text of a spreadsheet, where a letter that XML cannot hold stands as ``_x000D_``."""
    return _ESCAPED.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16))
    return match[0] if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter
