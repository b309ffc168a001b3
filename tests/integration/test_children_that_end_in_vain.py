"""Parents and children: cancelled or refused is not done, and what a child came to can be read."""

from __future__ import annotations

import pytest

from engine.cases.model import CaseStatus
from tests.support.small_office import SmallOffice, errors_of, sop

PARENT = """
case: {{results: {{berkajian: Berkajian, tanpa: Tanpa kajian}}}}
steps:
  - id: s1
    activity: Meminta kajian
    executor: sekretaris
    time: 30m
    start_sop:
      {{sop: anak-uji, wait: true, returns: {{case.kajian: case.result, case.nilai: a1.nilai}}{more}}}
  - {{id: s2, activity: Menetapkan, executor: kepala, time: 30m, when: 'case.kajian == "layak"',
     result: berkajian}}
  - {{id: s3, activity: Menolak, executor: kepala, time: 30m, when: 'case.kajian == "tidak"', result: tanpa}}
"""
CHILD = """
case: {results: {layak: Layak, tidak: Tidak layak}}
steps:
  - id: a1
    activity: Mengkaji
    executor: kabid
    assign: pool
    time: 30m
    form: hasil
    outcomes: {ya: {label: Ya, to: end, result: layak}, tidak: {label: Tidak, to: end, result: tidak}}
forms: {hasil: {fields: [{id: nilai, type: number, label: Nilai}]}}
"""


def waiting(more: str = "") -> tuple[SmallOffice, SmallOffice]:
    """The parent that waits, and its child."""
    office = SmallOffice.with_sops(
        sop(PARENT.format(more=more), id="induk-uji"), sop(CHILD, id="anak-uji", by="kepala")
    )
    office.start(sop="induk-uji").finish("s1", "sekre.1")
    assert office.open() == []
    [child] = office.engine.queries.cases.get("kepala.1", office.case_id)["children"]
    return office, SmallOffice(office.engine, office.clock, child)


@pytest.mark.parametrize(("outcome", "opens"), [("ya", ["s2"]), ("tidak", ["s3"])])
def test_the_parent_goes_on_by_the_result_of_its_child(outcome: str, opens: list[str]) -> None:
    parent, child = waiting()
    child.finish("a1", "kabid.a", outcome, data={"nilai": 81.5})
    assert parent.open() == opens
    assert parent.state.case.values["nilai"] == 81.5


def test_a_cancelled_child_is_not_done_and_its_step_is_asked_for_again() -> None:
    parent, child = waiting()
    parent.engine.cases.cancel("kepala.1", child.case_id, reason="Salah alamat")
    assert parent.open() == ["s1"]
    assert parent.task("s1").assignee == "sekre.1"
    assert "kajian" not in parent.state.case.values
    parent.finish("s1", "sekre.1")
    assert len(parent.engine.queries.cases.get("kepala.1", parent.case_id)["children"]) == 2


def test_a_result_that_the_step_does_not_accept_is_not_done_either() -> None:
    parent, child = waiting(", accept: [layak]")
    child.finish("a1", "kabid.b", "tidak")
    assert parent.open() == ["s1"]
    assert parent.state.case.values["kajian"] == "tidak"


def test_a_cancelled_parent_leaves_its_children_running_and_says_which() -> None:
    parent, child = waiting()
    shown = parent.engine.cases.cancel("kepala.1", parent.case_id, reason="Tidak jadi")
    assert shown["children"] == [child.case_id]
    child.finish("a1", "kabid.a", "ya")
    assert (child.state.case.state, parent.state.case.state) == (CaseStatus.COMPLETED, CaseStatus.CANCELLED)


def test_what_comes_back_is_written_into_the_case_alone() -> None:
    wrong = sop(PARENT.format(more="").replace("case.kajian: case.result", "case.period: case.result"))
    assert any("case.period is set by the system" in error for error in errors_of(wrong))


def test_a_child_is_given_what_its_trigger_says_of_the_outcome_that_starts_it() -> None:
    parent = """
documents: {nota: {label: Nota}}
case: {fields: [{id: perihal, type: text, label: Perihal}, {id: catatan, type: text, label: Catatan}]}
steps:
  - id: s1
    activity: Memutus
    executor: kepala
    time: 30m
    start_sop: {sop: anak}
    outcomes: {salah: {label: Salah, to: end}, lain: {label: Lain, to: end}}
"""
    child = """
case: {fields: [{id: perihal, type: text, label: Perihal}, {id: catatan, type: text, label: Catatan}]}
steps: [{id: a1, activity: Memperbaiki, executor: kabid, assign: pool, time: 60m}]
"""
    triggers = (
        "triggers:\n"
        "  - {type: from_sop, sop: uji, passes: [catatan]}\n"
        "  - {type: from_sop, sop: uji, outcome: salah, passes: [perihal]}\n"
    )
    text = sop(child, id="anak").replace("triggers: [{type: manual, by: [sekretaris]}]\n", triggers)
    given = {"perihal": "Data", "catatan": "Mendesak"}
    for outcome, passed in (("salah", "perihal"), ("lain", "catatan")):
        office = (
            SmallOffice.with_sops(text, sop(parent)).start(fields=given).finish("s1", "kepala.1", outcome)
        )
        [started] = [
            item["id"]
            for item in office.engine.queries.cases.list("kepala.1")["items"]
            if item["id"] != office.case_id
        ]
        office.case_id = started
        held = {name: value for name, value in office.state.case.fields.items() if value}
        assert held == {passed: given[passed]}
