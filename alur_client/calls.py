"""The calls on cases, tasks, files and the timing log."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alur_client.shapes import (
    Case,
    CaseItem,
    Reassessed,
    Reassessment,
    StoredFile,
    TakeOver,
    Task,
    TaskItem,
    TimingRow,
)
from alur_client.transport import Transport


class Work(Transport):
    """What people do, done by a program on behalf of the owner of its token."""

    def start(
        self,
        sop: str,
        *,
        period: str | None = None,
        fields: Mapping[str, Any] | None = None,
        parties: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Case:
        """Start a case."""
        body = {"sop": sop, "period": period, "fields": fields, "parties": parties}
        started_case: Case = self._post("cases", body)
        return started_case

    def case(self, case_id: str) -> Case:
        started_case: Case = self._get(f"cases/{case_id}")
        return started_case

    def cases(self, **wanted: str) -> Iterator[CaseItem]:
        """Every case that may be seen, the newest first, page after page; ``period`` and others narrow it."""
        yield from self._all("cases", dict(wanted))

    def inbox(self, view: str = "mine", **wanted: str) -> Iterator[TaskItem]:
        """Every task of a view, the most urgent first, page after page."""
        yield from self._all("inbox", {"view": view, **wanted})

    def task(self, task_id: str) -> Task:
        """A task with its form; looking at it is noted."""
        task: Task = self._get(f"tasks/{task_id}")
        return task

    def claim(self, task: TaskItem, *, acting_as: str | None = None) -> TaskItem:
        item: TaskItem = self._post(
            f"tasks/{task['id']}/claim", {"acting_as": acting_as, "version": task["version"]}
        )
        return item

    def save(self, task: TaskItem, data: Mapping[str, Any]) -> TaskItem:
        item: TaskItem = self._post(f"tasks/{task['id']}/save", {"data": data, "version": task["version"]})
        return item

    def complete(
        self,
        task: TaskItem,
        data: Mapping[str, Any],
        *,
        outcome: str | None = None,
        requirements: Sequence[str] | None = None,
        reason: str | None = None,
    ) -> TaskItem:
        """Finish a task; ``requirements`` are the ids of what is at hand."""
        body = {
            "data": data,
            "outcome": outcome,
            "requirements": requirements,
            "reason": reason,
            "version": task["version"],
        }
        item: TaskItem = self._post(f"tasks/{task['id']}/complete", body)
        return item

    def substitute(self, task: TaskItem) -> TaskItem:
        """Go on, as the acting official in charge, with a task whose holder is away."""
        item: TaskItem = self._post(f"tasks/{task['id']}/substitute", {"version": task["version"]})
        return item

    def waive(self, task: TaskItem, account: str, reason: str) -> TaskItem:
        """Let one person do a task although duties are kept apart; for the head of the agency."""
        body = {"account": account, "reason": reason, "version": task["version"]}
        item: TaskItem = self._post(f"tasks/{task['id']}/waive", body)
        return item

    def delegate(self, task: TaskItem, to: str, *, note: str | None = None) -> TaskItem:
        """Ask a colleague to help with a task that is held; it stays the holder's."""
        body = {"to": to, "note": note, "version": task["version"]}
        item: TaskItem = self._post(f"tasks/{task['id']}/delegate", body)
        return item

    def resolve(self, task: TaskItem, *, note: str | None = None) -> TaskItem:
        """End the help, from either side."""
        body = {"note": note, "version": task["version"]}
        item: TaskItem = self._post(f"tasks/{task['id']}/resolve", body)
        return item

    def take_over(self, account: str, *, reason: str, to: str | None = None) -> TakeOver:
        """Move what an absent person holds: to ``to`` where possible, else to who stands in, or yourself."""
        take_over: TakeOver = self._post("take-overs", {"account": account, "to": to, "reason": reason})
        return take_over

    def reassessment(self, cursor: str | None = None) -> Reassessment:
        """One page of the open tasks that no longer fit the organisation."""
        wanted = {"cursor": cursor} if cursor else None
        report: Reassessment = self._get("organisation/reassessment", wanted)
        return report

    def reassess(self, digest: str, cursor: str | None = None) -> Reassessed:
        """Apply that page as it was shown; ``next`` of the answer leads to the next one."""
        reassessed: Reassessed = self._post("organisation/reassessment", {"digest": digest, "cursor": cursor})
        return reassessed

    def upload(self, name: str, content: bytes) -> StoredFile:
        """Store a file, to name it in the data of a form."""
        stored: StoredFile = self._ask("POST", "files", files={"file": (name, content)})
        return stored

    def timing_log(self, **wanted: str) -> Iterator[TimingRow]:
        """Every visit as auditors and superiors see it; ``sop``, ``from`` and ``to`` choose."""
        yield from self._all("timing-log", wanted)
