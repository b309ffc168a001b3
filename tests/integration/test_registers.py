"""Registers: who reads and writes which rows, and what is refused with its place."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.actor import HOST
from engine.errors import (
    Conflict,
    InvalidInput,
    KeyTaken,
    NotAllowed,
    NotFound,
    SopError,
    StaleVersion,
)
from engine.queries.pages import encode
from engine.queries.registers.filters import Filters
from engine.store import IdempotencyKey
from engine.store.audit_reader import verify_log
from engine.tables import AUDIT_EVENT
from tests.support.offices import DemoOffice
from tests.support.registers import NOTES

pytestmark = pytest.mark.on("postgres")

EDITOR, STAFF, OTHERS = "kabid.pdn", "jp.pdn.1", "jp.eks.1"


@pytest.fixture
def noted(office: DemoOffice) -> DemoOffice:
    office.engine.register_files.store(HOST, NOTES, agency=office.organisation().agency.id)
    return office


def rows_of(office: DemoOffice, account: str, **filters: Any) -> list[str]:
    found = office.engine.queries.register_rows.list(account, "catatan", Filters(**filters))
    return [item["row"] for item in found["items"]]


def paths(refused: pytest.ExceptionInfo[InvalidInput]) -> set[str]:
    return {fault.path for fault in refused.value.errors}


def test_rows_are_for_their_unit_its_superiors_and_auditors(noted: DemoOffice) -> None:
    assert rows_of(noted, STAFF) == rows_of(noted, EDITOR) == ["2026:c-1"]
    assert rows_of(noted, OTHERS) == ["2026:c-2"]
    assert rows_of(noted, "kadis") == rows_of(noted, "auditor") == ["2026:c-1", "2026:c-2"]
    with pytest.raises(NotAllowed):
        rows_of(noted, "admin")
    with pytest.raises(NotFound):
        noted.engine.queries.register_rows.get(OTHERS, "catatan", "2026:c-1")
    counts = [
        item["count"]
        for who in (STAFF, "kadis", "admin")
        for item in noted.engine.queries.registers.list(who)["items"]
        if item["id"] == "catatan"
    ]
    assert counts == [1, 2, 0]


def test_auditors_find_the_acts_on_a_register_in_the_log(noted: DemoOffice) -> None:
    stream = f"register:{noted.organisation().agency.id}:catatan"
    audit = noted.engine.queries.audit
    assert stream in audit.streams("auditor")
    assert audit.events("auditor", stream=stream)["items"]


def test_only_declared_columns_filter_and_sort_and_an_earlier_revision_is_as_it_was(
    noted: DemoOffice,
) -> None:
    rows = noted.engine.register_rows
    rows.change(EDITOR, "catatan", "2026:c-1", {"nilai": 2.5}, version=1, reason="Ralat")
    rows.add(EDITOR, "catatan", {"tahun": 2026, "kode": "c-3", "unit": "bid-pdn", "nilai": 9})
    rows.retire(EDITOR, "catatan", "2026:c-3", version=1, reason="Salah")
    assert rows_of(noted, "kadis", sort="-nilai") == ["2026:c-2", "2026:c-1"]
    assert rows_of(noted, "kadis", columns={"nilai": ["2.5"]}) == ["2026:c-1"]
    assert rows_of(noted, "kadis", columns={"unit": ["bid-eks"], "tahun": ["2026"]}) == ["2026:c-2"]
    assert rows_of(noted, "kadis", columns={"hasil": [""]}, q="BIDANG lain") == ["2026:c-2"]
    assert rows_of(noted, "kadis", retired="true") == ["2026:c-3"]
    assert rows_of(noted, "kadis", revision=1, columns={"nilai": [""]}) == ["2026:c-1"]
    assert rows_of(noted, "kadis", revision=3, columns={"unit": ["bid-pdn"]}) == ["2026:c-1", "2026:c-3"]
    for wrong in ({"columns": {"tidak_ada": ["1"]}}, {"sort": "tidak_ada"}, {"revision": 99}):
        with pytest.raises(InvalidInput):
            rows_of(noted, "kadis", **wrong)


INSTANTS = """
schema: register/v1
id: rapat
label: Rapat
title: "{kode}"
key: [kode]
edit: [kepala_bidang]
columns:
  - {id: kode, type: text, label: Kode, required: true}
  - {id: mulai, type: datetime, label: Mulai}
  - {id: bidang, type: units, label: Bidang}
  - {id: nilai, type: number, label: Nilai}
"""


def test_instants_are_in_the_order_of_time_however_they_are_written(noted: DemoOffice) -> None:
    noted.engine.register_files.store(HOST, INSTANTS, agency="disdag-banggai")
    for kode, at in (("c", "2026-01-05T08:00:00+08:00"), ("a", "2026-01-05T01:00:00Z"), ("b", None)):
        noted.engine.register_rows.add(EDITOR, "rapat", {"kode": kode, "mulai": at})

    def ids(cursor: str | None = None, **filters: Any) -> list[str]:
        reads = noted.engine.queries.register_rows
        page = reads.list("kadis", "rapat", Filters(**filters), cursor=cursor, limit=1)
        rest = ids(page["next"], **filters) if page["next"] else []
        return [*(item["row"] for item in page["items"]), *rest]

    assert (ids(sort="mulai"), ids(sort="-mulai")) == (["c", "a", "b"], ["a", "c", "b"])
    assert ids(columns={"mulai": ["2026-01-05T00:00:00Z"]}) == ["c"]
    assert ids(columns={"mulai": ["2026-01-05T07:00:00+07:00"]}, revision=4) == ["c"]
    with pytest.raises(InvalidInput):
        ids(columns={"mulai": ["kemarin"]})


def test_rows_are_grouped_by_what_a_list_holds(noted: DemoOffice) -> None:
    noted.engine.register_files.store(HOST, INSTANTS, agency="disdag-banggai")
    both = ["bid-pdn", "bid-eks"]
    for kode, units, nilai in (("a", both, 1), ("b", both, 2), ("c", [], 5.0), ("d", None, 5)):
        noted.engine.register_rows.add(EDITOR, "rapat", {"kode": kode, "bidang": units, "nilai": nilai})
    summary = noted.engine.queries.registers.summary
    groups = summary("kadis", "rapat", Filters(), by=["bidang"], sum=["nilai"])["groups"]
    assert [(one["group"], one["count"], one["totals"]) for one in groups] == [
        ({"bidang": both}, 2, {"nilai": 3}),
        ({"bidang": None}, 2, {"nilai": 10}),
    ]
    groups = summary("kadis", "rapat", Filters(), by=["nilai"])["groups"]
    assert [(one["group"]["nilai"], one["count"]) for one in groups] == [(1, 1), (2, 1), (5, 2)]


def test_zero_has_no_sign(noted: DemoOffice) -> None:
    noted.engine.register_files.store(HOST, INSTANTS, agency="disdag-banggai")
    row = noted.engine.register_rows.add(EDITOR, "rapat", {"kode": "a", "nilai": -0.0})
    assert str(row["values"]["nilai"]) == "0"


def test_pages_follow_one_another_in_every_order(noted: DemoOffice) -> None:
    rows = noted.engine.register_rows
    for number in (5, 3, 4):
        rows.add(
            EDITOR, "catatan", {"tahun": 2026, "kode": f"d-{number}", "unit": "bid-pdn", "nilai": number}
        )
    for sort in (None, "nilai", "-nilai", "isi", "-isi", "kode"):
        whole, cursor = rows_of(noted, "kadis", sort=sort), None
        paged: list[str] = []
        while True:
            page = noted.engine.queries.register_rows.list(
                "kadis", "catatan", Filters(sort=sort), cursor=cursor, limit=2
            )
            paged += [item["row"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert paged == whole
        assert len(set(paged)) == 5


def test_a_cursor_that_this_order_never_gave_is_refused(noted: DemoOffice) -> None:
    reads = noted.engine.queries.register_rows
    for sort, wrong in ((None, (1, "a")), ("nilai", (True, "a", 1e30, [1])), ("isi", (1, True, 1e30))):
        for place in wrong:
            with pytest.raises(InvalidInput):
                reads.list("kadis", "catatan", Filters(sort=sort), cursor=encode([place, "2026:c-1"]))


def test_every_fault_of_a_row_is_told_at_its_column(noted: DemoOffice) -> None:
    rows = noted.engine.register_rows
    with pytest.raises(InvalidInput) as refused:
        rows.add(EDITOR, "catatan", {"tahun": "x", "kode": "a b", "nilai": -1, "dua_kali": 3, "baru": 1})
    assert paths(refused) == {f"values.{name}" for name in ("tahun", "kode", "nilai", "dua_kali", "baru")}
    with pytest.raises(InvalidInput) as refused:
        rows.change(
            EDITOR, "catatan", "2026:c-1", {"kode": "c-9", "hasil": "lain"}, version=1, reason="Ralat"
        )
    assert "values.hasil" in paths(refused)
    with pytest.raises(InvalidInput) as refused:
        rows.change(EDITOR, "catatan", "2026:c-1", {"kode": "c-9"}, version=1, reason="Ralat")
    assert paths(refused) == {"values.kode"}
    added = rows.add(
        EDITOR, "catatan", {"tahun": 2026, "kode": "c-9", "unit": "bid-pdn", "nilai": 2, "hasil": "baru"}
    )
    assert (added["values"]["dua_kali"], added["values"]["hasil"]) == (4, "baru")
    with pytest.raises(NotAllowed):
        rows.add(EDITOR, "catatan", {"tahun": 2026, "kode": "c-10", "unit": "bid-eks"})
    with pytest.raises(KeyTaken):
        rows.add(EDITOR, "catatan", {"tahun": 2026, "kode": "c-9", "unit": "bid-pdn"})
    with pytest.raises(StaleVersion) as stale:
        rows.change(EDITOR, "catatan", "2026:c-9", {"nilai": 3}, version=7, reason="Ralat")
    assert stale.value.current["values"]["nilai"] == 2


def test_of_two_people_on_one_row_the_second_is_told_and_nothing_is_lost(noted: DemoOffice) -> None:
    def change(nilai: int) -> str:
        try:
            noted.engine.register_rows.change(
                EDITOR, "catatan", "2026:c-1", {"nilai": nilai}, version=1, reason="Ralat"
            )
        except SopError as error:
            return error.code
        return "done"

    def add(nilai: int) -> str:
        try:
            values = {"tahun": 2026, "kode": "c-8", "unit": "bid-pdn", "nilai": nilai}
            noted.engine.register_rows.add(EDITOR, "catatan", values)
        except SopError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(change, range(4))) == ["done", *["stale_version"] * 3]
        assert sorted(people.map(add, range(4))) == ["done", *["key_taken"] * 3]
    history = noted.engine.queries.register_rows.history(STAFF, "catatan", "2026:c-1")["items"]
    assert [(item["act"], item["version"], item["reason"]) for item in history] == [
        ("change", 2, "Ralat"),
        ("store", 1, None),
    ]
    assert noted.engine.context.store.read(verify_log).ok


def test_what_is_erased_is_gone_everywhere_and_the_rest_of_the_row_stays(noted: DemoOffice) -> None:
    rows, reads = noted.engine.register_rows, noted.engine.queries.register_rows
    with pytest.raises(InvalidInput):
        rows.erase(EDITOR, "catatan", "2026:c-1", columns=["isi"], reason="Permintaan")
    noted.engine.register_imports.read(EDITOR, "catatan", b"tahun,kode,petugas\n2026,c-1,Ibu Sari\n")
    key = IdempotencyKey(key="kunci", account=EDITOR, body_hash="isi", at=noted.clock.now())
    rows.change(EDITOR, "catatan", "2026:c-1", {"nilai": 2}, version=1, reason="Ralat", key=key)
    typed = {"fields": {"petugas": "Ibu Sari"}}
    noted.engine.kept_forms.keep(EDITOR, "/registers/catatan/rows/2026%3Ac-1", "", typed)
    erased = rows.erase(EDITOR, "catatan", "2026:c-1", columns=["petugas"], reason="Permintaan")
    assert (erased["values"]["petugas"], erased["values"]["isi"]) == (None, "Catatan pertama")
    assert "Ibu Sari" not in repr(reads.history(EDITOR, "catatan", "2026:c-1"))
    assert [table for table, kept in noted.rows().items() if "Ibu Sari" in repr(kept)] == []
    assert noted.engine.context.store.read(verify_log).ok


@pytest.mark.parametrize(("before", "after"), [("\ufeff", ""), ("", "\r\n"), ("", "\r")])
def test_a_file_is_kept_without_its_rows_however_it_is_written(
    noted: DemoOffice, before: str, after: str
) -> None:
    rows = "rows:\n  - {tahun: 2026, kode: c-3, isi: Baru, unit: bid-pdn, petugas: Ibu Rini}\n"
    text = before + (NOTES[: NOTES.index("rows:")] + rows).replace("\n", after or "\n")
    assert noted.engine.register_files.store(HOST, text, agency="disdag-banggai")["rows_added"] == 1
    assert "Ibu Rini" not in repr(noted.rows()["register_file"])
    assert not noted.engine.register_files.store(HOST, text, agency="disdag-banggai")["stored"]
    row = noted.engine.queries.register_rows.get(EDITOR, "catatan", "2026:c-3")
    assert row["values"]["petugas"] == "Ibu Rini"


def test_a_new_version_of_the_file_takes_nothing_away_from_stored_rows(noted: DemoOffice) -> None:
    store = noted.engine.register_files.store
    home = noted.organisation().agency.id
    fewer = NOTES.replace("  - {id: nilai, type: number, label: Nilai, min: 0}\n", "").replace(
        "  - {id: dua_kali, type: number, label: Dua kali, compute: nilai * 2}\n", ""
    )
    fewer = fewer[: fewer.index("rules:")]
    for text in (
        fewer,
        NOTES.replace("isi, type: textarea", "isi, type: number").replace(", isi: ", ", hasil: "),
    ):
        with pytest.raises((InvalidInput, Conflict)):
            store(HOST, text, agency=home)
    with pytest.raises(NotAllowed):
        store("kadis", NOTES)
    more = NOTES + "  - {tahun: 2026, kode: c-7, unit: bid-pdn}\n"
    assert store("admin", more, dry_run=True)["stored"] is False
    stored = store("admin", more)
    assert (stored["version"], stored["rows_added"], stored["revision"]) == (2, 1, 2)
    assert store("admin", more)["stored"] is False
    told = noted.engine.queries.notices.list("auditor")["items"]
    assert any("register Catatan" in notice["text"] for notice in told)


def test_an_auditor_who_groups_rows_by_what_they_say_leaves_a_trace(noted: DemoOffice) -> None:
    noted.engine.queries.registers.summary("auditor", "catatan", Filters(), by=["petugas"])
    reading = select(AUDIT_EVENT.c.body).where(AUDIT_EVENT.c.act == "evidence.read")
    told = noted.read(lambda tx: tx.connection.execute(reading).scalars().all())
    assert [json.loads(body)["subject"] for body in told] == ["register:catatan"]
