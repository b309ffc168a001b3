"""An administrator may name holders; whom he names is told to auditors and stands in one list for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from engine.access.actor import HOST
from engine.errors import NotAllowed
from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")


def listed(office: DemoOffice, who: str = "auditor") -> list[dict[str, Any]]:
    return [dict(item) for item in office.engine.queries.appointments(who)["items"]]


def told(office: DemoOffice, who: str = "auditor") -> list[str]:
    return [notice["text"] for notice in office.engine.queries.notices.list(who)["items"]]


@pytest.fixture
def usurper(office: DemoOffice) -> str:
    """An administrator has made a second account and named it head of the agency."""
    office.engine.accounts.create("kadis.baru", "Kepala Baru", by="admin")
    office.engine.holdings.appoint("admin", holder="kadis.baru", position="kepala-dinas")
    return "kadis.baru"


def test_an_administrator_who_appoints_an_account_of_his_own_making_is_seen(
    office: DemoOffice, usurper: str
) -> None:
    [text] = told(office)
    assert "Administrator sistem menunjuk Kepala Baru sebagai Kepala Dinas, tanpa nomor surat." in text
    [entry] = listed(office)
    assert (entry["account"], entry["act"]) == ("admin", "holding.put")
    [given] = entry["given"]
    assert given["own_account"] is True
    assert (given["holding"]["account"], given["holding"]["order_number"]) == (usurper, None)
    page = Visitor(office, "auditor").get("/operation").text
    for words in ("Penunjukan", "Kepala Baru", "dibuat atau dipakai", "Tanpa nomor"):
        assert words in page
    acts = [
        event["act"]
        for event in office.engine.queries.audit.events("auditor", stream="organisation:disdag-banggai")[
            "items"
        ]
    ]
    assert acts[-2:] == ["account.create", "holding.put"]


def test_what_is_taken_back_stays_in_the_list(office: DemoOffice, usurper: str) -> None:
    [given] = listed(office)[0]["given"]
    office.engine.holdings.end("admin", given["id"])
    [entry] = listed(office)
    assert [item["id"] for item in entry["given"]] == [given["id"]]
    assert "Kepala" in Visitor(office, "auditor").get("/operation").text


def test_an_appointment_with_its_order_shows_number_and_file(office: DemoOffice) -> None:
    order = office.upload("admin")
    office.engine.holdings.give_mandate(
        "admin",
        substitute="sekdis",
        position="kepala-dinas",
        kind="plh",
        valid_from=date(2026, 1, 19),
        valid_to=date(2026, 1, 23),
        order_number="800/12/2026",
        order_file=order,
    )
    assert "Plh. Kepala Dinas, nomor surat 800/12/2026." in told(office)[0]
    [given] = listed(office)[0]["given"]
    assert given["own_account"] is False
    page = Visitor(office, "auditor").get("/operation").text
    assert "800/12/2026" in page
    assert f"/files/{order}" in page
    assert office.engine.queries.files.get("auditor", order).id == order


def test_what_the_office_gives_itself_is_no_appointment_by_an_administrator(office: DemoOffice) -> None:
    office.engine.holdings.give_mandate(
        "kadis", substitute="sekdis", position="kepala-dinas", kind="plh", standing=True
    )
    assert listed(office) == []
    assert told(office) == []
    assert "Belum ada penunjukan" in Visitor(office, "auditor").get("/operation").text


def test_the_host_and_a_file_are_told_too(office: DemoOffice) -> None:
    office.engine.holdings.appoint(
        HOST, holder="jp.umum", position="kabid-eks", agency="disdag-banggai", order_number="800/1"
    )
    assert "Peladen Alur menunjuk" in told(office)[0]
    file = yaml.safe_load(office.engine.queries.organisation.file_of("disdag-banggai"))
    [person] = [account for account in file["accounts"] if account["username"] == "jp.keuangan"]
    person["holds"] = [*person["holds"], "kasubbag-keuangan"]
    load = office.engine.organisation_files.load
    load("admin", yaml.safe_dump(file, sort_keys=False), version=office.organisation().version)
    newest, _ = listed(office)
    assert newest["act"] == "organisation.store"
    assert [capacity["holding"]["position"] for capacity in newest["given"]] == ["kasubbag-keuangan"]
    assert len(told(office)) == 2


def test_pages_of_the_list_follow_each_other(office: DemoOffice) -> None:
    for position in ("kabid-eks", "kabid-psr", "kabid-pkm"):
        office.engine.holdings.appoint("admin", holder="jp.umum", position=position)
    seen: list[str] = []
    cursor = None
    while cursor is not None or not seen:
        page = office.engine.queries.appointments("auditor", cursor=cursor, limit=1)
        seen += [item["given"][0]["holding"]["position"] for item in page["items"]]
        cursor = page["next"]
    assert seen == ["kabid-pkm", "kabid-psr", "kabid-eks"]


def test_only_who_watches_reads_the_list(office: DemoOffice) -> None:
    for who in ("kadis", "jp.psr.1", "bappelitbangda"):
        with pytest.raises(NotAllowed):
            listed(office, who)
