"""``python -m bench``: everything measured in shuffled rounds, one table at the end, the same as JSON."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.contest import CONTENDERS, Arena, Contender
from bench.environments import cache
from bench.method import calibration, measure, wait_until_quiet
from bench.table import as_json, machine, markdown
from tests.support.postgres import PostgresServer, running_server

QUICK_SCALE = 0.25
QUIET_SECONDS = 120.0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round, few cases, no million tasks")
    parser.add_argument("--only", default="", help="run what has this word in its group or name")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="of the number of cases; short runs suit noise"
    )
    parser.add_argument("--json", type=Path, help="where the figures go as JSON (default: the cache folder)")
    parser.add_argument("--seed", type=int, default=1, help="of the order within the rounds")
    parser.add_argument("--now", action="store_true", help="do not wait for a quiet machine")
    return parser.parse_args()


def main() -> None:
    given = options()
    chosen = [item for item in CONTENDERS if _is_wanted(item, given.only, quick=given.quick)]
    cache().mkdir(parents=True, exist_ok=True)
    rounds = 1 if given.quick else given.rounds
    with TemporaryDirectory(dir=cache(), prefix="run-") as folder, _server(chosen) as server:
        arena = Arena(Path(folder), server, scale=QUICK_SCALE if given.quick else given.scale)
        if not given.now and not given.quick:
            wait_until_quiet(QUIET_SECONDS, _say)
        about = machine() | {"calibration": calibration()}
        runs = [((item.group, item.name), partial(arena.run, item), item.once) for item in chosen]
        measured = measure(runs, rounds, _say, given.seed)
    print(markdown(measured, chosen, about))
    path = given.json or cache() / "figures.json"
    path.write_text(json.dumps(as_json(measured, about), indent=1, ensure_ascii=False), encoding="utf-8")
    _say(f"figures as JSON: {path}")


def _is_wanted(contender: Contender, word: str, *, quick: bool) -> bool:
    return word.lower() in f"{contender.group} {contender.name}".lower() and not (quick and contender.once)


@contextmanager
def _server(chosen: list[Contender]) -> Iterator[PostgresServer | None]:
    if not any(item.database == "postgresql" for item in chosen):
        yield None
        return
    try:
        server = running_server()
        started = server.__enter__()
    except RuntimeError as error:
        _say(str(error))
        yield None
        return
    try:
        yield started
    finally:
        server.__exit__(None, None, None)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
