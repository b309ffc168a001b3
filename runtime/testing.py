"""Clients for tests and rehearsals: in this process only, signed in without a password."""

from starlette.testclient import TestClient

from api.auth import CSRF_HEADER, SECURE_COOKIE, csrf_token
from runtime.bootstrap import System

ADDRESS = "https://testserver"


def client_for(system: System, username: str) -> TestClient:
    """A client signed in as this account, however the clock moves; it sends the CSRF header by itself."""
    secret = system.engine.sign_in.admit(username)
    return TestClient(
        system.app,
        base_url=ADDRESS,
        cookies={SECURE_COOKIE: secret},
        headers={CSRF_HEADER: csrf_token(secret)},
        raise_server_exceptions=False,
    )
