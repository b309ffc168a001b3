"""What a case begins with: defaults, parties, and every fault at its place. Decided without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.cases.start_form import Entered, entered, missing
from engine.errors import InvalidInput
from tests.support.contexts import Play, definition_of, small_office
from tests.support.directories import OneOffice

SOP = """
id: awal
identity: {title: Awal}
roles:
  kasubbag_perencanaan: {label: Kasubbag}
  pemohon: {label: Pemohon, external: true}
  saksi: {label: Saksi, external: true}
case:
  period: {type: quarter, required: true}
  fields:
    - {id: perihal, type: text, label: Perihal, required: true}
    - {id: pada, type: date, label: Pada, default: today}
    - {id: masa, type: text, label: Masa, default: case.period}
    - {id: oleh, type: text, label: Oleh, default: case.started_by}
    - {id: pagu, type: number, label: Pagu, max: 10}
  parties:
    pemohon:
      - {id: nama, type: text, label: Nama, required: true}
      - {id: umur, type: number, label: Umur, min: 17}
    saksi: [{id: nama, type: text, label: Nama}]
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
steps:
  - {id: mulai, activity: Memulai, executor: kasubbag_perencanaan, time: 30m}
"""
CONTEXT = Play(definition_of(SOP), small_office()).context()


def enter(fields: Any, parties: Any, by: str | None = "kasubbag") -> Entered:
    return entered(CONTEXT, OneOffice(), fields, parties, period="2026-Q1", started_by=by)


def faults(fields: Any, parties: Any) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        enter(fields, parties)
    return [fault.path for fault in refused.value.errors]


def test_what_is_left_out_is_filled_in_from_the_moment_the_period_and_who_starts() -> None:
    found = enter({"perihal": "x"}, {"pemohon": {"nama": "P", "umur": 20}})
    assert found.fields == {
        "perihal": "x",
        "pada": "2026-01-05",
        "masa": "2026-Q1",
        "oleh": "kasubbag",
        "pagu": None,
    }
    assert found.parties == {"pemohon": {"nama": "P", "umur": 20}, "saksi": {"nama": None}}
    assert enter({"perihal": "x"}, {"pemohon": {"nama": "P"}}, by=None).fields["oleh"] is None


@pytest.mark.parametrize(
    ("fields", "parties", "paths"),
    [
        ({}, {"pemohon": {"nama": "P"}}, ["fields.perihal"]),
        ({"perihal": "x"}, {}, ["parties.pemohon.nama"]),
        ({"perihal": "x"}, {"pemohon": None}, ["parties.pemohon"]),
        ({"perihal": "x"}, {"pemohon": {"nama": "P"}, "lain": {}}, ["parties.lain"]),
        ({"perihal": "x"}, {"pemohon": "P"}, ["parties.pemohon"]),
        (
            {"pagu": 11},
            {"pemohon": {"umur": 3}},
            ["fields.perihal", "fields.pagu", "parties.pemohon.nama", "parties.pemohon.umur"],
        ),
    ],
)
def test_every_fault_is_told_at_its_place(fields: Any, parties: Any, paths: list[str]) -> None:
    assert sorted(faults(fields, parties)) == sorted(paths)


def test_the_sum_of_all_faults_is_told_and_the_known_parties_are_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        enter({}, {})
    assert refused.value.message.indonesian == "Isian awal belum benar: 2 kesalahan."
    assert refused.value.message.english == "The start form has 2 faults."
    with pytest.raises(InvalidInput) as unknown:
        enter({}, {"lain": {}})
    assert "pemohon, saksi" in unknown.value.errors[0].message.indonesian
    assert "pemohon, saksi" in unknown.value.errors[0].message.english


def test_what_a_start_without_anybody_would_lack_is_known_beforehand() -> None:
    assert [fault.path for fault in missing(CONTEXT, OneOffice(), "2026-Q1")] == [
        "fields.perihal",
        "parties.pemohon.nama",
    ]
    case = CONTEXT.definition.case
    easy = replace(case, fields=case.fields[1:], parties={"saksi": case.parties["saksi"]})
    context = replace(CONTEXT, definition=replace(CONTEXT.definition, case=easy))
    assert missing(context, OneOffice(), "2026-Q1") == []
