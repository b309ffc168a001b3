"""Verify an evidence pack of Alur: ``python3 verify.py PACK [--key FILE] [--checkpoint FILE] [--json]``.

One file, the standard library alone, Python 3.9 or newer, no network; in memory it keeps one case,
a bit for each event and the names of the streams, the leaves of the tree in a temporary file.
Exit: 0 whole, 1 tampered, 2 unreadable, 3 whole but events are younger than the checkpoint that is trusted.
"""

from __future__ import annotations

import argparse
import base64
import bisect
import collections
import decimal
import functools
import hashlib
import io
import json
import re
import sys
import tempfile
import zipfile
from datetime import date, datetime, timezone

# What the timing log and the events both say of a visit, under the names that each has for it.
ROW = ("executor", "acting_position", "step_id", "branch", "visit", "acting_kind", "waiting_minutes")
ROW += ("working_minutes", "standard_minutes", "outcome", "calendar_version")
VISITED = ("assignee", "position", *ROW[2:])
EVENT, DETAIL = b"alur/audit-event/v1\n", b"alur/audit-detail/v1\n"
GENESIS = "0" * 64
COLUMNS = ("stream", "seq", "prev", "act", "at", "account")
RECOUNTS = ("calendar.recount", "case.migrate")
REFUSED = "tolak"  # what an approver of a deviation chose
OPEN = ("ready", "assigned", "in_progress", "on_hold")
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P
EPOCH = date(1970, 1, 1).toordinal()
WEEKS = {"1": [1, 7], "2": [8, 14], "3": [15, 21], "4": [22, 31]}
MUCH = 1 << 16
READ = json.JSONDecoder().raw_decode


class Tampered(Exception):
    """What is wrong, and where: stream and number of the event, ``*`` and 0 for the pack as a whole."""

    def __init__(self, what, stream="*", seq=0):
        super().__init__(what)
        self.what, self.stream, self.seq = what, stream, seq


class Unreadable(Exception):
    """What was given is no evidence pack, no checkpoint or no key."""


def decoded(text):
    """As ``json.loads`` of a text that nothing precedes, at half the cost."""
    value, end = READ(text)
    if text[end:].strip():
        raise ValueError("more than one value")
    return value


def require(holds, what, stream="*", seq=0):
    if not holds:
        raise Tampered(what, stream, seq)


# --- Ed25519 (RFC 8032), verification only; points are (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z ---


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def together_times(p, s, q, k):
    """s times one point and k times another, added: their doublings are the same."""
    result, both = (0, 1, 1, 0), add(p, q)
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        result = add(result, result)
        which = s >> bit & 1, k >> bit & 1
        if which != (0, 0):
            result = add(result, {(1, 0): p, (0, 1): q, (1, 1): both}[which])
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


@functools.lru_cache(maxsize=1024)
def is_signed(public, message, signature):
    key, s = point_of(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base = point_of(BASE_Y.to_bytes(32, "little"))
    x, y, z, _ = together_times(base, s, (P - key[0], key[1], 1, P - key[3]), k)
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
    known = []
    for key in keys:
        for name, key_id, signature in note[4]:
            if (name, key_id) == key[:2]:
                require(is_signed(key[2], note[3], signature), f"the signature of {name} does not hold")
                known.append(key)
    return known


# --- working time, from the calendar as it is written out ---


@functools.lru_cache(maxsize=4096)  # the few instants of a case stand in many of its events
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
        self.opens.append(len(self.starts))
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
        i = bisect.bisect_left(self.after, self.worked(at) + worked)
        self.reaches(i < len(self.after))
        return self.ends[i] - (self.after[i] - self.worked(at) - worked)

    def subtract(self, at, worked):
        """The latest instant from which so many working seconds pass until this one."""
        if not worked:
            return at
        target = self.worked(at) - worked
        self.reaches(target >= 0)
        i = bisect.bisect_right(self.after, target)
        return self.starts[i] + target - self.before[i]

    def reaches(self, holds):
        if not holds:
            raise Tampered(f"the calendar {self.id} does not reach so far")

    # --- days, as ordinals, and the clock on the wall ---

    def local(self, at):
        """The day of an instant and its seconds since midnight, where the office is."""
        ahead = self.offsets[max(0, bisect.bisect_right(self.offsets, (at, 10**9)) - 1)][1]
        day, second = divmod(at + ahead, 86400)
        return day + EPOCH, second

    def instant(self, day, second=0):
        return self.utc((day - EPOCH) * 86400 + second)

    def is_working_day(self, day):
        i = bisect.bisect_left(self.days, day)
        return i < len(self.days) and self.days[i] == day

    def closing(self, day):
        i = bisect.bisect_left(self.days, day)
        self.reaches(i < len(self.days))
        return self.ends[self.opens[i + 1] - 1]

    def next_opening(self, at):
        i = bisect.bisect_right(self.starts, at) - 1
        if i >= 0 and at < self.ends[i]:
            return at
        self.reaches(i + 1 < len(self.starts))
        return self.starts[i + 1]

    def day_after(self, day, n):
        i = bisect.bisect_left(self.days, day) + n - (n > 0 and not self.is_working_day(day))
        self.reaches(i < len(self.days))
        return self.days[i]

    def day_before(self, day, n):
        i = bisect.bisect_left(self.days, day) - n - (n == 0 and not self.is_working_day(day))
        self.reaches(0 <= i < len(self.days))
        return self.days[i]

    # --- durations: calendar days, working days, minutes, seconds ---

    def of_days(self, at, n):
        """The working seconds of so many working days, the first being this one or the next."""
        if not n:
            return 0
        first = bisect.bisect_left(self.days, self.local(at)[0])
        self.reaches(first + n <= len(self.days))
        last = self.opens[first + n] - 1
        return (self.after[last] - self.before[self.opens[first]]) // 60 * 60

    def later(self, at, days):
        """The same time on the wall so many calendar days later."""
        day, second = self.local(at)
        return self.instant(day + days, second) if days else at

    def standard(self, at, length):
        """The whole working minutes that a duration stands for."""
        days, work_days, minutes, _ = length
        landing = self.later(at, days)
        return self.minutes(at, landing) + minutes + self.of_days(landing, work_days) // 60

    def moved(self, at, length):
        days, work_days, minutes, rest = length
        landing = self.later(at, days)
        worked = minutes * 60 + self.of_days(landing, work_days) + rest
        return self.add(landing, worked) if worked or not days else self.next_opening(landing)

    def due_after(self, anchor, length):
        """A deadline so much after a day (a date) or an instant (a number)."""
        days, work_days, minutes, rest = length
        if isinstance(anchor, date):
            day = anchor.toordinal() + days
            day = self.day_after(day, work_days) if work_days else day
            return self.add(self.closing(day), minutes * 60 + rest)
        landing = self.local(anchor)[0] + days
        if days and not (work_days or minutes or rest) and not self.is_working_day(landing):
            return self.closing(landing)
        return self.moved(anchor, length)

    def open_after(self, anchor, length):
        """From when something may be done, so much after a day or an instant."""
        days, work_days, minutes, rest = length
        if isinstance(anchor, date):
            day = anchor.toordinal() + days
            day = self.day_after(day, work_days) if work_days else day
            opening = self.next_opening(self.instant(day + 1))
            return self.next_opening(self.add(opening, minutes * 60 + rest))
        return self.next_opening(self.moved(anchor, length))

    def counted_back(self, anchor, length, opening):
        """A deadline, or the opening of one's time, so much before a day or an instant."""
        days, work_days, minutes, rest = length
        day, clock = (anchor.toordinal(), None) if isinstance(anchor, date) else self.local(anchor)
        earlier = self.day_before(day - days, work_days)
        clock = clock if work_days or earlier == day - days else None
        if opening:
            at = self.next_opening(self.instant(earlier, clock or 0))
        else:
            at = self.closing(earlier) if clock is None else self.instant(earlier, clock)
        return self.subtract(at, minutes * 60 + rest)

    def on(self, anchor, opening):
        if not isinstance(anchor, date):
            return anchor
        day = anchor.toordinal()
        return self.next_opening(self.instant(day)) if opening else self.closing(day)

    def week(self, year, window, weeks, empty):
        """When a week of a month closes, as the agency counts weeks."""
        first, last = weeks[str(window["week"])]
        length = calendar_days(year, window["month"])
        start = date(year, window["month"], first).toordinal()
        end = date(year, window["month"], min(last, length)).toordinal()
        due = self.day_before(end, 0)
        if due < start and empty == "next_working_day":
            due = self.day_after(end, 0)
        return self.closing(due)

    def of_month(self, period, rule):
        """Opening of the first and closing of the last day that a rule names after a period."""
        year, months = ended(period)
        year, month = divmod(year * 12 + months - 1 + rule.get("offset", 0), 12)
        length = calendar_days(year, month + 1)
        named = (rule["days_of_month"][0], rule["days_of_month"][-1])
        first, last = (date(year, month + 1, min(day, length)).toordinal() for day in named)
        if rule.get("free_day") == "previous":
            last = self.day_before(last, 0)
            first = min(self.day_after(first, 0), last)
        return self.next_opening(self.instant(first)), self.closing(last)


def calendar_days(year, month):
    """How many days a month has."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def ended(period):
    """Year and month with which a period (2026, 2026-H1, 2026-Q1, 2026-01) ends."""
    year, _, part = period.partition("-")
    many = {"Q": 3, "H": 6}.get(part[:1], 1)
    return int(year), int(part.lstrip("QH")) * many if part else 12


@functools.lru_cache(maxsize=4096)
def length_of(text):
    """Calendar days, working days, minutes and seconds of a duration such as 1wd4h30m."""
    amount = {unit: int(number) for number, unit in re.findall(r"(\d+)(cd|wd|h|m|s)", text)}
    minutes, rest = divmod(amount.get("s", 0), 60)
    minutes += amount.get("h", 0) * 60 + amount.get("m", 0)
    return amount.get("cd", 0), amount.get("wd", 0), minutes, rest


def together(one, other):
    days, work_days, minutes, rest = (a + b for a, b in zip(one, other))
    return days, work_days, minutes + rest // 60, rest % 60


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
                    chunk = file.read(MUCH)
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
            with io.BufferedReader(self.zip.open(name), MUCH) as file:
                for line in file:
                    yield decoded(line.decode())

    def named(self, folder):
        return sorted(name for name in self.files if name.startswith(folder + "/"))


class Verifier:
    """Everything in order; the first thing that is wrong ends it with Tampered."""

    def __init__(self, path, keys=(), notes=()):
        self.pack = Pack(path)
        self.pinned, self.held = list(keys), list(notes)
        self.not_checked, self.events, self.streams = [], 0, 0
        self.unsealed, self.warnings = 0, []
        self.definitions, self.calendars, self.hours, self.shas = {}, {}, {}, {}
        self.committed, self.old_calendars, self.stored, self.weeks = set(), set(), set(), {}
        self.versions = {}  # of each calendar, in the order in which they were stored
        self.untold = collections.Counter()
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
        for why, times in sorted(self.untold.items()):
            self.skip(f"{why} ({times} times)")
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
        self.seen, self.leaves, self.paths = bytearray((self.pack.size + 7) // 8), None, {}
        if self.pack.scope == "case":
            for line in self.pack.lines("proofs.jsonl"):
                require(line["index"] not in self.paths, "an inclusion proof stands twice")
                self.paths[line["index"]] = [unbase64(step) for step in line["hashes"]]
            return
        # Events come stream by stream, leaves as they arrived: on disk they need no memory.
        self.leaves = tempfile.TemporaryFile()
        sizes, grown, self.roots = {note[1] for note in self.held}, Peaks(), {}
        for chunk in self.pack.chunks("leaves.bin"):  # whole leaves: 32 divides what is read at once
            self.leaves.write(chunk)
            for at in range(0, len(chunk), 32):
                if grown.size in sizes:
                    self.roots[grown.size] = grown.root()
                grown.add(chunk[at : at + 32])
        self.leaves.flush()
        require(self.leaves.tell() == self.pack.size * 32, "leaves.bin has another size than the tree")
        require(grown.root() == self.note[2], "the leaves do not give the root of the checkpoint")

    def check_place(self, line, body, stream, seq):
        index, leaf = line["index"], hashlib.sha256(b"\0" + body).digest()
        require(isinstance(index, int) and 0 <= index < self.pack.size, "it is not in the tree", stream, seq)
        bit = 1 << (index & 7)
        require(not self.seen[index >> 3] & bit, "its place in the tree is taken twice", stream, seq)
        self.seen[index >> 3] |= bit
        if self.leaves is not None:
            self.leaves.seek(index * 32)
            held = self.leaves.read(32) == leaf
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
                self.definitions[self.shas[name]] = Definition(data)
        for name in self.pack.named("calendars"):
            content = self.pack.read(name)
            self.shas[name] = hashlib.sha256(content).hexdigest()
            data = json.loads(content)
            require(name == f"calendars/{data['id']}@{data['version']}.json", f"{name} is another calendar")
            self.calendars[data["version"]] = Calendar(data)
            self.hours[self.shas[name]] = data["version"]

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
        # Each place is taken once: as many events as places are all of them.
        every = self.pack.scope != "all" or self.events == self.pack.size
        require(every, "not every event of the tree is in the pack")
        require(not self.paths, "a proof is of no event")

    def check_event(self, line, stream, seq, prev, case):
        body = line["body"].encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(EVENT + body).hexdigest()
        require(line["hash"] == digest, "its bytes do not give its hash", stream, seq)
        event = decoded(body.decode())
        for name in COLUMNS:
            if event[name] != line[name]:
                raise Tampered(f"the column {name} differs from the event", stream, seq)
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
        return decoded(body.decode())

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
            hours = [facts["sha256"], *(unit["sha256"] for unit in facts.get("units", {}).values())]
            self.committed.update(hours)
            name, version = stream.split(":", 2)[2], self.hours.get(facts["sha256"])
            self.versions.setdefault(name, []).append((seconds(event["at"]), version))
            for sha in hours if "week_of_month" in facts else ():
                self.weeks.setdefault(self.hours.get(sha), []).append(facts["week_of_month"])

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
        with io.BufferedReader(self.pack.zip.open("timing.json"), MUCH) as file:
            require(file.readline() == b'{"rows": [\n', "timing.json has another form")
            for line in file:
                if line == b"]}\n":
                    require(not file.read(1), "timing.json goes on after its end")
                    return
                yield decoded(line.rstrip(b",\n").decode())
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


class Untold(Exception):
    """A deadline rests on something that the pack does not say."""


class Definition:
    """What a version of an SOP says of time, from its canonical JSON."""

    def __init__(self, data):
        self.steps = {step["id"]: step for step in data.get("steps", [])}
        self.roles, self.forms = dict(data.get("roles", [])), dict(data.get("forms", []))
        self.blocks = dict(data.get("blocks", []))
        self.sla, self.triggers = data.get("sla", {}), data.get("triggers", [])
        case = data.get("case", {})
        self.fields, self.parties = case.get("fields", []), dict(case.get("parties", []))
        at_once = data.get("identity", {}).get("kind") == "service"
        self.pickup = self.sla.get("pickup") or ("0m" if at_once else "1wd")
        self.recorded = {name for name, step in self.steps.items() if self.is_recorded(step)}
        self.outside = {name for name, step in self.steps.items() if self.is_outside(step)}
        self.place = {}
        for name, block in self.blocks.items():
            lines = ([block["steps"]] if block.get("steps") else []) + list(block.get("branches", []))
            for number, line in enumerate(lines):
                self.place.update((step, (name, number)) for step in line if step not in self.place)

    def is_recorded(self, step):
        """Whether an outside party does the step, and somebody here records it."""
        every = step.get("assign") in ("pool", "each_holder")
        doers = [self.roles.get(role, {}) for role in step.get("executor", [])][: None if every else 1]
        return bool(doers) and all(role.get("external") for role in doers)

    def is_outside(self, step):
        """Whether the step runs on the clock of an outside party."""
        return step.get("clock", "external" if step["id"] in self.recorded else "internal") == "external"

    def form(self, step):
        return self.forms.get(step.get("form"), {}).get("fields", [])

    def row_of(self, step):
        return [act for act in self.steps.values() if act.get("row") and act.get("row") == step.get("row")]


class Moment:
    """A case as it stood when the times of one of its visits were set."""

    def __init__(self, case, definition, tasks, calendar, now, hidden):
        self.case, self.definition, self.tasks, self.calendar = case, definition, tasks, calendar
        self.now, self.hidden = now, hidden

    def at_opening(self, task):
        """The times of an open task as if it had opened now on this calendar."""
        before = self.tasks[: next(i for i, other in enumerate(self.tasks) if other is task)]
        step, ready = self.definition.steps[task["step_id"]], seconds(task["ready_at"])
        then = Moment(self.case, self.definition, before, self.calendar, ready, self.hidden)
        if task.get("approval_of"):
            return then.of_approval(step)
        returned = bool(task.get("returned_by"))
        first = then.row(step, task, returned)[1]
        if first is not None:
            if first["calendar_version"] != task["calendar_version"]:
                raise Untold("the acts of a row count by several calendars")
            return self.at_opening(first)
        visits = [other for other in self.visits(task) if other["visit"] < task["visit"]]
        return then.times(step, task, visits, returned)

    def visits(self, task):
        wanted = task["step_id"], task.get("branch")
        return [
            other
            for other in self.tasks
            if (other["step_id"], other.get("branch")) == wanted and not other.get("approval_of")
        ]

    def of_approval(self, step):
        limit = self.calendar.due_after(self.now, length_of(step.get("pickup") or self.definition.pickup))
        return None, limit, limit, None

    def times(self, step, task, visits, returned):
        """From when a visit may be completed, until when claimed and done, and its standard in minutes."""
        not_before, calendar = None, self.calendar
        if step.get("not_before"):
            not_before = self.date(step["not_before"], task, True)
        elif (step.get("due") or {}).get("days_of_month"):
            not_before = self.date(step["due"], task, True)
        start = max(self.now, not_before) if not_before is not None else self.now
        leader, first = self.row(step, task, returned)
        acts = self.definition.row_of(step)
        outside = self.definition.outside
        inside = any(act["id"] not in outside for act in acts)
        if inside and not leader.get("due") and step["id"] in outside:
            return not_before, None, None, None
        if first is not None:
            due, limit = (first.get(name) and seconds(first[name]) for name in ("due_at", "pickup_due_at"))
            return not_before, limit, due, None
        length = self.length(leader, task)
        standard = None if length is None else calendar.standard(start, length)
        if returned and length is not None:
            rule = self.definition.sla.get("on_return", "full")
            if rule == "remaining":
                used = sum(other.get("working_minutes") or 0 for other in visits)
                length = (0, 0, max(0, standard - used), 0)
            elif rule != "full":
                length = length_of(rule)
            standard = calendar.standard(start, length)
        due = self.date(leader["due"], task, False) if leader.get("due") else None
        if due is not None:
            return not_before, None, due, standard
        pickup = length_of(step.get("pickup") or self.definition.pickup)
        limit = calendar.due_after(start, pickup)
        whole = None if length is None else calendar.due_after(start, together(pickup, length))
        return not_before, limit, whole, standard

    def row(self, step, task, returned):
        """The step that bears the time of a printed row, and the row's first act in this pass."""
        if not step.get("row"):
            return step, None
        acts, outside = self.definition.row_of(step), self.definition.outside
        earlier = acts[: next(i for i, act in enumerate(acts) if act["id"] == step["id"])]
        side = step["id"] in outside
        before = {act["id"] for act in earlier if (act["id"] in outside) == side}
        spans = len({self.definition.place.get(act["id"]) for act in acts}) > 1
        done = [
            other
            for other in self.tasks
            if not other.get("approval_of")
            and (
                (other["step_id"] in before and (spans or other.get("branch") == task.get("branch")))
                or (spans and other["step_id"] == step["id"] and self.beside(other, task))
            )
        ]
        first = [other for other in done if other.get("standard_minutes") is not None] or done
        return acts[0], first[-1] if first and not returned else None

    def beside(self, earlier, task):
        """Whether a task stands in another branch of the same round."""
        mine, other = (self.branch(which) for which in (task, earlier))
        if not mine or not other or mine is other:
            return False
        return (mine["block"], mine["round"]) == (other["block"], other["round"])

    def length(self, step, task):
        text = step.get("time")
        if step.get("time_by"):
            value = self.value(step["time_by"]["field"], task)
            text = dict(step["time_by"]["times"]).get(str(value), text)
        if text in (None, "none"):
            return None
        days, work_days, minutes, rest = length = length_of(text)
        times = self.value(step["time_per"], task) if step.get("time_per") else None
        # Canonical JSON writes numbers with a fraction as texts.
        if isinstance(times, bool) or not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", str(times)):
            return length
        number = max(decimal.Decimal(0), decimal.Decimal(str(times)))
        if days or work_days:
            n = int(number.quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP))
            return together((days * n, work_days * n, minutes * n, rest * n), (0, 0, 0, 0))
        worked = int((number * (60 * minutes + rest)).quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP))
        return 0, 0, worked // 60, worked % 60

    # --- dates ---

    def date(self, rule, task, opening):
        """The instant that a rule of ``due`` or ``not_before`` names; None while its field is empty."""
        calendar, period = self.calendar, self.case.row.get("period")
        if rule.get("days_of_month"):
            return calendar.of_month(period, rule)[0 if opening else 1] if period else None
        length = rule.get("before") or rule.get("after")
        anchor = self.anchor(length[0] if length else rule.get("at") or "", task)
        if anchor is None:
            return None
        if length is None:
            return calendar.on(anchor, opening)
        if rule.get("before"):
            return calendar.counted_back(anchor, length_of(length[1]), opening)
        return (calendar.open_after if opening else calendar.due_after)(anchor, length_of(length[1]))

    def anchor(self, path, task):
        if path == "window.end":
            return self.window()
        value = self.value(path, task)
        if isinstance(value, int) and path.startswith("milestone."):
            return value
        if not isinstance(value, str) or not value:
            return None
        if "T" not in value:
            return date.fromisoformat(value)
        if datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is None:
            raise Untold("an instant is told without its zone")
        return seconds(value)

    def milestone(self, name, task):
        """When a milestone of the case falls, on the calendar of the case."""
        rule = dict(self.definition.sla.get("milestones", []))[name]["due"]
        calendar = self.calendar_of_case()
        return Moment(self.case, self.definition, self.tasks, calendar, self.now, self.hidden).date(
            rule, task, False
        )

    def calendar_of_case(self):
        """That of the SOP as it was now; the task's own where the SOP knows of no other."""
        named, steps = self.definition.sla.get("calendar"), self.definition.steps.values()
        if named == self.calendar.id:
            return self.calendar
        known = [version for at, version in self.case.verifier.versions.get(named, ()) if at <= self.now]
        if known and known[-1] in self.case.verifier.calendars:
            return self.case.verifier.calendars[known[-1]]
        others = [*steps, *self.definition.roles.values()]
        if named is not None or any(other.get("calendar") for other in others):
            raise Untold("a milestone counts by a calendar that is not in the pack")
        return self.calendar

    def window(self):
        period = self.case.row.get("period")
        for trigger in self.definition.triggers if period else ():
            for written_window in trigger.get("windows", []):
                kind = period.partition("-")[2] or "year"
                if written_window["period"] == kind:
                    year = int(period[:4]) + years_after(written_window)
                    empty = trigger.get("empty_window", "next_working_day")
                    return self.calendar.week(year, written_window, self.case.weeks, empty)
        return None

    # --- values ---

    def value(self, path, task):
        """What a definition sees at a path, as far as dates and standard times ask for it."""
        head, *rest = path.split(".")
        branch = self.branch(task) or {}
        block = self.definition.blocks.get(branch.get("block"), {})
        row_name = (block.get("for_each") or {}).get("as", "item")
        if head == "milestone":
            return self.milestone(rest[0], task)
        if head == "case":
            value = self.of_case(rest[0])
        elif head == "branch" and rest[0] in ("id", "unit"):
            value = branch.get("key" if rest[0] == "id" else "unit")
        elif head in ("item", row_name) or path.startswith("branch.item."):
            rest = rest[1:] if head == "branch" else rest
            return at_path(self.told("branch", task.get("branch_id"), "item") if branch else None, rest)
        elif head in self.definition.steps:
            return at_path(self.of_step(self.definition.steps[head], branch, rest), rest)
        else:
            raise Untold(f"{path} is not counted again")
        return at_path(value, rest[1:])

    def of_case(self, name):
        public = {"received": "received_at", "started": "started_at"}
        if name in ("number", "period", "result", "started_by", *public):
            return self.case.row.get(public.get(name, name))
        if name in ("fields", "parties", "title"):
            return self.told("case", self.case.row["id"], name)
        return (self.told("case", self.case.row["id"], "values") or {}).get(name)

    def of_step(self, step, branch, rest):
        """What a step's last visit said: that of this branch, or the last one of all."""
        block = self.definition.place.get(step["id"], (None, 0))[0]
        inside = block is not None and branch.get("block") == block
        key = branch.get("key") if inside else None
        wanted = [
            other
            for other in self.tasks
            if other["step_id"] == step["id"]
            and other["state"] == "completed"
            and not other.get("approval_of")
            and (other.get("branch") == key or (block is not None and not inside))
        ]
        by_visit = block is None or inside
        done = sorted(wanted, key=lambda other: (other["visit"] if by_visit else 0, ended_at(other)))
        if not done:
            return {}
        last = done[-1]
        instants = {"finished": "finished_at", "started": "claimed_at", "done_at": "finished_at"}
        if rest[0] in instants and (rest[0] != "done_at" or step["id"] in self.definition.recorded):
            return {rest[0]: last.get(instants[rest[0]])}
        if rest[0] == "outcome":
            return {"outcome": self.outcome(step, last)}
        return self.told("task", last["id"], "data") or {}

    def outcome(self, step, task):
        """By which the case went on: of several holders what they decided together."""
        outcome, rule = task.get("outcome"), step.get("decide")
        alone = rule is None or not task.get("group_id") or task.get("deviation")
        if alone or dict(step.get("outcomes", [])).get(outcome, {}).get("return"):
            return outcome
        group = [other for other in self.tasks if other.get("group_id") == task["group_id"]]
        voted = sorted(filter(self.counts, group), key=ended_at)
        holders = len(voted) + sum(other["state"] in OPEN for other in group)
        needed = {"all": holders, "majority": holders // 2 + 1, "any": 1}[rule.get("by") or "all"]
        needed = min(rule["at_least"], holders) if rule.get("at_least") is not None else needed
        votes = collections.Counter()
        for vote in (other.get("outcome") or "" for other in voted):
            votes[vote] += 1
            if vote in rule.get("veto", ()) or votes[vote] >= needed:
                return vote
        return rule.get("otherwise") if len(voted) >= holders else None

    def counts(self, task):
        """Whether what a visit came to stands: nobody took it back, no approver refused it."""
        if task["state"] != "completed" or task.get("approval_of"):
            return False
        led = [task.get(name) for name in ("step_id", "branch", "origin_id")]
        approvals = (other for other in self.tasks if other.get("approval_of"))
        answers = [approval for approval in approvals if approval.get("origin_id") == task["id"]]
        if answers and answers[-1].get("outcome") == REFUSED:
            return False
        return not any(
            led == [other.get(name) for name in ("step_id", "branch", "origin_id")]
            and other["visit"] > task["visit"]
            and not other.get("approval_of")
            and (not task.get("group_id") or other.get("seats") == task.get("seats"))
            for other in self.tasks
        )

    def branch(self, task):
        return self.case.things.get(("branch", task.get("branch_id")))

    def told(self, kind, thing, name):
        if self.case.blind:
            raise Untold("what a form says stands in details that are not in the pack")
        return self.hidden.get((kind, thing), {}).get(name)


def years_after(window):
    """How many years after its period a window lies: one that would come before it is of the next year."""
    if window.get("year"):
        return {"previous": -1, "same": 0, "next": 1}[window["year"]]
    kind = window["period"]
    part = 1 if kind == "year" else int(kind.lstrip("QH"))
    begins = (part - 1) * {"Q": 3, "H": 6}.get(kind[:1], 1) + 1
    return 1 if window["month"] < begins else 0


def at_path(value, path):
    for part in path:
        if isinstance(value, list):
            value = [row.get(part) for row in value if isinstance(row, dict)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def ended_at(task):
    return max(seconds(task.get("finished_at") or task["ready_at"]), seconds(task["ready_at"]))


class Case:
    """One case played again: its events follow from each other, and its times from the calendar."""

    def __init__(self, verifier, stream):
        self.verifier, self.stream = verifier, stream
        self.things, self.visits, self.hidden = {}, {}, {}
        self.row, self.weeks, self.blind = {}, WEEKS, not verifier.pack.manifest["details"]

    def add(self, event, beside):
        at, before = (self.stream, event["seq"]), None
        if event["act"] in RECOUNTS:
            before = self.row, self.tasks()
        self.was = self.hidden
        if beside is not None:
            self.hidden = dict(self.hidden)
            for change in beside["changes"]:
                key = change["kind"], change["id"]
                told = {name: new for name, (_, new) in change["fields"].items()}
                self.hidden[key] = {**self.hidden.get(key, {}), **told}
        elif event["details_digest"] is not None:
            self.blind = True  # erased
        for change in event["changes"]:
            key, created = (change["kind"], change["id"]), change["created"]
            if created == (key in self.things):
                raise Tampered(f"{key[0]} is made twice or never", *at)
            old = self.things.get(key, {})
            thing = self.things[key] = {**old, "id": change["id"]}
            for name, (was, becomes) in change["fields"].items():
                if not created and old.get(name, was) != was:
                    raise Tampered(f"{name} was another", *at)
                thing[name] = becomes
            if key[0] == "case":
                self.row = thing
            elif key[0] == "task":
                self.visits[change["id"]] = thing
                if before is None:
                    self.check_task(event, old, thing, beside)
        if before is not None:
            self.check_recount(event, *before)

    def tasks(self):
        return list(self.visits.values())

    def check_task(self, event, old, task, beside):
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
            self.check_opening(task, calendar, event)
        elif old.get("hold_minutes", 0) != task.get("hold_minutes", 0):
            held = calendar.minutes(seconds(old["held_at"]), now)
            right = task["hold_minutes"] - (old.get("hold_minutes") or 0) == held
            require(right, "its hold is not what the calendar gives", *at)
        if old:
            self.check_moved_due(old, task, calendar, now, event)
        if task["state"] == "completed" and old.get("state") != "completed":
            self.check_minutes(task, calendar, beside, at)

    def check_minutes(self, task, calendar, beside, at):
        finished, claimed = seconds(task["finished_at"]), seconds(task["claimed_at"])
        ready, worked = seconds(task["ready_at"]), task.get("worked_minutes") or 0
        start = max(ready, seconds(task["not_before"])) if task.get("not_before") else ready
        waiting = max(0, calendar.minutes(start, claimed) - worked)
        require(task["waiting_minutes"] == waiting, "its waiting is not what the calendar gives", *at)
        step, definition = self.step(task), self.definition()
        span = claimed, finished
        if step.get("kind") == "meeting":
            span = self.meeting(step, task, beside)
        if span is not None:
            base = 0 if span != (claimed, finished) else worked - (task.get("hold_minutes") or 0)
            working = max(0, base + calendar.minutes(*span))
            require(task["working_minutes"] == working, "its work is not what the calendar gives", *at)
        else:
            self.verifier.untold["the work of a meeting stands in its details"] += 1
        late = 0
        if task.get("due_at") and (task.get("approval_of") or task["step_id"] not in definition.outside):
            late = -(-calendar.between(seconds(task["due_at"]), finished) // 60)
        require(task["late_minutes"] == late, "its lateness is not what the calendar gives", *at)

    def meeting(self, step, task, beside):
        """When the meeting was, from the form; None where the details are not there."""
        names = {field.get("role"): field["id"] for field in self.definition().form(step)}
        if beside is None:
            return None
        changed = {c["id"]: c["fields"] for c in beside["changes"] if c["kind"] == "task"}
        data = (changed.get(task["id"], {}).get("data") or [None, None])[1] or {}
        times = [data.get(names.get(role)) for role in ("work_start", "work_end")]
        if all(times):
            return seconds(times[0]), seconds(times[1])
        return seconds(task["claimed_at"]), seconds(task["finished_at"])

    # --- deadlines ---

    def check_opening(self, task, calendar, event):
        """The times of a new visit, with what forms said before this event or after it."""
        step, now = self.step(task), seconds(task["ready_at"])
        if task["state"] == "completed" and not task.get("assignee") and not task.get("due_at"):
            return  # the system did it at once
        before = [other for other in self.tasks() if other is not task]
        tried = [(hidden, weeks) for hidden in (self.hidden, self.was) for weeks in self.weeks_of(task)]

        def told(hidden, weeks):
            self.weeks = weeks
            moment = Moment(self, self.definition(), before, calendar, now, hidden)
            if task.get("approval_of"):
                return moment.of_approval(step)
            return moment.times(step, task, moment.visits(task), bool(task.get("returned_by")))

        self.check_times(task, (lambda given=given: told(*given) for given in tried), event)

    def weeks_of(self, task):
        return self.verifier.weeks.get(task["calendar_version"], [WEEKS])

    def check_times(self, task, tried, event):
        """That one of these gives the times of a task."""
        shown = [task.get(name) and seconds(task[name]) for name in ("not_before", "pickup_due_at", "due_at")]
        shown = (*shown, task.get("standard_minutes"))
        for times in tried:
            try:
                if times() == shown:
                    return
            except Untold as why:
                self.verifier.untold[str(why)] += 1
                return
        raise Tampered("its deadline is not what definition and calendar give", self.stream, event["seq"])

    def check_moved_due(self, old, task, calendar, now, event):
        """Of what is neither counted again nor moved to another version, holds alone move deadlines."""
        names, at = ("due_at", "pickup_due_at"), (self.stream, event["seq"])
        over = old.get("held_at") and not task.get("held_at")
        if not over and all(old.get(name) == task.get(name) for name in names):
            return
        was = [old.get(name) and seconds(old[name]) for name in names]
        if over and task["state"] in ("ready", "assigned", "in_progress"):
            held = calendar.minutes(seconds(old["held_at"]), now) * 60
            due = calendar.add(was[0], held) if was[0] and was[1] else was[0]
            limit = calendar.add(was[1], held) if was[1] and not old.get("claimed_at") else was[1]
            was = [due, limit]
        right = was == [task.get(name) and seconds(task[name]) for name in names]
        require(right or over, "its deadline moved without a hold", *at)
        require(right or task["state"] == "cancelled", "its deadline did not move by its hold", *at)

    def check_recount(self, event, old_case, old_tasks):
        """Deadlines after a new calendar, or after the case moved to another version of its SOP."""
        moved = event["act"] == "case.migrate"
        old_definition = self.verifier.definitions.get(old_case["definition_hash"])
        now = seconds(event["at"])
        renamed = [
            {**old_task, **{name: self.visits[old_task["id"]][name] for name in ("step_id", "visit")}}
            for old_task in old_tasks
        ]
        for old, new in zip(old_tasks, renamed):
            task = self.visits[old["id"]]
            if old["state"] not in OPEN:
                continue
            if (moved and event["facts"]["clock"] == "keep") or old["calendar_version"] == task[
                "calendar_version"
            ]:
                names = ("not_before", "pickup_due_at", "due_at", "standard_minutes", "calendar_version")
                if not moved or event["facts"]["clock"] == "keep":
                    same = all(old.get(name) == task.get(name) for name in names)
                    require(same, "its deadline moved on the same calendar", self.stream, event["seq"])
                    continue
            pair = [self.verifier.calendars.get(old_task["calendar_version"]) for old_task in (old, task)]
            require(all(pair), "a calendar that it counts by is not in the pack", self.stream, event["seq"])

            def told(weeks, old=old, new=new, pair=pair):
                self.weeks = weeks
                then = Moment(self, old_definition, old_tasks, pair[0], now, self.hidden)
                after = Moment(self, self.definition(), renamed, pair[1], now, self.hidden)
                if not moved:
                    return recounted(old, then, after, new)
                return migrated(old, then, after, new, event["facts"]["clock"])

            tried = (lambda weeks=weeks: told(weeks) for weeks in self.weeks_of(task))
            self.check_times(task, tried, event)

    # --- what it is of ---

    def definition(self):
        definition = self.verifier.definitions.get(self.row.get("definition_hash"))
        if definition is None:
            raise Tampered("its definition is not in the pack", self.stream)
        return definition

    def step(self, task):
        return self.definition().steps.get(task["step_id"], {})

    def end(self):
        """The visits of the case against the rows of timing.json."""
        verifier, number, rows = self.verifier, self.row.get("number"), []
        told = [visit(task, VISITED) for task in self.tasks() if task["state"] != "cancelled"]
        # As many as there are: the case of another agency that follows may have the same number.
        while len(rows) < len(told) and verifier.row is not None and verifier.row["case_number"] == number:
            rows.append(verifier.row)
            verifier.row = next(verifier.rows, None)
        shown = collections.Counter(visit(row, ROW) for row in rows)
        right = collections.Counter(told) == shown
        require(right, "timing.json says something else than the events", self.stream)


def stored_times(task):
    names = ("not_before", "pickup_due_at", "due_at")
    return [task.get(name) and seconds(task[name]) for name in names]


def recounted(old, then, after, new):
    """The times of an open task on a new calendar; what holds have added is added again in working time."""
    was, becomes = then.at_opening(old), after.at_opening(new)
    before, calendar = then.calendar, after.calendar
    start = max(seconds(old["ready_at"]), seconds(old["not_before"])) if old.get("not_before") else None
    start = seconds(old["ready_at"]) if start is None else start

    def moved(stored, was, becomes):
        if stored is None:
            return None
        if was is not None and becomes is not None and was <= stored:
            return calendar.add(becomes, before.minutes(was, stored) * 60)
        if stored <= start:
            return stored
        return calendar.add(start, before.minutes(start, stored) * 60)

    standard = becomes[3] if old.get("standard_minutes") == was[3] else old.get("standard_minutes")
    return (*map(moved, stored_times(old), was, becomes), standard)


def migrated(old, then, after, new, clock):
    """The times of an open task under another version: anew from now, or from its opening with its holds."""
    if clock == "full":
        others = [other for other in after.tasks if other is not new]
        fresh = Moment(after.case, after.definition, others, after.calendar, after.now, after.hidden)
        step = after.definition.steps[new["step_id"]]
        if new.get("approval_of"):
            return fresh.of_approval(step)
        return fresh.times(step, new, fresh.visits(new), bool(new.get("returned_by")))
    was, becomes = then.at_opening(old), after.at_opening(new)

    def later(stored, was, becomes):
        if None in (becomes, stored, was) or stored <= was:
            return becomes
        return after.calendar.add(becomes, after.calendar.minutes(was, stored) * 60)

    _, limit, due = stored_times(old)
    return becomes[0], later(limit, was[1], becomes[1]), later(due, was[2], becomes[2]), becomes[3]


def visit(task, names):
    """What a row of the timing log and the events both say of a visit."""
    get = task.get
    late = get("late_minutes") if get("finished_at") else None
    instants = (get("ready_at"), get("claimed_at"), get("finished_at"), get("due_at"))
    rest = get("hold_minutes") or 0, late, bool(get("deviation"))
    return (*map(get, names), *(at and seconds(at) for at in instants), *rest)


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
        verdict = verify(given.pack, *texts)
    except (Unreadable, OSError, UnicodeDecodeError) as error:
        print(f"UNREADABLE: {error}", file=sys.stderr)
        return 2
    for warning in verdict.get("warnings", ()):
        print(f"note: {warning}", file=sys.stderr)
    if given.json:
        print(json.dumps(verdict))
    elif verdict["ok"]:
        whole = "WHOLE: {events} events, {streams} streams, {origin} {size}"
        print(whole.format_map(verdict))
        for item in verdict["not_checked"]:
            print(f"not checked: {item['stream']} {item['seq']}: {item['what']}")
    else:
        for fault in verdict["faults"]:
            print(f"TAMPERED: {fault['stream']} event {fault['seq']}: {fault['what']}")
    return 1 if not verdict["ok"] else 3 if verdict["unsealed"] else 0


if __name__ == "__main__":
    sys.exit(main())
