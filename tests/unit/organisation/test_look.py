"""The hue and the logo of an agency: what its file may say."""

from __future__ import annotations

import zlib
from base64 import b64encode
from struct import pack

import pytest

from engine.errors import DefinitionError
from engine.organisation.binding import read_organisation
from engine.organisation.look import logo_fault, logo_hash
from engine.organisation.serialise import organisation_yaml
from runtime.shipped import demonstration_organisation

FILE = """\
schema: org/v1
agency:
  {{id: kantor, label: K, short: K, timezone: Asia/Makassar, calendar: asn-5hk, hue: {hue}, logo: "{logo}"}}
"""


def part(kind: bytes, body: bytes) -> bytes:
    return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))


def png(side: int = 32, *, more: bytes = b"", end: bytes = b"") -> bytes:
    head = part(b"IHDR", pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    rows = part(b"IDAT", zlib.compress(bytes((side + 1) * side)))
    return b"\x89PNG\r\n\x1a\n" + head + more + rows + part(b"IEND", b"") + end


def written(picture: bytes) -> str:
    return b64encode(picture).decode()


@pytest.mark.parametrize(
    ("logo", "words"),
    [
        ("bukan base64!", "base64"),
        (written(b"<svg onload='alert(1)'/>"), "PNG"),
        (written(b"\xff\xd8\xff\xe0 jpeg"), "PNG"),
        (written(png(end=b"<script>")), "PNG"),
        (written(png()[:-20]), "PNG"),
        (written(png().replace(b"IDAT", b"IDAX")), "PNG"),
        (written(png(more=part(b"acTL", bytes(8)))), "PNG"),
        (written(png(8)), "8 × 8"),
        (written(png(513)), "513 × 513"),
        (written(png(more=part(b"tEXt", bytes(33 * 1024)))), "32 KiB"),
    ],
)
def test_a_logo_that_may_not_be(logo: str, words: str) -> None:
    fault = logo_fault(logo)
    assert fault is not None
    assert words in fault.indonesian
    assert words in fault.english


def test_a_logo_that_may_be_folded_over_lines() -> None:
    one = written(png())
    folded = "\n".join(one[at : at + 40] for at in range(0, len(one), 40))
    assert logo_fault(one) is logo_fault(folded) is None
    assert logo_hash(one) == logo_hash(folded)


@pytest.mark.parametrize("hue", [-1, 360, 1000])
def test_a_hue_is_an_angle(hue: int) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_organisation(FILE.format(hue=hue, logo=written(png())))
    assert [(one.code, one.path) for one in caught.value.problems] == [("bad_hue", "agency.hue")]


def test_a_bad_logo_is_told_at_its_line() -> None:
    with pytest.raises(DefinitionError) as caught:
        read_organisation(FILE.format(hue=0, logo="x"))
    assert [(one.code, one.path) for one in caught.value.problems] == [("bad_logo", "agency.logo")]


def test_what_was_written_is_read_again() -> None:
    home = demonstration_organisation()
    assert home.agency.hue is not None
    assert home.agency.logo is not None
    assert read_organisation(organisation_yaml(home)).agency == home.agency
