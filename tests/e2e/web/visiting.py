"""A visitor without a browser: pages read as HTML, forms filled in and sent as a browser would."""

from __future__ import annotations

import re
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
    posted: bool = True

    def value(self, name: str) -> str | None:
        return next((value for field, value in self.fields if field == name), None)

    def values(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]


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
        self._of = Form("")
        self._called: dict[str, Form] = {}
        self._elsewhere: list[tuple[str, Form]] = []
        self.feed(text)
        self.forms += [Form(action, form.fields, form.buttons) for action, form in self._elsewhere]
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
            form = self._form_called(found.get("id"))
            form.action = str(found.get("action") or "")
            form.posted = found.get("method") == "post"
            self.forms.append(form)
        elif tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        elif tag in ("input", "select", "textarea"):
            self._control(tag, found)
        elif tag == "option" and self._select is not None:
            self._words = ""
            self._options.append((str(found.get("value", "")), "selected" in found))
        elif tag == "button" and (self.forms or found.get("form")):
            self._owner(found).buttons.append((str(found.get("name") or ""), str(found.get("value") or "")))
            if found.get("formaction"):
                self._elsewhere.append((str(found["formaction"]), self._owner(found)))

    def _form_called(self, id: str | None) -> Form:
        """The form of this id, which controls before it may have named; a new one without."""
        return self._called.setdefault(id, Form("")) if id else Form("")

    def _owner(self, found: dict[str, str | None]) -> Form:
        """The form that a control belongs to: the one it names, else the one around it."""
        return self._form_called(found["form"]) if found.get("form") else self.forms[-1]

    def _control(self, tag: str, found: dict[str, str | None]) -> None:
        kind, name, value = found.get("type") or "text", found.get("name") or "", found.get("value")
        if kind != "hidden":
            wrapped = any(item == "label" for item, _ in self._open)
            self._controls.append((found.get("id") or "", name, wrapped))
        if any(item == "fieldset" and "disabled" in given for item, given in self._open):
            return
        if tag == "select":
            self._select, self._options, self._of = name, [], self._owner(found)
        elif tag == "textarea":
            self._textarea, self._words, self._of = name, "", self._owner(found)
        elif name and kind not in ("file", "submit"):
            if kind not in ("checkbox", "radio"):
                self._owner(found).fields.append((name, value or ""))
            elif "checked" in found:
                self._owner(found).fields.append((name, value or "on"))

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break
        if tag == "textarea" and self._textarea is not None:
            self._of.fields.append((self._textarea, self._words.removeprefix("\n")))
            self._textarea = None
        elif tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._options if selected]
            chosen = chosen or [value for value, _ in self._options[:1]]
            self._of.fields += [(self._select, value) for value in chosen]
            self._select = None


class Visitor:
    """One signed-in person; redirects are shown, not followed, but to the page of a form that was refused."""

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
        forms = [form for form in self.html(path).forms if (form.action or path) == wanted]
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

    def refused(self, answer: Response) -> Response:
        """The page that a refused form leads back to, which says why."""
        assert answer.status_code == 303, answer.status_code
        shown = self.get(answer.headers["location"].partition("#")[0])
        assert 'role="alert"' in shown.text
        return shown


def landed(answer: Response) -> str:
    """Where an answer leads, and what is said there once."""
    said = re.search(r"alur_said=\"?(\w+):", answer.headers.get("set-cookie", ""))
    return answer.headers["location"] + (f"?said={said[1]}" if said else "")
