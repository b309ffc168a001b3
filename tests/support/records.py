"""What a played scenario has written, in lines that people can read: events, timers, notices, visits."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import text

from engine.cases.lifecycle import happenings
from engine.cases.model import CaseState
from engine.store import Store

EVENTS = text(
    "SELECT e.body, d.body FROM audit_event e LEFT JOIN audit_detail d ON d.stream = e.stream"
    " AND d.seq = e.seq WHERE e.stream LIKE 'case:%' ORDER BY e.stream, e.seq"
)
NOTICES = text("SELECT id, account, kind, text FROM notice")
UNTOLD = {
    *("id", "version", "definition_hash", "calendar_version", "case_id", "agency", "sop_version", "title"),
    *("step_id", "visit", "branch", "branch_id", "number", "viewed_at"),
}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-(\d\d-\d\dT\d\d:\d\d):00(\.000000)?Z")
ENTERED = {"data", "draft"}
NOTHING: tuple[Any, ...] = (None, False, 0, [], {}, "")


class Record:
    """The lines of one office; every id is told by what it is the id of."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.names: dict[str, str] = {}
        self.notices = {row[0]: row for row in self._rows(NOTICES)}

    def _rows(self, query: Any) -> list[Any]:
        return list(self.store.ask(lambda tx: tx.connection.execute(query).all()))

    def _state(self, case_id: str) -> CaseState:
        state = self.store.ask(lambda tx: tx.cases.get(case_id))
        assert state is not None
        return state

    def lines(self) -> Iterator[str]:
        streams: dict[str, list[dict[str, Any]]] = {}
        for body, detail in self._rows(EVENTS):
            event = json.loads(body)
            streams.setdefault(event["stream"], []).append(event)
            if event["act"] != "task.view":
                yield from self._event(event, json.loads(detail) if detail else {})
        for stream, events in streams.items():
            case_id = stream.removeprefix("case:")
            yield f"visits of {self.names[case_id]}"
            state = self._state(case_id)
            for one in happenings(events, state):
                where = self.names[one.task.id] if one.task else f"{one.step_id} {one.branch or ''}"
                who = f"{one.resource or '-'} {one.acting_kind or '-'} {one.position or '-'}"
                times = f"{one.at:%m-%d %H:%M} {one.recorded_at:%m-%d %H:%M}"
                yield self._plain(f"  {times} {one.transition} {where} {who}")

    def _event(self, event: Mapping[str, Any], detail: Mapping[str, Any]) -> Iterator[str]:
        changes = [*event["changes"], *detail.get("changes", ())]
        for change in changes:
            self._name(change)
        who = " ".join(str(event[name]) for name in ("account", "acting_kind", "position") if event[name])
        yield self._plain(f"{event['at']} {event['act']} · {who}")
        for change in changes:
            told = {
                name: self._change(name, *fields)
                for name, fields in sorted(change["fields"].items())
                if name not in UNTOLD
            }
            shown = " ".join(f"{name}={value}" for name, value in told.items() if value is not None)
            if shown:
                sign = "+" if change["created"] else " "
                yield self._plain(f"  {sign} {self.names[change['id']]}: {shown}")
        details = dict(detail.get("details", {}))
        told_to = details.pop("notices", {})
        everything: dict[str, Any] = event["facts"] | details
        facts = {name: value for name, value in everything.items() if value not in NOTHING}
        timers = facts.pop("timers", {})
        if "files" in facts:
            facts["files"] = sorted(file["name"] for file in facts["files"].values())
        facts = {name: value for name, value in facts.items() if name not in ("step_id", "visit")}
        if facts:
            yield self._plain(f"  {_json(facts)}")
        for what, of_tasks in timers.items():
            for task, held in of_tasks.items():
                yield self._plain(f"  timers {what} {task}: {_timers(held)}")
        told = sorted(self.notices[id_][1:] for id_ in told_to if id_ in self.notices)
        for (kind, words), accounts in groupby(sorted(told, key=itemgetter(1, 2)), itemgetter(1, 2)):
            yield f"  → {', '.join(row[0] for row in accounts)} {kind}: {words.partition(':')[0]}"

    def _name(self, change: Mapping[str, Any]) -> None:
        if change["id"] in self.names:
            return
        now = {name: fields[1] for name, fields in change["fields"].items()}
        match change["kind"]:
            case "case" if "number" in now:
                name = now["number"]
            case "task" if "step_id" in now:
                branch = self.names.get(now.get("branch_id") or "", "").partition("@")[2]
                name = f"{now['step_id']}{f'@{branch}' if branch else ''}#{now['visit']}"
            case "branch" if "key" in now:
                key = now["key"] if not ID.fullmatch(str(now["key"])) else "row"
                name = f"{now['block']}@{key}"
            case kind:
                name = kind
        taken = sum(other == name or other.startswith(f"{name}~") for other in self.names.values())
        self.names[change["id"]] = f"{name}~{taken + 1}" if taken else name

    def _change(self, name: str, was: Any, now: Any) -> str | None:
        if was in NOTHING and now in NOTHING:
            return None
        if name in ENTERED and isinstance(now, dict):
            return "…" + "+".join(sorted(now))  # forms are held by their own tests
        return _json(now) if was in NOTHING else f"{_json(was)}→{_json(now)}"

    def _plain(self, line: str) -> str:
        named = ID.sub(lambda found: self.names.setdefault(found[0], f"id{len(self.names) + 1}"), line)
        return INSTANT.sub(r"\1", named)


def _timers(held: Any) -> str:
    if not isinstance(held, dict):
        return str(held)
    rows = (f"{stage} {' '.join(map(str, row))}" for stage, row in sorted(held.items()))
    return ", ".join(rows).replace(" pending", "")


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
