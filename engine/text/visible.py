"""Text that somebody can see: what looks empty is empty, whatever letters it is made of."""

import unicodedata

# What shows nothing though its category does not say so: Hangul fillers, the Braille blank, the grapheme
# joiner, Khmer and Mongolian signs without a form, variation selectors.
_INVISIBLE = frozenset(
    map(
        chr,
        (
            *(0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
# What turns the reading direction of all that follows, so that a text reads as another one.
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))

# Greek and Cyrillic letters that are read as Latin ones, after folding, and the Latin ones.
_LOOKS_LIKE = str.maketrans(
    "αβεηικμνορτυχωаьвесһіјкмнорԛѕтуѵԝхԁԍӏғ01ıɑɡ",
    "abenikmvoptuxwabbechijkmhopqstyvwxdglfoliag",
)


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of a text."""
    return all(not _shows(letter) for letter in text)


def is_turned(text: str) -> bool:
    """Whether a text hides letters that turn its direction."""
    return not _TURNING.isdisjoint(text)


def visible_part(text: str) -> str:
    """A text as it is seen, spelt alike where it looks alike: without case, width and what does not show."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        # İ folds to an i with a dot of its own above it, which shows as an i.
        folded = unicodedata.normalize("NFKC", folded.replace("i\u0307", "i"))
    if not (folded.isascii() and folded.isprintable()):  # most texts show every letter
        folded = "".join(letter for letter in folded if letter.isspace() or _shows(letter))
    return " ".join(folded.split())


def likeness(text: str) -> str:
    """The letters of a text as a hurried reader takes them: no marks, spaces or signs, no other alphabet."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", visible_part(text)) if letter.isalnum())
    return bare.translate(_LOOKS_LIKE)


def search_text(*texts: str) -> str:
    """What a search looks in: the visible parts of these texts, apart by what no visible part contains."""
    return "\n".join(map(visible_part, texts))


def _shows(letter: str) -> bool:
    # Category C: control, format, private, unassigned; Z: separators.
    return unicodedata.category(letter)[0] not in "CZ" and letter not in _INVISIBLE
