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
        found: Case = self._post("cases", body)
        return found

    def case(self, case_id: str) -> Case:
        found: Case = self._get(f"cases/{case_id}")
        return found

    def cases(self, **wanted: str) -> Iterator[CaseItem]:
        """Every case that may be seen, the newest first, page after page; ``period`` and others narrow it."""
        yield from self._all("cases", dict(wanted))

    def inbox(self, view: str = "mine", **wanted: str) -> Iterator[TaskItem]:
        """Every task of a view, the most urgent first, page after page."""
        yield from self._all("inbox", {"view": view, **wanted})

    def task(self, task_id: str) -> Task:
        """A task with its form; looking at it is noted."""
        found: Task = self._get(f"tasks/{task_id}")
        return found

    def claim(self, task: TaskItem, *, acting_as: str | None = None) -> TaskItem:
        found: TaskItem = self._post(
            f"tasks/{task['id']}/claim", {"acting_as": acting_as, "version": task["version"]}
        )
        return found

    def save(self, task: TaskItem, data: Mapping[str, Any]) -> TaskItem:
        found: TaskItem = self._post(f"tasks/{task['id']}/save", {"data": data, "version": task["version"]})
        return found

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
        found: TaskItem = self._post(f"tasks/{task['id']}/complete", body)
        return found

    def substitute(self, task: TaskItem) -> TaskItem:
        """Go on, as the acting official in charge, with a task whose holder is away."""
        found: TaskItem = self._post(f"tasks/{task['id']}/substitute", {"version": task["version"]})
        return found

    def waive(self, task: TaskItem, account: str, reason: str) -> TaskItem:
        """Let one person do a task although duties are kept apart; for the head of the agency."""
        body = {"account": account, "reason": reason, "version": task["version"]}
        found: TaskItem = self._post(f"tasks/{task['id']}/waive", body)
        return found

    def delegate(self, task: TaskItem, to: str, *, note: str | None = None) -> TaskItem:
        """Ask a colleague to help with a task that is held; it stays the holder's."""
        body = {"to": to, "note": note, "version": task["version"]}
        found: TaskItem = self._post(f"tasks/{task['id']}/delegate", body)
        return found

    def resolve(self, task: TaskItem, *, note: str | None = None) -> TaskItem:
        """End the help, from either side."""
        body = {"note": note, "version": task["version"]}
        found: TaskItem = self._post(f"tasks/{task['id']}/resolve", body)
        return found

    def take_over(self, account: str, *, reason: str, to: str | None = None) -> TakeOver:
        """Move what an absent person holds: to ``to`` where possible, else to who stands in, or yourself."""
        found: TakeOver = self._post("take-overs", {"account": account, "to": to, "reason": reason})
        return found

    def reassessment(self, cursor: str | None = None) -> Reassessment:
        """One page of the open tasks that no longer fit the organisation."""
        wanted = {"cursor": cursor} if cursor else None
        found: Reassessment = self._get("organisation/reassessment", wanted)
        return found

    def reassess(self, digest: str, cursor: str | None = None) -> Reassessed:
        """Apply that page as it was shown; ``next`` of the answer leads to the next one."""
        found: Reassessed = self._post("organisation/reassessment", {"digest": digest, "cursor": cursor})
        return found

    def upload(self, name: str, content: bytes) -> StoredFile:
        """Store a file, to name it in the data of a form."""
        found: StoredFile = self._ask("POST", "files", files={"file": (name, content)})
        return found

    def timing_log(self, **wanted: str) -> Iterator[TimingRow]:
        """Every visit as auditors and superiors see it; ``sop``, ``from`` and ``to`` choose."""
        yield from self._all("timing-log", wanted)
