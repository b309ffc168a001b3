"""Working time: adding and counting minutes over a day, a month and five years."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

from bench.parts import microseconds
from runtime.shipped import shipped_calendars

START = datetime(2025, 3, 3, 2, 17, tzinfo=UTC)
SPANS = {"day": 1, "month": 30, "five_years": 1826}
TIMES = 20_000


def main() -> dict[str, float]:
    calendar = shipped_calendars()["asn-5hk"]
    figures: dict[str, float] = {}
    for name, days in SPANS.items():
        end = START + timedelta(days=days)
        minutes = calendar.between(START, end)
        figures[f"add_{name}_us"] = microseconds(partial(calendar.add, START, minutes), TIMES)
        figures[f"between_{name}_us"] = microseconds(partial(calendar.between, START, end), TIMES)
    return figures


if __name__ == "__main__":
    print(json.dumps(main()))
