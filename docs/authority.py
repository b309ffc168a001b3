"""docs/authority.md: the authority matrix of authority.yaml as tables that people can review."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

API = "/api/v1/"
FILE = Path(__file__).resolve().parent / "authority.yaml"
SIGNED_OUT = ("anonymous", "disabled", "expired")
# What a page does for somebody who is not signed in.
DOORS = ("POST /sign-", "POST /language", "POST /invitation")
INTRODUCTION = """# Who may do what

Made from `authority.yaml`; `make docs` writes it again. Every route of the API and every page was asked by
every kind of person, on objects in every state (`tests/e2e/authority`). An answer that differs from this page
fails the tests, and so does a route without a row; `python -m tests.e2e.authority` prints what is missing.

**✓** it was done or shown (2xx; on a page that was posted, 303) · **→** sends on to the sign-in page ·
401 not signed in · 403 known but not allowed · 404 unknown or not visible · 409 the state does not allow it,
for whoever may see the object · 422 the request itself is refused.

"""


def as_markdown() -> str:
    """The whole page."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    people: dict[str, str] = read["people"]
    lines = [INTRODUCTION, "| Column | Who |", "|---|---|"]
    lines += [f"| {name} | {about} |" for name, about in people.items()]
    for noun, routes in _by_noun(read["routes"]).items():
        lines += ["", f"## {noun}", ""]
        lines += [f"| Route | On | {' | '.join(people)} |", "|" + "---|" * (len(people) + 2)]
        for route, rows in routes:
            lines += [
                f"| `{route}` | {on} | {_cells(route, people, codes)} |" for on, codes in _together(rows)
            ]
    return "\n".join(lines) + "\n"


def _by_noun(routes: dict[str, Any]) -> dict[str, list[tuple[str, Any]]]:
    by_noun: dict[str, list[tuple[str, Any]]] = {}
    for route, rows in routes.items():
        by_noun.setdefault(_noun(route.split(" ")[1]), []).append((route, rows))
    return by_noun


def _together(rows: dict[str, str]) -> list[tuple[str, str]]:
    """States with the same answers share a line."""
    by_codes: dict[str, list[str]] = {}
    for state, codes in rows.items():
        by_codes.setdefault(codes, []).append("" if state == "-" else state)
    return [(", ".join(states), codes) for codes, states in by_codes.items()]


def _noun(path: str) -> str:
    of_api = path.startswith(API)
    first = path.removeprefix(API if of_api else "/").split("/")[0].split(".")[0]
    return f"{'API' if of_api else 'Page'}: {first or 'home'}"


def _cells(route: str, people: Iterable[str], codes: str) -> str:
    return " | ".join(_cell(route, who, code) for who, code in zip(people, codes.split(), strict=True))


def _cell(route: str, who: str, code: str) -> str:
    done = route.startswith("POST") and (who not in SIGNED_OUT or route.startswith(DOORS))
    if code.startswith("2") or (code == "303" and done):
        return "✓"
    return "→" if code == "303" else code
