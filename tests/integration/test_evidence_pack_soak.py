"""Packs of a long log in figures, and both verifiers on packs that were changed at random."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from engine.access.actor import HOST, Actor
from engine.audit.act import Act
from engine.audit.events import READ, access_stream
from engine.store import Tx
from engine.store.audit_reader import verify_log
from reports.evidence.export import take_pack
from runtime.settings.sign_in import make_key
from tests.integration.test_evidence_pack import Files, both, packed, unpacked, zipped
from tests.support.offices import DemoOffice

pytestmark = [pytest.mark.soak, pytest.mark.on("sqlite"), pytest.mark.timeout(7200)]

CASES, EVENTS, AT_ONCE = 40, 1_000_000, 500
RANDOM_PACKS, CLEAN_LOGS = 5000, 1000


def read_on(office: DemoOffice, count: int) -> None:
    """So many more events of somebody who reads."""
    agency = office.organisation().agency.id

    def work(tx: Tx) -> None:
        for number in range(AT_ONCE):
            act = Act(name=READ, at=office.clock.now(), account="auditor", subject=f"task:{number}")
            tx.audit.record(access_stream(agency), act, {})

    for _ in range(count // AT_ONCE):
        office.engine.context.store.execute(work)


def test_a_pack_of_a_long_log_in_figures(office: DemoOffice, tmp_path: Path) -> None:
    make_key(office.system.settings.log_key_path)
    for _ in range(CASES):
        office.finish(office.start())
        office.clock.advance(timedelta(hours=3))
    played = office.engine.checkpoints.seal().size
    read_on(office, EVENTS - played)
    pack = tmp_path / "all.zip"
    figures: dict[str, float] = {"events": office.engine.checkpoints.seal().size, "played": played}
    began = time.process_time()
    take_pack(office.engine, HOST, details=True, target=pack).close()
    figures["pack_s"] = time.process_time() - began
    began = time.process_time()
    take_pack(office.engine, HOST, case="PDK-2026-0001", details=True, target=tmp_path / "case.zip").close()
    figures["case_pack_s"] = time.process_time() - began
    (tmp_path / "verify.py").write_bytes(unpacked(pack.read_bytes())["verify.py"])
    subprocess.run([sys.executable, "-I", "-S", tmp_path / "verify.py", pack], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures["verify_s"], figures["verify_mib"] = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    began = time.process_time()
    assert office.engine.context.store.read(verify_log).ok
    figures["database_s"] = time.process_time() - began
    figures["database_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(figures | {"events_per_s": figures["events"] / figures["verify_s"]})
    assert figures["case_pack_s"] <= 2
    assert figures["verify_s"] <= 60


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


def test_both_verifiers_agree_on_packs_that_were_changed_at_random(
    office: DemoOffice, tmp_path: Path
) -> None:
    make_key(office.system.settings.log_key_path)
    office.finish(office.start())
    packs = [packed(office, case, details) for case in (None, "PDK-2026-0001") for details in (True, False)]
    verdicts: dict[tuple[bool, bool], int] = {}
    for seed in range(RANDOM_PACKS):
        dice = random.Random(seed)
        files = unpacked(dice.choice(packs))
        changed(files, dice)
        found = both(zipped(files), tmp_path)
        assert found[0] == found[1], seed
        verdicts[found] = verdicts.get(found, 0) + 1
    print(verdicts)


def test_clean_logs_raise_no_alarm(office: DemoOffice, tmp_path: Path) -> None:
    make_key(office.system.settings.log_key_path)
    case_id = office.start()
    for number in range(CLEAN_LOGS):
        office.engine.notes.write(Actor("kadis"), case_id, text=f"Catatan {number}")
        if number % 3 == 0:
            office.engine.checkpoints.seal()
        assert both(packed(office, None, number % 2 == 0), tmp_path) == (True, True), number
