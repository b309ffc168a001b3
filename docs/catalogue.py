"""The gettext catalogue of the pages: what they say, in order, with the English of each sentence."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from web.catalogue import ENGLISH

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
SAYS = ("_", "say")  # how a template and `web/localizer.py` ask for a sentence
HEAD = """\
# What the pages of Alur say, in English, which is written here. `make docs` adds new sentences without their
# English, takes away what no page says any more; the server reads this file when it starts."""


class Pages(Catalog):
    """A catalogue whose head holds nothing that changes by itself."""

    mime_headers = [("Language", "en"), ("Content-Type", "text/plain; charset=utf-8")]  # noqa: RUF012


def catalogue() -> Catalog:
    """Every sentence that the pages say, with its English where that is written."""
    pages = Pages(header_comment=HEAD, fuzzy=False)
    for sentence in sentences():
        pages.add(sentence, ENGLISH.get(sentence, ""))
    return pages


def sentences() -> Iterator[str]:
    """What templates and code say, in the order of their files."""
    keywords = dict.fromkeys(SAYS)
    for _, _, said, _, _ in extract_from_dir(ROOT / "web", METHODS, keywords=keywords):
        yield said if isinstance(said, str) else said[0]


def as_po() -> bytes:
    """The catalogue as people read and write it."""
    written = BytesIO()
    write_po(written, catalogue(), width=0, no_location=True, sort_output=True)
    return written.getvalue().rstrip() + b"\n"
