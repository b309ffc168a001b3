"""A milestone that was met and is open again, because work was taken back, wakes its timers again."""

from __future__ import annotations

from sqlalchemy import select

from engine.tables import TIMER
from tests.support.office_in_memory import DEFINITIONS, ground
from tests.support.random_walks import Walk

SOP = "penetapan-penerima-bulanan"


def states(walk: Walk, milestone: str) -> set[str]:
    subject = f"{walk.case_id}/{milestone}"
    query = select(TIMER.c.state).where(TIMER.c.subject == subject)
    return set(walk.ground.read(lambda tx: tx.connection.execute(query).scalars().all()))


def test_taking_back_what_opened_the_branches_and_opening_them_again_plans_their_milestone_again() -> None:
    office = ground.__wrapped__(*DEFINITIONS[SOP])  # of its own: the month is the first
    walk = Walk.begun(SOP, 1, office)
    for _ in range(2):
        while not walk.state.branches or walk.state.current_round("usulan_bidang")[0].done_at:
            walk.lead_one_step_on()
        assert states(walk, "usulan") == {"pending"}
        [*_, sent] = [task for task in walk.state.visits_of("buka", None) if task.finished_at]
        walk.engine.tasks.recall(sent.assignee or "", sent.id)
        assert states(walk, "usulan") == {"void"}
    walk.lead_to_the_end()
