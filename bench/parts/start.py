"""From starting a process on an existing database to its first answer; and what it holds after many steps."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench import office
from bench.contenders import options_of
from bench.contenders.ours import acts_on, checked, walk_all
from bench.walk import steps_of

FIRST = """
import sys
from pathlib import Path
from bench import office
with office.opened(sys.argv[1], Path(sys.argv[2])) as engine:
    engine.queries.inbox("kadis")
"""
IN_TURN = 50


def main(arguments: list[str]) -> dict[str, float]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    passwords = json.loads((files / "passwords.json").read_text(encoding="utf-8"))
    before = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST, options.database, str(files)], check=True)
    took = time.perf_counter() - before
    steps = 0
    with office.opened(options.database, files) as engine:
        for first in range(0, options.cases, IN_TURN):
            count = min(IN_TURN, options.cases - first)
            cases, given = office.start_cases(engine, count)
            walk_all(lambda: acts_on(engine), options.database, passwords, cases, given, 1)
            steps += steps_of(count)
        checked(engine, cases)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"first_answer_s": took, "steps": steps, "memory_mb": megabytes}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
