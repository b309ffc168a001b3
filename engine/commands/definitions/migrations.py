"""Moving running cases to another version of their SOP: first shown case by case, then done as shown."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from engine.access.actor import AnyActor, SystemActor, accepts_names, account_of, require_role
from engine.audit.act import Act, Json
from engine.audit.canonical import canonical
from engine.cases.migration import CLOCKS, Clock, Migration, Move, Obstacle
from engine.cases.model import CaseState, Notice, changed
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.commands.cases.case_act import record
from engine.context import Context
from engine.errors import ConditionNotMet, InvalidInput, NotFound, StaleVersion
from engine.organisation.model import ADMIN
from engine.permissions import substitution
from engine.reminders.act_notices import summed_up
from engine.sop.model import Definition
from engine.staffing.reassessment import Finding, reassessed, reseat
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active, agency_named
from engine.store.catalog import Compiled
from engine.text.bilingual import Text
from engine.views.migration import Migrated, MigratedCase, MigrationPlan
from engine.views.parts import Zone

GAINED = Text(
    "Berkas dipindahkan ke versi SOP yang baru; menunggu Anda",
    "A case moved to a new version of its SOP; waiting for you",
)
MIGRATORS = frozenset({"author", ADMIN})
MOST = 1_000
"""How many cases one plan may have; of more, some are moved by their numbers first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: from which version to which, for one case or all, which steps take whose place."""

    sop: str
    old: str
    new: str
    case: str | None = None
    steps: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = "keep"


@dataclass(frozen=True, slots=True)
class _Case:
    """One case with its verdict, and what its tasks become where it can move."""

    migration: Migration
    obstacle: Obstacle | None
    moves: list[Move]
    reseated: list[Finding]

    @property
    def state(self) -> CaseState:
        return self.migration.old.state

    def shape(self, english: bool) -> MigratedCase:
        why = self.obstacle.why if self.obstacle else None
        zone = Zone(self.migration.old)
        return {
            "case_number": self.state.case.number,
            "verdict": self.obstacle.verdict if self.obstacle else "ok",
            "why": (why.english if english else why.indonesian) if why else None,
            "tasks": [
                {
                    "step_id": move.task.step_id,
                    "branch": move.task.branch,
                    "to": move.becomes.step_id,
                    "due_before": zone.text(move.task.due_at),
                    "due_after": zone.text(move.becomes.due_at),
                }
                for move in self.moves
            ],
        }


@accepts_names
class Migrations:
    """For authors and administrators, and the host. A case moves whole, as one event, or not at all."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def foreseen(
        self, actor: AnyActor, wish: Wish, *, agency: str | None = None, english: bool = False
    ) -> MigrationPlan:
        """What would become of each open case of the old version, and the digest by which to apply it."""
        now = self.context.clock.now()

        def query(tx: Tx) -> MigrationPlan:
            cases = self._cases(tx, self._home(tx, actor, agency), wish, now)
            return {"digest": _digest(wish, cases), "cases": [case.shape(english) for case in cases]}

        return self.context.store.ask(query)

    def apply(
        self,
        actor: AnyActor,
        wish: Wish,
        digest: str,
        *,
        agency: str | None = None,
        english: bool = False,
        key: IdempotencyKey | None = None,
    ) -> Migrated:
        """Do what that plan shows, in one transaction; `StaleVersion` when anything has moved since."""
        now = self.context.clock.now()

        def work(tx: Tx) -> Migrated:
            home = self._home(tx, actor, agency)
            locked = {case.state.case.id for case in self._cases(tx, home, wish, now)}
            cases = self._cases(tx, home, wish, now, lock=locked)
            now_is = _digest(wish, cases)
            if now_is != digest:
                raise StaleVersion(
                    Text(
                        "Keadaannya sudah berubah sejak rencana ini dibuat. Lihat lagi, lalu terapkan.",
                        "a migration would not do what was shown; look again",
                    ),
                    current={"digest": now_is},
                )
            moving = [case for case in cases if case.obstacle is None]
            for case in moving:
                self._move(tx, case, actor, wish)
            return {"applied": len(moving), "cases": [case.shape(english) for case in moving]}

        return self.context.store.execute(work, key=key)

    def _home(self, tx: Tx, actor: AnyActor, agency: str | None) -> str:
        if isinstance(actor, SystemActor):
            return agency_named(tx, agency)
        person = active(tx, actor)
        refusal = Text(
            "Hanya penyusun SOP atau administrator yang dapat memindahkan berkas ke versi lain.",
            f"{actor.account!r} is neither an author nor an administrator",
        )
        require_role(actor, person.system_roles, MIGRATORS, refusal)
        return person.agency

    def _cases(
        self, tx: Tx, agency: str, wish: Wish, now: datetime, lock: Collection[str] = ()
    ) -> list[_Case]:
        old = self.context.catalog.compiled(tx, agency, wish.sop, wish.old)
        new = self.context.catalog.compiled(tx, agency, wish.sop, wish.new)
        if tx.definitions.require(agency, wish.sop, wish.new).status != "effective":
            raise ConditionNotMet(
                Text(
                    f"Versi {wish.new} tidak sedang berlaku; berkas hanya pindah ke versi yang berlaku.",
                    f"version {wish.new} is not effective",
                )
            )
        _check(wish, old.definition, new.definition)
        states = tx.case_batch.open_of_version(agency, wish.sop, wish.old, wish.case, MOST + 1)
        if len(states) > MOST:
            raise InvalidInput.at(
                "case",
                Text(f"Lebih dari {MOST} berkas; pindahkan per nomor berkas.", f"more than {MOST} cases"),
            )
        if wish.case is not None and not states:
            raise NotFound(
                Text(
                    f"Berkas {wish.case} tidak sedang berjalan pada versi {wish.old}.",
                    f"no open case {wish.case} of version {wish.old}",
                )
            )
        held = (
            tx.cases.for_update(state.case.id) or state if state.case.id in lock else state
            for state in states
        )
        return [self._judged(tx, state, new, wish, now) for state in held]

    def _judged(self, tx: Tx, state: CaseState, new: Compiled, wish: Wish, now: datetime) -> _Case:
        catalog = self.context.catalog
        moved = changed(state.case, sop_version=wish.new, definition_hash=new.content_hash)
        after = catalog.decision_context(tx, state.case.agency, new, now).of_case(
            CaseState(moved, dict(state.branches), dict(state.tasks))
        )
        migration = Migration(catalog.case_context(tx, state, now), after, wish.steps, wish.clock)
        obstacle = migration.obstacle()
        if obstacle is not None:
            return _Case(migration, obstacle, [], [])
        moves = migration.moves()
        reseated = _reseated(migration, moves)
        if any("nobody" in finding.why for finding in reseated):
            obstacle = Obstacle(
                "blocked",
                Text(
                    "pelaksana pada versi baru tidak ada pemangkunya", "nobody holds the new executor's role"
                ),
            )
            return _Case(migration, obstacle, [], [])
        return _Case(migration, None, moves, reseated)

    def _move(self, tx: Tx, case: _Case, actor: AnyActor, wish: Wish) -> None:
        transition = Transition(case.migration.new)
        for move in case.moves:
            fields = _differing(move)
            if fields:
                transition.change(move.task, **fields)
        for finding in case.reseated:
            reseat(transition, finding)
        shown = case.shape(english=True)
        facts: dict[str, Json] = {"from": wish.old, "to": wish.new, "clock": wish.clock}
        held = transition.case.organisation.held_by(account_of(actor) or "", transition.case.local_day)
        act = Act(
            name="case.migrate",
            at=transition.case.now,
            account=account_of(actor),
            position=held[0].position if held else None,
            acting_kind=held[0].kind if held else None,
            subject=case.state.case.id,
            facts={**facts, "tasks": shown["tasks"], **transition.facts},
        )
        record(self.context, tx, transition, case.state, act, _told(case, transition))


def _told(case: _Case, transition: Transition) -> list[Notice]:
    """A notice for everybody who may do a task now and could not before."""
    notices: list[Notice] = []
    for finding in case.reseated:
        after = TaskContext(transition.case, transition.state.tasks[finding.task.id])
        before = TaskContext(case.migration.old, case.state.tasks[finding.task.id])
        had = set(substitution.addressed(before))
        notices += [
            summed_up(after, name, GAINED, 1) for name in substitution.addressed(after) if name not in had
        ]
    return notices


def _reseated(migration: Migration, moves: list[Move]) -> list[Finding]:
    """Who is to do the tasks whose executor is another in the new version."""
    state = migration.new.state.copy()
    for move in moves:
        state.put(move.becomes)
    other = {move.task.id for move in moves if _has_other_executor(migration, move)}
    findings = reassessed(migration.new.of_case(state))
    return [finding for finding in findings if finding.task.id in other and finding.why]


def _has_other_executor(migration: Migration, move: Move) -> bool:
    old, new = migration.old.definition, migration.new.definition
    before, after = old.step(move.task.step_id), new.step(move.becomes.step_id)
    if (before.executor, before.assign) != (after.executor, after.assign):
        return True
    return any(old.roles[role] != new.roles[role] for role in after.executor)


def _differing(move: Move) -> dict[str, Json]:
    was, becomes = move.task.__dict__, move.becomes.__dict__
    return {name: value for name, value in becomes.items() if value != was[name]}


def _check(wish: Wish, old: Definition, new: Definition) -> None:
    """InvalidInput for steps that a map names and a version lacks, and for an unknown clock."""
    if wish.clock not in CLOCKS:
        known = ", ".join(CLOCKS)
        raise InvalidInput.at("clock", Text(f"Yang ada: {known}.", f"Known: {known}."))
    if wish.old == wish.new:
        raise InvalidInput.at("to", Text("Versinya sama.", "Both versions are the same."))
    for name, definition in [(step, old) for step in wish.steps] + [
        (step, new) for step in wish.steps.values()
    ]:
        if name not in {step.id for step in definition.steps}:
            raise InvalidInput.at(
                "map",
                Text(
                    f'Langkah "{name}" tidak ada pada versi {definition.version}.',
                    f"version {definition.version} has no step {name!r}",
                ),
            )


def _digest(wish: Wish, cases: list[_Case]) -> str:
    """The same exactly as long as applying does what was shown; what a full clock gives runs on."""
    told = [
        [
            case.state.case.id,
            case.state.case.version,
            case.obstacle.verdict if case.obstacle else "ok",
            [
                [
                    move.task.id,
                    move.task.version,
                    move.becomes.step_id,
                    None if wish.clock == "full" else str(move.becomes.due_at),
                ]
                for move in case.moves
            ],
            [[finding.task.id, list(finding.seats), finding.assignee] for finding in case.reseated],
        ]
        for case in cases
    ]
    asked = [wish.sop, wish.old, wish.new, wish.case, dict(wish.steps), cast("str", wish.clock)]
    return hashlib.sha256(canonical([asked, told])).hexdigest()
