"""Exports of a year of work, and the exports in the hands of pm4py."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bench.databases import Plain, plain
from bench.finished_cases import seed_finished
from bench.open_tasks import without_guards
from engine.access.actor import HOST
from engine.queries.cases.histories import HistoryFilter
from reports.processes.export import Format, exported
from tests.support.offices import DemoOffice, findings

pytestmark = [pytest.mark.soak, pytest.mark.on("sqlite"), pytest.mark.timeout(1800)]

VISITS = 100_000
PEER = """
import json, sys, warnings
import pm4py
warnings.filterwarnings("ignore")
log, (net, initial, final) = pm4py.read_xes("log.xes"), pm4py.read_pnml("net.pnml")
done = log[log["lifecycle:transition"] == "complete"]
first = done[done["case:concept:name"] == done["case:concept:name"].iloc[0]].reset_index(drop=True)
swapped = first.copy()
swapped.loc[[3, 4], "concept:name"] = first.loc[[4, 3], "concept:name"].values
fits = lambda some: pm4py.fitness_alignments(some, net, initial, final)["average_trace_fitness"]
ocel = pm4py.read_ocel2_json("log.jsonocel")
json.dump({
    "workflow_net": pm4py.check_is_workflow_net(net),
    "sound": bool(pm4py.check_soundness(net, initial, final)[0]),
    "fitness": fits(done),
    "token_fitness": pm4py.fitness_token_based_replay(done, net, initial, final)["log_fitness"],
    "skipped": fits(first.drop(3)),
    "swapped": fits(swapped),
    "events": len(ocel.events), "objects": len(ocel.objects),
    "types": sorted(set(ocel.objects["ocel:type"])),
}, open("found.json", "w"))
"""


def test_pm4py_reads_all_and_finds_a_fitness_of_one_but_for_planted_faults(
    office: DemoOffice, tmp_path: Path
) -> None:
    case_id = office.with_branches()
    office.finish(case_id)
    files: dict[str, Format] = {"log.xes": "xes", "net.pnml": "pnml", "log.jsonocel": "ocel"}
    for name, format in files.items():
        wanted = HistoryFilter(case=office.state(case_id).case.number)
        (tmp_path / name).write_bytes(
            b"".join(exported(office.engine, HOST, format, wanted, per_branch=True))
        )
    subprocess.run([peer(tmp_path), "-c", PEER], cwd=tmp_path, check=True, capture_output=True)
    found = json.loads((tmp_path / "found.json").read_text())
    print(found)
    assert found["workflow_net"]
    assert found["sound"]
    assert (found["fitness"], found["token_fitness"]) == (1.0, 1.0)
    assert found["skipped"] < 1
    assert found["swapped"] < 1
    assert found["types"] == ["branch", "case", "definition", "document", "person", "position"]
    assert (found["events"], found["objects"] > 10) == (14, True)


def peer(folder: Path) -> str:
    """An interpreter that has pm4py: ALUR_PM4PY_PYTHON, or an environment made for it alone."""
    known = os.environ.get("ALUR_PM4PY_PYTHON")
    if known is None:
        subprocess.run([sys.executable, "-m", "venv", folder / "peer"], check=True)
        known = str(folder / "peer" / "bin" / "python")
        subprocess.run([known, "-m", "pip", "install", "--quiet", "pm4py"], check=True)
    return known


@pytest.mark.parametrize("format", ["xes", "ocel"])
def test_a_hundred_thousand_visits_are_written_in_a_minute_and_little_memory(
    office: DemoOffice, format: Format
) -> None:
    case_id = office.start()
    office.do("kadis", case_id, "s1", data=findings(("bid-psr", "bid-pkm")))
    office.finish(case_id)
    cases = seed_finished(office.urls.migration_url, VISITS, case_id=case_id)
    copy_logs(office, case_id, cases)
    before, began, visits = peak_mib(), time.process_time(), 0
    for piece in exported(office.engine, HOST, format, HistoryFilter()):
        visits += piece.count(b'"complete"' if format == "xes" else b'"name": "visit", "value"')
    took, more = time.process_time() - began, peak_mib() - before
    print({"format": format, "cases": cases, "visits": visits, "cpu_s": took, "more_mib": more})
    assert visits >= VISITS * 0.99
    assert took < 60
    assert more < 256


def copy_logs(office: DemoOffice, case_id: str, cases: int) -> None:
    """The events of the pattern for each of its copies, their things by their new names."""
    state = office.state(case_id)
    things = [*state.tasks, *state.branches]
    with plain(office.urls.migration_url) as database, without_guards(database):
        columns = "seq, prev, hash, body, at, act, account"
        rows = database.rows(f"SELECT {columns} FROM audit_event WHERE stream = ?", (f"case:{case_id}",))
        database.run("BEGIN")
        for number in range(cases):
            _copy_log(database, case_id, things, number, rows)
        database.run("COMMIT")


def _copy_log(database: Plain, case_id: str, things: list[str], number: int, rows: list[Any]) -> None:
    copy = f"past-{number}"
    for seq, prev, digest, body, at, act, account in rows:
        text = bytes(body).decode()
        for thing in things:
            text = text.replace(thing, f"{copy}-{thing}")
        values = (f"case:{copy}", seq, prev, digest, text.replace(case_id, copy).encode(), at, act, account)
        database.run(
            "INSERT INTO audit_event (stream, seq, prev, hash, body, at, act, account)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
