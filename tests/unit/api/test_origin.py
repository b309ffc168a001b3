"""Over https the public address that is set counts as our own, whatever host a request names."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from api.auth import require_own_origin
from api.errors import Forged


def asked(host: str, origin: str, scheme: str = "https") -> HTTPConnection:
    headers = [(b"host", host.encode()), (b"origin", origin.encode())]
    return HTTPConnection(
        {"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "headers": headers}
    )


def test_a_foreign_host_and_origin_together_are_refused() -> None:
    with pytest.raises(Forged):
        require_own_origin(asked("evil.example", "https://evil.example"), "https://alur.example")
    require_own_origin(asked("inside:8000", "https://alur.example"), "https://alur.example")


def test_without_a_public_address_the_host_of_the_request_counts() -> None:
    require_own_origin(asked("alur.example", "https://alur.example"), None)
    with pytest.raises(Forged):
        require_own_origin(asked("alur.example", "https://evil.example"), None)


def test_on_this_very_machine_plain_http_keeps_its_own_address() -> None:
    require_own_origin(asked("localhost:8000", "http://localhost:8000", "http"), "https://alur.example")
