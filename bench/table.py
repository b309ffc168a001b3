"""One table of everything measured, in Markdown, and the same as JSON."""

import os
import platform
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from bench.contest import PARTS, POSTGRESQL, PROJECT, SQLITE, Contender
from bench.goals import goals
from bench.method import Rounds, spread

OURS = "Alur, 1 client"
LIMITS = {SQLITE: "bare sqlite3", POSTGRESQL: "bare psycopg"}


def machine() -> dict[str, str]:
    """When, what and where: enough to know whether two tables may be compared."""
    asked = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False)
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit.stdout.strip() or "unknown",
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "command": " ".join(["python -m bench", *sys.argv[1:]]),
    }


def markdown(rounds: Rounds, contenders: list[Contender], about: dict[str, str]) -> str:
    lines = [", ".join(f"{name}: {value}" for name, value in about.items()), ""]
    for group in (SQLITE, POSTGRESQL):
        entrants = [thread for thread in contenders if thread.group == group]
        if entrants:
            lines += _steps(rounds, group, entrants)
    parts = [thread for thread in contenders if thread.group == PARTS]
    if parts:
        lines += _parts(rounds, parts)
    lines += goals(rounds)
    return "\n".join(lines)


def _steps(rounds: Rounds, group: str, entrants: list[Contender]) -> list[str]:
    lines = [
        f"| {group} | steps/s | Alur (1 client) against it | of the limit | processor ms a step"
        " | against the limit's | wait p99 ms | longest wait ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ours, limit = (group, OURS), (group, LIMITS[group])
    for entrant in entrants:
        key = (group, entrant.name)
        failure = rounds.failure(key)
        if failure is not None:
            lines.append(f"| {entrant.name} | {failure} | | | | | | |")
            continue
        cells = [
            spread(rounds.values(key, "per_second")),
            spread(rounds.ratios(ours, key, "per_second")),
            spread(rounds.ratios(key, limit, "per_second")),
            spread(rounds.values(key, "processor_ms")),
            spread(rounds.ratios(key, limit, "processor_ms")),
            spread(rounds.values(key, "p99_ms")),
            spread(rounds.values(key, "longest_ms")),
        ]
        lines.append(f"| {entrant.name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _parts(rounds: Rounds, parts: list[Contender]) -> list[str]:
    lines = ["| part | measure | figure |", "|---|---|---|"]
    for part in parts:
        key = (PARTS, part.name)
        failure = rounds.failure(key)
        if failure is not None:
            lines.append(f"| {part.name} | {failure} | |")
            continue
        names = dict.fromkeys(
            name for outcome in rounds.outcomes for name in (outcome.get(key) or {}) if key in outcome
        )
        for name in names:
            figure = rounds.said(key, name) or spread(rounds.values(key, name))
            lines.append(f"| {part.name} | {name} | {figure} |")
    return [*lines, ""]


def as_json(rounds: Rounds, about: dict[str, str]) -> dict[str, Any]:
    named = [
        {f"{group} · {name}": value for (group, name), value in outcome.items()}
        for outcome in rounds.outcomes
    ]
    return {"about": about, "rounds": named}
