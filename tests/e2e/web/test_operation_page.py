"""What administrators see of time: a banner when nobody watches it, and a page of what was missed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from engine.access.actor import HOST
from engine.tables import TIMER
from tests.e2e.web.browsing import served
from tests.e2e.web.test_layout import signed_in
from tests.e2e.web.visiting import Visitor, landed
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.offices import DemoOffice
from web.page_request import LANGUAGE_COOKIE

SILENT = "Tenggat dan pengingat sedang tidak diperiksa"
BEHIND = "Pemeriksaan tenggat tertinggal"


def missed_and_broken(office: DemoOffice) -> str:
    """A start missed in an outage, and a timer that was set aside; gives the timer's id."""
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    opens = office.engine.queries.schedules.upcoming("disdag-banggai", SCHEDULED_SOP)[0]["opens_at"]
    office.clock.set(str(opens))
    office.clock.advance(days=14)
    office.system.sweep()
    office.start()
    store = office.engine.context.store
    first = select(TIMER.c.subject, TIMER.c.stage).where(TIMER.c.state == "pending").limit(1)
    subject, stage = store.read(lambda connection: connection.execute(first).one())
    broken = update(TIMER).where(TIMER.c.subject == subject, TIMER.c.stage == stage)
    broken = broken.values(state="broken", attempts=11, error="rusak <b>")
    store.execute(lambda tx: tx.connection.execute(broken).rowcount)
    return f"{subject}/{stage}"


def test_a_banner_tells_administrators_when_nobody_ticks_for_half_a_minute(office: DemoOffice) -> None:
    office.system.sweep()
    assert SILENT not in Visitor(office, "admin").get("/inbox").text
    office.clock.advance(minutes=1)
    shown = Visitor(office, "admin").html("/inbox")
    assert ("p", {"class": "notice refused", "role": "status"}) in shown.tags
    assert SILENT in Visitor(office, "admin").get("/inbox").text
    assert SILENT not in Visitor(office, "kadis").get("/inbox").text
    assert SILENT not in Visitor(office, "auditor").get("/cases").text


def test_a_banner_tells_administrators_when_a_timer_waits_for_a_minute(office: DemoOffice) -> None:
    office.start()
    office.clock.set("2026-01-06T10:00+08:00")
    office.clock.advance(minutes=1)
    office.beat()
    assert BEHIND in Visitor(office, "admin").get("/inbox").text
    office.system.sweep()
    assert BEHIND not in Visitor(office, "admin").get("/inbox").text


def test_nothing_missed_is_said_with_a_way_back(office: DemoOffice) -> None:
    office.system.sweep()
    shown = Visitor(office, "admin").html("/operation")
    assert "Tidak ada pengingat yang disisihkan" in Visitor(office, "auditor").get("/operation").text
    assert [tag for tag in shown.tags if tag[0] == "h1"]
    assert ("a", {"href": "/inbox"}) in shown.tags
    assert Visitor(office, "kadis").get("/operation").status_code == 403
    assert Visitor(office).get("/operation").status_code == 303


def test_missed_starts_and_broken_timers_are_listed_and_a_timer_can_be_tried_again(
    office: DemoOffice,
) -> None:
    timer_id = missed_and_broken(office)
    admin = Visitor(office, "admin")
    text = admin.get("/operation").text
    assert "Triwulan I 2026" in text
    assert "rusak &lt;b&gt;" in text
    assert "/operation/mend" not in Visitor(office, "auditor").get("/operation").text
    form = admin.form("/operation", "/operation/mend")
    assert form.value("timer") == timer_id
    assert landed(admin.send(form)) == "/operation?said=mended"
    assert "rusak" not in admin.get("/operation").text
    other = Visitor(office, "kadis")
    csrf = other.html("/inbox").forms[0].value("csrf")
    other.client.post("/operation/mend", data={"timer": timer_id, "csrf": csrf})
    assert other.get("/operation").status_code == 403


def test_time_without_a_check_is_listed_for_auditors_to_discount(office: DemoOffice) -> None:
    office.system.sweep()
    office.clock.set("2026-01-06T11:00+08:00")
    office.system.sweep()
    text = Visitor(office, "auditor").get("/operation").text
    assert "<span>Sen, 5 Jan 2026 08.00 – Sel, 6 Jan 2026 11.00 WITA</span>" in text
    assert "<strong>1 hari 3 jam kerja</strong>" in text
    events = Visitor(office, "auditor").client.get("/api/v1/audit/events?limit=100").json()["items"]
    assert [event["act"] for event in events if event["stream"] == "operation:sweep"] == ["operation.outage"]


def test_long_lists_of_interruptions_are_paged_each_by_itself(office: DemoOffice) -> None:
    office.system.sweep()
    for _ in range(30):
        office.clock.advance(days=1)
        office.system.sweep()
    office.clock.jump("2026-02-05T09:00+08:00")
    office.system.sweep()
    auditor = Visitor(office, "auditor")
    text = auditor.get("/operation").text
    assert "Seharusnya Rabu, 4 Februari 2026 pukul 08.00 WITA, menunjukkan Kamis, 5 Februari 2026" in text
    assert "<strong>Maju</strong>" in text
    assert "Sen, 5 Jan 2026" not in text
    [(_, link)] = [tag for tag in auditor.html("/operation").tags if tag[1].get("rel") == "next"]
    older = auditor.html(str(link["href"]).partition("#")[0])
    shown = auditor.get(str(link["href"]).partition("#")[0]).text
    assert "<span>Sen, 5 Jan 2026 08.00 – Sel, 6 Jan 2026 08.00 WITA</span>" in shown
    assert "<strong>Maju</strong>" in shown
    assert ("a", {"href": "/operation#outages"}) in older.tags
    assert auditor.get("/operation?outages=rusak").status_code == 422


def test_the_page_and_the_banner_are_there_in_english(office: DemoOffice) -> None:
    missed_and_broken(office)
    office.clock.advance(minutes=1)
    admin = Visitor(office, "admin")
    admin.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    text = admin.get("/operation").text
    assert "Nobody is looking at deadlines" in text
    assert "Reminders that were set aside" in text


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_does_not_run_off_its_side(office: DemoOffice, browser: Browser, width: int) -> None:
    missed_and_broken(office)
    office.clock.advance(minutes=1)
    with served(office) as address:
        page = signed_in(browser, address, office, "admin", width)
        page.goto("/operation")
        page.get_by_role("status").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
