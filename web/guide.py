"""The guide: one page for each kind of user, out of ``web/guide_pages``; its English lies in ``en`` there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape
from starlette.responses import Response

from engine.errors import NotFound
from engine.text.bilingual import Text
from web.page_request import PageRequest
from web.templating import STATIC, static_path

FOLDER = Path(__file__).parent / "guide_pages"
PICTURES = "guide"
IMAGE = re.compile(r"!\[([^\]]+)\]\(([a-z-]+\.png)\)")
LINK = re.compile(r"\[([^\]]+)\]\((/[a-z0-9/-]*)\)")
ITEM = re.compile(r"(- |\d+\. )(.*)")


def index(visit: PageRequest) -> Response:
    return _page(visit, "index")


def show(visit: PageRequest) -> Response:
    return _page(visit, str(visit.request.path_params["page"]))


def _page(visit: PageRequest, name: str) -> Response:
    if name not in names():
        raise NotFound(Text("Halaman panduan itu tidak ada.", "There is no such page of the guide."))
    title, body = read(name, visit.words.language)
    return visit.page("guide.html", title=title, body=body, is_first=name == "index")


@cache
def names() -> frozenset[str]:
    """The pages that there are."""
    return frozenset(path.stem for path in FOLDER.glob("*.md"))


@cache
def read(name: str, language: str) -> tuple[str, Markup]:
    """The title of a page and the rest of it as HTML."""
    folder = FOLDER / "en" if language == "en" else FOLDER
    first, _, rest = (folder / f"{name}.md").read_text("utf-8").partition("\n")
    return first.removeprefix("# "), Markup("\n").join(_blocks(rest))


def _blocks(text: str) -> Iterator[Markup]:
    """Headings, lists, pictures and paragraphs, which blank lines keep apart."""
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("## "):
            yield Markup("<h2>{}</h2>").format(block.removeprefix("## "))
        elif match := IMAGE.fullmatch(block):
            yield _picture(*match.groups())
        elif match := ITEM.match(block):
            tag = "ul" if match[1] == "- " else "ol"
            yield Markup("<{0}>{1}</{0}>").format(Markup(tag), Markup("").join(_items(block)))  # noqa: S704
        else:
            yield Markup("<p>{}</p>").format(_inline(block))


def _items(block: str) -> Iterator[Markup]:
    for item in re.split(r"\n(?=- |\d+\. )", block):
        match = ITEM.match(item)
        words = item[match.start(2) :] if match else item
        yield Markup("<li>{}</li>").format(_inline(words))


def _inline(words: str) -> Markup:
    text = str(escape(re.sub(r"\s+", " ", words)))
    text = LINK.sub(r'<a href="\2">\1</a>', text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", text))  # noqa: S704 - escaped above


def _picture(words: str, name: str) -> Markup:
    """A picture with its words; the words alone where it was not taken yet."""
    if not (STATIC / PICTURES / name).exists():
        return Markup("<p>{}</p>").format(words)
    address = static_path(f"{PICTURES}/{name}")
    return Markup('<figure><img src="{}" alt="{}" loading="lazy"></figure>').format(address, words)


PAGES = (
    ("/panduan", index, None),
    ("/panduan/{page}", show, None),
)
