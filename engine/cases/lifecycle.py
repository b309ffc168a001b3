"""What happened to the visits of a case in the words of process mining, folded from its events. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.audit.act import ActingKind
from engine.cases.model import CaseState, Task, TaskStatus
from engine.cases.recall import counts

Transition = Literal[
    "schedule", "assign", "reassign", "start", "suspend", "resume", "complete", "withdraw", "autoskip"
]
"""The transitions of the lifecycle model of XES (IEEE 1849) that visits go through here."""
_WAITING = frozenset({TaskStatus.READY, TaskStatus.ASSIGNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One transition of one visit; ``at`` is when it happened, ``recorded_at`` when it was entered.

    A step that did not apply has no visit: ``task`` is None. ``resource`` is who acted, or to whom the visit
    was given.
    """

    transition: Transition
    step_id: str
    branch: str | None
    task: Task | None
    at: datetime
    recorded_at: datetime
    resource: str | None = None
    position: str | None = None
    acting_kind: ActingKind | None = None


def happenings(events: Iterable[Mapping[str, Any]], state: CaseState) -> list[Happening]:
    """Every transition of a case in the order of time; ``events`` are its own, parsed, oldest first.

    A visit that was taken back ends by being withdrawn: what it came to does not count.
    """
    fold = _Fold(state)
    happenings = [happening for event in events for happening in fold.read(event)]
    return sorted(happenings, key=lambda happening: happening.at)


@dataclass(slots=True)
class _Fold:
    state: CaseState
    stood: dict[str, dict[str, Any]] = field(default_factory=dict)  # task → state, assignee, position

    def read(self, event: Mapping[str, Any]) -> Iterator[Happening]:
        """What one act did: to the visits that there were, which steps it passed, which visits it opened."""
        at = datetime.fromisoformat(event["at"])
        changes = [
            change
            for change in event["changes"]
            if change["kind"] == "task" and change["id"] in self.state.tasks
        ]
        for change in changes:
            if not change["created"]:
                yield from self._moved(event, change, at)
        for skipped in event["facts"].get("not_applicable", ()):
            yield Happening(
                transition="autoskip",
                step_id=skipped["step_id"],
                branch=skipped["branch"],
                task=None,
                at=at,
                recorded_at=at,
            )
        for change in changes:
            if change["created"]:
                task = self.state.tasks[change["id"]]
                yield _told("schedule", task, min(at, task.ready_at), at)
                yield from self._moved(event, change, at)

    def _moved(
        self, event: Mapping[str, Any], change: Mapping[str, Any], at: datetime
    ) -> Iterator[Happening]:
        task, fields = self.state.tasks[change["id"]], change["fields"]
        stood = self.stood.setdefault(task.id, {"state": TaskStatus.READY})
        before = dict(stood)
        stood.update({name: fields[name][1] for name in ("state", "assignee", "position") if name in fields})
        was, now = before["state"], stood["state"]
        if now == TaskStatus.ON_HOLD:
            stood["begun"] = was == TaskStatus.IN_PROGRESS
        # What an outside party has done before it was entered ends when it was done.
        when = min(at, task.ended_at) if task.state is TaskStatus.COMPLETED else at
        given = _given(before, stood)
        if given is not None:
            yield _told(given, task, when, at, resource=stood.get("assignee"), position=stood.get("position"))
        by = {name: event[name] for name in ("position", "acting_kind")} | {"resource": event["account"]}
        for transition in self._reached(task, before, now) if was != now else ():
            yield _told(transition, task, when, at, **by)

    def _reached(self, task: Task, before: Mapping[str, Any], now: str) -> Iterator[Transition]:
        was = before["state"]
        if now == TaskStatus.IN_PROGRESS:
            yield "resume" if was == TaskStatus.ON_HOLD else "start"
        elif now == TaskStatus.ON_HOLD and was == TaskStatus.IN_PROGRESS:
            yield "suspend"  # what nobody has begun only waits longer
        elif now == TaskStatus.CANCELLED:
            yield "withdraw"
        elif now == TaskStatus.COMPLETED:
            if was in _WAITING:
                yield "start"
            stands = task.approval_of is not None or task.deviation or counts(self.state, task)
            yield "complete" if stands else "withdraw"


def _given(before: Mapping[str, Any], now: Mapping[str, Any]) -> Transition | None:
    """Whether a visit was given to somebody; who claims what is free has given it to himself: its start."""
    old, new = before.get("assignee"), now.get("assignee")
    put_back = now["state"] in _WAITING and (before["state"] == TaskStatus.IN_PROGRESS or before.get("begun"))
    if put_back or (old is not None and old != new):
        return "reassign"
    return "assign" if new is not None and old is None and now["state"] == TaskStatus.ASSIGNED else None


def _told(
    transition: Transition,
    task: Task,
    at: datetime,
    recorded_at: datetime,
    *,
    resource: str | None = None,
    position: str | None = None,
    acting_kind: ActingKind | None = None,
) -> Happening:
    return Happening(
        transition=transition,
        step_id=task.step_id,
        branch=task.branch,
        task=task,
        at=at,
        recorded_at=recorded_at,
        resource=resource,
        position=position,
        acting_kind=acting_kind,
    )
