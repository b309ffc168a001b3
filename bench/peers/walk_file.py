"""What every peer needs: the visits to walk from the harness's JSON, and the line it prints at the end.

Peers run in environments of their own and import nothing of the product.
"""

import argparse
import json
import time
from pathlib import Path


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--migration", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--walk", required=True)
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--clients", type=int, default=1)
    return parser.parse_args()


def read_walk(path):
    """The visits of a straight case and of a returned one."""
    walk = json.loads(Path(path).read_text(encoding="utf-8"))
    return walk["straight"], walk["returned"]


class Timed:
    """Counts steps and every wait for an acknowledged commit."""

    def __init__(self):
        self.waits = []
        self.steps = 0
        self.began = time.perf_counter()

    def waited(self, since):
        self.waits.append(time.perf_counter() - since)

    def told(self, checked):
        seconds = time.perf_counter() - self.began
        waits = sorted(self.waits)
        print(
            json.dumps(
                {
                    "steps": self.steps,
                    "seconds": seconds,
                    "per_second": self.steps / seconds,
                    "p50_ms": 1000 * waits[len(waits) // 2],
                    "p99_ms": 1000 * waits[int(len(waits) * 0.99)],
                    "longest_ms": 1000 * waits[-1],
                    "checked": checked,
                }
            )
        )
