"""How a task on hold tells until when, and that this has come: on its page and in the inbox."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice
from web.page_request import LANGUAGE_COOKIE


@pytest.fixture
def at(office: DemoOffice) -> str:
    """The page of a task that the head has put on hold until Tuesday at ten."""
    task = office.open_task(office.start(), "s1")
    until = datetime.fromisoformat("2026-01-06T10:00+08:00")
    office.engine.tasks.claim("kadis", task.id)
    office.engine.tasks.hold("kadis", task.id, reason_class="menunggu_data", reason="Menunggu", until=until)
    return f"/tasks/{task.id}"


def test_a_task_on_hold_says_until_when_and_in_words_when_that_has_passed(
    office: DemoOffice, at: str
) -> None:
    visitor = Visitor(office, "kadis")
    for page in (at, "/inbox"):
        text = visitor.get(page).text
        assert "Ditunda s.d. Sel, 6 Jan 2026 10.00 WITA" in text
        assert "sudah lewat" not in text
    office.clock.set("2026-01-06T10:00+08:00")
    for page in (at, "/inbox"):
        assert "Ditunda s.d. Sel, 6 Jan 2026 10.00 WITA; waktu itu sudah lewat" in visitor.get(page).text
    assert "mintalah tambahan waktu kepada atasan" in visitor.get(at).text
    visitor.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    assert "On hold until Tue, 6 Jan 2026 10:00 WITA; which has passed" in visitor.get("/inbox").text


def test_once_it_goes_on_nothing_is_said_of_the_hold(office: DemoOffice, at: str) -> None:
    visitor = Visitor(office, "kadis")
    office.engine.tasks.resume("kadis", at.rpartition("/")[2])
    assert "s.d." not in visitor.get("/inbox").text
    assert "Ditunda" not in visitor.get(at).text
