"""Looking at open tasks again after the organisation has changed: first shown, then applied as shown."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine.access.actor import AnyActor, SystemActor, accepts_names, account_of, require_role
from engine.audit.act import Act
from engine.audit.canonical import canonical
from engine.cases.context import CaseContext
from engine.cases.model import Notice
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.commands.cases.case_act import record
from engine.commands.notices.notice import tell
from engine.context import Context
from engine.errors import FieldError, InvalidInput, StaleVersion
from engine.organisation import NO_SOP, Organisation
from engine.organisation.model import ADMIN
from engine.permissions import substitution
from engine.reminders.act_notices import summed_up
from engine.staffing.reassessment import Finding, reassessed, reseat
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active, agency_named
from engine.store.batch import MOST
from engine.text.bilingual import Text
from engine.views import reassessment as views

GAINED = Text(
    "Penugasan ditinjau ulang karena organisasi berubah; menunggu Anda",
    "Assignments were reassessed as the organisation has changed; waiting for you",
)
LOST = Text(
    "Penugasan ditinjau ulang karena organisasi berubah; tidak lagi menunggu Anda",
    "Assignments were reassessed as the organisation has changed; no longer waiting for you",
)
SHOWN = 100
"""How many findings end a page; one that has looked through many cases may have found nothing."""


@dataclass(frozen=True, slots=True)
class CaseFindings:
    """A case in which something is found."""

    context: CaseContext
    findings: tuple[Finding, ...]

    def items(self) -> list[views.Finding]:
        steps = self.context.definition
        return [
            finding.shape(self.context.state, steps.step(finding.task.step_id).number)
            for finding in self.findings
        ]


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page has found, and after which case the next one begins."""

    cases: list[CaseFindings]
    next: str | None
    last: str  # the last case that was looked at

    def items(self) -> list[views.Finding]:
        return [item for case in self.cases for item in case.items()]

    def digest(self) -> str:
        """The same exactly as long as applying does what was shown."""
        return hashlib.sha256(canonical([self.next, self.items()])).hexdigest()


@accepts_names
class Reassessment:
    """For administrators and the head of an agency, and the host."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def foreseen(
        self, actor: AnyActor, *, agency: str | None = None, cursor: str | None = None
    ) -> views.Reassessment:
        """One page of the open tasks that would be different today, and the digest by which to apply it.

        ``looked`` of ``cases`` open cases have been looked through up to its end.
        """
        after, now = _case_id(cursor), self.context.clock.now()

        def query(tx: Tx) -> views.Reassessment:
            organisation = self._organisation(tx, actor, agency, now)
            page = self._page(tx, organisation, after, now)
            looked, cases = tx.case_batch.open_counted(organisation.agency.id, page.last)
            return {
                "items": page.items(),
                "next": page.next,
                "digest": page.digest(),
                "looked": looked,
                "cases": cases,
            }

        return self.context.store.ask(query)

    def apply(
        self,
        actor: AnyActor,
        digest: str,
        *,
        agency: str | None = None,
        cursor: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> views.Reassessed:
        """Do what that page shows, in one transaction; `StaleVersion` when the picture has changed since."""
        after, now = _case_id(cursor), self.context.clock.now()

        def work(tx: Tx) -> views.Reassessed:
            organisation = self._organisation(tx, actor, agency, now)
            concerned = {
                case.context.state.case.id for case in self._page(tx, organisation, after, now).cases
            }
            page = self._page(tx, organisation, after, now, lock=concerned)
            now_is = page.digest()
            if now_is != digest:
                raise StaleVersion(
                    Text(
                        "Keadaannya sudah berubah sejak ditampilkan. Lihat lagi, lalu terapkan.",
                        "a reassessment would not change what was shown; look again",
                    ),
                    current={"digest": now_is},
                )
            applying = Applying(self.context, tx, organisation, actor)
            for case in page.cases:
                applying.one(case)
            tell(self.context, tx, applying.notices())
            return {"applied": applying.done, "next": page.next}

        return self.context.store.execute(work, key=key)

    def _organisation(self, tx: Tx, actor: AnyActor, agency: str | None, now: datetime) -> Organisation:
        if isinstance(actor, SystemActor):
            return self.context.catalog.organisation(tx, agency_named(tx, agency))
        person = active(tx, actor)
        organisation = self.context.catalog.organisation(tx, person.agency)
        day = self.context.day_in(organisation, now)
        is_head = organisation.head() in organisation.seats_of(actor.account, day, NO_SOP)
        if not is_head:
            refusal = Text(
                "Penugasan hanya dapat ditinjau ulang oleh administrator atau pimpinan.",
                "only an administrator or the head of the agency may reassess tasks",
            )
            require_role(actor, person.system_roles, frozenset({ADMIN}), refusal)
        return organisation

    def _page(
        self, tx: Tx, organisation: Organisation, after: str, now: datetime, lock: Collection[str] = ()
    ) -> _Page:
        states = tx.case_batch.open(organisation.agency.id, after)
        cases: list[CaseFindings] = []
        shown = 0
        for number, state in enumerate(states, start=1):
            if state.case.id in lock:
                state = tx.cases.for_update(state.case.id) or state
            context = self.context.catalog.case_context(tx, state, now)
            findings = tuple(reassessed(context))
            if findings:
                cases.append(CaseFindings(context, findings))
                shown += len(findings)
            if shown >= SHOWN and number < len(states):
                return _Page(cases, state.case.id, state.case.id)
        last = states[-1].case.id if states else after
        return _Page(cases, last if len(states) == MOST else None, last)


@dataclass(slots=True)
class Applying:
    """One page under way; who gains and who loses tasks is told once at the end."""

    context: Context
    tx: Tx
    organisation: Organisation
    actor: AnyActor
    done: int = 0
    gained: dict[str, list[TaskContext]] = field(default_factory=dict)
    lost: dict[str, list[TaskContext]] = field(default_factory=dict)

    def one(self, case: CaseFindings) -> None:
        context = case.context
        for finding in case.findings:
            if finding.changes:
                context = self._move(context, finding)
                self.done += 1

    def _move(self, case: CaseContext, finding: Finding) -> CaseContext:
        task, transition = case.state.tasks[finding.task.id], Transition(case)
        had = substitution.addressed(TaskContext(case, task))
        reseat(transition, finding)
        recorded = case.of_case(
            record(self.context, self.tx, transition, case.state, self._act(transition, finding))
        )
        after = TaskContext(recorded, recorded.state.tasks[task.id])
        has = substitution.addressed(after)
        _note(self.gained, (name for name in has if name not in had), after)
        _note(self.lost, (name for name in had if name not in has), after)
        return recorded

    def _act(self, transition: Transition, finding: Finding) -> Act:
        shape = finding.shape(transition.state, None)
        facts = {
            "step_id": finding.task.step_id,
            "visit": finding.task.visit,
            "from": shape["before"],
            "to": shape["after"],
            "why": shape["why"],
        }
        held = self.organisation.held_by(account_of(self.actor) or "", transition.case.local_day)
        return Act(
            name="task.reassess",
            at=transition.case.now,
            account=account_of(self.actor),
            position=held[0].position if held else None,
            acting_kind=held[0].kind if held else None,
            subject=finding.task.id,
            facts={**facts, **transition.facts},
        )

    def notices(self) -> list[Notice]:
        """One for each person and direction, however many tasks there are."""
        told = (
            (self.gained, GAINED),
            (self.lost, LOST),
        )
        return [
            summed_up(tasks[0], name, what, len(tasks)) for whom, what in told for name, tasks in whom.items()
        ]


def _note(
    whom: dict[str, list[TaskContext]],
    names: Iterable[str],
    task: TaskContext,
) -> None:
    for name in names:
        whom.setdefault(name, []).append(task)


def _case_id(cursor: str | None) -> str:
    """The case after which a page begins; InvalidInput for what this list never gave."""
    try:
        return str(UUID(cursor)) if cursor is not None else ""
    except ValueError:
        raise InvalidInput(
            Text(
                "Penanda halaman (cursor) tidak dikenal; mulai lagi dari halaman pertama.",
                "unknown cursor; start again from the first page",
            ),
            errors=[FieldError("cursor", Text("Tidak dikenal.", "Unknown."))],
        ) from None
