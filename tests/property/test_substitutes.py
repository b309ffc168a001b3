"""Whoever is away and whoever stands in: nobody both does and checks a thing, unless the head waived it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from engine.access.actor import HOST
from engine.audit.act import Act
from engine.cases.model import CaseState, Task, TaskStatus
from engine.organisation import Absence, Holding
from engine.organisation.model import is_acting
from engine.permissions.separation_of_duties import CHECKS, did
from engine.store import Tx
from tests.support.office_in_memory import DEFINITIONS, Ground, ground
from tests.support.random_walks import SEEDS, WITHOUT_SHRINKING, Walk

STEPS = 40
ONWARD = ("claim", "complete", "substitute", "resume", "waive")
SOP = "perbaikan-data-kinerja"
LINES = {
    "kepala-dinas": ("sekdis", "kabid.psr", "kabid.pkm"),
    "sekretaris": ("kasubbag.perencanaan", "kabid.pdn", "kadis"),
    "kasubbag-perencanaan": ("sekdis", "kasubbag.umum", "jp.perencanaan"),
    "kabid-psr": ("kasi.psr.1", "jp.psr.1", "kabid.pkm"),
    "kabid-pkm": ("jp.pkm.1", "kabid.psr", "sekdis"),
}
PEOPLE = sorted({substitute for line in LINES.values() for substitute in line})


@cache
def staffed() -> Ground:
    """An office of its own in which every superior has a line of standing substitutes."""
    fresh = ground.__wrapped__(*DEFINITIONS[SOP])
    mandates = [
        Holding(f"{account}/{position}", account, position, "plh", rank=rank, standing=True)
        for position, line in LINES.items()
        for rank, account in enumerate(line, start=1)
    ]
    organisation = replace(fresh.organisation, holdings=(*fresh.organisation.holdings, *mandates))
    fresh.engine.registry.put_organisation(organisation, actor=HOST)
    return replace(fresh, organisation=organisation)


def today(walk: Walk) -> date:
    """The day where the office is."""
    zone = ZoneInfo(walk.ground.organisation.agency.timezone)
    return walk.ground.clock.now().astimezone(zone).date()


def now_away(walk: Walk) -> None:
    """Other people are away from now on: three of them, for some days around today."""
    here = today(walk)

    def put(tx: Tx) -> None:
        for number in range(4):
            begins = here - timedelta(days=walk.chance.randrange(3))
            ends = here + timedelta(days=walk.chance.randrange(3))
            who = walk.chance.choice(PEOPLE)
            absence = Absence(f"away-{number}", who, "dinas_luar", begins, ends, who)
            act = Act(name="absence.put", at=walk.ground.clock.now(), account=who, subject=absence.id)
            tx.organisations.put_absence(walk.ground.organisation.agency.id, absence, act)

    office = walk.engine.context
    office.store.execute(put)
    agency = walk.ground.organisation.agency.id
    organisation = walk.ground.read(lambda tx: office.catalog.organisation(tx, agency))
    walk.ground = replace(walk.ground, organisation=organisation)


@settings(WITHOUT_SHRINKING, max_examples=12)
@given(seed=SEEDS)
def test_nobody_does_and_checks_the_same_whoever_is_away(seed: int) -> None:
    walk = Walk.begun(SOP, seed, staffed())
    now_away(walk)  # instead of whoever was away in the walk before
    for _ in range(STEPS):
        if not walk.runs:
            break
        walk.wait()
        if walk.chance.random() < 0.2:
            now_away(walk)
        before = walk.state
        step(walk)
        for task in newly_completed(before, walk.state):
            require_apart(walk, before, task)


def step(walk: Walk) -> None:
    """Somebody goes on with some task, rather one who stands in than its own holder; else anything goes."""
    task = walk.chance.choice(walk.state.open_tasks())
    people = [*walk.chance.sample(PEOPLE, len(PEOPLE)), *walk.candidates(task)]
    require_listed_as_offered(walk, people[0], task)
    for who in people:
        offered = [action for action in walk.offered(who, task) if action["allowed"]]
        if forward := [action for action in offered if action["verb"] in ONWARD]:
            chosen = walk.chance.choice(forward)
            walk.act(who, task, chosen["verb"], chosen.get("outcome"))
            return
    walk.step()


def newly_completed(before: CaseState, after: CaseState) -> Iterator[Task]:
    for task in after.tasks.values():
        old = before.tasks.get(task.id)
        if task.state is TaskStatus.COMPLETED and (old is None or old.is_open):
            yield task


def require_apart(walk: Walk, before: CaseState, task: Task) -> None:
    who, step = task.assignee or "", walk.definition.step(task.step_id)
    day = today(walk)
    if is_acting(task.acting_kind):
        line = walk.ground.organisation.line(task.position or "", day, walk.sop)
        assert who in {substitute.account for substitute in line}, walk.path
    if who in task.waived or task.approval_of is not None:
        return
    for other in before.tasks.values():
        same_place = other.branch == task.branch or task.branch is None or other.branch is None
        if other.step_id in step.not_same_person_as and same_place:
            assert not did(other, who), walk.path
    origin = before.tasks.get(task.origin_id or "")
    if is_acting(task.acting_kind) and step.kind in CHECKS and origin and task.returned_by is None:
        assert not did(origin, who), walk.path


def require_listed_as_offered(walk: Walk, who: str, task: Task) -> None:
    """Who holds no seat of a task finds it in the list exactly when it may be taken as a substitute."""
    day = today(walk)
    own = {
        holding.position for holding in walk.ground.organisation.held_by(who, day) if not holding.is_acting
    }
    if not own.isdisjoint(task.seats) or who in task.doers:
        return
    verbs = {action["verb"] for action in walk.offered(who, task) if action["allowed"]}
    listed = {item["id"] for item in walk.engine.queries.inbox(who, limit=100)["items"]}
    assert (task.id in listed) == bool(verbs & {"claim", "substitute"}), (who, task.step_id, walk.path)
