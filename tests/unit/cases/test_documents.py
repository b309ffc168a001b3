"""Which files stand for which document of a case. Decided without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.cases.documents import current_files, documents_of, file_ids, files_in
from engine.sop.model import Field
from tests.support.contexts import Play, definition_of, small_office

SOP = """
id: berkas
identity: {title: Berkas}
roles: {kasubbag_perencanaan: {label: Kasubbag}}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
documents: {surat: {label: Surat, versioned: true}, bukti: {label: Bukti, evidence: true}}
steps:
  - id: satu
    activity: Satu
    executor: kasubbag_perencanaan
    time: 30m
    form: isi
    outcomes:
      lagi: {label: Lagi, to: satu}
      selesai: {label: Selesai, to: end}
forms:
  isi:
    fields:
      - {id: surat, type: file, label: Surat, document: surat}
      - {id: bukti, type: evidence, label: Bukti, document: bukti}
      - {id: bebas, type: file, label: Bebas}
"""


def after(*visits: dict[str, Any], **case: Any) -> Play:
    play = Play(definition_of(SOP), small_office()).start()
    play.state.case = replace(play.state.case, **case)
    for data in visits:
        play.finish("satu", "kasubbag", "lagi", data=data)
    return play


def test_a_versioned_document_is_its_last_file_and_another_all_files_of_the_last_hand_in() -> None:
    first = {"surat": "f1", "bukti": [{"file": "b1"}, {"file": "b2"}], "bebas": "x"}
    second = {"surat": "f2", "bukti": [{"file": "b3"}, {"url": "https://x.example"}, {"file": "b4"}]}
    play = after(first, second)
    assert current_files(play.definition, play.state) == {"surat": ["f2"], "bukti": ["b3", "b4"]}
    assert documents_of(play.definition, play.state) == {
        "surat": ["f1", "f2"],
        "bukti": ["b1", "b2", "b3", "b4"],
    }


def test_what_a_later_visit_leaves_out_stands_as_it_was() -> None:
    play = after({"surat": "f1", "bukti": [{"file": "b1"}]}, {"surat": None, "bukti": []}, {})
    assert current_files(play.definition, play.state) == {"surat": ["f1"], "bukti": ["b1"]}


def test_what_a_parent_passed_on_comes_first_and_nothing_stands_for_nothing() -> None:
    passed = {"surat": "f0", "bukti": "b0", "lain": None}
    play = after({"surat": "f1"}, documents=passed)
    assert documents_of(play.definition, play.state) == {"surat": ["f0", "f1"], "bukti": ["b0"]}
    assert current_files(play.definition, play.state) == {"surat": ["f1"], "bukti": ["b0"]}


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (None, []),
        ("f1", ["f1"]),
        ({"file": "f1", "note": "x"}, ["f1"]),
        ({"url": "x"}, []),
        ([{"file": "f1"}, {"file": None}, "f2", {"file": "f3"}], ["f1", "f3"]),
        (7, []),
    ],
)
def test_the_files_in_a_value(value: object, ids: list[str]) -> None:
    assert file_ids(value) == ids


def field(id: str, type: Any, **rest: Any) -> Field:
    return Field(id=id, type=type, label=id, **rest)


@pytest.mark.parametrize(
    ("add_rows", "value", "ids"),
    [
        (False, [{"bukti": [{"file": "b1"}], "nama": "n", "lama": "l1"}], ["a", "b1"]),
        (True, [{"bukti": [{"file": "b1"}], "lama": "l1"}, {"lama": "l2"}], ["a", "b1", "l1", "l2"]),
        (True, [5, None, {"bukti": None}], ["a"]),
        (True, "b1", ["a"]),
        (True, None, ["a"]),
    ],
)
def test_files_are_found_in_fields_and_in_cells_of_tables(
    *, add_rows: bool, value: Any, ids: list[str]
) -> None:
    columns = (field("bukti", "evidence"), field("nama", "text"))
    table = field("tabel", "table", columns=columns, add_rows=add_rows)
    fields = [field("nama", "text"), field("surat", "file"), table]
    data = {"nama": "f9", "surat": "a", "tabel": value, "lain": "f8"}
    assert list(files_in(fields, data, {"tabel": [field("lama", "file")]})) == ids
    assert list(files_in(fields, {}, {})) == []
