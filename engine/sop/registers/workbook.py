"""The first sheet of an XLSX workbook as lines of cells; macros, outside entities and bombs are refused."""

import math
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from engine.errors import TooLarge, UnsupportedMediaType
from engine.text.bilingual import Text
from engine.text.foreign_xml import MALFORMED, TooMuch, each, part_of, root_of, unescaped

MOST_UNPACKED = 100 * 1024 * 1024
MOST_XML = 40 * 1024 * 1024
MOST_COLUMNS = 1_024
LAST_LINE = 1_048_576
MOST_ELEMENTS = 2_000_000
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Formula:
    """A cell that holds a formula, whose value nobody here has computed."""


Cell = str | float | bool | Formula | None


def cells_of_workbook(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Every line of the first sheet, by its number."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check(archive)
            shared = _shared(archive)
            yield from _lines(_each(archive, _first_sheet(archive), "row"), shared)
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


def _first_sheet(archive: ZipFile) -> str:
    book = _parsed(archive, "xl/workbook.xml")
    relations = _parsed(archive, "xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheet = next(iter(book.iter(f"{NAMESPACE}sheet")))
    target = targets[sheet.get(RELATION)]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared(archive: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text_in(item) for item in _each(archive, "xl/sharedStrings.xml", "si")]


def _text_in(node: ElementTree.Element) -> str:
    """The text of an item; what is said of its pronunciation is not it."""
    runs = [part for part in node if part.tag in (f"{NAMESPACE}t", f"{NAMESPACE}r")]
    texts = (text for run in runs for text in run.iter(f"{NAMESPACE}t"))
    return unescaped("".join(text.text or "" for text in texts))


def _lines(rows: Iterator[ElementTree.Element], shared: list[str]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
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
            value = _value(cell, shared)
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


def _value(cell: ElementTree.Element, shared: list[str]) -> Cell:
    if cell.find(f"{NAMESPACE}f") is not None:
        return Formula()
    kind: Any = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{NAMESPACE}is")
        return _text_in(inline) if inline is not None else None
    written = cell.findtext(f"{NAMESPACE}v")
    if written is None:
        return None
    match kind:
        case "s":
            return shared[int(written)]
        case "b":
            return written == "1"
        case "n":
            return _finite(float(written))
    return unescaped(written)


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
