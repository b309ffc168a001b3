"""The guide says the same in both languages, in the words of the pages."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine.permissions.verbs import TASK_VERBS
from web.guide import FOLDER, names, read
from web.localizer import ENGLISH
from web.navigation import GROUPS

BOLD = re.compile(r"<strong>([^<]+)</strong>")
TAGS = re.compile(r'<(?:h2|li|figure|p|img src="[^"]*"|a href="[^"]*")')


def said(language: str) -> set[str]:
    """What buttons, links and entries are called."""
    texts = [entry.label for group in GROUPS for entry in group]
    texts += [words for verb in TASK_VERBS.values() for words in (verb.offered,) if words]
    catalogue = ENGLISH
    pages = catalogue if language == "id" else catalogue.values()
    return {text.to(language) for text in texts} | {str(words) for words in pages}


@pytest.mark.parametrize("name", sorted(names()))
def test_both_languages_have_the_same_parts(name: str) -> None:
    assert TAGS.findall(read(name, "en")[1]) == TAGS.findall(read(name, "id")[1])
    assert read(name, "en")[0] != read(name, "id")[0]


def test_nothing_is_in_one_language_only() -> None:
    assert {path.stem for path in (FOLDER / "en").glob("*.md")} == names()


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_it_names_is_called_so_on_the_pages(language: str) -> None:
    named = {
        part
        for name in names()
        for words in BOLD.findall(unescape(read(name, language)[1]))
        for part in words.split(" → ")
    }
    assert {
        words for words in named if "hue" not in words.casefold() and "rona" not in words.casefold()
    } <= said(language)
