"""How words of a paper are compared: heads of columns, names of actors, ids. Pure."""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping

_SPACE = re.compile(r"[\s_]+")
_MARKS = re.compile(r"[^\w\s]+")
_IN_BRACKETS = re.compile(r"\(([^()]{2,20})\)")
_NUMBERED = re.compile(r"\s*(?:[-•●▪–*]\s*)?(?:\(?\d{1,2}[.)]|\(?[a-z][.)]|[-•●▪–*])\s+", re.IGNORECASE)


def plain(text: str) -> str:
    """A text as it is compared: small letters, no marks, `&` as the word it stands for."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("&", " dan ")
    return _SPACE.sub(" ", _MARKS.sub(" ", text)).strip()


def flat(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def id_of(text: str, taken: Container[str] = (), joint: str = "_") -> str:
    """A new id made of the words of a text."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_text.casefold())
    name = joint.join(words)[:48].rstrip(joint) or "tanpa_nama"
    if not name[0].isalpha():
        name = f"x{joint}{name}"
    id, number = name, 1
    while id in taken:
        number += 1
        id = f"{name}{joint}{number}"
    return id


def listed(text: str) -> list[str]:
    """The items of a cell: its lines, without their own numbers and bullets."""
    return [_NUMBERED.sub("", line, count=1).strip() for line in text.split("\n") if line.strip()]


def is_numbered(text: str) -> bool:
    """Whether each line of a text begins with a number or a bullet."""
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and all(_NUMBERED.match(line) for line in lines)


def names_of(label: str) -> set[str]:
    """How a sentence may call an actor: in full, without or by what stands in brackets."""
    inside = _IN_BRACKETS.findall(label)
    names = {plain(label), plain(_IN_BRACKETS.sub(" ", label)), *map(plain, inside)}
    return {name for name in names if len(name) > 1}


def actor_at_start(sentence: str, roles: Mapping[str, str]) -> str | None:
    """The role whose name the sentence begins with; the longest name counts."""
    words = f"{plain(sentence)} "
    best = max(
        (
            (len(name), role)
            for role, label in roles.items()
            for name in names_of(label)
            if words.startswith(f"{name} ")
        ),
        default=None,
    )
    if best is not None:
        return best[1]
    # "Sekretaris memeriksa" where the column says "Sekretaris Dinas": short, as long as no other fits.
    for length in (3, 2, 1):
        start = " ".join(words.split()[:length])
        fits = [
            role
            for role, label in roles.items()
            if any(name.startswith(f"{start} ") for name in names_of(label))
        ]
        if start and len(words.split()) > length and len(fits) == 1:
            return fits[0]
    return None


def actor_named(text: str, roles: Mapping[str, str]) -> str | None:
    """The role that a text names in full, or all but in full; None where none or several fit."""
    wanted = plain(text)
    if not wanted:
        return None
    exact = [role for role, label in roles.items() if wanted in names_of(label)]
    if len(exact) == 1:
        return exact[0]
    near = [
        role
        for role, label in roles.items()
        if any(
            f"{wanted} ".startswith(f"{name} ") or f"{name} ".startswith(f"{wanted} ")
            for name in names_of(label)
        )
    ]
    return max(near, key=lambda role: len(roles[role]), default=None) if len(near) == 1 else None


def first_actor_in(text: str, roles: Mapping[str, str]) -> str | None:
    """The role named first anywhere in a text."""
    words = f" {plain(text)} "
    places: Iterable[tuple[int, int, str]] = (
        (words.find(f" {name} "), -len(name), role)
        for role, label in roles.items()
        for name in names_of(label)
    )
    return min((place for place in places if place[0] >= 0), default=(0, 0, None))[2]
