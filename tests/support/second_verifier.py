"""A second opinion on evidence packs: written apart from the first, all in memory, another Ed25519.

It says yes or no; what is wrong it does not tell.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = Any


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
            for change in line["said"]["changes"] if line["stream"].startswith("case:") else ():
                fields = {name: new for name, (_, new) in change["fields"].items()}
                if change["kind"] == "task":
                    tasks[change["id"]] |= fields | {"stream": line["stream"]}
                elif change["kind"] == "case" and "number" in fields:
                    numbers[line["stream"]] = fields["number"]
        rows = json.loads(self.files["timing.json"])["rows"]
        told = sorted(
            (
                _told(task | {"number": numbers[task["stream"]]}, "assignee")
                for task in tasks.values()
                if task["state"] != "cancelled"
            ),
            key=repr,
        )
        shown = sorted((_told(row | {"number": row["case_number"]}, "executor") for row in rows), key=repr)
        return told == shown and all(map(self.measured, tasks.values()))

    def measured(self, task: dict[str, Any]) -> bool:
        if task.get("finished_at") is None or task["state"] != "completed":
            return True
        calendar = next(
            json.loads(content)
            for name, content in self.files.items()
            if name.endswith(f"@{task['calendar_version']}.json") and name.startswith("calendars/")
        )
        ready, claimed, finished = (_at(task[name]) for name in ("ready_at", "claimed_at", "finished_at"))
        start = max(ready, _at(task["not_before"])) if task.get("not_before") else ready
        waiting = _seconds(calendar, start, claimed) // 60 - (task.get("worked_minutes") or 0)
        late = _seconds(calendar, _at(task["due_at"]), finished) if task.get("due_at") else 0
        return task["waiting_minutes"] == max(0, waiting) and task["late_minutes"] == -(-late // 60)


def _told(visit: dict[str, Any], who: str) -> tuple[Any, ...]:
    names = (
        "number",
        "step_id",
        "branch",
        "visit",
        "waiting_minutes",
        "working_minutes",
        "standard_minutes",
        "outcome",
    )
    instants = (visit.get(name) for name in ("ready_at", "claimed_at", "finished_at", "due_at"))
    return (
        *(visit.get(name) for name in names),
        visit.get(who),
        *(None if at is None else _at(at) for at in instants),
        visit.get("hold_minutes") or 0,
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


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
