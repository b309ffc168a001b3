"""What a watchdog learns: the process lives, can work, and what it has counted; and what strangers do not."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.clock import FakeClock
from runtime.bootstrap import bootstrap
from runtime.logging import JsonLines
from runtime.settings import Settings
from runtime.testing import client_for
from tests.support.offices import MONDAY, SOP, DemoOffice
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.on("postgres")

TOKEN = "a-token-long-enough-for-metrics"


def guest(office: DemoOffice, address: tuple[str, int] = ("127.0.0.1", 50000), **given: Any) -> TestClient:
    """A client that has not signed in, from this address."""
    return TestClient(office.system.app, client=address, raise_server_exceptions=False, **given)


def with_settings(office: DemoOffice, **changes: Any) -> TestClient:
    """The same office served under other settings."""
    settings = Settings(database_url=office.urls.database_url, files_dir=office.files, **changes)
    return TestClient(bootstrap(settings, FakeClock(MONDAY)).app, client=("127.0.0.1", 50000))


def test_an_office_in_order_is_alive_and_ready_without_sign_in(office: DemoOffice) -> None:
    client = guest(office)
    alive, ready = client.get("/healthz"), client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["checks"] == {"database": "ok", "schema": "ok"}
    assert alive.headers["x-content-type-options"] == "nosniff"


def test_a_database_that_was_never_migrated_is_alive_but_not_ready(tmp_path: Path) -> None:
    system = bootstrap(Settings(database_url=f"sqlite:///{tmp_path / 'new.db'}"), FakeClock(MONDAY))
    client = TestClient(system.app)
    assert client.get("/healthz").status_code == 200
    found = client.get("/readyz")
    assert found.status_code == 503
    assert found.headers["retry-after"].isdecimal()
    assert found.json()["checks"] == {"database": "ok", "schema": "other_revision"}
    system.close()


def test_a_database_that_is_away_is_alive_but_not_ready(postgres_server: PostgresServer) -> None:
    nowhere = postgres_server.superuser_url.set(database="no_such_database").render_as_string(False)
    system = bootstrap(Settings(database_url=nowhere), FakeClock(MONDAY))
    client = TestClient(system.app)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["checks"] == {"database": "unavailable", "schema": "unknown"}
    assert "alur_store_waiting" in client.get("/metrics").text
    system.close()


def test_metrics_count_requests_by_route_and_commands_by_result(office: DemoOffice) -> None:
    client = client_for(office.system, "kadis")
    case = client.post("/api/v1/cases", json={"sop": SOP, "period": "2025-Q4"}).json()
    client.get(f"/api/v1/cases/{case['id']}")
    client.post("/api/v1/cases", json={"sop": "tidak-ada"})
    client.get("/nowhere")
    client.get(f"/cases/{case['id']}")
    said = client.get("/metrics").text
    assert 'alur_http_request_seconds_count{method="POST",route="/api/v1/cases",status="201"} 1.0' in said
    assert 'route="/api/v1/cases/{case_id}",status="200"} 1.0' in said
    assert 'route="unknown",status="404"} 1.0' in said
    assert 'route="/cases/{case_id}",status="200"} 1.0' in said
    assert 'alur_commands_total{result="ok",verb="cases.start"} 1.0' in said
    assert 'alur_commands_total{result="not_found",verb="cases.start"} 1.0' in said
    assert "alur_tasks_open 1.0" in said
    assert "alur_tasks_overdue 0.0" in said
    assert case["id"] not in said


def test_metrics_show_what_became_overdue(office: DemoOffice) -> None:
    office.start()
    office.clock.advance(days=30)
    said = guest(office).get("/metrics").text
    assert "alur_tasks_overdue 1.0" in said
    assert "alur_tasks_unclaimed 1.0" in said


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via"])
def test_metrics_without_a_token_are_for_this_machine_only(office: DemoOffice, header: str) -> None:
    assert guest(office).get("/metrics").status_code == 200
    assert guest(office, ("192.0.2.7", 50000)).get("/metrics").status_code == 403
    assert guest(office).get("/metrics", headers={header: "192.0.2.7"}).status_code == 403


def test_behind_a_proxy_metrics_need_a_token(office: DemoOffice) -> None:
    assert with_settings(office, trusted_proxies="127.0.0.1").get("/metrics").status_code == 403


def test_with_a_token_metrics_are_for_whoever_knows_it(office: DemoOffice) -> None:
    client = with_settings(office, metrics_token=TOKEN, trusted_proxies="127.0.0.1")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


ONE_TIME_LINKS = (
    "/invitation/sangat-rahasia",
    "/api/v1/invitations/sangat-rahasia",
    "/Invitation/sangat-rahasia/",
    "/x//invitation;x//sangat-rahasia",
)


def test_log_lines_of_a_request_carry_its_id_and_no_query(
    office: DemoOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(JsonLines())
    lines: list[dict[str, Any]] = []
    monitor = _Listening(lambda record: lines.append(json.loads(JsonLines().format(record))))
    logging.getLogger("alur.requests").addHandler(monitor)
    with caplog.at_level(logging.INFO, "alur.requests"):
        client = client_for(office.system, "kadis")
        answer = client.get("/api/v1/inbox?q=rahasia", headers={"X-Request-ID": "from-the-proxy"})
        client.get("/api/v1/me", headers={"X-Request-ID": "not a sensible id"})
        client.get("/healthz")
        for path in ONE_TIME_LINKS:
            client.get(path)
            client.post(path, json={"password": "pendek"})
    logging.getLogger("alur.requests").removeHandler(monitor)
    assert answer.headers["x-request-id"] == "from-the-proxy"
    assert [line["message"] for line in lines[:2]] == ["GET /api/v1/inbox 200", "GET /api/v1/me 200"]
    assert len(lines) == 2 + 2 * len(ONE_TIME_LINKS)
    assert lines[0]["request_id"] == "from-the-proxy"
    assert lines[0]["status"] == 200
    assert lines[1]["request_id"].isalnum()
    assert "rahasia" not in json.dumps(lines)


class _Listening(logging.Handler):
    def __init__(self, heard: Callable[[logging.LogRecord], object]) -> None:
        super().__init__()
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard(record)


def test_a_database_file_that_was_moved_away_is_not_ready(office: DemoOffice) -> None:
    if "sqlite" not in office.urls.database_url:
        return
    client = guest(office)
    assert client.get("/readyz").status_code == 200
    path = Path(office.urls.database_url.partition("///")[2])
    path.rename(path.with_suffix(".moved"))
    path.write_bytes(b"")
    moved = client.get("/readyz")
    assert (moved.status_code, moved.json()["checks"]["database"]) == (503, "moved")
    path.with_suffix(".moved").replace(path)
    assert client.get("/readyz").status_code == 200
