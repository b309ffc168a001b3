"""The authority matrix as it stands in docs/authority.yaml, and as the office answers it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.authority.ground import ACTORS, Ground
from tests.e2e.authority.requests import ask, states

FILE = Path(__file__).resolve().parents[3] / "docs" / "authority.yaml"
Matrix = dict[str, dict[str, dict[str, int]]]
ENDS_THE_SESSION = ("DELETE /api/v1/session", "POST /sign-out")


def written() -> Matrix:
    """Route → state of its object → actor → status."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    names = list(read["people"])
    return {
        route: {
            state: dict(zip(names, (int(code) for code in row.split()), strict=True))
            for state, row in rows.items()
        }
        for route, rows in read["routes"].items()
    }


def answered(ground: Ground, route: str, state: str, actor: str) -> Any:
    client = ground.fresh(actor) if route in ENDS_THE_SESSION else ground.client(actor)
    return ask(ground, client, route, state)


def observed(ground: Ground, routes: Iterable[str]) -> str:
    """The rows of these routes as this office answers them, for whoever reviews them."""
    lines = []
    for route in routes:
        lines.append(f"  {route}:")
        for state in states(ground, route):
            codes = (str(answered(ground, route, state, actor).status_code) for actor in ACTORS)
            lines.append(f'    "{state}": {" ".join(codes)}')
    return "\n".join(lines)
