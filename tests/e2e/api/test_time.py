"""Time at the HTTP door: choices, scheduled starts, calendars, escalation, operation; who may what."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select, update
from starlette.testclient import TestClient

from engine.access.actor import HOST
from engine.organisation import Account
from engine.store.audit_reader import read_events
from engine.tables import MESSAGE, TIMER
from engine.views.cases import Case
from runtime.shipped import AGENCY, HOLIDAYS, plain_data
from tests.e2e.api.conftest import SignedIn
from tests.support.escalations import SCHEDULED_SOP, scheduled_definition
from tests.support.offices import SOP, DemoOffice, with_demonstration
from tests.support.postgres import DatabaseFactory

V1 = "/api/v1"
START = f"{V1}/schedules/starts/{SCHEDULED_SOP}:2026-Q1/start"
EVERYBODYS = (
    "/calendars",
    "/calendars/asn-5hk",
    "/calendars/asn-5hk/explain?from=2026-03-17T14:00:00%2B08:00&minutes=480",
)
ADMINISTRATORS_ONLY = (f"/escalation/preview?sop={SOP}&step=s8",)
WATCHERS_ONLY = (
    "/operation",
    "/operation/outages",
    "/operation/clock-jumps",
    "/operation/messages?state=dead",
)


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = DemoOffice.on(database_factory(with_demonstration), tmp_path / "files")
    office.engine.definitions.store(HOST, scheduled_definition(), as_demonstration=True)
    yield office
    office.system.close()


@pytest.fixture
def admin(signed_in: SignedIn) -> TestClient:
    return signed_in("admin")


def files(free: str | None = None) -> dict[str, Any]:
    """The shipped calendar files, with one holiday more."""
    agency, holidays = copy.deepcopy(plain_data(AGENCY)), copy.deepcopy(plain_data(HOLIDAYS))
    for year in holidays["years"]:
        if free and str(year["year"]) == free[:4]:
            year["days"].append({"date": free, "name": "Hari libur daerah", "kind": "daerah"})
    return {"agency": agency, "holidays": holidays}


def missed(office: DemoOffice) -> None:
    """The first quarter's start was missed in an outage of two weeks."""
    opens = office.engine.queries.schedules.upcoming("disdag-banggai", SCHEDULED_SOP)[0]["opens_at"]
    office.clock.set(str(opens))
    office.clock.advance(days=14)
    office.system.sweep()


def acts(office: DemoOffice, stream: str) -> list[tuple[str, str | None]]:
    found = office.engine.context.store.read(lambda connection: list(read_events(connection, [stream])))
    return [(holding.act, holding.account) for holding in found]


def broken_timer(office: DemoOffice) -> str:
    """A case of which one timer was set aside."""
    office.start()
    store = office.engine.context.store
    first = select(TIMER.c.subject, TIMER.c.stage).where(TIMER.c.state == "pending").limit(1)
    subject, stage = store.read(lambda connection: connection.execute(first).one())
    broken = update(TIMER).where(TIMER.c.subject == subject, TIMER.c.stage == stage)
    broken = broken.values(state="broken", attempts=11, error="rusak")
    store.execute(lambda tx: tx.connection.execute(broken).rowcount)
    return f"{subject}/{stage}"


def dead_message(office: DemoOffice, message_id: str = "m1") -> None:
    now = office.clock.now()
    values = {"id": message_id, "channel": "mail", "account": "kadis", "created_at": now, "next_try_at": now}
    dead = MESSAGE.insert().values(**values, state="dead", attempts=10, error="ditolak")
    office.engine.context.store.execute(lambda tx: tx.connection.execute(dead).rowcount)


# --- who may ---


def test_everybody_in_the_agency_reads_its_calendars_and_asks_why(signed_in: SignedIn) -> None:
    for path in EVERYBODYS:
        found = {signed_in(who).get(V1 + path).status_code for who in ("admin", "auditor", "jp.psr.1")}
        assert found == {200}, path


def test_only_administrators_see_who_would_be_told(signed_in: SignedIn) -> None:
    for path in ADMINISTRATORS_ONLY:
        found = {who: signed_in(who).get(V1 + path).status_code for who in ("admin", "auditor", "kadis")}
        assert found == {"admin": 200, "auditor": 403, "kadis": 403}, path


def test_administrators_and_auditors_see_how_time_works(signed_in: SignedIn) -> None:
    for path in WATCHERS_ONLY:
        found = {who: signed_in(who).get(V1 + path).status_code for who in ("admin", "auditor", "kadis")}
        assert found == {"admin": 200, "auditor": 200, "kadis": 403}, path


def test_only_administrators_change_calendars_timers_and_messages(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    timer_id = broken_timer(office)
    dead_message(office)
    for who in ("auditor", "kadis"):
        client = signed_in(who)
        refused = [
            client.put(f"{V1}/calendars", json={**files("2026-01-06"), "confirm": True}),
            client.post(f"{V1}/calendars/effect", json=files()),
            client.post(f"{V1}/operation/timers/{timer_id}/mend"),
            client.post(f"{V1}/operation/messages/m1/resend"),
        ]
        assert [(action.status_code, action.json()["code"]) for action in refused] == [
            (403, "not_allowed")
        ] * 4


def test_an_administrator_has_no_cases_and_starts_none(office: DemoOffice, admin: TestClient) -> None:
    case_id = office.start()
    missed(office)
    assert admin.get(f"{V1}/cases/{case_id}").status_code == 404
    assert admin.get(f"{V1}/inbox").json()["items"] == []
    assert admin.post(START).status_code == 403


def test_an_administrator_of_another_agency_sees_and_mends_nothing_here(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    here = office.organisation()
    elsewhere = replace(
        here,
        agency=replace(here.agency, id="dinas-lain"),
        units=(),
        positions=(),
        holdings=(),
        teams=(),
        accounts=(Account("admin.lain", "Administrator lain", frozenset({"admin"})),),
    )
    office.engine.registry.put_organisation(elsewhere, actor=HOST)
    timer_id = broken_timer(office)
    dead_message(office)
    other = signed_in("admin.lain")
    assert other.get(f"{V1}/operation").json()["broken"] == []
    assert other.get(f"{V1}/operation/messages").json()["items"] == []
    assert other.get(f"{V1}/calendars").json()["items"] == []
    assert other.get(f"{V1}/schedules").json()["items"] == []
    assert other.get(f"{V1}/calendars/asn-5hk").status_code == 404
    assert other.post(f"{V1}/operation/timers/{timer_id}/mend").status_code == 404
    assert other.post(f"{V1}/operation/messages/m1/resend").status_code == 404


# --- preferences and notices ---


def test_everybody_chooses_for_themselves_and_what_is_not_given_stays(signed_in: SignedIn) -> None:
    client = signed_in("jp.psr.1")
    before = client.get(f"{V1}/preferences").json()
    assert (before["pace"], before["channels"]) == ("at_once", None)
    given = {"pace": "digest", "channels": ["mail"], "quiet_from": "18:00", "quiet_to": "07:00"}
    chosen = client.put(f"{V1}/preferences", json=given).json()
    assert chosen == {**before, **given}
    assert client.get(f"{V1}/preferences").json() == chosen
    assert client.put(f"{V1}/preferences", json=chosen).json() == chosen
    ended = client.put(f"{V1}/preferences", json={"quiet_from": None, "quiet_to": None}).json()
    assert (ended["quiet_from"], ended["pace"]) == (None, "digest")
    assert client.put(f"{V1}/preferences", json={"channels": None}).json() == {**ended, "channels": None}
    assert signed_in("kadis").get(f"{V1}/preferences").json() == before


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"pace": "sometimes"}, "pace"),
        ({"digest_at": "25:00"}, "digest_at"),
        ({"digest_at": ""}, "digest_at"),
        ({"quiet_from": ""}, "quiet_from"),
        ({"quiet_from": "18:00"}, "quiet_to"),
        ({"channels": ["fax"]}, "channels[0]"),
        ({"channels": ["webhook"]}, "channels[0]"),
        ({"addresses": {"mail": "bukan alamat"}}, "addresses.mail"),
        ({"account": "kadis"}, "account"),
    ],
)
def test_a_choice_that_is_none_names_its_field(signed_in: SignedIn, given: dict[str, Any], path: str) -> None:
    refused = signed_in("kadis").put(f"{V1}/preferences", json=given)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)


def test_unread_notices_are_counted(office: DemoOffice, signed_in: SignedIn) -> None:
    client = signed_in("kadis")
    assert client.get(f"{V1}/notifications/count").json() == {"unread": 0}
    office.start()
    unread = client.get(f"{V1}/notifications?state=unread").json()["items"]
    assert client.get(f"{V1}/notifications/count").json() == {"unread": len(unread)}
    assert unread


# --- scheduled starts ---


def test_the_next_eight_dates_are_shown_to_whom_they_concern(signed_in: SignedIn) -> None:
    shown = {}
    for who in ("kasubbag.perencanaan", "kadis", "admin", "auditor", "jp.psr.1"):
        shown[who] = signed_in(who).get(f"{V1}/schedules").json()["items"]
    assert shown.pop("jp.psr.1") == []
    assert all([definition["sop"] for definition in items] == [SCHEDULED_SOP] for items in shown.values())
    assert len(shown["admin"][0]["dates"]) == 8
    assert {who: items[0]["may_start"] for who, items in shown.items()} == {
        "kasubbag.perencanaan": True,
        "kadis": True,
        "admin": False,
        "auditor": False,
    }


def test_dates_are_confirmed_as_they_were_told(office: DemoOffice, signed_in: SignedIn) -> None:
    owner, url = signed_in("kasubbag.perencanaan"), f"{V1}/schedules/{SCHEDULED_SOP}/confirm"
    (told,) = owner.get(f"{V1}/schedules").json()["items"]
    assert (told["may_confirm"], told["unconfirmed"], told["gone"]) == (True, 8, [])
    dates = [
        {name: occurrence[name] for name in ("period", "opens_at", "due_at")} for occurrence in told["dates"]
    ]
    assert owner.post(url, json={"dates": dates}).json() == {"sop": SCHEDULED_SOP, "confirmed": 8}
    assert owner.post(url, json={"dates": dates}).json()["confirmed"] == 0
    (told,) = signed_in("auditor").get(f"{V1}/schedules").json()["items"]
    assert {occurrence["confirmed"]["by"] for occurrence in told["dates"]} == {"kasubbag.perencanaan"}
    refused = owner.post(url, json={"dates": [{**dates[0], "due_at": dates[1]["due_at"]}]})
    assert (refused.status_code, refused.json()["code"]) == (409, "dates_moved")
    assert refused.json()["current"]["dates"] == dates
    assert owner.post(url, json={"dates": []}).status_code == 422
    assert signed_in("jp.psr.1").post(url, json={"dates": dates}).status_code == 403


def test_a_missed_start_is_listed_and_started_late_once(office: DemoOffice, signed_in: SignedIn) -> None:
    missed(office)
    owner = signed_in("kasubbag.perencanaan")
    (start,) = owner.get(f"{V1}/schedules/starts?state=missed").json()["items"]
    assert (start["id"], start["state"]) == (f"{SCHEDULED_SOP}:2026-Q1", "missed")
    assert owner.get(f"{V1}/schedules/starts?state=started").json()["items"] == []
    assert signed_in("jp.psr.1").get(f"{V1}/schedules/starts").json()["items"] == []
    assert owner.get(f"{V1}/schedules/starts?state=lost").status_code == 422
    assert owner.get(f"{V1}/schedules/starts?cursor=x").status_code == 422
    (notice,) = owner.get(f"{V1}/notifications?state=unread").json()["items"]
    assert notice["case_id"] is None
    assert signed_in("jp.psr.1").post(START).status_code == 403
    key = {"Idempotency-Key": "susulan"}
    begun = owner.post(START, headers=key)
    assert begun.status_code == 201
    assert TypeAdapter(Case).validate_python(begun.json())["period"] == "2026-Q1"
    assert owner.get(begun.headers["location"]).status_code == 200
    assert owner.post(START, headers=key).content == begun.content
    assert owner.post(START).json()["current"]["case_id"] == begun.json()["id"]
    assert owner.post(START.replace("2026-Q1", "2026-Q3")).status_code == 409
    assert owner.post(START.replace(SCHEDULED_SOP, "tidak-ada")).status_code == 404
    assert owner.post(f"{V1}/schedules/starts/entah/start").status_code == 404


# --- escalation ---


def test_who_would_be_told_when_is_known_before_a_case_is_started(admin: TestClient) -> None:
    path = f"{V1}/escalation/preview"
    asked = {"sop": SOP, "step": "s8", "ready": "2026-01-12T09:00:00+08:00"}
    found = admin.get(path, params=asked).json()["items"]
    at = {stage["stage"]: (stage["at"][:16], stage["recipients"]) for stage in found}
    assert ("2026-01-14T09:30", ["sekdis", "kadis"]) in at.values()
    branch = admin.get(path, params={**asked, "step": "s5", "unit": "bid-psr"})
    assert branch.status_code == 200
    bad = [
        {"step": "s99"},
        {"sop": "lain"},
        {"ready": "nanti"},
        {"ready": "1980-01-01T00:00:00Z"},
        {"step": "s5", "unit": "tidak-ada"},
        {"step": "s5"},
    ]
    refused = [admin.get(path, params={**asked, **item}) for item in bad]
    assert [action.status_code for action in refused] == [404, 404, 422, 422, 422, 422]
    (error,) = refused[-1].json()["errors"]
    assert (error["path"], "bid-psr" in error["message"]) == ("unit", True)


# --- operation ---


def test_the_pulse_tells_workers_and_lateness(office: DemoOffice, admin: TestClient) -> None:
    assert admin.get(f"{V1}/operation").json()["ticking"] is False
    office.system.sweep()
    found = admin.get(f"{V1}/operation").json()
    assert (found["ticking"], found["punctual"], len(found["workers"])) == (True, True, 1)
    office.clock.advance(days=1)
    assert admin.get(f"{V1}/operation").json()["ticking"] is False


def paged(client: TestClient, path: str) -> list[dict[str, Any]]:
    """A list, asked for one by one."""
    found, page = [], client.get(path, params={"limit": 1}).json()
    while page["next"]:
        found += page["items"]
        page = client.get(path, params={"limit": 1, "cursor": page["next"]}).json()
    return [*found, *page["items"]]


def test_outages_and_clocks_that_were_set_are_paged_newest_first(
    office: DemoOffice, signed_in: SignedIn
) -> None:
    office.system.sweep()
    for _ in range(3):
        office.clock.advance(minutes=20)
        office.system.sweep()
    for to in ("2026-01-05T09:30+08:00", "2026-01-05T08:00+08:00"):
        office.clock.jump(to)
        office.system.sweep()
    auditor = signed_in("auditor")
    outages = paged(auditor, f"{V1}/operation/outages")
    assert [outage["from"][11:16] for outage in outages] == ["00:40", "00:20", "00:00"]
    assert {outage["working_minutes"] for outage in outages} == {20}
    jumps = paged(auditor, f"{V1}/operation/clock-jumps")
    assert [(jump["seconds"], jump["shown"][11:16]) for jump in jumps] == [(-5400, "00:00"), (1800, "01:30")]


@pytest.mark.parametrize("name", ["outages", "clock-jumps"])
def test_a_list_of_interruptions_refuses_cursors_that_it_never_gave(admin: TestClient, name: str) -> None:
    path = f"{V1}/operation/{name}"
    for wrong in ("limit=101", "cursor=WyJrZW1hcmluIl0", "cursor=x"):
        assert admin.get(f"{path}?{wrong}").status_code == 422


def test_a_broken_timer_is_listed_mended_and_noted(office: DemoOffice, admin: TestClient) -> None:
    timer_id = broken_timer(office)
    (listed,) = admin.get(f"{V1}/operation").json()["broken"]
    assert (listed["id"], listed["error"]) == (timer_id, "rusak")
    mended = admin.post(f"{V1}/operation/timers/{timer_id}/mend")
    assert (mended.status_code, mended.json()) == (200, {"id": timer_id, "state": "pending"})
    assert admin.get(f"{V1}/operation").json()["broken_timers"] == 0
    assert admin.post(f"{V1}/operation/timers/{timer_id}/mend").status_code == 404
    assert acts(office, "operation:disdag-banggai") == [("operation.mend", "admin")]


def test_a_dead_message_is_listed_sent_again_and_noted(office: DemoOffice, admin: TestClient) -> None:
    for number in range(3):
        dead_message(office, f"m{number}")
    first = admin.get(f"{V1}/operation/messages?state=dead&limit=2").json()
    rest = admin.get(f"{V1}/operation/messages?limit=2&cursor={first['next']}").json()
    assert [item["id"] for item in [*first["items"], *rest["items"]]] == ["m0", "m1", "m2"]
    assert rest["next"] is None
    assert admin.post(f"{V1}/operation/messages/m1/resend").json() == {"id": "m1", "state": "pending"}
    assert admin.post(f"{V1}/operation/messages/m1/resend").status_code == 404
    assert len(admin.get(f"{V1}/operation/messages").json()["items"]) == 2
    assert admin.get(f"{V1}/operation/messages?state=sent").status_code == 422
    assert acts(office, "operation:disdag-banggai") == [("operation.resend", "admin")]
