"""What is taken back, refused or dropped leaves no trace in how the case goes on."""

from __future__ import annotations

from datetime import date

import pytest

from engine.access.actor import HOST
from engine.cases.model import BranchStatus, CaseStatus, Task
from engine.errors import ActionNotAvailable, NotAllowed
from engine.organisation import Holding
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")

BIDANG = ("pdn", "eks", "psr", "pkm")
TOGETHER = """
schema: sop/v1
id: bersama
version: 1.0.0
status: effective
identity: {title: Diputus Bersama, activity_owner: kasubbag_perencanaan, approved_by: kepala_dinas}
roles:
  kasubbag_perencanaan: {label: Kasubbag, per: agency}
  kepala_bidang: {label: Kepala Bidang, per: agency, many: true}
  sekretaris:    {label: Sekretaris, per: agency}
  kepala_dinas:  {label: Kepala Dinas, per: agency}
case: {results: {ditunda: Ditunda}}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
steps:
  - {id: konsep, activity: Menyusun konsep, executor: kasubbag_perencanaan, time: 30m}
  - id: putusan
    activity: Memutus bersama
    executor: kepala_bidang
    assign: each_holder
    time: 60m
    outcomes:
      setuju:    {label: Setuju, to: tutup}
      keberatan: {label: Keberatan, to: konsep, return: true, reason: required}
  - {id: tutup, activity: Menutup, executor: sekretaris, time: 30m}
deviations:
  enabled: true
  paths:
    - {at: putusan, outcome: tunda, to: tutup, label: Tunda, by: [kepala_bidang], approve_by: kepala_dinas,
       result: ditunda, set: {case.tahap: ditunda}}
"""
APART = """
schema: sop/v1
id: cabang
version: 1.0.0
status: effective
identity: {title: Bercabang, activity_owner: kasubbag_perencanaan, approved_by: kepala_dinas}
roles:
  kasubbag_perencanaan: {label: Kasubbag, per: agency}
  kepala_bidang: {label: Kepala Bidang, per: bidang}
  sekretaris:    {label: Sekretaris, per: agency}
  kepala_dinas:  {label: Kepala Dinas, per: agency}
triggers: [{type: manual, by: [kasubbag_perencanaan]}]
blocks:
  per_bidang: {label: Bidang, for_each: {units: [bidang]}, steps: [isi], next: periksa}
steps:
  - {id: buka, activity: Membuka, executor: kasubbag_perencanaan, time: 30m, next: per_bidang}
  - id: isi
    activity: Mengisi
    executor: kepala_bidang
    time: 30m
    start_sop: {sop: anak, wait: true, when: 'branch.unit == "bid-pdn"'}
  - id: periksa
    activity: Memeriksa
    executor: sekretaris
    time: 30m
    outcomes: {sesuai: {label: Sesuai, to: akhiri, set: {case.tahap: diperiksa}}}
  - {id: akhiri, activity: Mengakhiri, executor: kepala_dinas, time: 30m, start_sop: {sop: anak, wait: true}}
deviations:
  enabled: true
  paths:
    - {at: any, outcome: ulang, to: buka, label: Mulai lagi, by: [kepala_bidang]}
"""
CHILD = """
schema: sop/v1
id: anak
version: 1.0.0
status: effective
identity: {title: Anak}
roles: {sekretaris: {label: Sekretaris, per: agency}}
triggers: [{type: from_sop, sop: cabang}]
steps: [{id: telaah, activity: Menelaah, executor: sekretaris, time: 60m}]
"""


def started(office: DemoOffice, *texts: str) -> str:
    """A case of the last of these SOPs with its first step done."""
    for text in texts:
        office.engine.definitions.store(HOST, text, as_demonstration=True)
    sop, first = {TOGETHER: ("bersama", "konsep"), APART: ("cabang", "buka")}[texts[-1]]
    case_id = office.start("kasubbag.perencanaan", sop, None)
    office.do("kasubbag.perencanaan", case_id, first)
    return case_id


def opened(office: DemoOffice, case_id: str) -> list[str]:
    return sorted(task.step_id for task in office.state(case_id).open_tasks())


def of(office: DemoOffice, case_id: str, who: str) -> Task:
    """The open task that waits for somebody's position or that he holds."""
    seat = who.replace(".", "-")
    [task] = [task for task in office.state(case_id).open_tasks() if task.seats == (seat,)]
    return task


def decide(office: DemoOffice, case_id: str, who: str, outcome: str) -> str:
    task = of(office, case_id, who)
    office.engine.tasks.claim(who, task.id)
    office.complete(who, task.id, outcome=outcome, reason="Demikian")
    return task.id


def agreed_by(office: DemoOffice, case_id: str, *bidang: str) -> None:
    for name in bidang:
        assert "tutup" not in opened(office, case_id)
        decide(office, case_id, f"kabid.{name}", "setuju")


# --- what all holders decide ---


def test_who_was_cut_off_by_a_return_still_has_to_be_heard_when_it_is_taken_back(office: DemoOffice) -> None:
    case_id = started(office, TOGETHER)
    decide(office, case_id, "kabid.pdn", "setuju")
    sent = decide(office, case_id, "kabid.eks", "keberatan")
    assert opened(office, case_id) == ["konsep"]
    office.engine.tasks.recall("kabid.eks", sent)
    assert opened(office, case_id) == ["putusan"] * 3
    sent = decide(office, case_id, "kabid.eks", "keberatan")
    office.engine.tasks.recall("kabid.eks", sent)
    agreed_by(office, case_id, "eks", "psr", "pkm")
    assert opened(office, case_id) == ["tutup"]


def test_whose_request_was_refused_decides_with_the_others_again(office: DemoOffice) -> None:
    case_id = started(office, TOGETHER)
    decide(office, case_id, "kabid.pdn", "tunda")
    [approval] = [task for task in office.state(case_id).open_tasks() if task.approval_of]
    office.engine.tasks.claim("kadis", approval.id)
    office.complete("kadis", approval.id, outcome="tolak", reason="Tidak perlu")
    agreed_by(office, case_id, *BIDANG)
    assert opened(office, case_id) == ["tutup"]


def test_who_has_lost_the_position_leaves_the_new_visit_to_its_next_holder(office: DemoOffice) -> None:
    case_id = started(office, TOGETHER)
    agreed_by(office, case_id, "eks", "psr", "pkm")
    decide(office, case_id, "kabid.pdn", "tunda")
    [approval] = office.state(case_id).open_tasks()
    kept = office.organisation().holdings
    office.put_organisation(holdings=tuple(holding for holding in kept if holding.account != "kabid.pdn"))
    office.engine.tasks.claim("kadis", approval.id)
    office.complete("kadis", approval.id, outcome="tolak", reason="Tidak perlu")
    assert of(office, case_id, "kabid.pdn").step_id == "putusan"
    office.put_organisation(holdings=kept)
    agreed_by(office, case_id, "pdn")
    assert opened(office, case_id) == ["tutup"]


@pytest.mark.parametrize(("decision", "result"), [("setuju", "ditunda"), ("tolak", None)])
def test_only_a_deviation_that_was_approved_says_how_the_case_ends(
    office: DemoOffice, decision: str, result: str | None
) -> None:
    case_id = started(office, TOGETHER)
    agreed_by(office, case_id, "eks", "psr", "pkm")
    decide(office, case_id, "kabid.pdn", "tunda")
    [approval] = office.state(case_id).open_tasks()
    office.engine.tasks.claim("kadis", approval.id)
    office.complete("kadis", approval.id, outcome=decision, reason="Demikian")
    if decision == "tolak":
        agreed_by(office, case_id, "pdn")
    office.do("sekdis", case_id, "tutup")
    assert (office.state(case_id).case.state, office.state(case_id).case.result) == ("completed", result)


def test_what_a_step_has_written_is_taken_back_with_it(office: DemoOffice) -> None:
    case_id = checked(office)
    task = office.open_task(case_id, "periksa")
    office.do("sekdis", case_id, "periksa", outcome="sesuai")
    assert office.state(case_id).case.values == {"tahap": "diperiksa"}
    office.engine.tasks.recall("sekdis", task.id)
    assert office.state(case_id).case.values == {"tahap": None}


def test_what_an_approval_has_written_is_gone_when_it_is_taken_back_and_refused(office: DemoOffice) -> None:
    case_id = started(office, TOGETHER)
    agreed_by(office, case_id, "eks", "psr", "pkm")
    decide(office, case_id, "kabid.pdn", "tunda")
    for decision in ("setuju", "tolak"):
        [approval] = office.state(case_id).open_tasks()
        office.engine.tasks.claim("kadis", approval.id)
        office.complete("kadis", approval.id, outcome=decision, reason="Demikian")
        if decision == "setuju":
            assert office.state(case_id).case.values == {"tahap": "ditunda"}
            office.engine.tasks.recall("kadis", approval.id)
    agreed_by(office, case_id, "pdn")
    office.do("sekdis", case_id, "tutup")
    assert (office.state(case_id).case.values, office.state(case_id).case.result) == ({"tahap": None}, None)


# --- what leaves its branch, and what waits for other cases ---


def test_whoever_left_the_branches_for_good_cannot_take_it_back(office: DemoOffice) -> None:
    case_id = started(office, CHILD, APART)
    sent = decide(office, case_id, "kabid.psr", "ulang")
    assert opened(office, case_id) == ["buka"]
    with pytest.raises(ActionNotAvailable):
        office.engine.tasks.recall("kabid.psr", sent)
    office.do("kasubbag.perencanaan", case_id, "buka")
    assert opened(office, case_id) == ["isi"] * 4


def child_of(office: DemoOffice, case_id: str) -> str:
    """The child case that runs."""
    children = office.engine.queries.cases.get("kadis", case_id)["children"]
    return next(str(child) for child in children if office.state(child).open_tasks())


def test_a_branch_that_was_dropped_waits_for_its_child_no_longer(office: DemoOffice) -> None:
    case_id = started(office, CHILD, APART)
    office.do("kabid.pdn", case_id, "isi", "bid-pdn")
    assert "waiting_for_child" in office.engine.queries.cases.get("kadis", case_id)["flags"]
    decide(office, case_id, "kabid.psr", "ulang")
    assert "waiting_for_child" not in office.engine.queries.cases.get("kadis", case_id)["flags"]
    before = office.state(case_id)
    office.do("sekdis", child_of(office, case_id), "telaah")
    assert office.state(case_id) == before
    assert {branch.state for branch in before.branches.values()} == {BranchStatus.CANCELLED}


def checked(office: DemoOffice) -> str:
    """A case that waits for the child of its second branch step no more, at the check."""
    case_id = started(office, CHILD, APART)
    for name in BIDANG:
        office.do(f"kabid.{name}", case_id, "isi", f"bid-{name}")
    office.do("sekdis", child_of(office, case_id), "telaah")
    assert opened(office, case_id) == ["periksa"]
    return case_id


def test_a_suspended_case_goes_on_after_its_child_only_when_it_is_resumed(office: DemoOffice) -> None:
    case_id = checked(office)
    office.do("sekdis", case_id, "periksa", outcome="sesuai")
    office.do("kadis", case_id, "akhiri")
    office.engine.cases.suspend("kadis", case_id, reason="Audit")
    before = office.state(case_id)
    office.do("sekdis", child_of(office, case_id), "telaah")
    assert office.state(case_id) == before
    office.engine.cases.resume("kadis", case_id, reason="Selesai")
    assert office.state(case_id).case.state is CaseStatus.COMPLETED


def test_a_case_resumed_before_its_child_has_ended_waits_on(office: DemoOffice) -> None:
    case_id = checked(office)
    office.do("sekdis", case_id, "periksa", outcome="sesuai")
    office.do("kadis", case_id, "akhiri")
    office.engine.cases.suspend("kadis", case_id, reason="Audit")
    office.engine.cases.resume("kadis", case_id, reason="Selesai")
    assert office.state(case_id).case.state is CaseStatus.RUNNING
    office.do("sekdis", child_of(office, case_id), "telaah")
    assert office.state(case_id).case.state is CaseStatus.COMPLETED


def test_a_cancelled_case_waits_for_nobody(office: DemoOffice) -> None:
    case_id = checked(office)
    office.do("sekdis", case_id, "periksa", outcome="sesuai")
    office.do("kadis", case_id, "akhiri")
    office.engine.cases.cancel("kadis", case_id, reason="Batal")
    assert office.engine.queries.cases.get("kadis", case_id)["flags"] == []


def test_what_was_taken_back_is_still_kept_apart_from_what_led_to_it(office: DemoOffice) -> None:
    case_id = checked(office)
    task = office.open_task(case_id, "periksa")
    before = office.state(case_id).tasks[task.origin_id or ""].assignee or ""
    office.do("sekdis", case_id, "periksa", outcome="sesuai")
    office.engine.tasks.recall("sekdis", task.id)
    mandate = Holding("m", before, "sekretaris", "plh", date(2026, 1, 5))
    office.put_organisation(holdings=(*office.organisation().holdings, mandate))
    office.away("sekdis", "2026-01-05", "2026-01-06")
    with pytest.raises(NotAllowed):
        office.engine.substitution.substitute(before, office.open_task(case_id, "periksa").id)
