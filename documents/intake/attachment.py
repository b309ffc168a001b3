"""Our own PDF: the YAML that it was made of lies in it, and comes out byte for byte."""

import re
import zlib
from itertools import islice

from documents.intake.archive import refuse
from engine.sop.yaml_text import MAX_BYTES

EMBEDDED = re.compile(rb"/EmbeddedFile\b")
MARK = re.compile(rb"^schema:\s*[\"']?sop/v1\b", re.MULTILINE)
MOST_ATTACHMENTS = 20


def definition_in(content: bytes) -> bytes:
    """The YAML in a PDF of ours; a PDF that somebody signed or stamped afterwards still carries it."""
    if b"/Encrypt" in content and not any(_attached(content)):
        refuse(
            "PDF ini terkunci. Impor PDF yang dicetak Alur, atau berkas Word/Excel-nya.",
            "the PDF is encrypted",
        )
    for text in _attached(content):
        if MARK.search(text):
            return text
    refuse(
        "PDF ini tidak dicetak oleh Alur, sehingga isinya tidak dapat dipastikan."
        " Impor berkas Word (.docx) atau Excel (.xlsx) asalnya.",
        "the PDF carries no definition; import the Word or Excel file that it was made of",
    )


def _attached(content: bytes) -> list[bytes]:
    """Every attachment, unpacked, that is not longer than a definition may be."""
    texts = []
    for place in islice(EMBEDDED.finditer(content), MOST_ATTACHMENTS):
        start = content.find(b"stream", place.end(), place.end() + 2_000)
        if start < 0 or b"endobj" in content[place.end() : start]:
            continue
        begin = start + len(b"stream")
        begin += 2 if content[begin : begin + 2] == b"\r\n" else 1
        head = content[content.rfind(b" obj", 0, place.start()) : start]
        end = content.find(b"endstream", begin)
        raw = content[begin : end if end >= 0 else None]
        text = _unpacked(raw) if b"/FlateDecode" in head else raw.rstrip(b"\r\n")
        if text is not None and len(text) <= MAX_BYTES:
            texts.append(text)
    return texts


def _unpacked(raw: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(raw, MAX_BYTES + 1)
    except zlib.error:
        return None
