"""Evidence packs: clean ones are whole, and whatever is falsified in one is found by both verifiers."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.audit.chain import event_hash
from engine.audit.checkpoint import Checkpoint, parsed_note, signed_note
from engine.audit.log_key import LogKey
from engine.audit.merkle import Tree, leaf_hash
from reports.evidence import verify as first
from reports.evidence.export import take_pack
from runtime.settings.sign_in import make_key
from runtime.testing import client_for
from tests.support import second_verifier as second
from tests.support.cli import said, settings_of
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")

Files = dict[str, bytes]
Falsify = Callable[[Files], None]


@pytest.fixture
def played(office: DemoOffice) -> DemoOffice:
    """A case that took days, with a hold and late work, sealed on the way; one under way."""
    make_key(office.system.settings.log_key_path)
    case_id = office.start()
    office.engine.checkpoints.seal()
    task = office.open_task(case_id, "s1")
    office.clock.advance(timedelta(minutes=30))
    office.engine.tasks.claim("kadis", task.id)
    office.clock.advance(timedelta(minutes=100))
    office.engine.tasks.hold("kadis", task.id, reason_class="lainnya", reason="Menunggu")
    office.clock.advance(timedelta(days=1))
    office.engine.tasks.resume("kadis", task.id)
    office.engine.checkpoints.seal()
    office.clock.advance(timedelta(days=7))
    office.finish(case_id)
    office.start(period="2026-Q1")
    return office


def packed(office: DemoOffice, case: str | None = None, details: bool = True) -> bytes:
    with take_pack(office.engine, HOST, case=case, details=details) as pack:
        pack.seek(0)
        return pack.read()


def unpacked(pack: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files, *, repaired: bool = True) -> bytes:
    """The files as a pack again, by default under a manifest that fits them."""
    manifest = json.loads(files["manifest.json"])
    if repaired:
        manifest["files"] = {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in files.items()
            if name != "manifest.json"
        }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (files | {"manifest.json": json.dumps(manifest).encode()}).items():
            archive.writestr(name, content)
    return out.getvalue()


def both(pack: bytes, tmp_path: Path, key: str | None = None) -> tuple[bool, bool]:
    path = tmp_path / "pack.zip"
    path.write_bytes(pack)
    found = first.verify(str(path), [key] if key else [])
    return found["ok"], second.accepts(pack, key)


# --- falsifications: each changes the files, and whoever does it repairs all that he can ---


def lines_of(files: Files, name: str = "events.jsonl") -> list[Any]:
    return [json.loads(line) for line in files[name].splitlines()]


def put(files: Files, lines: list[Any], name: str = "events.jsonl") -> None:
    files[name] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def of_case(lines: list[Any]) -> list[Any]:
    """The events of the finished case."""
    events = [line for line in lines if line.get("stream", "").startswith("case:") and "body" in line]
    streams = [line["stream"] for line in events]
    longest = max(streams, key=streams.count, default=None)
    return [line for line in events if line["stream"] == longest]


def with_event(change: Callable[[dict[str, Any]], None], *, hashed: bool, chained: bool = False) -> Falsify:
    def falsify(files: Files) -> None:
        lines = lines_of(files)
        target = of_case(lines)[2]
        body = json.loads(target["body"])
        change(body)
        target["body"] = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        if hashed:
            target["hash"] = event_hash(target["body"].encode())
        if chained:
            rechain(lines, target["stream"])
        put(files, lines)

    return falsify


def rechain(lines: list[Any], stream: str) -> None:
    prev, seq = "0" * 64, 0
    for line in lines:
        if line.get("stream") != stream:
            continue
        if "head" in line:
            line["head"] = {"seq": seq, "hash": prev}
            continue
        seq += 1
        body = json.loads(line["body"]) | {"seq": seq, "prev": prev}
        line["body"] = json.dumps(body, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
        line["seq"], line["prev"], prev = seq, prev, event_hash(line["body"].encode())
        line["hash"] = prev


def in_lines(change: Callable[[list[Any], list[Any]], Any], name: str = "events.jsonl") -> Falsify:
    def falsify(files: Files) -> None:
        lines = lines_of(files, name)
        put(files, change(lines, of_case(lines)) or lines, name)

    return falsify


def without(lines: list[Any], gone: list[Any]) -> list[Any]:
    return [line for line in lines if not any(line is one for one in gone)]


def deleted_and_rechained(lines: list[Any], case: list[Any]) -> list[Any]:
    rest = without(lines, case[3:4])
    rechain(rest, case[0]["stream"])
    return rest


def cut_off(lines: list[Any], case: list[Any]) -> list[Any]:
    rest = without(lines, case[-2:])
    rechain(rest, case[0]["stream"])
    return rest


def inserted(lines: list[Any], case: list[Any]) -> list[Any]:
    at = next(i for i, line in enumerate(lines) if line is case[-1])
    lines.insert(at + 1, dict(case[-1]))
    rechain(lines, case[0]["stream"])
    return lines


def swapped(_: list[Any], case: list[Any]) -> None:
    case[2]["body"], case[3]["body"] = case[3]["body"], case[2]["body"]


def places_swapped(_: list[Any], case: list[Any]) -> None:
    case[2]["index"], case[3]["index"] = case[3]["index"], case[2]["index"]


def column(name: str, value: Any) -> Falsify:
    return in_lines(lambda _, case: case[2].update({name: value}))


def without_stream(files: Files) -> None:
    lines = lines_of(files)
    gone = next(line["stream"] for line in lines[1:] if line["stream"].startswith(("case:", "preference:")))
    kept = [line for line in lines if line.get("stream") != gone]
    kept[0]["streams"] -= 1
    put(files, kept)
    if "details.jsonl" in files:
        put(
            files, [one for one in lines_of(files, "details.jsonl") if one["stream"] != gone], "details.jsonl"
        )
    manifest = json.loads(files["manifest.json"])
    manifest["events"] = sum("body" in line for line in kept)
    files["manifest.json"] = json.dumps(manifest).encode()


def in_manifest(**values: Any) -> Falsify:
    def falsify(files: Files) -> None:
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | values).encode()

    return falsify


def in_detail(**values: Any) -> Falsify:
    def falsify(files: Files) -> None:
        lines = lines_of(files, "details.jsonl")
        lines[3] = {name: value for name, value in (lines[3] | values).items() if value is not None}
        put(files, lines, "details.jsonl")

    return falsify


def file_named(start: str, end: str = "") -> Callable[[Files], str]:
    return lambda files: next(name for name in files if name.startswith(start) and name.endswith(end))


def replaced(which: Callable[[Files], str], change: Callable[[bytes], bytes]) -> Falsify:
    def falsify(files: Files) -> None:
        name = which(files)
        changed = change(files[name])
        assert changed != files[name]
        files[name] = changed

    return falsify


def removed(which: Callable[[Files], str]) -> Falsify:
    return lambda files: files.__delitem__(which(files))


def row_without(files: Files) -> None:
    head, row, *rest = files["timing.json"].split(b"\n")
    files["timing.json"] = b"\n".join([head, *rest])
    assert row.startswith(b'{"case_number"')


def resealed(files: Files) -> None:
    """Events edited, chained again, the whole tree made anew and signed with another key."""
    with_event(lambda body: body.update(account="auditor"), hashed=True, chained=True)(files)
    sealed_with_another_key(files)


FORGER = LogKey(lambda: b"k" * 32)


def sealed_with_another_key(files: Files) -> None:
    lines = lines_of(files)
    for line in lines[1:]:
        if "body" in line:
            line["account"] = json.loads(line["body"])["account"]
    put(files, lines)
    note = parsed_note(files["checkpoint"].decode()).checkpoint
    leaves = {line["index"]: leaf_hash(line["body"].encode()) for line in lines if "body" in line}
    if "leaves.bin" not in files:
        return
    tree = Tree(leaves[index] for index in range(note.size))
    files["leaves.bin"] = b"".join(leaves[index] for index in range(note.size))
    forged = Checkpoint(note.origin, note.size, tree.root())
    files["checkpoint"] = signed_note(forged, [FORGER.signature(forged)]).encode()
    files["log.vkey"] = FORGER.verifier(note.origin).text.encode()
    for name in [name for name in files if name.startswith("checkpoints/")]:
        del files[name]
    files["consistency.jsonl"] = b""


def lying(field: str) -> Falsify:
    """An office that signs what its calendar does not give: in the events and in the timing log alike."""

    def falsify(files: Files) -> None:
        lines = lines_of(files)
        told = {}
        for line in of_case(lines):
            body = json.loads(line["body"])
            for change in body["changes"]:
                fields = change["fields"]
                if change["kind"] == "task" and field in fields and not told:
                    if fields[field][1] in (None, 0) or fields[field][0] not in (None, 0):
                        continue
                    told = {change["id"]: (fields[field][1], other(fields[field][1]))}
                    fields[field][1] = told[change["id"]][1]
                elif change["id"] in told and field in fields:
                    fields[field][0] = told[change["id"]][1]
            line["body"] = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        assert told, field
        rechain(lines, of_case(lines)[0]["stream"])
        put(files, lines)
        sealed_with_another_key(files)

    return falsify


def other(value: Any) -> Any:
    return value + 7 if isinstance(value, int) else value.replace(":00.000000Z", ":59.000000Z")


flip: Callable[[bytes], bytes] = lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:]  # noqa: E731
BOTH: dict[str, Falsify] = {
    "body": with_event(lambda body: body.update(account="auditor"), hashed=False),
    "body and hash": with_event(lambda body: body.update(at="2026-01-01T00:00:00.000000Z"), hashed=True),
    "a chain made anew": with_event(lambda body: body["facts"].update(x=1), hashed=True, chained=True),
    "an event gone": in_lines(lambda lines, case: without(lines, case[3:4])),
    "an event gone, chained anew": in_lines(deleted_and_rechained),
    "the end cut off": in_lines(cut_off),
    "an event inserted": in_lines(inserted),
    "events swapped": in_lines(swapped),
    "places swapped": in_lines(places_swapped),
    "a place beyond": column("index", 10**6),
    "a place that is none": column("index", None),
    "column act": column("act", "task.view"),
    "column account": column("account", "auditor"),
    "column at": column("at", "2026-01-01T00:00:00.000000Z"),
    "head": in_lines(lambda lines, _: lines[-1]["head"].update(hash="f" * 64)),
    "head gone": in_lines(lambda lines, _: lines[:-1]),
    "streams told": in_lines(lambda lines, _: lines[0].update(streams=1)),
    "a stream gone": without_stream,
    "detail": in_detail(body='{"changes":[],"details":{}}'),
    "salt": in_detail(salt="00" * 32),
    "a detail gone": in_lines(lambda lines, _: lines[1:], "details.jsonl"),
    "a file swapped": replaced(file_named("files/"), lambda content: content + b" "),
    "a file gone": removed(file_named("files/")),
    "a file added": lambda files: files.update({"files/" + hashlib.sha256(b"x").hexdigest(): b"x"}),
    "text of a definition": replaced(file_named("definitions/", ".yaml"), lambda text: text + b"\n# x\n"),
    "model of a definition": replaced(
        file_named("definitions/", ".json"), lambda text: text.replace(b'"1wd"', b'"2wd"')
    ),
    "a definition added": lambda files: files.update(
        {"definitions/x@1.yaml": b"x", "definitions/x@1.json": b"{}"}
    ),
    "hours": replaced(file_named("calendars/"), lambda text: text.replace(b"[450,", b"[400,")),
    "a calendar gone": removed(file_named("calendars/")),
    "a minute": replaced(
        lambda _: "timing.json", lambda text: text.replace(b'"waiting_minutes": ', b'"waiting_minutes": 1', 1)
    ),
    "an executor": replaced(
        lambda _: "timing.json", lambda text: text.replace(b'"executor": "kadis"', b'"executor": "sekdis"', 1)
    ),
    "a visit gone": row_without,
    "root": replaced(
        lambda _: "checkpoint", lambda note: note.replace(note.split(b"\n")[2], b"A" * 43 + b"=")
    ),
    "size": replaced(
        lambda _: "checkpoint", lambda note: note.replace(b"\n" + note.split(b"\n")[1], b"\n9", 1)
    ),
    "signature": replaced(
        lambda _: "checkpoint", lambda note: note[:-10] + (b"B" if note[-10:-9] == b"A" else b"A") + note[-9:]
    ),
    "an earlier checkpoint": replaced(file_named("checkpoints/"), flip),
    "an earlier checkpoint gone": removed(file_named("checkpoints/")),
    "consistency": in_lines(
        lambda lines, _: lines[0].update(hashes=lines[0]["hashes"][1:]), "consistency.jsonl"
    ),
    "origin told": in_manifest(origin="other.example/alur"),
    "size told": in_manifest(tree_size=3),
    "events told": in_manifest(events=3),
    "sealed anew with another key": resealed,
}
OF_ALL: dict[str, Falsify] = {
    "leaves": replaced(lambda _: "leaves.bin", flip),
    "leaves cut off": replaced(lambda _: "leaves.bin", lambda leaves: leaves[:-32]),
    "a detail said to be erased": in_detail(body=None, salt=None, erased=True),
}
OF_CASE: dict[str, Falsify] = {
    "a proof gone": in_lines(lambda lines, _: lines[1:], "proofs.jsonl"),
    "proof": in_lines(lambda lines, _: lines[0].update(hashes=lines[0]["hashes"][::-1]), "proofs.jsonl"),
}


def test_clean_packs_are_whole_for_both_verifiers_and_say_what_they_cannot_check(
    played: DemoOffice, tmp_path: Path
) -> None:
    for case in (None, "PDK-2026-0001", "PDK-2026-0002"):
        for details in (False, True):
            pack = packed(played, case, details)
            assert both(pack, tmp_path) == (True, True), (case, details)
            found = first.verify(str(tmp_path / "pack.zip"))
            assert bool(found["not_checked"]) is not details, found
            files = any(name.startswith("files/") for name in unpacked(pack))
            assert files is (details and case != "PDK-2026-0002")


@pytest.mark.parametrize("case", [None, "PDK-2026-0001"], ids=["all", "case"])
def test_whatever_is_falsified_is_found_by_both_verifiers(
    played: DemoOffice, tmp_path: Path, case: str | None
) -> None:
    pack = packed(played, case)
    key = played.engine.context.log_key.verifier("disdag.example/alur").text
    assert both(zipped(unpacked(pack)), tmp_path, key) == (True, True)
    missed = {}
    for name, falsify in (BOTH | (OF_CASE if case else OF_ALL)).items():
        files = unpacked(pack)
        falsify(files)
        assert (files != unpacked(pack)) or name == "x"
        accepted = both(zipped(files), tmp_path, key)
        if accepted != (False, False):
            missed[name] = accepted
    assert missed == {}


@pytest.mark.parametrize(
    "field", ["waiting_minutes", "working_minutes", "hold_minutes", "late_minutes", "due_at"]
)
def test_an_office_that_signs_wrong_minutes_is_found(played: DemoOffice, tmp_path: Path, field: str) -> None:
    files = unpacked(packed(played))
    key = FORGER.verifier("disdag.example/alur").text
    sealed_with_another_key(files)
    assert both(zipped(files), tmp_path, key) == (True, True)
    lying(field)(files)
    assert both(zipped(files), tmp_path, key) == (False, False)
    (fault,) = first.verify(str(tmp_path / "pack.zip"), [key])["faults"]
    words = {"due_at": "deadline", "late_minutes": "lateness", "hold_minutes": "hold"}
    assert words.get(field, field.removesuffix("ing_minutes").removesuffix("_minutes")) in fault["what"]


def test_a_manifest_that_was_not_repaired_a_second_member_and_half_a_file_are_found(
    played: DemoOffice, tmp_path: Path
) -> None:
    pack = packed(played, "PDK-2026-0001", details=False)
    files = unpacked(pack)
    files["README.txt"] += b"x"
    assert both(zipped(files, repaired=False), tmp_path) == (False, False)
    twice = io.BytesIO(pack)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("README.txt", "lain")
    assert both(twice.getvalue(), tmp_path) == (False, False)
    (tmp_path / "half.zip").write_bytes(pack[: len(pack) // 2])
    with pytest.raises(first.Unreadable):
        first.verify(str(tmp_path / "half.zip"))


def test_verify_py_runs_alone_and_the_command_says_the_same(played: DemoOffice, tmp_path: Path) -> None:
    env = settings_of(played.urls, played.files)
    env["ALUR_LOG_KEY_FILE"] = str(played.system.settings.log_key_path)
    pack, checkpoint, key = tmp_path / "bukti.zip", tmp_path / "titik.txt", tmp_path / "log.vkey"
    assert said("audit", "checkpoint", "--output", checkpoint, env=env).exit_code == 0
    assert said("audit", "key", "--output", key, env=env).exit_code == 0
    more = ("--case", "PDK-2026-0001", "--details")
    assert said("audit", "export", "--format", "pack", *more, "--output", pack, env=env).exit_code == 0
    (tmp_path / "verify.py").write_bytes(unpacked(pack.read_bytes())["verify.py"])

    def alone(*arguments: Path | str) -> int:
        command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    for arguments, code in (
        ((pack,), 0),
        ((pack, "--key", key), 0),
        ((pack, "--key", key, "--checkpoint", checkpoint), 0),
        ((pack, "--checkpoint", checkpoint), 3),  # reading the details is younger than it
        ((checkpoint,), 2),
        ((pack, "--key", checkpoint), 2),
    ):
        assert alone(*arguments) == code, arguments
        if arguments != (checkpoint,):
            assert said("audit", "verify", *arguments).exit_code == code, arguments
    found = json.loads(said("audit", "verify", pack, "--json", "--key", key).stdout)
    assert (found["ok"], found["origin"], found["unsealed"]) == (True, "disdag.example/alur", 0)


def test_an_auditor_takes_a_pack_and_reading_details_is_told(played: DemoOffice, tmp_path: Path) -> None:
    auditor = client_for(played.system, "auditor")

    def reads() -> int:
        return len(auditor.get("/api/v1/audit/events?act=evidence.read").json()["items"])

    plain = auditor.get("/api/v1/audit/export?format=pack&case=PDK-2026-0001")
    assert (plain.status_code, plain.headers["content-type"], reads()) == (200, "application/zip", 0)
    assert both(plain.content, tmp_path) == (True, True)
    whole = auditor.get("/api/v1/audit/export?format=pack&details=true")
    assert (both(whole.content, tmp_path), reads()) == ((True, True), 1)
    manifest = json.loads(unpacked(whole.content)["manifest.json"])
    assert (manifest["scope"], manifest["made_by"]) == ({"kind": "agency", "case_number": None}, "auditor")
    assert PDF in unpacked(whole.content).values()
    assert auditor.get("/api/v1/audit/export?format=pack&case=PDK-1999-0001").status_code == 404
    assert auditor.get("/api/v1/audit/export?details=true").status_code == 422
    assert client_for(played.system, "kadis").get("/api/v1/audit/export?format=pack").status_code == 403
