"""Organisation, accounts, definitions, calendars and files: stored with an event, read as they were put."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.audit.events import organisation_stream
from engine.calendar.decree import Decree
from engine.errors import Conflict, NotFound
from engine.organisation import Account, Holding, Organisation
from engine.store import FileRecord, Store
from engine.store.audit_reader import read_events, verify_log
from tests.support.stored_cases import NOW, an_act, an_organisation, details_of

DEFINITION = {
    "agency": "disdag",
    "id": "sop",
    "version": "1.0.0",
    "status": "draft",
    "content_hash": "h1",
    "text": "sop: …",
}


def put(store: Store, organisation: Organisation) -> int:
    act = an_act("organisation.put", subject=organisation.agency.id)
    return store.execute(lambda tx: tx.organisations.put(organisation, act))


def stored(store: Store) -> Organisation:
    return store.execute(lambda tx: tx.organisations.get("disdag"))


def last_event(store: Store, stream: str) -> dict[str, Any]:
    events = store.read(lambda connection: list(read_events(connection, [stream])))
    event: dict[str, Any] = json.loads(events[-1].body)
    return event


def test_an_organisation_is_read_as_it_was_put(store: Store) -> None:
    assert put(store, an_organisation()) == 1
    assert stored(store) == an_organisation(version=1)
    assert store.execute(lambda tx: tx.organisations.agencies()) == ["disdag"]


def test_an_agency_that_was_never_stored_is_not_found(store: Store) -> None:
    assert store.execute(lambda tx: tx.revisions.of("disdag")[0]) == 0
    with pytest.raises(NotFound, match="disdag"):
        stored(store)


def test_putting_it_again_writes_the_difference_with_old_and_new_values(store: Store) -> None:
    first = an_organisation()
    put(store, first)
    leaving, staying = first.holdings
    follower = Holding("h3", "kabid", "kepala", "plh", date(2026, 2, 1), date(2026, 2, 9), "800/2")
    second = replace(
        first,
        version=2,
        units=(first.units[0], replace(first.units[1], label="Bidang Baru")),
        holdings=(replace(staying, valid_to=date(2026, 1, 31)), follower),
        teams=(),
    )
    assert put(store, second) == 2
    assert stored(store) == second
    changes = {
        (change["kind"], change["id"]): change["fields"]
        for change in last_event(store, organisation_stream("disdag"))["changes"]
    }
    assert changes["unit", "bid"] == {"label": ["Bidang", "Bidang Baru"]}
    assert changes["holding", leaving.id]["account"] == ["kadis", None]
    assert changes["holding", "h2"]["valid_to"] == ["2026-12-31", "2026-01-31"]
    assert changes["holding", "h3"]["kind"] == [None, "plh"]
    assert changes["team", "tim"]["label"] == ["Tim", None]
    assert store.read(verify_log).ok


def test_an_account_that_is_not_named_any_more_is_disabled_and_keeps_its_password(store: Store) -> None:
    put(store, an_organisation())
    store.execute(
        lambda tx: tx.accounts.set_password("kabid", "hash", an_act("account.password", subject="kabid"))
    )
    only = an_organisation(accounts=(Account("kadis", "Nama Kepala"),), holdings=(), teams=())
    put(store, only)
    account = store.execute(lambda tx: tx.accounts.get("kabid"))
    assert account is not None
    assert (account.disabled, account.password_hash) == (True, "hash")
    assert account.system_roles == frozenset({"auditor", "admin"})


def test_names_of_persons_and_password_hashes_never_enter_an_event(store: Store) -> None:
    put(store, an_organisation())
    store.execute(
        lambda tx: tx.accounts.set_password(
            "kadis", "argon-hash", an_act("account.password", subject="kadis")
        )
    )
    streams = [organisation_stream("disdag")]
    whole = b"".join(event.body for event in store.read(lambda c: list(read_events(c, streams))))
    details = store.read(lambda connection: details_of(connection, streams))
    assert b"Nama Kepala" not in whole
    assert b"argon-hash" not in whole
    assert b"Nama Kepala" in (details[streams[0], 1].body or b"")
    assert last_event(store, streams[0])["act"] == "account.password"


def test_the_snapshot_version_tells_when_to_read_again(store: Store) -> None:
    put(store, an_organisation())
    put(store, an_organisation())
    assert store.execute(lambda tx: tx.revisions.of("disdag")[0]) == 2
    assert stored(store).version == 2


def test_changing_the_agency_itself_tells_old_and_new(store: Store) -> None:
    put(store, an_organisation())
    first = an_organisation()
    put(store, replace(first, agency=replace(first.agency, label="Dinas Baru")))
    changes = last_event(store, organisation_stream("disdag"))["changes"]
    assert changes == [
        {"kind": "agency", "id": "disdag", "created": False, "fields": {"label": ["Dinas", "Dinas Baru"]}}
    ]


def test_organisations_put_at_the_same_time_are_put_one_after_the_other(store: Store) -> None:
    put(store, an_organisation())

    def relabel(number: int) -> int:
        first = an_organisation()
        return put(store, replace(first, agency=replace(first.agency, label=f"Dinas {number}")))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(relabel, range(16))) == list(range(2, 18))
    events = store.read(lambda connection: list(read_events(connection, [organisation_stream("disdag")])))
    labels = [json.loads(event.body)["changes"][0]["fields"]["label"] for event in events[1:]]
    assert [old for old, _ in labels[1:]] == [new for _, new in labels[:-1]]
    assert store.read(verify_log).ok


def test_a_definition_is_stored_once_and_its_text_never_changes(store: Store) -> None:
    act = an_act("definition.put", subject="sop")
    assert store.execute(lambda tx: tx.definitions.put(**DEFINITION, act=act)) is True
    assert store.execute(lambda tx: tx.definitions.put(**DEFINITION, act=act)) is False
    other = DEFINITION | {"content_hash": "h2"}
    with pytest.raises(Conflict, match="new version") as refused:
        store.execute(lambda tx: tx.definitions.put(**other, act=act))
    assert refused.value.current == {"content_hash": "h1", "status": "draft"}
    found = store.execute(lambda tx: tx.definitions.get("disdag", "sop", "1.0.0"))
    assert found is not None
    assert (found.text, found.stored_at) == ("sop: …", NOW)


def test_the_status_of_a_definition_moves_with_an_event(store: Store) -> None:
    act = an_act("definition.approve", subject="sop")
    store.execute(lambda tx: tx.definitions.put(**DEFINITION, act=act))
    store.execute(lambda tx: tx.definitions.put(**DEFINITION | {"version": "1.1.0"}, act=act))
    store.execute(lambda tx: tx.definitions.set_status("disdag", "sop", "1.0.0", "effective", act))
    found = store.execute(lambda tx: tx.definitions.of("disdag", "sop"))
    assert [(one.version, one.status) for one in found] == [("1.0.0", "effective"), ("1.1.0", "draft")]
    change = last_event(store, "definition:disdag:sop")["changes"][0]["fields"]
    assert change == {
        "status": ["draft", "effective"],
        "version": ["1.0.0", "1.0.0"],
        "began_at": [None, NOW.isoformat()],
    }
    with pytest.raises(NotFound):
        store.execute(lambda tx: tx.definitions.set_status("disdag", "sop", "9", "effective", act))


def test_calendar_versions_are_kept_in_the_order_of_storing(store: Store) -> None:
    put(store, an_organisation())
    for version, again in (("v1", True), ("v2", True), ("v1", False)):
        given: dict[str, Any] = {
            "agency": "disdag",
            "calendar": "asn-5hk",
            "version": version,
            "data": {"holidays": ["2026-01-01"], "version": version},
            "decree": Decree("SKB 1/2026", date(2026, 1, 2)),
            "act": an_act("calendar.put", subject="asn-5hk"),
        }
        assert store.execute(lambda tx, given=given: tx.calendars.put(**given)) is again
    found = store.execute(lambda tx: tx.calendars.of("disdag"))
    assert [one.version for one in found] == ["v1", "v2"]
    assert found[1].data == {"holidays": ["2026-01-01"], "version": "v2"}
    event = last_event(store, "calendar:disdag:asn-5hk")
    assert event["changes"][0]["fields"]["version"] == ["v1", "v2"]
    assert store.read(verify_log).ok


def test_a_file_is_noted_with_who_sent_it_and_when(store: Store) -> None:
    record = FileRecord(
        id="f1",
        sha256="0" * 64,
        name="bukti.pdf",
        size=3,
        media_type="application/pdf",
        uploaded_by="kadis",
        uploaded_at=NOW,
    )
    store.execute(lambda tx: tx.uploads.put(record))
    assert store.execute(lambda tx: tx.uploads.get("f1")) == record
    assert store.execute(lambda tx: tx.uploads.get("f2")) is None


def test_an_act_on_another_stream_is_recorded_in_its_own_chain(store: Store) -> None:
    for new in (1, 2):
        act = an_act("setting.put", subject="limit")
        store.execute(
            lambda tx, act=act, new=new: tx.audit.record("setting:limit", act, {"value": (new - 1, new)})
        )
    assert last_event(store, "setting:limit")["changes"][0]["fields"] == {"value": [1, 2]}
    report = store.read(verify_log)
    assert (report.ok, report.checked) == (True, 2)
