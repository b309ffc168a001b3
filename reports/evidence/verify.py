"""Verify an evidence pack of Alur: ``python3 verify.py PACK [--key FILE] [--checkpoint FILE] [--json]``.

One file, the standard library alone, Python 3.9 or newer, no network; it reads the pack and writes nothing.
Exit: 0 whole, 1 tampered, 2 unreadable, 3 whole but events are younger than the checkpoint that is trusted.
"""

from __future__ import annotations

import argparse
import base64
import bisect
import hashlib
import json
import re
import sys
import zipfile
from datetime import date, datetime, timezone

EVENT, DETAIL = b"alur/audit-event/v1\n", b"alur/audit-detail/v1\n"
GENESIS = "0" * 64
COLUMNS = ("stream", "seq", "prev", "act", "at", "account")
RECOUNTS = ("calendar.recount", "case.migrate")
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P


class Tampered(Exception):
    """What is wrong, and where: stream and number of the event, ``*`` and 0 for the pack as a whole."""

    def __init__(self, what, stream="*", seq=0):
        super().__init__(what)
        self.what, self.stream, self.seq = what, stream, seq


class Unreadable(Exception):
    """What was given is no evidence pack, no checkpoint or no key."""


def require(holds, what, stream="*", seq=0):
    if not holds:
        raise Tampered(what, stream, seq)


# --- Ed25519 (RFC 8032), verification only; points are (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z ---


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiplied(point, times):
    result = (0, 1, 1, 0)
    while times:
        if times & 1:
            result = add(result, point)
        point, times = add(point, point), times >> 1
    return result


def point_of(encoded):
    """The point of 32 bytes; None where they are none."""
    y, odd = int.from_bytes(encoded, "little") & (2**255 - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and odd):
        return None
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


def is_signed(public, message, signature):
    key, s = point_of(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base = point_of(BASE_Y.to_bytes(32, "little"))
    x, y, z, _ = add(multiplied(base, s), multiplied((P - key[0], key[1], 1, P - key[3]), k))
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- the tree (RFC 6962) and its checkpoints (C2SP) ---


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Peaks:
    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf):
        size = self.size
        while size & 1:
            leaf, size = node(self.peaks.pop(), leaf), size >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = node(peak, root)
        return root


def path_holds(old, new, index, size, path, both):
    """Climb from a leaf, or from an earlier root (``both``); gives what it comes to, None where it cannot."""
    last = size - 1
    if both:
        while index & 1:
            index, last = index >> 1, last >> 1
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            old, new = node(step, old), node(step, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, step)
        index, last = index >> 1, last >> 1
    return (old, new) if last == 0 else None


def continues(size_before, before, size, root, path):
    if size_before in (0, size):
        return not path and before == (root if size_before else Peaks().root())
    path = [before, *path] if size_before & (size_before - 1) == 0 else path
    if not path:
        return False
    return path_holds(path[0], path[0], size_before - 1, size, path[1:], True) == (before, root)


def unbase64(text):
    try:
        content = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise ValueError("not base64") from None
    if base64.b64encode(content).decode() != text:
        raise ValueError("not base64 in its one spelling")
    return content


def note_of(content):
    """Origin, size, root, what is signed, and [(name, key id, signature)]. Raises ValueError."""
    text, blank, below = content.rpartition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) != 3 or not below.endswith("\n") or not re.fullmatch(r"0|[1-9]\d*", lines[1]):
        raise ValueError("no checkpoint")
    signatures = []
    for line in below[:-1].split("\n"):
        dash, name, signature = line.split(" ")
        if dash != "\u2014":
            raise ValueError("no signature line")
        signatures.append((name, unbase64(signature)[:4], unbase64(signature)[4:]))
    root = unbase64(lines[2])
    if len(root) != 32:
        raise ValueError("no root")
    return lines[0], int(lines[1]), root, (text + "\n").encode(), signatures


def key_of(line):
    """Name, key id and public key of a verifier key. Raises ValueError."""
    name, key_id, key = line.strip().split("+", 2)
    content = unbase64(key)
    if content[:1] != b"\1" or len(content) != 33:
        raise ValueError("no Ed25519 key")
    if hashlib.sha256(name.encode() + b"\n" + content).digest()[:4].hex() != key_id:
        raise ValueError("the id of the key is not its own")
    return name, bytes.fromhex(key_id), content[1:]


def signers(note, keys):
    """Those of the keys that signed; Tampered where a signature under one of their names does not hold."""
    found = []
    for key in keys:
        for name, key_id, signature in note[4]:
            if (name, key_id) == key[:2]:
                require(is_signed(key[2], note[3], signature), f"the signature of {name} does not hold")
                found.append(key)
    return found


# --- working time, from the calendar as it is written out ---


def seconds(text):
    """An instant as seconds since 1970."""
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


class Calendar:
    def __init__(self, data):
        self.id, self.version = data["id"], data["version"]
        self.offsets = [(seconds(at), minutes * 60) for at, minutes in data["offsets"]]
        self.starts, self.ends, self.before, self.days, self.opens = [], [], [], [], []
        total = 0
        for day in sorted(data["days"]):
            if not data["days"][day]:
                continue
            self.days.append(date.fromisoformat(day).toordinal())
            self.opens.append(len(self.starts))
            midnight = int(datetime.fromisoformat(day).replace(tzinfo=timezone.utc).timestamp())
            for opening, closing in data["days"][day]:
                start, end = self.utc(midnight + opening * 60), self.utc(midnight + closing * 60)
                self.starts.append(start)
                self.ends.append(end)
                self.before.append(total)
                total += end - start
        self.after = [b + e - s for b, e, s in zip(self.before, self.ends, self.starts)]

    def utc(self, local):
        for index, (_, ahead) in enumerate(self.offsets):
            if index + 1 == len(self.offsets) or local - ahead < self.offsets[index + 1][0]:
                return local - ahead
        raise AssertionError

    def worked(self, at):
        i = bisect.bisect_right(self.starts, at) - 1
        return 0 if i < 0 else self.after[i] if at >= self.ends[i] else self.before[i] + at - self.starts[i]

    def between(self, a, b):
        """Working seconds in [a, b)."""
        return self.worked(b) - self.worked(a) if b > a else 0

    def minutes(self, a, b):
        return self.between(a, b) // 60

    def add(self, at, worked):
        """The earliest instant at which so many working seconds have passed."""
        if not worked:
            return at
        target = self.worked(at) + worked
        i = bisect.bisect_left(self.after, target)
        require(i < len(self.after), f"the calendar {self.id} does not reach so far")
        return self.ends[i] - (self.after[i] - target)

    def due(self, at, *lengths):
        """An instant so many durations (1wd4h30m) later; None where calendar days are counted."""
        parts = [part for length in lengths for part in re.findall(r"(\d+)(cd|wd|h|m|s)", length)]
        amount = {unit: sum(int(n) for n, u in parts if u == unit) for unit in ("cd", "wd", "h", "m", "s")}
        if amount["cd"]:
            return None
        worked = amount["h"] * 3600 + amount["m"] * 60 + amount["s"]
        if amount["wd"]:
            ahead = self.offsets[max(0, bisect.bisect_right([o[0] for o in self.offsets], at) - 1)][1]
            first = bisect.bisect_left(self.days, (at + ahead) // 86400 + date(1970, 1, 1).toordinal())
            require(first + amount["wd"] <= len(self.days), f"the calendar {self.id} does not reach so far")
            after = [*self.opens, len(self.starts)][first + amount["wd"]] - 1
            worked += (self.after[after] - self.before[self.opens[first]]) // 60 * 60
        return self.add(at, worked)


# --- the pack ---


class Pack:
    """The ZIP held against its manifest; then read line by line."""

    def __init__(self, path):
        try:
            self.zip = zipfile.ZipFile(path)
            self.manifest = json.loads(self.zip.read("manifest.json"))
            if self.manifest["schema"] != "evidence/v1":
                raise ValueError("another schema")
            self.files, self.scope = dict(self.manifest["files"]), self.manifest["scope"]["kind"]
            self.size, self.origin = int(self.manifest["tree_size"]), self.manifest["origin"]
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile, RuntimeError) as error:
            raise Unreadable(f"{path} is no evidence pack: {error}") from None
        names = [info.filename for info in self.zip.infolist()]
        require(len(set(names)) == len(names), "a name stands twice in the pack")
        extra = {*names} ^ {*self.files, "manifest.json"}
        require(not extra, f"pack and manifest differ: {', '.join(sorted(extra)[:3])}")
        require(self.scope in ("case", "agency", "all"), "the manifest names no scope")
        for name, told in self.files.items():
            digest, size = hashlib.sha256(), 0
            for chunk in self.chunks(name):
                digest.update(chunk)
                size += len(chunk)
            require((digest.hexdigest(), size) == (told["sha256"], told["size"]), f"{name} was changed")

    def chunks(self, name):
        try:
            with self.zip.open(name) as file:
                while True:
                    chunk = file.read(1 << 16)
                    if not chunk:
                        return
                    yield chunk
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise Tampered(f"{name} is damaged: {error}") from None

    def read(self, name):
        require(name in self.files, f"{name} is missing")
        return b"".join(self.chunks(name))

    def lines(self, name):
        if name in self.files:
            with self.zip.open(name) as file:
                for line in file:
                    yield json.loads(line)

    def named(self, folder):
        return sorted(name for name in self.files if name.startswith(folder + "/"))


class Verifier:
    """Everything in order; the first thing that is wrong ends it with Tampered."""

    def __init__(self, path, keys=(), notes=()):
        self.pack = Pack(path)
        self.pinned, self.held = list(keys), list(notes)
        self.not_checked, self.events, self.streams = [], 0, 0
        self.unsealed, self.warnings = 0, []
        self.definitions, self.calendars, self.shas = {}, {}, {}
        self.committed, self.old_calendars, self.rules, self.stored = set(), set(), 0, set()
        self.erased, self.told_erased, self.files, self.gone = set(), set(), {}, set()

    def run(self):
        try:
            self.note = note_of(self.pack.read("checkpoint").decode())
            self.check_signature()
            self.read_tree()
            self.read_rules()
            self.read_events()
            self.check_commitments()
            self.check_older()
        except (KeyError, ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise Tampered(f"cannot be read: {error!r:.200}") from None
        if self.rules:
            self.skip(f"{self.rules} deadlines follow from a date, a shared row, a return or a move")
        return self.told()

    def told(self):
        return {
            "ok": True,
            "events": self.events,
            "streams": self.streams,
            "faults": [],
            "origin": self.note[0],
            "size": self.note[1],
            "root": base64.b64encode(self.note[2]).decode(),
            "unsealed": self.unsealed,
            "not_checked": self.not_checked,
            "scope": self.pack.manifest["scope"],
            "warnings": self.warnings,
        }

    def skip(self, what, stream="*", seq=0):
        self.not_checked.append({"stream": stream, "seq": seq, "what": what})

    # --- signature, tree ---

    def check_signature(self):
        origin, size = self.note[:2]
        require((origin, size) == (self.pack.origin, self.pack.size), "the manifest is of another checkpoint")
        own = [key_of(line) for line in self.pack.read("log.vkey").decode().split("\n") if line]
        self.keys = own
        if not self.pinned:
            self.warnings.append("the key is the pack's own: give --key to know who signed")
            require(signers(self.note, own), "the checkpoint is not signed by the key of the pack")
            self.trusted = list(own)
            return
        notes = [
            self.note,
            *(note_of(self.pack.read(name).decode()) for name in self.pack.named("checkpoints")),
        ]
        self.trusted, grown = list(self.pinned), True
        while grown:  # a checkpoint that two keys signed hands the trust on
            grown = False
            for note in notes:
                signed = signers(note, [*self.trusted, *own])
                if any(key in self.trusted for key in signed):
                    new = [key for key in signed if key not in self.trusted]
                    self.trusted, grown = self.trusted + new, grown or bool(new)
        require(signers(self.note, self.trusted), "the checkpoint is not signed by the given key")

    def read_tree(self):
        self.seen, self.leaves, self.paths = bytearray(self.pack.size), None, {}
        if self.pack.scope == "case":
            for line in self.pack.lines("proofs.jsonl"):
                require(line["index"] not in self.paths, "an inclusion proof stands twice")
                self.paths[line["index"]] = [unbase64(step) for step in line["hashes"]]
            return
        self.leaves = self.pack.read("leaves.bin")
        require(len(self.leaves) == self.pack.size * 32, "leaves.bin has another size than the tree")
        sizes, grown, self.roots = {note[1] for note in self.held}, Peaks(), {}
        for at in range(0, len(self.leaves), 32):
            if grown.size in sizes:
                self.roots[grown.size] = grown.root()
            grown.add(self.leaves[at : at + 32])
        require(grown.root() == self.note[2], "the leaves do not give the root of the checkpoint")

    def check_place(self, line, body, stream, seq):
        index, leaf = line["index"], hashlib.sha256(b"\0" + body).digest()
        require(isinstance(index, int) and 0 <= index < self.pack.size, "it is not in the tree", stream, seq)
        require(not self.seen[index], "its place in the tree is taken twice", stream, seq)
        self.seen[index] = 1
        if self.leaves is not None:
            held = self.leaves[index * 32 : index * 32 + 32] == leaf
        else:
            path = self.paths.pop(index, None)
            held = path is not None and path_holds(leaf, leaf, index, self.pack.size, path, False)
            held = bool(held) and held[1] == self.note[2]
        require(held, "it is not in the tree of the checkpoint", stream, seq)

    # --- events ---

    def read_rules(self):
        """Definitions and calendars, which are held against their events once these are read."""
        for name in self.pack.named("definitions"):
            content = self.pack.read(name)
            self.shas[name] = hashlib.sha256(content).hexdigest()
            if name.endswith(".json"):
                data = json.loads(content)
                data["steps"] = {step["id"]: step for step in data.get("steps", [])}
                self.definitions[self.shas[name]] = data
        for name in self.pack.named("calendars"):
            content = self.pack.read(name)
            self.shas[name] = hashlib.sha256(content).hexdigest()
            data = json.loads(content)
            require(name == f"calendars/{data['id']}@{data['version']}.json", f"{name} is another calendar")
            self.calendars[data["version"]] = Calendar(data)

    def read_events(self):
        lines = self.pack.lines("events.jsonl")
        header = next(lines, {})
        require(header.get("schema") == "audit/v2", "events.jsonl is no audit/v2")
        self.details = self.pack.lines("details.jsonl")
        self.rows = self.timing_rows()
        self.row = next(self.rows, None)
        done, stream = set(), None
        for line in lines:
            if stream is None:
                stream, seq, prev = line["stream"], 0, GENESIS
                require(stream not in done, "the events of this stream are not together", stream)
                case = Case(self, stream) if stream.startswith("case:") else None
            require(line["stream"] == stream, "no head stands at its end", stream, seq)
            if "head" in line:
                head = (line["head"]["seq"], line["head"]["hash"])
                require(head == (seq, prev), "its head is not its last event", stream, seq)
                done.add(stream)
                if case is not None:
                    case.end()
                stream = None
                continue
            seq += 1
            prev = self.check_event(line, stream, seq, prev, case)
        require(stream is None, "no head stands at the end of the last stream", stream or "*")
        self.streams = len(done)
        require(header["streams"] == len(done), f"{len(done)} of {header['streams']} streams are there")
        require(self.events == self.pack.manifest["events"], "events are missing or too many")
        require(next(self.details, None) is None, "a detail stands beside no event")
        require(self.row is None, "timing.json has visits that no event tells")
        require(self.pack.scope != "all" or all(self.seen), "not every event of the tree is in the pack")
        require(not self.paths, "a proof is of no event")

    def check_event(self, line, stream, seq, prev, case):
        body = line["body"].encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(EVENT + body).hexdigest()
        require(line["hash"] == digest, "its bytes do not give its hash", stream, seq)
        event = json.loads(body)
        for name in COLUMNS:
            require(event[name] == line[name], f"the column {name} differs from the event", stream, seq)
        require(event["seq"] == seq and event["stream"] == stream, "it is not the next event", stream, seq)
        require(event["prev"] == prev, "it does not follow the event before it", stream, seq)
        self.check_place(line, body, stream, seq)
        self.events += 1
        beside = self.detail(event, stream, seq)
        self.note_commitments(event, stream, seq)
        if case is not None:
            case.add(event, beside)
        return digest

    def detail(self, event, stream, seq):
        digest = event["details_digest"]
        if not self.pack.manifest["details"] or digest is None:
            return None
        line = next(self.details, None)
        there = line is not None and (line["stream"], line["seq"]) == (stream, seq)
        require(there, "its detail is not the next one of details.jsonl", stream, seq)
        if line.get("erased"):
            self.erased.add((stream, seq))
            return None
        body = line["body"].encode("utf-8", "surrogateescape")
        held = hashlib.sha256(DETAIL + bytes.fromhex(line["salt"]) + body).hexdigest()
        require(held == digest, "its detail was edited", stream, seq)
        return json.loads(body)

    def note_commitments(self, event, stream, seq):
        facts, act = event["facts"], event["act"]
        self.files.update(
            (sha, (stream, seq)) for sha in facts.get("files", {}).values() if act != "data.erase"
        )
        if act == "data.erase":
            for name, numbers in facts.get("details", {}).items():
                self.told_erased.update((name, number) for number in numbers)
            self.gone.update(facts.get("hashes", ()))
        elif act == "definition.store":
            self.check_definition(event, facts, stream, seq)
        elif act == "calendar.store":
            if "data_sha256" not in facts or "sha256" not in facts:
                self.skip("this event names no hash of the hours", stream, seq)
                self.old_calendars.add(stream.split(":", 2)[2])
                return
            self.committed.add(facts["sha256"])
            self.committed.update(unit["sha256"] for unit in facts.get("units", {}).values())

    def check_definition(self, event, facts, stream, seq):
        change = next(c for c in event["changes"] if c["kind"] == "definition")
        version, content = change["fields"]["version"][1], change["fields"]["content_hash"][1]
        name = f"definitions/{change['id']}@{version}"
        self.stored.update((name + ".json", name + ".yaml"))
        require(self.shas.get(name + ".json") == content, f"{name}.json is another definition", stream, seq)
        if "text_sha256" not in facts:
            self.skip("this event names no hash of the text", stream, seq)
            return
        require(
            self.shas.get(name + ".yaml") == facts["text_sha256"], f"{name}.yaml was changed", stream, seq
        )

    def check_commitments(self):
        require(not set(self.pack.named("definitions")) - self.stored, "a definition is of no event")
        for name in self.pack.named("calendars"):
            known = name.split("/", 1)[1].rpartition("@")[0] in self.old_calendars
            require(known or self.shas[name] in self.committed, f"{name} is no calendar that an event names")
        missing = self.committed - {self.shas[name] for name in self.pack.named("calendars")}
        require(not missing, "a calendar that an event names is missing")
        if not self.pack.manifest["details"]:
            self.skip("details and files are not in this pack")
            return
        unexplained = self.erased - self.told_erased
        if self.pack.scope == "all":
            for stream, seq in sorted(unexplained):
                raise Tampered("its detail was erased, and no event says so", stream, seq)
        elif unexplained:
            self.skip(f"{len(unexplained)} details were erased by an event that is not in this pack")
        there = {name.split("/", 1)[1] for name in self.pack.named("files")}
        require(not there - set(self.files), "a file is in the pack that nobody handed in")
        for sha, (stream, seq) in sorted(self.files.items()):
            require(sha in there or sha in self.gone, "a file that it names is missing", stream, seq)
            if sha in there:
                require(self.pack.files[f"files/{sha}"]["sha256"] == sha, "a file was swapped", stream, seq)

    def timing_rows(self):
        with self.pack.zip.open("timing.json") as file:
            require(file.readline() == b'{"rows": [\n', "timing.json has another form")
            for line in file:
                if line == b"]}\n":
                    require(not file.read(1), "timing.json goes on after its end")
                    return
                yield json.loads(line.rstrip(b",\n"))
        raise Tampered("timing.json ends too early")

    # --- checkpoints ---

    def check_older(self):
        origin, size, root = self.note[:3]
        paths = {}
        for line in self.pack.lines("consistency.jsonl"):
            require(line["from"] not in paths, "a consistency proof stands twice")
            paths[line["from"]] = [unbase64(h) for h in line["hashes"]]
        older = {}
        for name in self.pack.named("checkpoints"):
            note = note_of(self.pack.read(name).decode())
            require(name == f"checkpoints/{note[1]}" and note[0] == origin, f"{name} is another checkpoint")
            path = paths.pop(note[1], None)
            fits = path is not None and continues(note[1], note[2], size, root, path)
            require(fits, f"the log does not continue the checkpoint of {note[1]} events")
            require(signers(note, self.trusted), f"the checkpoint of {note[1]} events is not signed")
            older[note[1]] = note[2]
        require(not paths, "a proof is of no checkpoint")
        for held in self.held:
            self.check_held(held, older | {size: root})
        if self.held and not self.pinned:
            self.unsealed = max(0, size - max(note[1] for note in self.held))

    def check_held(self, held, older):
        if self.pinned:
            require(signers(held, self.trusted), "the given checkpoint is not signed by the given key")
        require(held[1] <= self.pack.size, "the pack ends before the given checkpoint: ask for a newer one")
        known = older.get(held[1], getattr(self, "roots", {}).get(held[1]))
        if known is None:
            self.skip(f"the pack has no proof from the given checkpoint of {held[1]} events")
        else:
            require(known == held[2], "the given checkpoint is of another log")


class Case:
    """One case played again: its events follow from each other, and its minutes from the calendar."""

    def __init__(self, verifier, stream):
        self.verifier, self.stream, self.things = verifier, stream, {}

    def add(self, event, beside):
        for change in event["changes"]:
            key = change["kind"], change["id"]
            at = self.stream, event["seq"]
            require(change["created"] == (key not in self.things), f"{key[0]} is made twice or never", *at)
            old = dict(self.things.get(key, {}))
            thing = self.things.setdefault(key, {})
            for name, (was, becomes) in change["fields"].items():
                require(
                    change["created"] or name not in thing or thing[name] == was, f"{name} was another", *at
                )
                thing[name] = becomes
            if key[0] == "task":
                self.check_task(event, old, thing, beside)

    def check_task(self, event, old, task, beside):
        if event["act"] in RECOUNTS:
            self.verifier.rules += 1
            return
        try:
            self.recompute(event, old, task, beside, self.verifier.calendars.get(task["calendar_version"]))
        except Tampered:
            # Between a new calendar and its recount the newer hours count already.
            for other in self.verifier.calendars.values():
                try:
                    self.recompute(event, old, task, beside, other)
                except Tampered:
                    continue
                self.verifier.skip("counted on another version of the calendar", self.stream, event["seq"])
                return
            raise

    def recompute(self, event, old, task, beside, calendar):
        at, now = (self.stream, event["seq"]), seconds(event["at"])
        if calendar is None:
            raise Tampered(f"the calendar {task['calendar_version']} is not in the pack", *at)
        if not old:
            self.check_first_due(task, calendar, event)
        elif old.get("hold_minutes", 0) != task.get("hold_minutes", 0):
            held = calendar.minutes(seconds(old["held_at"]), now)
            right = task["hold_minutes"] - (old.get("hold_minutes") or 0) == held
            require(right, "its hold is not what the calendar gives", *at)
        if (
            old.get("held_at")
            and not task.get("held_at")
            and task["state"] in ("ready", "assigned", "in_progress")
        ):
            self.check_moved_due(old, task, calendar, now, event)
        if task["state"] == "completed" and old.get("state") != "completed":
            self.check_minutes(task, calendar, beside, at)

    def check_minutes(self, task, calendar, beside, at):
        finished, claimed = seconds(task["finished_at"]), seconds(task["claimed_at"])
        ready, worked = seconds(task["ready_at"]), task.get("worked_minutes") or 0
        start = max(ready, seconds(task["not_before"])) if task.get("not_before") else ready
        waiting = max(0, calendar.minutes(start, claimed) - worked)
        require(task["waiting_minutes"] == waiting, "its waiting is not what the calendar gives", *at)
        step = self.step(task)
        span = claimed, finished
        if step.get("kind") == "meeting":
            span = self.meeting(step, task, beside)
        if span is not None:
            base = 0 if span != (claimed, finished) else worked - (task.get("hold_minutes") or 0)
            working = max(0, base + calendar.minutes(*span))
            require(task["working_minutes"] == working, "its work is not what the calendar gives", *at)
        else:
            self.verifier.skip("the work of a meeting stands in its details", *at)
        late = 0
        if task.get("due_at") and (task.get("approval_of") or not self.is_outside(step)):
            late = -(-calendar.between(seconds(task["due_at"]), finished) // 60)
        require(task["late_minutes"] == late, "its lateness is not what the calendar gives", *at)

    def is_outside(self, step):
        """Whether the step runs on the clock of an outside party."""
        roles = dict(self.definition().get("roles", []))
        every = step.get("assign") in ("pool", "each_holder")
        doers = [roles.get(role, {}) for role in step.get("executor", [])][: None if every else 1]
        recorded = bool(doers) and all(role.get("external") for role in doers)
        return step.get("clock", "external" if recorded else "internal") == "external"

    def meeting(self, step, task, beside):
        """When the meeting was, from the form; None where the details are not there."""
        form = dict(self.definition().get("forms", [])).get(step.get("form"), {})
        names = {field.get("role"): field["id"] for field in form.get("fields", [])}
        if beside is None:
            return None
        changed = {c["id"]: c["fields"] for c in beside["changes"] if c["kind"] == "task"}
        data = (changed.get(task["id"], {}).get("data") or [None, None])[1] or {}
        times = [data.get(names.get(role)) for role in ("work_start", "work_end")]
        if all(times):
            return seconds(times[0]), seconds(times[1])
        return seconds(task["claimed_at"]), seconds(task["finished_at"])

    def check_first_due(self, task, calendar, event):
        step, definition = self.step(task), self.definition()
        ruled = task.get("approval_of") or task.get("returned_by") or step.get("row") or step.get("due")
        if not task.get("due_at"):
            return
        if ruled or "time_per" in step or "time" not in step or not task.get("pickup_due_at"):
            self.verifier.rules += 1
            return
        ready = seconds(task["ready_at"])
        start = max(ready, seconds(task["not_before"])) if task.get("not_before") else ready
        service = definition.get("identity", {}).get("kind") == "service"
        pickup = definition.get("sla", {}).get("pickup") or ("0m" if service else "1wd")
        pickup = step.get("pickup") or pickup
        due = calendar.due(start, pickup, step["time"])
        if due is None:
            self.verifier.rules += 1
            return
        right = seconds(task["due_at"]) == due
        require(right, "its deadline is not what definition and calendar give", self.stream, event["seq"])

    def check_moved_due(self, old, task, calendar, now, event):
        if not old.get("due_at"):
            return
        due = seconds(old["due_at"])
        if old.get("pickup_due_at"):
            due = calendar.add(due, calendar.minutes(seconds(old["held_at"]), now) * 60)
        right = seconds(task["due_at"]) == due
        require(right, "its deadline did not move by its hold", self.stream, event["seq"])

    def case(self):
        return next(thing for (kind, _), thing in self.things.items() if kind == "case")

    def definition(self):
        found = self.verifier.definitions.get(self.case().get("definition_hash"))
        require(found is not None, "its definition is not in the pack", self.stream)
        return found

    def step(self, task):
        return self.definition()["steps"].get(task["step_id"], {})

    def end(self):
        """The visits of the case against the rows of timing.json."""
        verifier, number, rows = self.verifier, self.case()["number"], []
        while verifier.row is not None and verifier.row["case_number"] == number:
            rows.append(verifier.row)
            verifier.row = next(verifier.rows, None)
        tasks = [thing for (kind, _), thing in self.things.items() if kind == "task"]
        told = sorted(map(visit, (task for task in tasks if task["state"] != "cancelled")), key=repr)
        names = {"executor": "assignee", "acting_position": "position"}
        as_tasks = ({names.get(name, name): value for name, value in row.items()} for row in rows)
        shown = sorted((visit({**row, "state": "?"}) for row in as_tasks), key=repr)
        require(told == shown, "timing.json says something else than the events", self.stream)


def visit(task):
    """What a row of the timing log and the events both say of a visit."""
    instants = [task.get(name) for name in ("ready_at", "claimed_at", "finished_at", "due_at")]
    names = ("step_id", "branch", "visit", "assignee", "position", "acting_kind", "waiting_minutes")
    more = ("working_minutes", "standard_minutes", "outcome", "calendar_version")
    late = task.get("late_minutes") if task.get("finished_at") else None
    return (
        *(task.get(name) for name in (*names, *more)),
        *(None if at is None else seconds(at) for at in instants),
        *(task.get("hold_minutes") or 0, late, bool(task.get("deviation"))),
    )


def verify(path, keys=(), notes=()):
    """Verify a pack against verifier keys and checkpoints as texts; gives what was found as a dict."""
    try:
        pinned = [key_of(line) for text in keys for line in text.split("\n") if line.strip()]
        held = [note_of(text) for text in notes]
    except ValueError as error:
        raise Unreadable(f"no key or no checkpoint: {error}") from None
    try:
        return Verifier(path, pinned, held).run()
    except Tampered as error:
        fault = {"stream": error.stream, "seq": error.seq, "what": error.what}
        nothing = dict.fromkeys(("origin", "size", "root", "unsealed"))
        return {"ok": False, "events": 0, "streams": 0, "faults": [fault], **nothing, "not_checked": []}


def main():
    parser = argparse.ArgumentParser(description="Verify an evidence pack of Alur.")
    parser.add_argument("pack")
    parser.add_argument("--key", action="append", default=[], help="file with the verifier key (log.vkey)")
    parser.add_argument(
        "--checkpoint", action="append", default=[], help="file with a checkpoint kept elsewhere"
    )
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        texts = [
            [open(name, encoding="utf-8").read() for name in some] for some in (given.key, given.checkpoint)
        ]
        found = verify(given.pack, *texts)
    except (Unreadable, OSError, UnicodeDecodeError) as error:
        print(f"UNREADABLE: {error}", file=sys.stderr)
        return 2
    for warning in found.get("warnings", ()):
        print(f"note: {warning}", file=sys.stderr)
    if given.json:
        print(json.dumps(found))
    elif found["ok"]:
        print(
            f"WHOLE: {found['events']} events, {found['streams']} streams, {found['origin']} {found['size']}"
        )
        for item in found["not_checked"]:
            print(f"not checked: {item['stream']} {item['seq']}: {item['what']}")
    else:
        for fault in found["faults"]:
            print(f"TAMPERED: {fault['stream']} event {fault['seq']}: {fault['what']}")
    return 1 if not found["ok"] else 3 if found["unsealed"] else 0


if __name__ == "__main__":
    sys.exit(main())
