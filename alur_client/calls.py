"""The calls; every one that changes something carries a key, so that it may be tried again."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self
from uuid import uuid4

import httpx2

from alur_client.shapes import Case, File, TakeOver, Task, TaskItem, TimingRow

ATTEMPTS = 4
LONGEST_WAIT = 30.0


class Problem(Exception):
    """What the server refused: a stable ``code``, ``errors`` by field, ``current`` with the state now."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {said.get('code')}: {said.get('detail')}")
        self.status = status
        self.code = str(said.get("code"))
        self.errors: list[dict[str, str]] = list(said.get("errors", []))
        self.current: dict[str, Any] = dict(said.get("current", {}))


class Alur:
    """One server, asked as the owner of a token."""

    def __init__(self, address: str, token: str, *, http: httpx2.Client | None = None) -> None:
        self._http = http or httpx2.Client(base_url=address, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def start(self, sop: str, *, period: str | None = None, fields: Mapping[str, Any] | None = None) -> Case:
        """Start a case."""
        found: Case = self._post("cases", {"sop": sop, "period": period, "fields": fields})
        return found

    def case(self, case_id: str) -> Case:
        found: Case = self._get(f"cases/{case_id}")
        return found

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

    def upload(self, name: str, content: bytes) -> File:
        """Store a file, to name it in the data of a form."""
        found: File = self._ask("POST", "files", files={"file": (name, content)})
        return found

    def timing_log(self, **wanted: str) -> Iterator[TimingRow]:
        """Every visit as auditors and superiors see it; ``sop``, ``from`` and ``to`` choose."""
        yield from self._all("timing-log", wanted)

    # --- how it is asked ---

    def _all(self, path: str, wanted: Mapping[str, str]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._get(path, {**wanted, "limit": "100", **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _get(self, path: str, wanted: Mapping[str, str] | None = None) -> Any:
        return self._ask("GET", path, params=wanted)

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._ask(
            "POST", path, json={name: value for name, value in body.items() if value is not None}
        )

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        """Ask, and ask again where the server is away or busy: the key makes that safe."""
        headers = self._headers | ({} if method == "GET" else {"Idempotency-Key": str(uuid4())})
        for attempt in range(1, ATTEMPTS + 1):
            answer = self._http.request(method, f"/api/v1/{path}", headers=headers, **given)
            if answer.status_code not in (429, 503) or attempt == ATTEMPTS:
                break
            time.sleep(min(float(answer.headers.get("retry-after", 1)), LONGEST_WAIT))
        if answer.is_success:
            return answer.json()
        kind = answer.headers.get("content-type", "")
        raise Problem(answer.status_code, answer.json() if "json" in kind else {"detail": answer.text[:200]})
