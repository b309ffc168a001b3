"""An office whose only worker stands still: watchdogs and administrators are told, also when it is over."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from runtime.cli import main
from tests.support.cli import settings_of
from tests.support.forked import Forked
from tests.support.offices import DemoOffice
from tests.support.served_office import Person, Served, served

BANNER = "Tenggat dan pengingat sedang tidak diperiksa"
# Thirty seconds of silence, and time for a slow machine.
PATIENCE = 90.0


@pytest.fixture
def env(office: DemoOffice) -> dict[str, str]:
    return settings_of(office.urls, office.files) | {
        "ALUR_TICKING": "false",
        "ALUR_SECOND_FACTOR_ROLES": "",
    }


@pytest.fixture
def worker(env: dict[str, str], tmp_path: Path) -> Iterator[Forked]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
    process = Forked(main, ["worker", "--every", "1"], cwd=tmp_path, env={**known, **env})
    yield process
    process.kill()
    process.communicate()


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_worker_that_stands_still_is_told_after_half_a_minute_until_it_goes_on(
    office: DemoOffice, env: dict[str, str], worker: Forked, tmp_path: Path
) -> None:
    with served(env, cwd=tmp_path) as server:
        admin = Person(server.address, "admin", office.passwords["admin"])
        kadis = Person(server.address, "kadis", office.passwords["kadis"])
        until(lambda: bool(admin.get("/operation").json()["ticking"]))
        assert checks(server) == {"database": "ok", "schema": "ok"}
        assert BANNER not in page(server, admin)
        worker.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        until(lambda: checks(server).get("workers") == "silent")
        assert time.monotonic() - stopped > 25
        assert BANNER in page(server, admin)
        assert BANNER not in page(server, kadis)
        started = kadis.post("/cases", json={"sop": "perbaikan-data-kinerja", "period": "2025-Q4"})
        assert started.status_code == 201  # people work on
        worker.send_signal(signal.SIGCONT)
        until(lambda: "workers" not in checks(server))
        assert BANNER not in page(server, admin)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.5)


def checks(server: Served) -> dict[str, str]:
    answer = httpx2.get(f"{server.address}/readyz", timeout=PATIENCE)
    found: dict[str, str] = answer.json()["checks"]
    assert answer.status_code == (200 if set(found.values()) == {"ok"} else 503)
    return found


def page(server: Served, who: Person) -> str:
    cookies, _ = who.credentials
    shown = httpx2.get(f"{server.address}/cases", cookies=cookies, timeout=PATIENCE)
    assert shown.status_code == 200
    return re.sub(r"\s+", " ", shown.text)
