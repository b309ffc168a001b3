"""Which kinds of files may be uploaded, told by name and content together, and how names are cleaned."""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from engine.errors import UnsupportedMediaType
from engine.text.bilingual import Text

NAME_LENGTH = 150
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
ALIASES = {"jpeg": "jpg"}
MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<\s*(?:!doctype|html|head|body|svg|script|iframe|\?xml)", re.I | re.S
)
PDF_HEAD = 1024
BLANKS = b" \t\r\n\f\x00\xef\xbb\xbf\xfe\xff"
# How archives, programs, pictures and scripts begin.
OTHERS = (
    b"PK",
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z",
    b"GIF8",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"#!",
)
CONTENT_TYPES = "[Content_Types].xml"
MOST_TYPES = 1 << 20
MACROS = re.compile(rb"macroenabled|vbaproject|macrosheet")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
FORBIDDEN_IN_NAMES = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    fits: Callable[[bytes], bool]


def media_type_of(name: str, data: bytes) -> str:
    """The media type of an allowed file. Raises `UnsupportedMediaType`."""
    suffix = PurePosixPath(name).suffix.lstrip(".").lower()
    kind = KINDS.get(ALIASES.get(suffix, suffix))
    listed = ", ".join(KINDS)
    if kind is None:
        shown = f".{suffix[:20]}" if suffix else None
        raise _unsupported(
            f"Berkas {shown or 'tanpa ekstensi'} tidak diterima. Yang diterima: {listed}.",
            f"files {shown or 'without an extension'} are not accepted; accepted: {listed}",
        )
    if not kind.fits(data):
        raise _unsupported(
            f"Isi berkas bukan .{suffix} yang sah. Simpan ulang sebagai .{suffix}, lalu unggah.",
            f"the content is not a valid .{suffix}; save it as .{suffix} again and upload that",
        )
    return kind.media_type


def clean_name(name: str) -> str:
    """A file name without folders, control and direction characters, in NFC, at most 150 characters long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode()))[-1]
    # Category C: control, format (direction overrides among them), surrogate, private, unassigned.
    visible = "".join(letter for letter in last if not unicodedata.category(letter).startswith("C"))
    tidy = " ".join(FORBIDDEN_IN_NAMES.sub("_", visible).split()).strip(". ")
    stem, dot, suffix = tidy.rpartition(".")
    if not dot:
        return tidy[:NAME_LENGTH] or "berkas"
    return f"{stem.rstrip('. ')[: NAME_LENGTH - len(suffix[:20]) - 1] or 'berkas'}.{suffix[:20]}"


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(signatures)


def _is_pdf(data: bytes) -> bool:
    """As readers take it: the head within 1,024 bytes, and whatever a scanner left behind the end."""
    head = data.find(b"%PDF-", 0, PDF_HEAD)
    before = data[: max(head, 0)]
    if head < 0 or not before.strip(BLANKS):
        return head >= 0
    # Other bytes stand before it: then it has to be whole, and must not be something else to another program.
    return b"%%EOF" in data[head:] and not before.startswith(OTHERS) and MARKUP.search(before) is None


def _office(kind: str, part: str) -> _Kind:
    """A document whose main part has its usual name, or is told by its type; without macros of any name."""
    main = f"{kind}.main+xml".encode()

    def fits(data: bytes) -> bool:
        members = _members(data)
        types = _beginning(data, CONTENT_TYPES, MOST_TYPES).replace(b"\x00", b"").lower()
        if CONTENT_TYPES not in members or MACROS.search(types):
            return False
        macros = any(name.lower().endswith("vbaproject.bin") or "macrosheets/" in name for name in members)
        return (part in members or main in types) and not macros

    return _Kind(OFFICE + kind, fits)


def _open_document(media_type: str) -> Callable[[bytes], bool]:
    def fits(data: bytes) -> bool:
        first = next(iter(_members(data)), None)
        return (
            first == "mimetype"
            and _beginning(data, first, len(media_type) + 2).strip() == media_type.encode()
        )

    return fits


def _beginning(data: bytes, member: str, length: int) -> bytes:
    """The first bytes of a member of a zip container; none where it cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as container, container.open(member) as said:
            return said.read(length)
    except (KeyError, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, zlib.error):
        return b""


def _members(data: bytes) -> list[str]:
    """The names in a zip container; empty for anything else, bytes put in front of one included."""
    if not data.startswith(b"PK\x03\x04"):
        return []
    try:
        with zipfile.ZipFile(BytesIO(data)) as container:
            return container.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


def _text(data: bytes) -> bool:
    return CONTROL.search(data) is None and MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")) is None


def _unsupported(said: str, english: str) -> UnsupportedMediaType:
    return UnsupportedMediaType.at("file", Text(said, english))


KINDS: Mapping[str, _Kind] = {
    "pdf": _Kind("application/pdf", _is_pdf),
    "docx": _office("wordprocessingml.document", "word/document.xml"),
    "xlsx": _office("spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": _office("presentationml.presentation", "ppt/presentation.xml"),
    "odt": _Kind(OPEN_DOCUMENT + "text", _open_document(OPEN_DOCUMENT + "text")),
    "ods": _Kind(OPEN_DOCUMENT + "spreadsheet", _open_document(OPEN_DOCUMENT + "spreadsheet")),
    "png": _Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": _Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "csv": _Kind("text/csv", _text),
    "txt": _Kind("text/plain", _text),
}
MEDIA_TYPES = tuple(sorted({kind.media_type for kind in KINDS.values()}))
