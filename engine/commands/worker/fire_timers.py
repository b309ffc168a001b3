"""What due timers do: one transaction that tells people, notes it on the tasks, and settles the timers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from engine.access.actor import WORKER, account_of
from engine.audit.act import Act, Json
from engine.calendar.calendar import Calendar
from engine.calendar.policies import Stage
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.model import CaseStatus, Notice
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.reminders.decision import Decision, decide, without_row
from engine.reminders.messages import about_milestone, about_task
from engine.reminders.plan import milestone_subject, milestones_due, timer_of
from engine.reminders.recipients import owners_of, recipients_of
from engine.reminders.stages import Due, current_stages, milestone_stages
from engine.reminders.summaries import next_summary
from engine.reminders.timers import Timer, TimerChanges, TimerState
from engine.store import Tx
from engine.store.batch import CaseAct
from engine.store.catch_ups import CatchUpLine
from engine.store.statements import Write
from engine.store.timers import Settled, timers_written


@dataclass(frozen=True, slots=True)
class Fired:
    """How many timers of one subject fired, collapsed into a higher one, or have to wait."""

    fired: int = 0
    collapsed: int = 0
    postponed: int = 0


@dataclass(frozen=True, slots=True)
class _Subject:
    """What timers are about: an open task, or a milestone (``task`` None) that has not been met."""

    name: str
    case: CaseContext
    task: TaskContext | None
    stages: Mapping[str, Due]
    due: datetime | None = None

    @property
    def calendar(self) -> Calendar:
        return self.task.calendar if self.task else self.case.calendar

    @property
    def task_id(self) -> str | None:
        return self.task.task.id if self.task else None

    def row_of(self, due: Due) -> Timer:
        return timer_of(self.case, self.calendar, self.name, due)


@dataclass(slots=True)
class _Consequences:
    """What the subjects of one transaction come to, before any of it is written."""

    recordings: list[CaseAct] = field(default_factory=list)
    waiting: list[CatchUpLine] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)


class FireTimers:
    """Runs once per subject whose time has come; safe to run again, in any number of processes."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def fire(self, subjects: Mapping[str, str], now: datetime) -> dict[str, Fired | None]:
        """Settle the due timers of one subject in each of several cases (case → subject), all or none.

        Gives what came of each subject, None while somebody else holds its case.
        """
        return self.context.store.execute(lambda tx: self._fire(tx, subjects, now))

    def _fire(self, tx: Tx, subjects: Mapping[str, str], now: datetime) -> dict[str, Fired | None]:
        states = tx.case_batch.lock_free(list(subjects))
        timers = tx.timers.of({case_id: subjects[case_id] for case_id in states})
        fired: dict[str, Fired | None] = dict.fromkeys(subjects.values())
        contexts: dict[tuple[str, str, str], DecisionContext] = {}
        consequences = _Consequences()
        for case_id, state in states.items():
            case, subject = state.case, subjects[case_id]
            key = (case.agency, case.sop, case.sop_version)
            if key not in contexts:
                contexts[key] = self.context.catalog.context_of(tx, case, now)
            fired[subject] = self._decide(
                contexts[key].of_case(state), subject, timers[subject], consequences
            )
        tx.case_batch.record(consequences.recordings)
        notices = [notice for case_act in consequences.recordings for notice in case_act.notices]
        tx.outbox.deliver(notices, self.context.channels)
        tx.catch_ups.add(consequences.waiting)
        if not tx.timers.settle(consequences.settled):
            raise RuntimeError("a timer was settled by another worker under the lock of its case")
        return fired

    def set_aside(self, case_id: str, subject: str, now: datetime) -> None:
        """Write rows for the stages behind the due timers of a subject, which are not tried any more."""

        def work(tx: Tx) -> None:
            state = tx.cases.for_update(case_id)
            if state is None:
                return
            about = _subject(self.context.catalog.case_context(tx, state, now), subject)
            timers = tx.timers.of({case_id: subject})[subject]
            aside = [timer.stage for timer in timers if timer.is_due(now)]
            others = [timer for timer in timers if timer.stage not in aside]
            stages = {name: due for name, due in about.stages.items() if name not in aside}
            policy, calendar = about.case.policy, about.calendar
            come, following = without_row(policy, calendar, others, stages, now, about.row_of)
            if come or following:
                facts = {"stages": aside}
                tx.case_batch.record([_silent(about, "timer.set_aside", facts, (*come, *following))])

        self.context.store.execute(work)

    def _decide(self, case: CaseContext, subject: str, timers: list[Timer], come: _Consequences) -> Fired:
        about = _subject(case, subject)
        decision = decide(case.policy, about.calendar, timers, about.stages, case.now, about.row_of)
        later = decision.postpone
        come.settled += [
            Settled(timer, TimerState.PENDING, later[timer.id].astimezone(UTC))
            for timer in timers
            if timer.id in later
        ]
        come.settled += [Settled(timer, TimerState.VOID) for timer in decision.void]
        if decision.fire is not None:
            _tell(case, about, decision, come)
        elif decision.void:
            facts = {"ended": [timer.stage for timer in decision.void]}
            come.recordings.append(_silent(about, "timer.void", facts, decision.fresh))
        return Fired(int(decision.fire is not None), len(decision.collapse), len(later))


def _tell(case: CaseContext, about: _Subject, decision: Decision, come: _Consequences) -> None:
    timer, now = decision.fire, case.now
    assert timer is not None  # noqa: S101 - the caller asked
    stage = about.stages[timer.stage].stage
    told = _told(case, about, stage)
    after = case.state.copy()
    if about.task is not None and stage.moment != "after_hold":  # how late it is, a hold does not say
        after.put(replace(about.task.task, escalation_stage=stage.id))
    notices = []
    if decision.late or stage.in_summary:
        send_at = now if not stage.in_summary else next_summary(case, now)
        come.waiting += [
            CatchUpLine(
                timer_id=timer.id,
                account=account,
                late=decision.late,
                at=timer.at,
                send_at=send_at.astimezone(UTC),
                text=text,
            )
            for account, text in told.items()
        ]
    else:
        notices = [_notice(case, about, stage, *pair) for pair in told.items()]
    act, rows = _act(about, "timer.fire", _facts(about, decision, tuple(told)), decision.fresh)
    come.recordings.append(CaseAct(case.state, after, act, notices, rows))
    come.settled.append(Settled(timer, TimerState.FIRED, now, tuple(told)))
    come.settled += [Settled(timer, TimerState.COLLAPSED) for timer in decision.collapse]


def _subject(case: CaseContext, name: str) -> _Subject:
    """The subject of timers as it stands; one that is over has no stages left."""
    task = case.state.tasks.get(name)
    running = case.state.case.state is CaseStatus.RUNNING
    if task is not None:
        context = TaskContext(case, task)
        stages = current_stages(context) if running and task.is_open else []
        return _Subject(name, case, context, {stage.stage.id: stage for stage in stages})
    for milestone, due in milestones_due(case).items():
        if running and milestone_subject(case.state.case.id, milestone) == name:
            stages = milestone_stages(case, case.state.case.started_at, due)
            return _Subject(name, case, None, {stage.stage.id: stage for stage in stages}, due)
    return _Subject(name, case, None, {})


def _told(case: CaseContext, about: _Subject, stage: Stage) -> dict[str, str]:
    """Account → what it is told."""
    if about.task is not None:
        told = recipients_of(about.task, stage)
        return {
            account: about_task(about.task, stage, relation).to(case.language_of(account))
            for account, relation in told.items()
        }
    milestone = about.name.rpartition("/")[2]
    text = about_milestone(case, milestone, about.due or case.now, stage)
    return {account: text.to(case.language_of(account)) for account in owners_of(case)}


def _act(
    about: _Subject, name: str, facts: Mapping[str, Json], fresh: Sequence[Timer]
) -> tuple[Act, list[Write]]:
    """An act with the rows that it makes, which its event tells."""
    made = TimerChanges(fresh)
    facts = {**_place(about), **facts, **({"timers": made.told()} if fresh else {})}
    subject = about.task_id or about.case.state.case.id
    act = Act(name=name, at=about.case.now, account=account_of(WORKER), subject=subject, facts=facts)
    return act, timers_written(made)


def _silent(about: _Subject, name: str, facts: Mapping[str, Json], fresh: Sequence[Timer]) -> CaseAct:
    """An act that tells nobody and leaves its case as it is."""
    state = about.case.state
    act, rows = _act(about, name, facts, fresh)
    return CaseAct(state, state, act, beside=rows)


def _place(about: _Subject) -> dict[str, Json]:
    task = about.task.task if about.task else None
    return {"step_id": task.step_id, "visit": task.visit} if task else {"milestone": about.name}


def _facts(about: _Subject, decision: Decision, recipients: tuple[str, ...]) -> dict[str, Json]:
    timer = decision.fire
    assert timer is not None  # noqa: S101 - the caller asked
    ended = {"ended": [timer.stage for timer in decision.void]} if decision.void else {}
    return {
        "stage": timer.stage,
        "kind": about.stages[timer.stage].stage.kind,
        "due": timer.at,
        "recipients": list(recipients),
        "collapsed": [timer.stage for timer in decision.collapse],
        "caught_up": decision.late,
        **ended,
    }


def _notice(case: CaseContext, about: _Subject, stage: Stage, account: str, text: str) -> Notice:
    return Notice(
        id=case.new_id(),
        account=account,
        kind=stage.kind,
        case_id=case.state.case.id,
        task_id=about.task_id,
        at=case.now,
        text=text,
        stage=stage.id,
    )
