"""An office whose people sign in at a provider: opening it, and what a browser does there and back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice
from tests.support.openid_provider import RunningProvider, query_of

MAIL = "kadis@disdag.example"  # by the rule of the agency
COOKIE = "__Host-alur_attempt"
OFFICE = "https://testserver"


def at_provider(office: DemoOffice, running: RunningProvider, **given: Any) -> DemoOffice:
    """The same office with the settings that open the door of its provider."""
    settings = {"oidc_issuer": running.issuer, "oidc_client_id": "alur", "oidc_label": "Akun Banggai"}
    return DemoOffice.on(office.urls, office.files, office.passwords, **settings, **given)


def state_of(url: str) -> str:
    return query_of(url)["state"]


def back_from(running: RunningProvider, url: str, subject: str) -> str:
    """The path of our own that the provider sends the browser to."""
    answer = running.answer(url, subject)
    assert answer.startswith(f"{OFFICE}/sign-in/oidc/callback?")
    parts = urlsplit(answer)
    return f"{parts.path}?{parts.query}"


def way_back(
    visitor: Visitor, running: RunningProvider, subject: str = "s-1", path: str = "/sign-in/oidc"
) -> str:
    """The address that the provider sends this visitor's browser to."""
    began = visitor.get(path)
    assert began.status_code == 303, began.text
    return back_from(running, began.headers["location"], subject)


def who(visitor: Visitor) -> str | None:
    me = visitor.get("/api/v1/me")
    return str(me.json()["username"]) if me.status_code == 200 else None
