"""A person at a browser who signs in over HTTP with passwords, codes and links."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyotp
from starlette.testclient import TestClient

from api.auth import CSRF_HEADER, SECURE_COOKIE
from runtime.testing import ADDRESS
from tests.support.offices import DemoOffice


@dataclass
class Browser:
    """One browser; it keeps its cookie and its CSRF token, as a page does."""

    office: DemoOffice
    username: str
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = TestClient(self.office.system.app, base_url=ADDRESS, raise_server_exceptions=False)

    def sign_in(self, password: str | None = None, code: str | None = None) -> int:
        given = {"username": self.username, "password": password or self.office.passwords[self.username]}
        answer = self.client.post("/api/v1/session", json=given | ({"code": code} if code else {}))
        if answer.status_code == 200:
            self.client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
        return answer.status_code

    def call(self, method: str, path: str, body: Any = None, status: int | None = None) -> Any:
        """The JSON of an answer (None for an empty one); keeps a new CSRF token."""
        answer = self.client.request(method, f"/api/v1{path}", json=body)
        if status is not None:
            assert answer.status_code == status, answer.text
        found = answer.json() if answer.content else None
        if isinstance(found, dict) and found.get("csrf_token"):
            self.client.headers[CSRF_HEADER] = found["csrf_token"]
        return found

    def status(self, method: str, path: str, body: Any = None) -> int:
        return self.client.request(method, f"/api/v1{path}", json=body).status_code

    @property
    def is_signed_in(self) -> bool:
        return self.status("GET", "/me") == 200

    @property
    def cookie(self) -> str:
        return str(self.client.cookies[SECURE_COOKIE])

    def enrol(self) -> tuple[pyotp.TOTP, list[str]]:
        """Enrol an authenticator; gives it with the recovery codes."""
        begun = self.call(
            "POST", "/me/second-factor", {"password": self.office.passwords[self.username]}, 200
        )
        totp = pyotp.TOTP(begun["secret"])
        codes = self.call("PUT", "/me/second-factor", {"code": code_of(totp, self.office)}, 200)
        return totp, codes["recovery_codes"]


def signed_in_browser(office: DemoOffice, username: str) -> Browser:
    browser = Browser(office, username)
    assert browser.sign_in() == 200
    return browser


def code_of(totp: pyotp.TOTP, office: DemoOffice, seconds: int = 0) -> str:
    """The code that an authenticator shows at the machine's time, or some seconds from it."""
    return totp.at(int(office.engine.context.machine_clock.now().timestamp()) + seconds)
