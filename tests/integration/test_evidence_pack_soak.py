"""Packs of a long log in figures, and both verifiers on packs that were changed at random."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from engine.access.actor import HOST, Actor
from engine.store.audit_reader import verify_log
from reports.evidence import verify as first
from reports.evidence.export import take_pack
from runtime.settings.sign_in import make_key
from tests.integration.test_evidence_pack import Files, both, packed, unpacked, zipped
from tests.support.copied_cases import copy_cases
from tests.support.offices import DemoOffice

pytestmark = [pytest.mark.soak, pytest.mark.on("sqlite"), pytest.mark.timeout(7200)]

CASES, EVENTS = 40, int(os.environ.get("ALUR_SOAK_EVENTS", "1000000"))
OFFICES, RANDOM_PACKS, CLEAN_LOGS = 20, 250, 50  # in each office, so that a part can be run alone
MEASURED = """
import pathlib, re, runpy, sys, time
del sys.argv[0]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    assert end.code == 0
status = pathlib.Path("/proc/self/status").read_text()
print(time.process_time(), re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""
MEMORY = 64  # MiB of whoever verifies a pack, however long the log


def write(office: DemoOffice, target: Path, case: str | None = None) -> None:
    with take_pack(office.engine, HOST, case=case, details=True) as made, target.open("wb") as out:
        made.seek(0)
        shutil.copyfileobj(made, out)


def verified(program: Path, pack: Path) -> dict[str, float]:
    """A whole pack verified by a process of its own; processor time, and the most memory it ever had."""
    command = [sys.executable, "-I", "-S", "-c", MEASURED, str(program), str(pack)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    assert said[0].startswith("WHOLE")
    seconds, kib = said[-1].split()
    return {"verify_s": float(seconds), "verify_mib": int(kib) / 1024}


def test_a_pack_of_a_long_log_in_figures(office: DemoOffice, tmp_path: Path) -> None:
    make_key(office.system.settings.log_key_path)
    for _ in range(CASES):
        office.finish(office.start())
        office.clock.advance(timedelta(hours=3))
    played = office.engine.checkpoints.seal().size
    copy_cases(Path(make_url(office.system.settings.database_url).database or ""), EVENTS)
    pack = tmp_path / "all.zip"
    began = time.process_time()
    figures: dict[str, float] = {"events": office.engine.checkpoints.seal().size, "played": played}
    figures["seal_s"] = time.process_time() - began
    print(figures, flush=True)
    began = time.process_time()
    write(office, pack)
    figures["pack_s"] = time.process_time() - began
    began = time.process_time()
    write(office, tmp_path / "case.zip", case="PDK-2026-0001")
    figures["case_pack_s"] = time.process_time() - began
    (tmp_path / "verify.py").write_bytes(unpacked(pack.read_bytes())["verify.py"])
    figures |= verified(tmp_path / "verify.py", pack)
    print(figures, flush=True)
    began = time.process_time()
    assert office.engine.context.store.read(verify_log).ok
    figures["database_s"] = time.process_time() - began
    figures["database_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(figures | {"events_per_s": figures["events"] / figures["verify_s"]})
    assert figures["case_pack_s"] <= 2
    assert figures["verify_s"] <= 60
    assert figures["verify_mib"] <= MEMORY


def changed(files: Files, dice: random.Random) -> None:
    """One random change: a bit, a line gone, doubled or moved, a file gone, or nothing."""
    name = dice.choice(sorted(set(files) - {"manifest.json"}))
    lines = files[name].splitlines(keepends=True) or [b""]
    at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(6):
        case 0 if files[name]:
            content = bytearray(files[name])
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
            files[name] = bytes(content)
        case 1:
            files[name] = b"".join(lines[:at] + lines[at + 1 :])
        case 2:
            files[name] = b"".join([*lines[: at + 1], *lines[at:]])
        case 3:
            lines[at], lines[other] = lines[other], lines[at]
            files[name] = b"".join(lines)
        case 4:
            del files[name]


@pytest.mark.parametrize("seed", range(OFFICES))
def test_both_verifiers_agree_on_packs_that_were_changed_at_random(
    office: DemoOffice, tmp_path: Path, seed: int
) -> None:
    make_key(office.system.settings.log_key_path)
    office.finish(office.start())
    packs = [packed(office, case, details) for case in (None, "PDK-2026-0001") for details in (True, False)]
    verdicts: dict[tuple[bool, bool], int] = {}
    for number in range(RANDOM_PACKS):
        dice = random.Random(f"{seed} {number}")
        files = unpacked(dice.choice(packs))
        changed(files, dice)
        found = both(zipped(files), tmp_path)
        assert found[0] == found[1], (number, first.verify(str(tmp_path / "pack.zip"))["faults"])
        verdicts[found] = verdicts.get(found, 0) + 1
    print(verdicts)


def some_act(office: DemoOffice, case_id: str, dice: random.Random) -> None:
    """Something that somebody does, or time that passes."""
    acts: list[Callable[[], object]] = [
        lambda: office.engine.notes.write(Actor("kadis"), case_id, text=f"Catatan {dice.random()}"),
        lambda: office.clock.advance(timedelta(minutes=dice.randint(1, 3000))),
        lambda: office.finish(office.start()),
        office.engine.checkpoints.seal,
    ]
    dice.choices(acts, (5, 4, 1, 2))[0]()


@pytest.mark.parametrize("seed", range(OFFICES))
def test_clean_logs_raise_no_alarm(office: DemoOffice, tmp_path: Path, seed: int) -> None:
    make_key(office.system.settings.log_key_path)
    case_id, dice = office.start(), random.Random(seed)
    for number in range(CLEAN_LOGS):
        some_act(office, case_id, dice)
        assert both(packed(office, None, number % 2 == 0), tmp_path) == (True, True), number
