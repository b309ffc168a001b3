"""What takes part in the nine steps; each module runs in a process of its own and prints one JSON line."""

import argparse
import resource
from typing import Any


def options_of(arguments: list[str]) -> argparse.Namespace:
    """What the harness says to every contender: an empty database, a folder, how many cases and clients."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--migration", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--together", action="store_true", help="send a transaction in one round trip")
    return parser.parse_args(arguments)


def processor_seconds() -> float:
    """What this process has used so far, in user and system mode."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def result(
    steps: int,
    seconds: float,
    waits: list[float],
    checked: dict[str, Any],
    processor: float | None = None,
) -> dict[str, Any]:
    """The line that a contender prints; waits in milliseconds, each for one acknowledged commit.

    ``processor`` are the processor seconds of the contender's own process, where it does all the work.
    """
    ordered = sorted(waits)
    return {
        "steps": steps,
        "seconds": seconds,
        "per_second": steps / seconds,
        "p50_ms": 1000 * ordered[len(ordered) // 2] if ordered else None,
        "p99_ms": 1000 * ordered[int(len(ordered) * 0.99)] if ordered else None,
        "longest_ms": 1000 * ordered[-1] if ordered else None,
        "processor_ms": None if processor is None else 1000 * processor / steps,
        "checked": checked,
    }
