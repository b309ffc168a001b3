"""Parents and children: cancelled or refused is not done, and what a child came to can be read."""

from __future__ import annotations

import pytest

from engine.cases.model import CaseStatus
from engine.errors import ConditionNotMet
from engine.sop.checks import load_definition
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


OF_ROWS = """
case: {results: {selesai: Selesai}}
steps:
  - id: s1
    activity: Membagi
    executor: sekretaris
    time: 30m
    form: bagi
    start_sop:
      {sop: anak-uji, for_each: s1.daftar, wait: true, accept: [layak], returns: {case.temuan: a1.temuan}}
  - {id: s2, activity: Menetapkan, executor: kepala, time: 30m, result: selesai}
forms:
  bagi:
    fields:
      - id: daftar
        type: table
        label: Daftar
        required: true
        columns: [{id: nama, type: text, label: Nama}]
"""
OF_A_ROW = CHILD.replace(
    "{id: nilai, type: number, label: Nilai}",
    "{id: temuan, type: table, label: Temuan, columns: [{id: apa, type: text, label: Apa}]}",
)


def of_rows() -> tuple[SmallOffice, list[SmallOffice]]:
    """A parent that waits for the cases of its three rows."""
    office = SmallOffice.with_sops(sop(OF_A_ROW, id="anak-uji", by="kepala"), sop(OF_ROWS))
    office.start()
    office.finish("s1", "sekre.1", data={"daftar": [{"nama": name} for name in "ABC"]})
    return office, children(office)


def children(office: SmallOffice) -> list[SmallOffice]:
    found = office.engine.queries.cases.get("kepala.1", office.case_id)["children"]
    return [SmallOffice(office.engine, office.clock, child) for child in found]


def found(*what: str) -> dict[str, object]:
    return {"temuan": [{"apa": apa} for apa in what]}


@pytest.mark.parametrize("how", ["cancelled", "not accepted"])
def test_of_the_cases_of_rows_only_those_in_vain_are_started_again(how: str) -> None:
    parent, (first, second, third) = of_rows()
    if how == "cancelled":
        parent.engine.cases.cancel("kepala.1", first.case_id, reason="Salah alamat")
    else:
        first.finish("a1", "kabid.a", "tidak")
    assert parent.open() == []
    second.finish("a1", "kabid.b", "ya")
    third.finish("a1", "kabid.c", "ya")
    assert parent.open() == ["s1"]
    assert f"Diminta lagi karena berkas {first.state.case.number} " in parent.notices("sekre.1")[-1]
    [before] = [task for task in parent.state.tasks.values() if task.data]
    parent.finish("s1", "sekre.1", data=before.data)
    assert parent.open() == []
    again = children(parent)[3:]
    assert [one.state.case.parent_row for one in again] == [first.state.case.parent_row]
    again[0].finish("a1", "kabid.a", "ya")
    assert parent.open() == ["s2"]


def test_the_cases_of_rows_give_back_the_rows_of_all_of_them() -> None:
    parent, (first, second, third) = of_rows()
    first.finish("a1", "kabid.a", "tidak", data=found("lama"))
    second.finish("a1", "kabid.b", "ya", data=found("dua"))
    third.finish("a1", "kabid.c", "ya", data=found("tiga"))
    [before] = [task for task in parent.state.tasks.values() if task.data]
    parent.finish("s1", "sekre.1", data=before.data)
    children(parent)[3].finish("a1", "kabid.a", "ya", data=found("satu", "satu lagi"))
    rows = parent.state.case.values["temuan"]
    assert [row["apa"] for row in rows] == ["dua", "tiga", "satu", "satu lagi"]
    assert len({row["row"] for row in rows}) == 4


def test_what_was_done_beside_a_case_in_vain_is_not_started_again() -> None:
    both = "steps:\n  - {id: s1, activity: Meminta, executor: sekretaris, time: 30m, start_sop: [%s, %s]}\n"
    text = both % ("{sop: anak-uji, wait: true}", "{sop: lain-uji, wait: true}")
    texts = [sop(CHILD, id=id, by="kepala") for id in ("anak-uji", "lain-uji")]
    parent = SmallOffice.with_sops(*texts, sop(text)).start().finish("s1", "sekre.1")
    for _ in range(2):
        *_, one, other = children(parent)
        parent.engine.cases.cancel("kepala.1", other.case_id, reason="Salah")
        if one.open():
            one.finish("a1", "kabid.a", "ya")
        parent.finish("s1", "sekre.1")
    assert [child.state.case.sop for child in children(parent)] == ["anak-uji", *["lain-uji"] * 3]


AUTOMATIC = """
steps:
  - {id: s0, activity: Mulai, executor: sekretaris, time: 30m}
  - {id: s1, activity: Meminta, kind: auto, time: none,
     start_sop: {sop: anak-uji, wait: true, accept: [layak]}}
  - {id: s2, activity: Menetapkan, executor: kepala, time: 30m}
"""


def test_an_automatic_step_whose_child_ended_in_vain_starts_another() -> None:
    parent = SmallOffice.with_sops(sop(CHILD, id="anak-uji", by="kepala"), sop(AUTOMATIC)).start()
    parent.finish("s0", "sekre.1")
    parent.engine.cases.cancel("kepala.1", children(parent)[0].case_id, reason="Salah alamat")
    children(parent)[1].finish("a1", "kabid.a", "tidak")
    assert parent.open() == []
    children(parent)[2].finish("a1", "kabid.a", "ya")
    assert parent.open() == ["s2"]


def test_an_automatic_child_that_can_only_end_in_vain_is_told_and_not_started_for_ever() -> None:
    useless = (
        "case: {results: {layak: L, tidak: T}}\n"
        "steps: [{id: a1, activity: Catat, kind: auto, time: none, result: tidak}]\n"
    )
    parent = SmallOffice.with_sops(sop(useless, id="anak-uji", by="kepala"), sop(AUTOMATIC)).start()
    with pytest.raises(ConditionNotMet, match="ends at once without an accepted result"):
        parent.finish("s0", "sekre.1")
    assert parent.open() == ["s0"]


def test_a_result_that_the_child_never_has_is_named_where_it_is_accepted() -> None:
    parent = sop(AUTOMATIC.replace("[layak]", "[layk]"))
    child = load_definition(sop(CHILD, id="anak-uji")).definition
    told = load_definition(parent, children={"anak-uji": child}).errors
    assert ['Did you mean "layak"?' in one.message.english for one in told] == [True]


def test_of_a_case_for_each_row_only_rows_come_back_together_and_check_says_so() -> None:
    child = load_definition(sop(OF_A_ROW, id="anak-uji")).definition
    single = OF_ROWS.replace("a1.temuan", "case.result")
    told = load_definition(sop(single), children={"anak-uji": child}).warnings
    assert [one.code for one in told if one.code == "last_one_counts"] == ["last_one_counts"]
    told = load_definition(sop(OF_ROWS), children={"anak-uji": child}).warnings
    assert "last_one_counts" not in {one.code for one in told}
