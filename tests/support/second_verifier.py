"""A second opinion on evidence packs: written apart from the first, all in memory, another Ed25519.

It says yes or no; what is wrong it does not tell. Of deadlines it counts those again that follow from a
standard time and the time for claiming alone, and how holds move them; dates, shared rows, returns, new
calendars and other versions are left to the first: to count them apart would be a second engine.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = Any
MOVING = ("calendar.recount", "case.migrate")


def accepts(pack: bytes, key: str | None = None) -> bool:
    """Whether a pack is whole, its checkpoint signed by this verifier key (or by the pack's own)."""
    try:
        return _Pack(pack, key).holds()
    except (KeyError, ValueError, TypeError, IndexError, zipfile.BadZipFile, InvalidSignature, StopIteration):
        return False


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def root_of(leaves: list[bytes]) -> bytes:
    """Level by level: pairs are joined, and who is left alone goes up as it is."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    while len(leaves) > 1:
        pairs = [
            hashlib.sha256(b"\1" + b"".join(leaves[at : at + 2])).digest()
            for at in range(0, len(leaves) - 1, 2)
        ]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0]


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to (the recursive definition, from the top)."""
    if size == 1:
        if path:
            raise ValueError("too long")
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return hashlib.sha256(b"\1" + root_from(leaf, index, half, path[:-1]) + path[-1]).digest()
    return hashlib.sha256(b"\1" + path[-1] + root_from(leaf, index - half, size - half, path[:-1])).digest()


def roots_from(earlier: int, size: int, path: list[bytes], known: bool, root: bytes) -> tuple[bytes, bytes]:
    """The earlier and the later root that a consistency proof leads to."""
    if earlier == size:
        return (root, root) if known else (path[-1], path[-1])
    half = 1 << (size - 1).bit_length() - 1
    if earlier <= half:
        old, new = roots_from(earlier, half, path[:-1], known, root)
        return old, hashlib.sha256(b"\1" + new + path[-1]).digest()
    old, new = roots_from(earlier - half, size - half, path[:-1], False, root)
    return tuple(hashlib.sha256(b"\1" + path[-1] + one).digest() for one in (old, new))  # type: ignore[return-value]


def unpadded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


class _Pack:
    def __init__(self, pack: bytes, key: str | None) -> None:
        archive = zipfile.ZipFile(io.BytesIO(pack))
        names = archive.namelist()
        self.files = {name: archive.read(name) for name in names}
        self.unique = len(names) == len(self.files)
        self.manifest = json.loads(self.files.pop("manifest.json"))
        self.calendars: dict[str, Json] = {}
        self.definitions: dict[str, Json] = {}
        own = self.files["log.vkey"].decode().split()
        self.key, self.own = key.split() if key else own, own

    def holds(self) -> bool:
        told = {name: (item["sha256"], item["size"]) for name, item in self.manifest["files"].items()}
        there = {name: (sha(content), len(content)) for name, content in self.files.items()}
        self.notes = [self.note("checkpoint")]
        self.notes += [self.note(name) for name in self.files if name.startswith("checkpoints/")]
        return (
            self.unique
            and told == there
            and all(
                (self.signed(), self.chained(), self.placed(), self.grown(), self.rested(), self.counted())
            )
        )

    # --- notes ---

    def note(self, name: str) -> tuple[str, int, bytes, bytes, list[list[str]]]:
        text, _, below = self.files[name].decode().rpartition("\n\n")
        origin, size, root = text.split("\n")
        return (
            origin,
            int(size),
            unpadded(root),
            f"{text}\n".encode(),
            [line.split() for line in below.splitlines()],
        )

    def signed(self) -> bool:
        origin, size, *_ = self.notes[0]
        if (origin, size) != (self.manifest["origin"], self.manifest["tree_size"]):
            return False
        trusted = set(self.key)
        for _ in self.notes:
            for note in self.notes:
                if trusted & self.signers(note):
                    trusted |= self.signers(note)
        return all(trusted & self.signers(note) for note in self.notes)

    def signers(self, note: tuple[str, int, bytes, bytes, list[list[str]]]) -> set[str]:
        found = set()
        for key in {*self.key, *self.own}:
            name, key_id, public = key.split("+", 2)
            for _, signer, line in note[4]:
                content = unpadded(line)
                if (signer, content[:4].hex()) == (name, key_id):
                    Ed25519PublicKey.from_public_bytes(unpadded(public)[1:]).verify(content[4:], note[3])
                    found.add(key)
        return found

    # --- events ---

    def lines(self, name: str) -> list[Json]:
        return [json.loads(line) for line in self.files.get(name, b"").splitlines()]

    def paths(self, name: str, key: str) -> dict[int, list[bytes]]:
        """The proofs of a file, each once."""
        lines = self.lines(name)
        found = {line[key]: list(map(unpadded, line["hashes"])) for line in lines}
        if len(found) != len(lines):
            raise ValueError(name)
        return found

    def chained(self) -> bool:
        header, *lines = self.lines("events.jsonl")
        self.events, heads, streams = [], [], defaultdict(list)
        for line in lines:
            (heads if "head" in line else self.events).append(line)
        for line in self.events:
            streams[line["stream"]].append(line)
        if [line["stream"] for line in heads] != list(streams) or header["streams"] != len(streams):
            return False
        for head in heads:
            prev = "0" * 64
            for seq, line in enumerate(streams[head["stream"]], start=1):
                body = line["body"].encode("utf-8", "surrogateescape")
                line["said"] = said = json.loads(body)
                own = {name: said[name] for name in ("stream", "seq", "prev", "act", "at", "account")}
                prev, before = sha(b"alur/audit-event/v1\n" + body), prev
                if own != {name: line[name] for name in own} or (seq, before, prev) != (
                    line["seq"],
                    line["prev"],
                    line["hash"],
                ):
                    return False
            if head["head"] != {"seq": len(streams[head["stream"]]), "hash": prev}:
                return False
        return len(self.events) == self.manifest["events"]

    def placed(self) -> bool:
        _, size, root, *_ = self.notes[0]
        leaves = {
            line["index"]: hashlib.sha256(b"\0" + line["body"].encode()).digest() for line in self.events
        }
        if len(leaves) != len(self.events):
            return False
        if self.manifest["scope"]["kind"] == "case":
            paths = self.paths("proofs.jsonl", "index")
            return paths.keys() == leaves.keys() and all(
                index < size and root_from(leaf, index, size, paths[index]) == root
                for index, leaf in leaves.items()
            )
        every = self.files["leaves.bin"]
        split = [every[at : at + 32] for at in range(0, len(every), 32)]
        whole = self.manifest["scope"]["kind"] != "all" or leaves.keys() == set(range(size))
        return (
            whole and root_of(split) == root and all(split[index] == leaf for index, leaf in leaves.items())
        )

    def grown(self) -> bool:
        (origin, size, root, *_), *older = self.notes
        paths = self.paths("consistency.jsonl", "from")
        names = {f"checkpoints/{note[1]}" for note in older}
        return (
            paths.keys() == {note[1] for note in older}
            and names == {name for name in self.files if name.startswith("checkpoints/")}
            and all(
                note[0] == origin
                and roots_from(note[1], size, paths[note[1]], True, note[2]) == (note[2], root)
                for note in older
            )
        )

    # --- what events rest on ---

    def rested(self) -> bool:
        wanted, given = (
            set(),
            {name for name in self.files if name.startswith(("definitions/", "calendars/"))},
        )
        details = list(reversed(self.lines("details.jsonl")))
        files, hours = set(), set()
        for line in self.events:
            said, facts = line["said"], line["said"]["facts"]
            files |= set(facts.get("files", {}).values())
            if said["act"] == "calendar.store":
                hours |= {facts["sha256"], *(unit["sha256"] for unit in facts.get("units", {}).values())}
            if said["act"] == "definition.store":
                (change,) = said["changes"]
                name = f"definitions/{change['id']}@{change['fields']['version'][1]}"
                wanted |= {f"{name}.yaml", f"{name}.json"}
                if sha(self.files[f"{name}.yaml"]) != facts["text_sha256"]:
                    return False
                if sha(self.files[f"{name}.json"]) != change["fields"]["content_hash"][1]:
                    return False
            if self.manifest["details"] and said["details_digest"] is not None:
                beside = details.pop()
                if (beside["stream"], beside["seq"]) != (line["stream"], line["seq"]):
                    return False
                salted = bytes.fromhex(beside["salt"]) + beside["body"].encode()
                if sha(b"alur/audit-detail/v1\n" + salted) != said["details_digest"]:
                    return False
        calendars = {name for name in given if name.startswith("calendars/")}
        right = given == wanted | calendars and {sha(self.files[name]) for name in calendars} == hours
        shown = {name for name in self.files if name.startswith("files/")}
        wanted_files = {f"files/{name}" for name in files} if self.manifest["details"] else set()
        same = all(sha(self.files[name]) == name.removeprefix("files/") for name in shown)
        return right and not details and shown == wanted_files and same

    # --- minutes ---

    def counted(self) -> bool:
        tasks: dict[str, dict[str, Any]] = defaultdict(dict)
        numbers: dict[str, str] = {}
        for line in self.events:
            said = line["said"]
            for change in said["changes"] if line["stream"].startswith("case:") else ():
                fields = {name: new for name, (_, new) in change["fields"].items()}
                if change["kind"] == "task":
                    before = tasks[change["id"]]
                    of = {"stream": line["stream"], "definition": said["definition_hash"]}
                    tasks[change["id"]] = after = before | fields | of
                    if said["act"] not in MOVING and not self.timed(before, after, said):
                        return False
                elif change["kind"] == "case" and "number" in fields:
                    numbers[line["stream"]] = fields["number"]
        rows = json.loads(self.files["timing.json"])["rows"]
        told = sorted(
            (
                _told(task | {"number": numbers[task["stream"]]}, "assignee", "position")
                for task in tasks.values()
                if task["state"] != "cancelled"
            ),
            key=repr,
        )
        shown = sorted(
            (_told(row | {"number": row["case_number"]}, "executor", "acting_position") for row in rows),
            key=repr,
        )
        return told == shown and all(map(self.measured, tasks.values()))

    def calendar(self, task: dict[str, Any]) -> Json:
        name = next(
            name
            for name in self.files
            if name.endswith(f"@{task['calendar_version']}.json") and name.startswith("calendars/")
        )
        if name not in self.calendars:
            self.calendars[name] = json.loads(self.files[name])
        return self.calendars[name]

    def timed(self, before: dict[str, Any], task: dict[str, Any], said: Json) -> bool:
        """Whether a deadline follows from its standard time, or moved by a hold."""
        calendar = self.calendar(task)
        if not before:
            return self.opened(task, calendar)
        held = 0
        if before.get("held_at") and not task.get("held_at"):
            held = _seconds(calendar, _at(before["held_at"]), _at(said["at"])) // 60
            if task["state"] == "cancelled":
                return True
        added = (task.get("hold_minutes") or 0) - (before.get("hold_minutes") or 0)
        if added not in (0, held):
            return False
        dated = not before.get("pickup_due_at")
        for name in ("due_at", "pickup_due_at"):
            kept = dated or (name == "pickup_due_at" and before.get("claimed_at"))
            was, moves = before.get(name), 0 if kept else 60 * held
            right = was and (_after(calendar, _at(was), moves) if moves else _at(was))
            if was is not None and _at(task[name]) != right:
                return False
        return True

    def definition(self, task: dict[str, Any]) -> Json:
        version = task["definition"]
        if version not in self.definitions:
            self.definitions[version] = next(
                json.loads(content)
                for name, content in self.files.items()
                if name.startswith("definitions/") and sha(content) == version
            )
        return self.definitions[version]

    def opened(self, task: dict[str, Any], calendar: Json) -> bool:
        """Whether the first deadlines follow from the standard time, where nothing else bears on them."""
        definition = self.definition(task)
        step = next(step for step in definition["steps"] if step["id"] == task["step_id"])
        told_apart = ("due", "not_before", "row", "time_by", "time_per", "clock")
        roles = dict(definition["roles"])
        outside = all(roles.get(role, {}).get("external") for role in step.get("executor", ()))
        beyond = any(step.get(name) for name in told_apart) or outside or task.get("returned_by")
        if beyond or task.get("approval_of") or not task.get("due_at"):
            return True
        kind = definition["identity"].get("kind")
        pickup = (
            step.get("pickup") or definition["sla"].get("pickup") or ("0m" if kind == "service" else "1wd")
        )
        if "cd" in pickup + step["time"]:
            return True
        ready = _at(task["ready_at"])
        limits = (_due(calendar, ready, pickup), _due(calendar, ready, pickup, step["time"]))
        return limits == (_at(task["pickup_due_at"]), _at(task["due_at"]))

    def measured(self, task: dict[str, Any]) -> bool:
        if task.get("finished_at") is None or task["state"] != "completed":
            return True
        calendar = self.calendar(task)
        ready, claimed, finished = (_at(task[name]) for name in ("ready_at", "claimed_at", "finished_at"))
        start = max(ready, _at(task["not_before"])) if task.get("not_before") else ready
        earlier = task.get("worked_minutes") or 0
        waiting = _seconds(calendar, start, claimed) // 60 - earlier
        working = _seconds(calendar, claimed, finished) // 60 + earlier - (task.get("hold_minutes") or 0)
        steps = self.definition(task)["steps"]
        meeting = any(step["id"] == task["step_id"] and step.get("kind") == "meeting" for step in steps)
        if not meeting and task["working_minutes"] != max(0, working):
            return False
        late = _seconds(calendar, _at(task["due_at"]), finished) if task.get("due_at") else 0
        return task["waiting_minutes"] == max(0, waiting) and task["late_minutes"] == -(-late // 60)


def _told(visit: dict[str, Any], *who: str) -> tuple[Any, ...]:
    names = (
        "number",
        "step_id",
        "branch",
        "visit",
        "waiting_minutes",
        "working_minutes",
        "standard_minutes",
        "outcome",
        "acting_kind",
        "calendar_version",
        *who,
    )
    instants = (visit.get(name) for name in ("ready_at", "claimed_at", "finished_at", "due_at"))
    return (
        *(visit.get(name) for name in names),
        *(None if at is None else _at(at) for at in instants),
        visit.get("hold_minutes") or 0,
        visit.get("late_minutes") if visit.get("finished_at") else None,
        bool(visit.get("deviation")),
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _due(calendar: Json, ready: datetime, *lengths: str) -> datetime:
    """So many working days, hours, minutes and seconds after; whole days first, each as long as it is."""
    parts = [(int(number), unit) for text in lengths for number, unit in re.findall(r"(\d+)(wd|h|m|s)", text)]
    days = sum(number for number, unit in parts if unit == "wd")
    worked = sum(number * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in parts if unit != "wd")
    (_, ahead), *_ = calendar["offsets"]
    day = (ready + timedelta(minutes=ahead)).date()
    while days:
        windows = calendar["days"][day.isoformat()]
        worked += 60 * sum(closing - opening for opening, closing in windows)
        days, day = days - bool(windows), day + timedelta(days=1)
    return _after(calendar, ready, worked) if worked else ready


def _after(calendar: Json, start: datetime, worked: int) -> datetime:
    """When so many working seconds have passed, window by window."""
    (_, ahead), *_ = calendar["offsets"]
    begin = start + timedelta(minutes=ahead)
    day = begin.replace(hour=0, minute=0, second=0)
    while True:
        for opening, closing in calendar["days"][day.date().isoformat()]:
            first = max(begin, day + timedelta(minutes=opening))
            there = int((day + timedelta(minutes=closing) - first).total_seconds())
            if there >= worked:
                return first + timedelta(seconds=worked) - timedelta(minutes=ahead)
            worked -= max(0, there)
        day += timedelta(days=1)


def _seconds(calendar: Json, start: datetime, end: datetime) -> int:
    """Working seconds between two instants, day by day and window by window."""
    (_, ahead), *_ = calendar["offsets"]
    begin, stop = (at + timedelta(minutes=ahead) for at in (start, end))
    total, day = 0, begin.replace(hour=0, minute=0, second=0)
    while day <= stop:
        for opening, closing in calendar["days"][day.date().isoformat()]:
            first, last = day + timedelta(minutes=opening), day + timedelta(minutes=closing)
            total += max(0, int((min(last, stop) - max(first, begin)).total_seconds()))
        day += timedelta(days=1)
    return total
