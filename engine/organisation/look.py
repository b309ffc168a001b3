"""How an agency looks on pages and prints: its hue and its logo, a small picture. Pure."""

import binascii
import hashlib
import struct
import zlib
from base64 import b64decode
from functools import lru_cache

from engine.text.bilingual import Text

HUES = range(360)
MOST_BYTES, SMALLEST, LARGEST = 32 * 1024, 16, 512
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def hue_fault(hue: int) -> Text | None:
    """What is wrong with a hue."""
    if hue in HUES:
        return None
    return Text(
        f"{hue} bukan rona; tulis sudut 0 sampai 359, misalnya 30 merah, 145 hijau, 250 biru.",
        f"{hue} is no hue; write an angle from 0 to 359, such as 30 red, 145 green, 250 blue.",
    )


def logo_fault(logo: str) -> Text | None:
    """What is wrong with a logo: it is a PNG as base64, whole, neither large nor tiny."""
    try:
        picture = b64decode("".join(logo.split()), validate=True)
    except (binascii.Error, ValueError):
        return Text(
            "Lambang ditulis sebagai base64 dari berkas PNG: base64 lambang.png.",
            "The logo is written as base64 of a PNG file: base64 logo.png.",
        )
    if len(picture) > MOST_BYTES:
        return Text(
            f"Lambang paling besar 32 KiB; ini {len(picture) // 1024 + 1} KiB. Perkecil gambarnya.",
            f"A logo has at most 32 KiB; this has {len(picture) // 1024 + 1} KiB. Make the picture smaller.",
        )
    size = _size(picture)
    if size is None:
        return Text(
            "Lambang harus berkas PNG yang utuh (bukan SVG, JPEG atau animasi).",
            "The logo must be a whole PNG file (no SVG, JPEG or animation).",
        )
    if not all(SMALLEST <= side <= LARGEST for side in size):
        return Text(
            f"Lambang {size[0]} × {size[1]} piksel; setiap sisi 16 sampai 512 piksel.",
            f"The logo has {size[0]} × {size[1]} pixels; each side has 16 to 512.",
        )
    return None


def picture_of(logo: str) -> bytes:
    """The bytes of a logo that has no fault."""
    return b64decode("".join(logo.split()))


@lru_cache(maxsize=64)
def logo_hash(logo: str) -> str:
    """The hash under which a logo has its address."""
    return hashlib.sha256(picture_of(logo)).hexdigest()


def _size(picture: bytes) -> tuple[int, int] | None:
    """Width and height of a picture, if every part of it is whole and nothing follows its end."""
    at, kinds = len(_SIGNATURE), []
    if not picture.startswith(_SIGNATURE):
        return None
    while at + 12 <= len(picture):
        length, kind = struct.unpack_from(">I4s", picture, at)
        body, end = picture[at + 4 : at + 8 + length], at + 12 + length
        if end > len(picture) or zlib.crc32(body) != struct.unpack_from(">I", picture, end - 4)[0]:
            return None
        kinds.append(kind)
        at = end
    whole = at == len(picture) and kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"]
    if not whole or b"IDAT" not in kinds or b"acTL" in kinds:
        return None
    width, height = struct.unpack_from(">II", picture, len(_SIGNATURE) + 8)
    return width, height
