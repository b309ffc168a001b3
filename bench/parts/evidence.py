"""What an inspectorate asks for, in processor time: packs, their verifier, exports, document, simulation.

The verifier runs beside a loop that hashes the same events and reads their JSON; the ratio is what counts.
"""

import hashlib
import json
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench import office
from bench.contenders import options_of
from bench.contenders.ours import finished_cases
from bench.walk import SOP
from documents.document import document
from documents.intake.draft import imported
from engine.access.actor import HOST
from engine.audit.chain import event_hash
from engine.audit.log_key import LogKey
from engine.clock import FakeClock
from engine.engine import Engine
from engine.queries.cases.histories import HistoryFilter
from engine.simulation.office import on_paper
from engine.simulation.options import Options
from engine.simulation.result import simulated
from engine.sop.checks import require_definition
from engine.tables import SOP_CASE, TASK
from reports.evidence import verify
from reports.evidence.export import take_pack
from reports.processes.export import exported
from runtime.shipped import FOLDER, shipped_calendars

RUNS, VISITS, BEST_OF = 1_000, 100_000, 3
AGENCY = "disdag-banggai"
KEY = LogKey(lambda: b"k" * 32)


def main(arguments: list[str]) -> dict[str, Any]:
    options = options_of(arguments)
    folder = Path(options.folder)
    finished_cases(options, folder / "files", options.cases)
    with office.opened(options.database, folder / "files") as opened:
        engine = Engine(replace(opened.context, log_key=KEY, log_origin="kantor.example/alur"))
        return packs(engine, folder) | exports(engine) | of_one_sop()


def packs(engine: Engine, folder: Path) -> dict[str, float]:
    """A pack of everything and its verifier, in events a second; that of one case, in seconds."""
    pack = folder / "all.zip"
    read = engine.context.store.ask
    number = read(lambda tx: tx.connection.execute(select(SOP_CASE.c.number).limit(1)).scalar_one())
    written = seconds(lambda: write(engine, pack))
    check: Callable[[str], dict[str, Any]] = verify.verify
    events = check(str(pack))["events"]
    verified, hashed = seconds(lambda: check(str(pack))), seconds(lambda: hashed_events(pack))
    return {
        "events packed/s": events / written,
        "events verified/s": events / verified,
        "of hashing and reading JSON": hashed / verified,
        "case_pack_s": seconds(lambda: take_pack(engine, HOST, case=number, details=True).close()),
    }


def write(engine: Engine, target: Path) -> None:
    with take_pack(engine, HOST, details=True) as made, target.open("wb") as out:
        made.seek(0)
        shutil.copyfileobj(made, out)


def hashed_events(pack: Path) -> None:
    """The least that any verifier does: each event hashed for its chain and for the tree, and read."""
    with zipfile.ZipFile(pack) as archive, archive.open("events.jsonl") as lines:
        for line in lines:
            body = json.loads(line).get("body", "{}").encode()
            hashlib.sha256(b"\0" + body)
            if event_hash(body) and not isinstance(json.loads(body), dict):
                raise RuntimeError("an event is not what it was")


def exports(engine: Engine) -> dict[str, float]:
    def written() -> None:
        for _ in exported(engine, HOST, "xes", HistoryFilter(agency=AGENCY)):
            pass

    done = select(func.count()).select_from(TASK).where(TASK.c.state == "completed")
    visits = engine.context.store.ask(lambda tx: int(tx.connection.execute(done).scalar_one()))
    return {"xes_100k_visits_s": seconds(written) * VISITS / visits}


def of_one_sop() -> dict[str, float]:
    """The document of the nine steps, their table read back from Word, and their simulation."""
    text = (FOLDER / f"{SOP}.yaml").read_bytes()
    definition = require_definition(text, file=f"{SOP}.yaml").definition
    word = document(definition, text, "docx", "f4")
    calendar = next(iter(shipped_calendars().values()))
    setting = on_paper(definition, calendar, FakeClock(office.NOW).now())
    return {
        "document_s": seconds(lambda: document(definition, text, "pdf", "f4")),
        "import_s": seconds(lambda: imported(word, f"{SOP}.docx", None)),
        "simulation_1k_s": seconds(lambda: simulated(definition, setting, Options(runs=RUNS))),
    }


def seconds(work: Callable[[], object]) -> float:
    """Processor time, the best of several runs."""
    took = []
    for _ in range(BEST_OF):
        before = time.process_time()
        work()
        took.append(time.process_time() - before)
    return min(took)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
