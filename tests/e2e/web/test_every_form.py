"""Every form of every page comes back whole on its own page when it is refused or its session has ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from httpx2 import Response

from engine.errors import InvalidInput
from engine.text.bilingual import Text
from tests.e2e.web.test_every_page import NOBODY, walks
from tests.e2e.web.visiting import Form, Html, Visitor
from tests.support.offices import DemoOffice
from web.app import DOORS, PAGES
from web.kept import CARRIED

DOOR_FORMS = {path for path, _, post in DOORS if post}
TEXTS = ("text", "search", "email", "url", "tel")


def refuse(visit: object) -> object:
    raise InvalidInput(Text("Ditolak untuk diuji.", "Refused to try it."))


REFUSING = tuple(
    (path, get, refuse if post and (path, get, post) not in DOORS else post) for path, get, post in PAGES
)


@pytest.fixture
def refusing(office: DemoOffice) -> Iterator[DemoOffice]:
    """The office once more, in which every form that is sent is refused."""
    with patch("web.app.PAGES", REFUSING):
        again = DemoOffice.on(office.urls, office.files, office.passwords)
        assert again.system.app is not None
    yield again
    again.system.close()


def filled(page: Html, form: Form) -> dict[str, str]:
    """Every text of a form with words of its own."""
    texts = {
        str(found.get("name"))
        for tag, found in page.tags
        if tag == "textarea" or (tag == "input" and (found.get("type") or "text") in TEXTS)
    }
    names = {name for name, _ in form.fields if name in texts and name not in CARRIED}
    return {name: f"ketikan-{number}" for number, name in enumerate(sorted(names))}


@dataclass(frozen=True)
class Met:
    """A form, who met it on which page, and words of its own for every text of it."""

    who: str
    visitor: Visitor
    path: str
    form: Form
    texts: dict[str, str]

    def send(self, visitor: Visitor) -> Response:
        return visitor.client.post(self.form.action, data=dict(self.form.fields) | self.texts)

    def lost(self, shown: Response) -> list[str]:
        """What the page that is shown now does not give back."""
        missing = [name for name, text in self.texts.items() if text not in shown.text]
        return [f"{self.who} {self.path} -> {self.form.action}: {name}" for name in missing]


def forms(office: DemoOffice, walked: dict[str, list[str]]) -> Iterator[Met]:
    """Every form that somebody meets who walks over these pages, once for each address it is sent to."""
    seen = set()
    for who, paths in walked.items():
        visitor = Visitor(office, who) if who != NOBODY else Visitor(office)
        for path in paths:
            shown = visitor.get(path)
            if shown.status_code != 200 or "html" not in shown.headers["content-type"]:
                continue
            page = Html(shown.text)
            for form in page.forms:
                action = form.action or path
                route = next(
                    (one[0] for one in PAGES if one[2] and re.fullmatch(pattern(one[0]), action)), None
                )
                if form.posted and route and route not in DOOR_FORMS and (route, who) not in seen:
                    seen.add((route, who))
                    whole = Form(action, form.fields, form.buttons)
                    yield Met(who, visitor, path, whole, filled(page, form))


def pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", path)


def test_every_form_comes_back_whole_when_it_is_refused_and_when_its_session_has_ended(
    refusing: DemoOffice,
) -> None:
    lost, met = [], list(forms(refusing, walks(refusing)))
    for one in met:
        sent = one.send(one.visitor)
        back = sent.headers.get("location", "").partition("#")[0]
        shown = one.visitor.get(back or "/nowhere")
        if sent.status_code != 303 or shown.status_code != 200 or "Ditolak untuk diuji." not in shown.text:
            lost.append(f"{one.who} {one.form.action}: {sent.status_code}, {back}: {shown.status_code}")
        lost += one.lost(shown)
        if one.texts:
            one.visitor.send(one.visitor.form(back, "/discard"))
            address = one.send(Visitor(refusing)).headers["location"]
            assert address.startswith("/sign-in?next=")
            lost += one.lost(one.visitor.get(unquote(address.partition("next=")[2])))
    assert lost == []
    assert len(met) > 30
