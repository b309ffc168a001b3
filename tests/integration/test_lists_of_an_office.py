"""Lists of an office: cases that were started together, heads of hundreds of positions, signatures."""

from __future__ import annotations

from typing import Any

import pytest

from engine.access.actor import HOST
from engine.store import Store
from tests.support.small_office import ORGANISATION, SmallOffice, sop

STEPS = """
steps:
  - {id: s1, activity: Menulis, executor: staf, assign: pool, time: 60m}
  - {id: s2, activity: Menandatangani, executor: kepala, time: 60m, sign: {kind: signature, document: nota}}
documents: {nota: {label: Nota}}
"""
POSITIONS = 300


def crowded() -> str:
    """The office with hundreds of positions below one head."""
    places = range(POSITIONS)
    positions = "".join(
        f"  - {{id: p-{n}, label: P {n}, level: pelaksana, unit: bid-a, roles: [pegawai],"
        f" reports_to: kabid-a}}\n"
        for n in places
    )
    accounts = "".join(f"  - {{username: p.{n}, label: P {n}, holds: [p-{n}]}}\n" for n in places)
    return ORGANISATION.replace("accounts:\n", f"{positions}accounts:\n") + accounts


def pages(office: SmallOffice, who: str, **asked: Any) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = office.engine.queries.cases.list(who, limit=2, cursor=cursor, **asked)
        found += [item["number"][-4:] for item in page["items"]]
        if (cursor := page["next"]) is None:
            return found


def test_cases_that_were_started_together_come_in_the_order_of_their_numbers(store: Store) -> None:
    office = SmallOffice.with_sops(sop(STEPS), store=store)
    for _ in range(5):
        office.start()
    office.clock.set("2026-01-06T08:00+08:00")
    office.start()
    wanted = ["0006", "0001", "0002", "0003", "0004", "0005"]
    assert pages(office, "sekre.1") == pages(office, "sekre.1", state="running") == wanted
    assert pages(office, "kepala.1") == pages(office, "staf.a1") == wanted


@pytest.mark.parametrize("who", ["kepala.1", "kabid.a"])
def test_the_unit_of_hundreds_of_positions_is_listed_page_by_page(store: Store, who: str) -> None:
    office = SmallOffice.with_sops(sop(STEPS), store=store, organisation=crowded())
    for _ in range(3):
        office.start()
    unit = office.engine.queries.inbox
    first = unit(who, "unit", limit=2)
    second = unit(who, "unit", limit=2, cursor=first["next"])
    shown = [item["case_number"][-4:] for item in (*first["items"], *second["items"])]
    assert (shown, second["next"]) == (["0001", "0002", "0003"], None)


def test_a_signature_tells_who_had_set_its_password(store: Store) -> None:
    office = SmallOffice.with_sops(sop(STEPS), store=store).start().finish("s1", "staf.a1")
    link = office.engine.accounts.link("kepala.1", "reset", by=HOST)
    office.engine.passwords.redeem(str(link["url"]).rpartition("/")[2], "sandi yang panjang sekali")
    office.finish("s2", "kepala.1", password="sandi yang panjang sekali")
    [signature] = office.engine.queries.papers.signatures("kepala.1", office.case_id).values()
    assert signature["reset_by"] == "host"
