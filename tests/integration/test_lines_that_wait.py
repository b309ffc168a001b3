"""Lines of a block that come after others: a block is a small graph, and its join is what it was."""

from __future__ import annotations

import pytest

from engine.cases.model import BranchStatus, CaseStatus
from engine.errors import ActionNotAvailable
from tests.support.small_office import SmallOffice, errors_of, sop

pytestmark = pytest.mark.on("sqlite")

CLOSING = """
blocks:
  tutup_buku: {label: Tutup buku, branches: [[utang, cocok], [piutang], [neraca], [arsip]], next: lapor}
steps:
  - {id: mulai, activity: Membuka, executor: sekretaris, time: 10m, next: tutup_buku}
  - {id: utang, activity: Menutup utang, executor: kabid, assign: pool, time: 1h}
  - {id: cocok, activity: Mencocokkan utang, executor: kabid, assign: pool, time: 1h}
  - {id: piutang, activity: Menutup piutang, executor: staf, assign: pool, time: 1h}
  - {id: neraca, activity: Menyusun neraca, executor: sekretaris, after: [utang, piutang], time: 1h}
  - {id: arsip, activity: Mengarsipkan, executor: sekretaris, after: neraca, time: 1h}
  - {id: lapor, activity: Melapor, executor: kepala, time: 1h}
"""


def closing(text: str = CLOSING) -> SmallOffice:
    return SmallOffice.with_sops(sop(text)).start().finish("mulai", "sekre.1")


def test_a_line_opens_when_all_lines_before_it_are_done() -> None:
    assert errors_of(sop(CLOSING)) == []
    office = closing()
    assert office.open() == ["piutang@piutang", "utang@utang"]
    office.finish("piutang", "staf.a1").finish("utang", "kabid.a")
    assert office.open() == ["cocok@utang"]
    office.finish("cocok", "kabid.b")
    assert office.open() == ["neraca@neraca"]
    office.finish("neraca", "sekre.1")
    assert office.open() == ["arsip@arsip"]
    office.finish("arsip", "sekre.1")
    assert office.open() == ["lapor"]
    assert office.finish("lapor", "kepala.1").state.case.state is CaseStatus.COMPLETED


def test_lines_that_are_passed_let_those_behind_them_go_on_and_join_once() -> None:
    skipped = CLOSING.replace("{id: piutang,", "{id: piutang, when: 'false',")
    skipped = skipped.replace("{id: neraca,", "{id: neraca, when: 'false',")
    skipped = skipped.replace("{id: arsip,", "{id: arsip, when: 'false',")
    office = closing(skipped).finish("utang", "kabid.a").finish("cocok", "kabid.a")
    assert office.open() == ["lapor"]
    assert {branch.state for branch in office.state.branches.values()} == {BranchStatus.DONE}


def test_a_round_whose_every_line_is_passed_joins_once() -> None:
    passed = CLOSING
    for step in ("utang", "cocok", "piutang", "neraca", "arsip"):
        passed = passed.replace(f"{{id: {step},", f"{{id: {step}, when: 'false',")
    assert closing(passed).open() == ["lapor"]


def test_what_opened_a_waiting_line_is_taken_back_until_somebody_has_begun() -> None:
    office = closing().finish("utang", "kabid.a").finish("cocok", "kabid.a").finish("piutang", "staf.a1")
    tasks = {task.step_id: task for task in office.state.tasks.values()}
    office.engine.tasks.recall("kabid.a", tasks["cocok"].id)  # it was not the last, and yet it counted
    assert office.open() == ["cocok@utang"]
    office.finish("cocok", "kabid.a")
    assert office.open() == ["neraca@neraca"]
    office.engine.tasks.claim("sekre.1", office.task("neraca").id)
    for step, who in (("cocok", "kabid.a"), ("piutang", "staf.a1")):
        sent = [task for task in office.state.tasks.values() if task.step_id == step][-1]
        with pytest.raises(ActionNotAvailable):
            office.engine.tasks.recall(who, sent.id)
    office.finish("neraca", "sekre.1").finish("arsip", "sekre.1")
    assert office.open() == ["lapor"]


PER_ROW = """
case: {fields: [{id: daftar, type: table, label: Daftar, required: true, add_rows: true,
  columns: [{id: nama, type: text, label: Nama}]}]}
blocks:
  isian: {for_each: {rows: case.fields.daftar, as: item}, steps: [isi], branches: [[rekap]], next: akhir}
steps:
  - {id: isi, activity: Mengisi, executor: staf, assign: pool, time: 1h}
  - {id: rekap, activity: Merekap, executor: sekretaris, after: isi, time: 1h}
  - {id: akhir, activity: Mengakhiri, executor: kepala, time: 1h}
"""


def test_a_line_comes_after_the_branches_of_all_rows() -> None:
    assert errors_of(sop(PER_ROW)) == []
    office = SmallOffice.with_sops(sop(PER_ROW))
    office.start(fields={"daftar": [{"row": "a", "nama": "A"}, {"row": "b", "nama": "B"}]})
    assert office.open() == ["isi@a", "isi@b"]
    office.finish("isi@b", "staf.a1")
    assert office.open() == ["isi@a"]
    office.finish("isi@a", "staf.a1")
    assert office.open() == ["rekap@rekap"]
    assert office.finish("rekap", "sekre.1").open() == ["akhir"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("after: neraca", "after: arsip", "step"),
        ("after: neraca", "after: cocok", "step"),
        ("after: neraca", "after: neracaa", 'Did you mean "neraca"?'),
        ("after: [utang, piutang]", "after: arsip", "waits for itself"),
        ("{id: cocok,", "{id: cocok, after: piutang,", "first step of a branch"),
        ("{id: lapor,", "{id: lapor, after: utang,", "first step of a branch"),
    ],
)
def test_an_order_that_cannot_be_is_refused_where_it_stands(old: str, new: str, says: str) -> None:
    errors = errors_of(sop(CLOSING.replace(old, new)))
    assert errors
    assert all(".after" in error for error in errors)
    assert says in errors[0]
