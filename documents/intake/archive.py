"""The package of a Word or Excel file: a ZIP of XML, opened within bounds and without outside entities."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NoReturn
from xml.etree import ElementTree
from zipfile import ZipFile

from engine.errors import SopError, TooLarge, UnsupportedMediaType
from engine.text.bilingual import Text
from engine.text.foreign_xml import MALFORMED, DocumentType, TooMuch, part_of, root_of

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 10_000
MOST_XML = 40 * 1024 * 1024
MOST_ELEMENTS = 600_000
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Archive:
    """The parts of one package by their names."""

    def __init__(self, zip: ZipFile) -> None:
        self._zip = zip
        self._names = {name.lower(): name for name in zip.namelist()}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def xml(self, name: str) -> ElementTree.Element:
        """The root of a part. KeyError where there is none."""
        try:
            return root_of(part_of(self._zip, self._names[name.lower()], MOST_XML), MOST_ELEMENTS)
        except DocumentType:
            refuse(
                "Berkas ini memuat entitas XML, yang tidak pernah dibuat Word atau Excel; berkas ditolak.",
                "the file declares an XML document type",
            )
        except TooMuch:
            raise TooLarge.at(
                "file",
                Text(
                    "Isi berkas ini terlalu banyak untuk satu SOP; simpan tabel SOP-nya saja.",
                    "the file holds too many elements; keep only the table of the SOP",
                ),
            ) from None

    def relations(self, name: str) -> dict[str, str]:
        """{id: the part that it names} of a part; what lies outside the package is left out."""
        folder, _, file = name.rpartition("/")
        part = f"{folder}/_rels/{file}.rels"
        if part not in self:
            return {}
        return {
            relation.get("Id", ""): _joined(folder, relation.get("Target", ""))
            for relation in self.xml(part)
            if relation.get("TargetMode") != "External"
        }


@contextmanager
def opened(content: bytes) -> Iterator[Archive]:
    """The package while it is read; every fault of it is told in one sentence."""
    if content.startswith(OLD_OFFICE):
        if ENCRYPTED in content:
            refuse(
                "Berkas ini terkunci dengan kata sandi. Buka kuncinya, simpan, lalu impor lagi.",
                "the file is encrypted; remove its password and import it again",
            )
        refuse(
            "Berkas .doc dan .xls lama tidak dibaca. Simpan sebagai .docx atau .xlsx, lalu impor lagi.",
            "old .doc and .xls files are not read; save as .docx or .xlsx",
        )
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise TooLarge.at(
                    "file",
                    Text(
                        "Isi berkas ini lebih dari 100 MiB setelah dibuka; perkecil gambarnya.",
                        "the file unpacks to more than 100 MiB",
                    ),
                )
            if any(entry.flag_bits & 1 for entry in entries):
                refuse(
                    "Berkas ini terkunci dengan kata sandi. Buka kuncinya, simpan, lalu impor lagi.",
                    "the file is encrypted; remove its password and import it again",
                )
            yield Archive(archive)
    except SopError:
        raise
    except MALFORMED as error:
        raise UnsupportedMediaType.at(
            "file",
            Text(
                "Berkas ini rusak atau bukan berkas Word/Excel; buka dan simpan ulang, lalu impor lagi.",
                f"the file is broken or no Word or Excel file: {type(error).__name__}: {error}",
            ),
        ) from error


def refuse(said: str, english: str) -> NoReturn:
    raise UnsupportedMediaType.at("file", Text(said, english))


def _joined(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
