"""The week of the dossier, 19 to 23 January 2026: the Kepala Dinas is away and the Sekretaris is Plh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.audit.act import Act
from engine.cases.model import CaseStatus, Task, TaskStatus
from engine.errors import ActionNotAvailable, InvalidInput, NotAllowed, NotFound
from engine.organisation import Absence, Holding
from engine.store import Tx
from tests.support.offices import SOP, DemoOffice

pytestmark = pytest.mark.on("postgres")

MONDAY, FRIDAY = date(2026, 1, 19), date(2026, 1, 23)
ORDER = "800/12/Sekret/2026"
Staff = Callable[..., None]


def plh(account: str, rank: int = 1, position: str = "kepala-dinas", **more: Any) -> Holding:
    given = {"valid_from": MONDAY, "valid_to": FRIDAY, "order_number": ORDER, "rank": rank, **more}
    return Holding(f"{account}/{position}", account, position, "plh", **given)


CHAIN = (plh("sekdis", 1), plh("kabid.psr", 2), plh("kabid.pkm", 3))


def _away(account: str, at: datetime, tx: Tx) -> None:
    absence = Absence(account, account, "dinas_luar", MONDAY, FRIDAY, account)
    act = Act(name="absence.put", at=at, account=account, subject=absence.id)
    tx.organisations.put_absence("disdag-banggai", absence, act)


@pytest.fixture
def staff(office: DemoOffice) -> Staff:
    """Who holds further positions and who is away, besides the demonstration."""
    own = office.organisation().holdings

    def put(*mandates: Holding, gone: tuple[str, ...] = ("kadis",)) -> None:
        office.put_organisation(holdings=(*own, *mandates))
        for account in gone:
            office.engine.context.store.execute(partial(_away, account, office.clock.now()))

    return put


@pytest.fixture
def signing(office: DemoOffice, staff: Staff) -> Task:
    """The signature of a case whose paraf the Sekretaris gave, on the Monday of that week."""
    case_id = office.at_paraf()
    office.clock.set("2026-01-19T09:00+08:00")
    staff(*CHAIN)
    office.complete("sekdis", office.open_task(case_id, "s8").id, outcome="sesuai")
    return office.open_task(case_id, "s9")


def why_not(office: DemoOffice, who: str, task: Task, verb: str) -> str:
    said = next(action for action in office.shown(who, task.id)["actions"] if action["verb"] == verb)
    return "" if said["allowed"] else str(said["why_not"])


def events(office: DemoOffice, task: Task, act: str) -> list[dict[str, Any]]:
    found = office.engine.queries.audit.events("auditor", act=act, limit=100)["items"]
    return [item for item in found if item["subject"] == task.id]


def notified(office: DemoOffice, who: str, task: Task) -> list[str]:
    items = office.engine.queries.notices.list(who)["items"]
    return [notice["text"] for notice in items if notice["task_id"] == task.id]


def test_the_paraf_and_the_signature_of_one_person_go_down_the_line(
    office: DemoOffice, signing: Task
) -> None:
    said = why_not(office, "sekdis", signing, "claim")
    assert "s8" in said
    assert "Kepala Bidang Pengelolaan Pasar" in said
    with pytest.raises(NotAllowed, match="separation of duties"):
        office.engine.tasks.claim("sekdis", signing.id)
    shown = office.shown("kabid.psr", signing.id)["substitution"]
    assert shown["position"] == "kepala-dinas"
    assert shown["absent"] == ["kadis"]
    assert [
        (substitute["account"], substitute["standing"], substitute["order_number"])
        for substitute in shown["line"]
    ] == [
        ("sekdis", "duties_apart", ORDER),
        ("kabid.psr", "in_charge", ORDER),
        ("kabid.pkm", "next", ORDER),
    ]
    with pytest.raises(NotFound):  # not his turn: he sees the case, and not this task
        office.engine.tasks.claim("kabid.pkm", signing.id)

    office.engine.tasks.claim("kabid.psr", signing.id)
    office.complete("kabid.psr", signing.id)
    assert office.state(signing.case_id).case.state is CaseStatus.COMPLETED
    [row] = [
        task
        for task in office.engine.queries.cases.timing("kadis", signing.case_id)["items"]
        if task["step_id"] == "s9"
    ]
    assert (row["executor"], row["acting_position"], row["acting_kind"]) == (
        "kabid.psr",
        "kepala-dinas",
        "plh",
    )
    timeline = office.engine.queries.cases.timeline("kadis", signing.case_id)
    in_both = "Plh. Kepala Dinas (Kepala Bidang Pengelolaan Pasar)"
    assert [entry["capacity"] for entry in timeline if entry["task_id"] == signing.id] == [
        None,
        in_both,
        in_both,
    ]
    assert office.shown("kadis", signing.id)["capacity"] == in_both
    [claimed] = events(office, signing, "task.claim")
    assert claimed["capacity"] == in_both
    assert (claimed["position"], claimed["acting_kind"]) == ("kepala-dinas", "plh")
    assert claimed["facts"]["skipped"] == [{"account": "sekdis", "standing": "duties_apart", "step": "s8"}]
    [signed] = events(office, signing, "task.complete")
    assert (signed["account"], signed["position"], signed["acting_kind"]) == (
        "kabid.psr",
        "kepala-dinas",
        "plh",
    )


def test_notices_reach_who_is_in_charge_and_neither_the_skipped_nor_the_absent(
    office: DemoOffice, signing: Task
) -> None:
    assert len(notified(office, "kabid.psr", signing)) == 1
    for quiet in ("kadis", "sekdis", "kabid.pkm"):
        assert notified(office, quiet, signing) == []


def test_every_stage_of_escalation_will_tell_who_is_in_charge(office: DemoOffice, signing: Task) -> None:
    told = {
        stage["stage"]: stage["recipients"] for stage in office.shown("kabid.psr", signing.id)["escalation"]
    }
    assert told["ambil1"] == ["kabid.psr"]
    assert not any("kadis" in recipients for recipients in told.values())
    office.engine.tasks.claim("kabid.psr", signing.id)
    told = {
        stage["stage"]: stage["recipients"] for stage in office.shown("kabid.psr", signing.id)["escalation"]
    }
    assert all(
        "kabid.psr" in recipients for stage, recipients in told.items() if stage in ("pengingat", "tenggat")
    )


def test_two_absences_lead_to_the_third_in_line(office: DemoOffice, signing: Task, staff: Staff) -> None:
    staff(*CHAIN, gone=("kadis", "kabid.psr"))
    office.engine.tasks.claim("kabid.pkm", signing.id)
    [claimed] = events(office, signing, "task.claim")
    assert [(holding["account"], holding["standing"]) for holding in claimed["facts"]["skipped"]] == [
        ("sekdis", "duties_apart"),
        ("kabid.psr", "away"),
    ]


def test_the_head_may_waive_it_for_one_person_with_a_recorded_reason(
    office: DemoOffice, signing: Task, staff: Staff
) -> None:
    staff(plh("sekdis"))
    assert "pengecualian" in why_not(office, "sekdis", signing, "claim")
    waive = office.engine.substitution.waive
    given: dict[str, Any] = {"for_account": "sekdis", "reason": "Tidak ada pejabat lain di tempat"}
    for who in ("sekdis", "kasubbag.perencanaan"):
        with pytest.raises(NotAllowed):
            waive(who, signing.id, **given)
    with pytest.raises(InvalidInput, match="reason"):
        waive("kadis", signing.id, **{**given, "reason": " "})
    for nobody in ("kadis", "jp.psr.1", "tiada"):
        with pytest.raises(InvalidInput):
            waive("kadis", signing.id, **{**given, "for_account": nobody})
    waive("kadis", signing.id, **given)
    assert office.task(signing.id).waived == ("sekdis",)
    assert len(notified(office, "sekdis", signing)) == 1
    with pytest.raises(ActionNotAvailable):
        waive("kadis", signing.id, **given)
    [waived] = events(office, signing, "task.waive")
    assert waived["facts"]["account"] == "sekdis"
    assert (waived["account"], waived["acting_kind"]) == ("kadis", "definitive")
    assert waived["reason"] == given["reason"]
    assert given["reason"] not in str({**waived, "reason": None})
    seen = office.engine.queries.audit.of_case("sekdis", signing.case_id, limit=100)["items"]
    assert [item["reason"] for item in seen if item["reason"]] == [given["reason"]]
    office.engine.tasks.claim("sekdis", signing.id)
    office.complete("sekdis", signing.id)
    assert office.task(signing.id).acting_kind == "plh"


def test_a_head_who_is_plh_himself_waives_nothing(office: DemoOffice, signing: Task, staff: Staff) -> None:
    staff(plh("sekdis", 1), plh("kabid.psr", 2))
    with pytest.raises(NotAllowed, match="definitive head"):
        office.engine.substitution.waive("kabid.psr", signing.id, for_account="sekdis", reason="x")


def test_on_saturday_the_mandate_is_off_and_what_was_claimed_stays_where_it_is(
    office: DemoOffice, signing: Task
) -> None:
    office.engine.tasks.claim("kabid.psr", signing.id)
    handed_in = office.filled("kabid.psr", signing.id)
    office.clock.set("2026-01-24T08:00+08:00")
    assert office.task(signing.id).assignee == "kabid.psr"
    with pytest.raises(NotAllowed, match="reassign"):
        office.engine.completion.complete("kabid.psr", signing.id, handed_in)
    assert "mengalihkan" in why_not(office, "kabid.psr", signing, "complete")
    assert office.shown("kabid.psr", signing.id)["substitution"] is None
    office.clock.set("2026-01-26T08:00+08:00")
    office.engine.substitution.substitute("kadis", signing.id)
    back = office.task(signing.id)
    assert (back.assignee, back.acting_kind, back.due_at) == ("kadis", "definitive", signing.due_at)
    office.complete("kadis", signing.id)


def test_who_is_in_charge_goes_on_in_the_place_of_a_holder_who_is_away(
    office: DemoOffice, staff: Staff
) -> None:
    case_id = office.at_paraf()
    paraf = office.open_task(case_id, "s8")
    office.engine.tasks.save("sekdis", paraf.id, data={})
    for who, error in (("kabid.psr", NotFound), ("kasubbag.perencanaan", ActionNotAvailable)):
        with pytest.raises(error):
            office.engine.substitution.substitute(who, paraf.id)
    office.clock.set("2026-01-19T09:00+08:00")
    line = (plh("kasubbag.perencanaan", 1, "sekretaris"), plh("kabid.pdn", 2, "sekretaris"))
    staff(*line, gone=("sekdis",))
    with pytest.raises(NotAllowed, match="s7"):  # the Kasubbag made what the paraf is for
        office.engine.substitution.substitute("kasubbag.perencanaan", paraf.id)
    office.engine.substitution.substitute("kabid.pdn", paraf.id)
    after = office.task(paraf.id)
    assert (after.state, after.assignee, after.position, after.acting_kind) == (
        TaskStatus.IN_PROGRESS,
        "kabid.pdn",
        "sekretaris",
        "plh",
    )
    assert (after.draft, after.due_at) == (office.task(paraf.id).draft, paraf.due_at)
    assert after.worked_minutes > 0
    [event] = events(office, paraf, "task.substitute")
    assert event["facts"]["from"] == "sekdis"
    assert [holding["account"] for holding in event["facts"]["skipped"]] == ["kasubbag.perencanaan"]
    assert len(notified(office, "sekdis", paraf)) >= 1
    office.complete("kabid.pdn", paraf.id, outcome="sesuai")


def test_a_hold_of_somebody_who_is_away_ends_with_the_substitute_and_moves_the_deadline(
    office: DemoOffice, staff: Staff
) -> None:
    paraf = office.open_task(office.at_paraf(), "s8")
    office.clock.set("2026-01-16T15:00+08:00")
    office.engine.tasks.hold("sekdis", paraf.id, reason_class="dinas_luar", reason="Dinas luar")
    office.clock.set("2026-01-19T09:00+08:00")
    staff(plh("kabid.pdn", 1, "sekretaris"), gone=("sekdis",))
    assert [item["id"] for item in office.engine.queries.inbox("kabid.pdn")["items"]] == [paraf.id]
    with pytest.raises(NotFound):
        office.engine.substitution.substitute("kabid.pkm", paraf.id)
    office.engine.substitution.substitute("kabid.pdn", paraf.id)
    after = office.task(paraf.id)
    assert (after.state, after.assignee, after.held_at) == (TaskStatus.IN_PROGRESS, "kabid.pdn", None)
    assert after.hold_minutes > 0
    assert after.due_at is not None
    assert paraf.due_at is not None
    assert after.due_at > paraf.due_at
    office.complete("kabid.pdn", paraf.id, outcome="sesuai")


def test_nobody_stands_in_for_a_holder_who_is_there(office: DemoOffice, staff: Staff) -> None:
    case_id = office.at_paraf()
    office.clock.set("2026-01-19T09:00+08:00")
    staff(plh("kabid.pdn", 1, "sekretaris"), gone=())
    with pytest.raises(ActionNotAvailable, match="nobody stands in"):
        office.engine.substitution.substitute("kabid.pdn", office.open_task(case_id, "s8").id)


def test_a_mandate_for_another_sop_opens_nothing(office: DemoOffice, signing: Task, staff: Staff) -> None:
    queries = office.engine.queries
    staff(plh("jp.umum", sops=("tindak-lanjut-evaluasi",)))
    for look in (
        lambda: queries.tasks.get("jp.umum", signing.id),
        lambda: queries.cases.get("jp.umum", signing.case_id),
    ):
        with pytest.raises(NotFound):
            look()
    staff(plh("jp.umum", sops=(SOP,)))
    office.engine.tasks.claim("jp.umum", signing.id)


def test_a_task_is_not_reassigned_to_who_would_check_his_own_work(office: DemoOffice, signing: Task) -> None:
    reassign = office.engine.tasks.reassign
    with pytest.raises(NotAllowed, match="separation of duties"):
        reassign("kasubbag.perencanaan", signing.id, to="sekdis", reason="Mendesak")
    with pytest.raises(InvalidInput):
        reassign("kasubbag.perencanaan", signing.id, to="kabid.pkm", reason="Bukan gilirannya")
    reassign("kasubbag.perencanaan", signing.id, to="kabid.psr", reason="Mendesak")
    assert office.task(signing.id).position == "kepala-dinas"


def test_a_strategic_step_waits_for_the_definitive_holder(office: DemoOffice, staff: Staff) -> None:
    text = office.read(lambda tx: tx.definitions.get("disdag-banggai", SOP, "1.0.0")).text
    changed = text.replace("version: 1.0.0", "version: 1.1.0").replace(
        "  - id: s9\n", "  - id: s9\n    strategic: true\n"
    )
    office.clock.advance(minutes=1)
    office.engine.definitions.store(HOST, changed, as_demonstration=True)
    case_id = office.at_paraf()
    office.clock.set("2026-01-19T09:00+08:00")
    staff(*CHAIN)
    office.complete("sekdis", office.open_task(case_id, "s8").id, outcome="sesuai")
    assert office.state(case_id).case.sop_version == "1.1.0"
    task = office.open_task(case_id, "s9")
    assert notified(office, "kadis", task) != []
    for who, verb in (("kabid.psr", "claim"), ("sekdis", "claim")):
        assert why_not(office, who, task, verb) != ""
    with pytest.raises(NotAllowed):
        office.engine.tasks.reassign("kasubbag.perencanaan", task.id, to="kabid.psr", reason="x")
    office.do("kadis", case_id, "s9")
