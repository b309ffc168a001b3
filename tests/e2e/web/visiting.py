"""A visitor without a browser: pages read as HTML, forms filled in and sent as a browser would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from runtime.testing import client_for
from tests.support.offices import DemoOffice

VOID = {"input", "meta", "link", "br", "img"}
File = tuple[str, bytes, str]


@dataclass
class Form:
    """A form with what a browser would send for it untouched: (name, value) pairs, files left out."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str | None:
        return next((value for each, value in self.fields if each == name), None)

    def values(self, name: str) -> list[str]:
        return [value for each, value in self.fields if each == name]


class Html(HTMLParser):
    """What tests ask of a page: its forms, controls, labels, ids and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.unlabelled: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None
        self._words = ""
        self._controls: list[tuple[str, str, bool]] = []
        self.feed(text)
        self.unlabelled = [
            name for id, name, wrapped in self._controls if not wrapped and id not in self.labelled
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in VOID:
            self._open.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "form":
            self.forms.append(Form(str(found.get("action") or "")))
        elif tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        elif tag in ("input", "select", "textarea"):
            self._control(tag, found)
        elif tag == "option" and self._select is not None:
            self._words = ""
            self._options.append((str(found.get("value", "")), "selected" in found))
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append((str(found.get("name") or ""), str(found.get("value") or "")))

    def _control(self, tag: str, found: dict[str, str | None]) -> None:
        kind, name, value = found.get("type") or "text", found.get("name") or "", found.get("value")
        if kind != "hidden":
            wrapped = any(each == "label" for each, _ in self._open)
            self._controls.append((found.get("id") or "", name, wrapped))
        if any(each == "fieldset" and "disabled" in given for each, given in self._open):
            return
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "textarea":
            self._textarea, self._words = name, ""
        elif name and kind not in ("file", "submit"):
            if kind not in ("checkbox", "radio"):
                self.forms[-1].fields.append((name, value or ""))
            elif "checked" in found:
                self.forms[-1].fields.append((name, value or "on"))

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break
        if tag == "textarea" and self._textarea is not None:
            self.forms[-1].fields.append((self._textarea, self._words.removeprefix("\n")))
            self._textarea = None
        elif tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._options if selected]
            chosen = chosen or [value for value, _ in self._options[:1]]
            self.forms[-1].fields += [(self._select, value) for value in chosen]
            self._select = None


class Visitor:
    """One signed-in person; redirects are shown, not followed."""

    def __init__(self, office: DemoOffice, username: str | None = None, **headers: str) -> None:
        if username is None:
            self.client = TestClient(office.system.app, base_url="https://testserver")
            self.client.raise_server_exceptions = False  # type: ignore[attr-defined]
        else:
            self.client = client_for(office.system, username)
            self.client.headers.pop("x-csrf-token", None)  # pages carry theirs in the form
        self.client.follow_redirects = False
        self.client.headers |= {"accept-language": "id", **headers}

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def html(self, path: str) -> Html:
        shown = self.get(path)
        assert shown.status_code == 200, f"{path}: {shown.status_code}"
        return Html(shown.text)

    def form(self, path: str, action: str | None = None) -> Form:
        """The form of a page that goes to an address; by default to the page's own."""
        wanted = path.partition("?")[0] if action is None else action
        forms = [each for each in self.html(path).forms if (each.action or path) == wanted]
        assert forms, f"{path} has no form to {wanted}"
        return forms[0]

    def send(
        self,
        form: Form,
        path: str = "",
        files: Mapping[str, File] | None = None,
        drop: Sequence[str] = (),
        **changes: Any,
    ) -> Response:
        """Send a form with some fields changed; names are given with ``__`` for a point."""
        changed = {name.replace("__", "."): value for name, value in changes.items()}
        data: dict[str, list[str]] = {}
        for name, value in form.fields:
            if name not in drop:
                data.setdefault(name, []).append(value)
        data |= {name: value if isinstance(value, list) else [value] for name, value in changed.items()}
        return self.client.post(form.action or path, data=data, files=files)
