"""Uploads: what may be stored, under which name, and that the bytes on disk are the bytes that came."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from engine.errors import InvalidInput, NotFound, StorageFull, TooLarge, Unavailable, UnsupportedMediaType
from engine.store.files import LIMIT, FileStore
from engine.store.media_types import OFFICE, OPEN_DOCUMENT, clean_name, media_type_of

PDF = b"%PDF-1.7\n..."
ENTRIES = {
    "docx": ["[Content_Types].xml", "word/document.xml"],
    "xlsx": ["[Content_Types].xml", "xl/workbook.xml"],
    "pptx": ["[Content_Types].xml", "ppt/presentation.xml"],
}


def container(*names: str, mimetype: str | None = None) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype is not None:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def typed(*names: str, types: str) -> bytes:
    """A container of an office program with what it says of its parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


MAIN = "<Types><Override ContentType='application/vnd.openxmlformats-officedocument.{}.main+xml'/></Types>"
WORD = MAIN.format("wordprocessingml.document")
MACROS = "<Types><Override ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>"

GOOD = {
    "a.pdf": (PDF, "application/pdf"),
    "bom.pdf": (b"\xef\xbb\xbf" + PDF, "application/pdf"),
    "lines.pdf": (b"\r\n\n \t" + PDF, "application/pdf"),
    "printer.pdf": (b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + PDF + b"\n%%EOF\n", "application/pdf"),
    "mail.pdf": (
        b"Content-Type: application/pdf\r\n\r\n" + PDF + b"\n%%EOF\n\x00\x00scanned",
        "application/pdf",
    ),
    "late.pdf": (b"x" * 1019 + PDF + b"\n%%EOF", "application/pdf"),
    "after.pdf": (PDF + b"\n%%EOF\r\n\r\n<!-- from a gateway -->", "application/pdf"),
    "a.png": (b"\x89PNG\r\n\x1a\nrest", "image/png"),
    "a.jpg": (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
    "A.JPEG": (b"\xff\xd8\xff\xe1rest", "image/jpeg"),
    "a.csv": ("nama;nilai\r\nétat;1\r\n".encode(), "text/csv"),
    "excel.csv": ("é;1\r\n".encode("cp1252"), "text/csv"),
    "a.txt": (b"\xef\xbb\xbf1 < 2\t\x1b\n", "text/plain"),
    "a.odt": (container(mimetype=OPEN_DOCUMENT + "text"), OPEN_DOCUMENT + "text"),
    "a.ods": (
        container("content.xml", mimetype=OPEN_DOCUMENT + "spreadsheet"),
        OPEN_DOCUMENT + "spreadsheet",
    ),
    "a.docx": (
        container(*ENTRIES["docx"]),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "a.xlsx": (
        container(*ENTRIES["xlsx"]),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "a.pptx": (
        container(*ENTRIES["pptx"]),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "online.docx": (typed("word/document2.xml", types=WORD), OFFICE + "wordprocessingml.document"),
    "signed.pdf": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"\x00" * 99 + b"%%EOF\n%%EOF\n", "application/pdf"),
    "mac.pdf": (b"%PDF-1.3\r%\xc4\xe5\r1 0 obj\r%%EOF\r", "application/pdf"),
    "two.point.oh.pdf": (b"%PDF-2.0\n", "application/pdf"),
    "one-line.csv": (b"a", "text/csv"),
    "form-feed.txt": (b"halaman 1\x0chalaman 2", "text/plain"),
    "quoted-markup.csv": (b'kode;isi\n1;"<html>"\n', "text/csv"),
    "mandarin.txt": ("\u4f60\u597d".encode(), "text/plain"),
}
BAD = {
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a.html": b"<!doctype html>",
    "a.exe": b"MZ",
    "a.zip": container("a"),
    "a.docm": container(*ENTRIES["docx"]),
    "noextension": PDF,
    ".pdf": b"no pdf",
    "a.pdf.html": PDF,
    "a.pdf": b"junk %PDF-1.7",
    "too-late.pdf": b"x" * 1025 + PDF + b"\n%%EOF",
    "page.pdf": b"<html><script>x</script>" + PDF + b"\n%%EOF",
    "hidden-page.pdf": b"words\n <svg onload=x>" + PDF + b"\n%%EOF",
    "zip.pdf": container("a")[:40] + PDF + b"\n%%EOF",
    "program.pdf": b"MZ\x90" + PDF + b"\n%%EOF",
    "script.pdf": b"#!/bin/sh\n" + PDF + b"\n%%EOF",
    "words.pdf": b"%%EOF only words of %PDF",
    "b.png": PDF,
    "svg.png": b"<svg/>",
    "svg.txt": b" \n<SVG onload=x>",
    "html.csv": b"\xef\xbb\xbf<!-- a --> <!-- b --><script>",
    "xml.txt": b"<?xml version='1.0'?><svg/>",
    "binary.csv": b"a;b\x00",
    "wide.txt": "teks".encode("utf-16"),
    "word-as.xlsx": container(*ENTRIES["docx"]),
    "text-as.ods": container(mimetype=OPEN_DOCUMENT + "text"),
    "late-mimetype.odt": b"PK\x03\x04" + container(mimetype=OPEN_DOCUMENT + "text")[4:-1],
    "plain-zip.docx": container("a"),
    "macro.xlsx": container(*ENTRIES["xlsx"], "xl/vbaProject.bin"),
    "prefixed.docx": b"<html>" + container(*ENTRIES["docx"]),
    "renamed-macro.docx": typed("word/document.xml", "word/isi.bin", types=MACROS),
    "wide-macro.docx": typed("word/document.xml", types=MACROS.encode("utf-16").decode("latin-1")),
    "old-macros.xlsx": container(*ENTRIES["xlsx"], "xl/macrosheets/sheet1.xml"),
    "sheet-as.docx": typed("xl/workbook2.xml", types=MAIN.format("spreadsheetml.sheet")),
    "old.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "rtf.docx": b"{\\rtf1 teks}",
    "postscript.pdf": b"%!PS-Adobe-3.0\n%%EOF",
    "form.pdf": b"%FDF-1.2\n%%EOF",
    "small.pdf": b"%pdf-1.4\n%%EOF",
    "picture.pdf": b"\x89PNG\r\n\x1a\n" + PDF + b"\n%%EOF",
    "shortcut.txt": b"L\x00\x00\x00\x01\x14\x02\x00",
    "web.png": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "phone.jpg": b"\x00\x00\x00\x18ftypheic",
    "gif.png": b"GIF89a",
    "rights.txt": b"<?XML version='1.0'?>",
    "cut.docx": container(*ENTRIES["docx"])[:60],
}


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.mark.parametrize("name", GOOD)
def test_an_allowed_kind_is_told_by_name_and_content(name: str) -> None:
    data, media_type = GOOD[name]
    assert media_type_of(name, data) == media_type


@pytest.mark.parametrize("name", BAD)
def test_other_kinds_and_disguised_content_are_refused(name: str) -> None:
    with pytest.raises(UnsupportedMediaType) as refused:
        media_type_of(name, BAD[name])
    assert refused.value.code == "unsupported_media_type"
    assert [error.path for error in refused.value.errors] == ["file"]


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("bukti.pdf", "bukti.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\lampiran 1.docx", "lampiran 1.docx"),
        ("a\x00b\r\n\x1b.pdf", "ab.pdf"),
        ("foto\u202egnp.pdf", "fotognp.pdf"),
        ("cafe\u0301.txt", "café.txt"),
        ("a\ud800b.csv", "ab.csv"),
        ('a<b>:"c|?*.csv', "a_b___c___.csv"),
        ("  banyak   spasi .pdf", "banyak spasi.pdf"),
        (".pdf", "pdf"),
        ("", "berkas"),
        ("...", "berkas"),
        ("/", "berkas"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_name_keeps_no_folder_no_control_character_and_one_form(given: str, cleaned: str) -> None:
    assert clean_name(given) == cleaned
    assert clean_name(cleaned) == cleaned


def test_what_was_put_is_read_back_under_its_hash(files: FileStore) -> None:
    stored = files.put(PDF, "bukti.pdf")
    assert (stored.size, stored.name) == (len(PDF), "bukti.pdf")
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    with files.open(stored.sha256) as file:
        assert file.read() == PDF
    assert files.damage(stored.sha256) is None


def test_every_folder_of_an_upload_is_closed_to_others(tmp_path: Path) -> None:
    stored = FileStore(tmp_path / "berkas").put(GOOD["a.pdf"][0], "a.pdf")
    folder = tmp_path / "berkas" / stored.sha256[:2] / stored.sha256[2:4]
    for made in (folder, folder.parent, folder.parent.parent):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_bytes_that_are_no_more_what_was_put_are_not_handed_out(files: FileStore, tmp_path: Path) -> None:
    stored = files.put(GOOD["a.pdf"][0], "a.pdf")
    (path,) = (path for path in tmp_path.rglob(stored.sha256) if path.is_file())
    path.write_bytes(b"x")
    with pytest.raises(Unavailable):
        files.open(stored.sha256)


def test_a_stream_is_as_good_as_bytes(files: FileStore) -> None:
    assert files.put(BytesIO(PDF), "a.pdf").sha256 == files.put(PDF, "b.pdf").sha256


def test_equal_bytes_are_kept_once_with_a_new_id_for_each_upload(files: FileStore, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: files.put(PDF, "a.pdf"), range(8)))
    assert len({file.id for file in stored}) == 8
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_of_exactly_the_limit_is_kept_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    assert files.put(b"x" * LIMIT, "a.txt").size == LIMIT
    for content in (b"x" * (LIMIT + 1), BytesIO(b"x" * (LIMIT + 1))):
        with pytest.raises(TooLarge, match="over 10 MiB") as refused:
            files.put(content, "a.txt")
        assert refused.value.code == "too_large"
        assert "10 MiB" in refused.value.message.indonesian


def test_an_empty_file_is_refused(files: FileStore) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        files.put(b"", "a.txt")


@pytest.mark.parametrize("sha256", ["0" * 64, "", "../../../etc/passwd", "0" * 63 + "/", "A" * 64])
def test_what_is_not_there_is_not_found_and_never_a_path(files: FileStore, sha256: str) -> None:
    with pytest.raises(NotFound):
        files.open(sha256)


def test_damaged_bytes_are_noticed_and_replaced_by_the_next_equal_upload(
    files: FileStore, tmp_path: Path
) -> None:
    stored = files.put(PDF, "a.pdf")
    path = next(path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(b"damaged")
    assert files.damage(stored.sha256)
    files.put(PDF, "a.pdf")
    assert files.damage(stored.sha256) is None


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, StorageFull), (errno.EIO, Unavailable)])
def test_a_disk_that_fails_leaves_nothing_half_written(
    files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
) -> None:
    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(error):
            files.put(PDF, "a.pdf")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert files.put(PDF, "a.pdf").size == len(PDF)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(Unavailable):
        FileStore(tmp_path / "files").put(PDF, "a.pdf")


def test_every_folder_of_uploads_is_for_the_service_alone(tmp_path: Path) -> None:
    root = tmp_path / "a" / "files"
    FileStore(root).put(PDF, "a.pdf")
    folders = [path for path in (tmp_path / "a").rglob("*") if path.is_dir()]
    assert len(folders) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root.parent, *folders)} == {0o700}
