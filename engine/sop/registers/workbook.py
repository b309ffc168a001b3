"""The first sheet that an XLSX workbook shows, as lines of cells.

Macros, outside entities, bombs and joined cells are refused.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from engine.errors import InvalidInput, TooLarge, UnsupportedMediaType
from engine.sop.registers.number_formats import NAMESPACE, NumberFormats
from engine.text.bilingual import Text
from engine.text.foreign_xml import MALFORMED, TooMuch, each, part_of, root_of, unescaped

STYLES = "xl/styles.xml"
MOST_UNPACKED = 100 * 1024 * 1024
MOST_XML = 40 * 1024 * 1024
MOST_COLUMNS = 1_024
LAST_LINE = 1_048_576
MOST_ELEMENTS = 2_000_000
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell whose value nobody here knows, and why."""

    message: Text


FORMULA = Unusable(
    Text("Sel memuat rumus; tempelkan nilainya saja.", "The cell holds a formula; paste its value.")
)
Cell = str | float | bool | date | Unusable | None


def cells_of_workbook(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Every line of the first sheet that is not hidden, by its number."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check(archive)
            book = _parsed(archive, "xl/workbook.xml")
            sheet = _first_sheet(archive, book)
            _check_joined(next(_each(archive, sheet, "mergeCell"), None))
            styles = _parsed(archive, STYLES) if STYLES in archive.namelist() else None
            reader = _Reader(_shared(archive), NumberFormats.of(styles, book))
            yield from _lines(_each(archive, sheet, "row"), reader)
    except TooMuch as error:
        raise _too_large() from error
    except MALFORMED as error:
        raise _refused(
            Text("Berkas XLSX ini tidak dapat dibaca.", f"This XLSX file cannot be read: {error}.")
        ) from error


def _check(archive: ZipFile) -> None:
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _too_large()
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise _refused(
            Text(
                "Berkas ini memuat makro. Simpan sebagai XLSX biasa.",
                "The file has macros; save it as plain XLSX.",
            )
        )


def _parsed(archive: ZipFile, name: str) -> ElementTree.Element:
    return root_of(part_of(archive, name, MOST_XML), MOST_ELEMENTS)


def _each(archive: ZipFile, name: str, tag: str) -> Iterator[ElementTree.Element]:
    return each(part_of(archive, name, MOST_XML), f"{NAMESPACE}{tag}", MOST_ELEMENTS)


def _first_sheet(archive: ZipFile, book: ElementTree.Element) -> str:
    relations = _parsed(archive, "xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = [sheet for sheet in book.iter(f"{NAMESPACE}sheet") if sheet.get("state", "visible") == "visible"]
    if not sheets:
        raise ValueError("it shows no sheet")
    target = targets[sheets[0].get(RELATION)]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _check_joined(joined: ElementTree.Element | None) -> None:
    """Only the first of the cells that were joined has a value: the others would empty what is stored."""
    if joined is not None:
        place = joined.get("ref", "")[:20]
        raise InvalidInput.at(
            "file",
            Text(
                f"Sel {place} digabung. Pisahkan sel yang digabung, lalu isi setiap sel.",
                f"The cells {place} are merged; split merged cells and fill in each of them.",
            ),
        )


def _shared(archive: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text_in(item) for item in _each(archive, "xl/sharedStrings.xml", "si")]


def _text_in(node: ElementTree.Element) -> str:
    """The text of an item; what is said of its pronunciation is not it."""
    runs = [part for part in node if part.tag in (f"{NAMESPACE}t", f"{NAMESPACE}r")]
    texts = (text for run in runs for text in run.iter(f"{NAMESPACE}t"))
    return unescaped("".join(text.text or "" for text in texts))


@dataclass(frozen=True, slots=True)
class _Reader:
    """The value of a cell in its workbook."""

    shared: list[str]
    formats: NumberFormats

    def value(self, cell: ElementTree.Element) -> Cell:
        if cell.find(f"{NAMESPACE}f") is not None:
            return FORMULA
        kind: Any = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{NAMESPACE}is")
            return _text_in(inline) if inline is not None else None
        written = cell.findtext(f"{NAMESPACE}v")
        if written is None:
            return None
        match kind:
            case "s":
                return self.shared[int(written)]
            case "b":
                return written == "1"
            case "n":
                return self.formats.value(_finite(float(written)), cell.get("s"))
            case "e":
                said = written[:20]
                return Unusable(Text(f"Sel memuat galat {said}.", f"The cell holds the error {said}."))
        return unescaped(written)


def _lines(rows: Iterator[ElementTree.Element], reader: _Reader) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    last = 0
    for row in rows:
        last = int(row.get("r") or last + 1)
        if not 0 < last <= LAST_LINE:
            raise ValueError("no such line")
        cells: list[Cell] = []
        place = -1
        for cell in row.iter(f"{NAMESPACE}c"):
            place = _place(cell.get("r")) if cell.get("r") else place + 1
            if place >= MOST_COLUMNS:
                raise ValueError("too many columns")
            value = reader.value(cell)
            if value is not None:  # spreadsheets write cells that have a colour only
                cells += [None] * (place + 1 - len(cells))
                cells[place] = value
        yield last, tuple(cells)


def _place(reference: str | None) -> int:
    """The column of a reference such as ``AB12``, from 0."""
    number = 0
    for letter in reference or "":
        if not (letter.isascii() and letter.isalpha()):
            break
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
        if number > MOST_COLUMNS:
            raise ValueError("too many columns")
    return number - 1


def _too_large() -> TooLarge:
    said = "Isi berkas XLSX ini terlalu banyak. Simpan tabelnya saja, tanpa baris kosong di bawahnya."
    english = "What this XLSX file holds is too much; keep the table alone, without empty rows below it."
    return TooLarge.at("file", Text(said, english))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("no number")
    return number


def _refused(message: Text) -> UnsupportedMediaType:
    return UnsupportedMediaType.at("file", message)
