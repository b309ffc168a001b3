"""Laws of registers: the log gives the rows, no change is lost, figures are those of plain arithmetic."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from fractions import Fraction
from typing import Any

from engine.access.actor import HOST
from engine.errors import Conflict
from engine.queries.registers.filters import Filters
from engine.sop.forms.context import FormContext
from engine.sop.forms.definition import FormDefinition
from engine.sop.forms.summary import summary
from engine.sop.model import Field
from engine.store.audit_reader import verify_log
from tests.property.test_forms import OFFICE
from tests.support.small_office import SmallOffice

REGISTER = """
schema: register/v1
id: usaha
label: Usaha
title: "{kode} {nama}"
key: [kode]
edit: [sekretaris, kepala]
columns:
  - {id: kode, type: text, label: Kode, required: true}
  - {id: nama, type: text, label: Nama}
  - {id: unit, type: unit, label: Unit}
  - {id: nilai, type: number, label: Nilai}
  - {id: dua_kali, type: number, label: Dua kali, compute: nilai * 2}
"""
EDITORS = ("sekre.1", "kepala.1")
TABLES, WALKS, ACTS = 10_000, 3, 60


def office() -> SmallOffice:
    found = SmallOffice.with_sops()
    found.engine.register_files.store(HOST, REGISTER)
    return found


def rows_of(office: SmallOffice) -> dict[str, tuple[int, bool, dict[str, Any]]]:
    found = office.engine.queries.register_rows.list("sekre.1", "usaha", Filters(retired="all"), limit=100)
    return {
        row["row"]: (
            row["version"],
            row["retired"],
            {name: value for name, value in row["values"].items() if value is not None},
        )
        for row in found["items"]
    }


def folded(office: SmallOffice) -> dict[str, tuple[int, bool, dict[str, Any]]]:
    """The rows as the events of the register's stream tell them, one after the other."""
    query = (
        "SELECT e.body, d.body FROM audit_event e JOIN audit_detail d USING (stream, seq)"
        " WHERE e.stream = 'register:kantor:usaha' ORDER BY e.seq"
    )
    events = office.engine.context.store.read(lambda connection: [*connection.exec_driver_sql(query)])
    rows: dict[str, tuple[int, bool, dict[str, Any]]] = {}
    for public, private in events:
        told = {change["id"]: change["fields"] for change in json.loads(private)["changes"]}
        for change in json.loads(public)["changes"]:
            if change["kind"] != "row":
                continue
            version, retired, values = rows.get(change["id"], (0, False, {}))
            assert change["fields"]["version"][0] == (version or None)
            now = {name: pair[1] for name, pair in told.get(change["id"], {}).items()}
            kept = {name: value for name, value in (values | now).items() if value is not None}
            retired = change["fields"].get("retired", [None, retired])[1]
            rows[change["id"]] = (change["fields"]["version"][1], retired, kept)
    return {id: (version, retired, _numbers(values)) for id, (version, retired, values) in rows.items()}


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    """The log writes a number that is not whole as text."""
    return {name: float(value) if name in ("nilai", "dua_kali") else value for name, value in values.items()}


def test_two_editors_lose_nothing_and_the_log_of_a_register_gives_its_rows() -> None:
    for seed in range(WALKS):
        dice, small = random.Random(seed), office()
        commands, reads = small.engine.register_rows, small.engine.queries.register_rows
        seen: dict[str, dict[str, int]] = {who: {} for who in EDITORS}
        taken: dict[str, int] = defaultdict(int)
        refused: list[tuple[str, int | None, str, tuple[int, bool, dict[str, Any]]]] = []
        for number in range(ACTS):
            who, row = dice.choice(EDITORS), f"k-{dice.randrange(5)}"
            if dice.random() < 0.4 or row not in seen[who]:  # looks again
                seen[who] = {id: version for id, (version, _, _) in rows_of(small).items()}
            values = {"nama": f"nama {number}", "nilai": dice.choice([None, 1, 2.5, number])}
            try:
                if row not in seen[who]:
                    commands.add(who, "usaha", {"kode": row, **values})
                elif dice.random() < 0.2:
                    verb = commands.restore if rows_of(small)[row][1] else commands.retire
                    verb(who, "usaha", row, version=seen[who][row], reason="Dicoba")
                else:
                    commands.change(who, "usaha", row, values, version=seen[who][row], reason="Dicoba")
            except Conflict as error:
                refused.append((row, seen[who].get(row), error.current["row"], rows_of(small)[row]))
                continue
            taken[row] += 1
        for row, known, told, (version, retired, _) in refused:
            assert told == row
            assert known != version or retired
        assert {id: version for id, (version, _, _) in rows_of(small).items()} == taken
        for row, count in taken.items():
            history = reads.history("sekre.1", "usaha", row, limit=100)["items"]
            assert [act["version"] for act in history] == [*range(count, 0, -1)]
        assert folded(small) == rows_of(small)
        assert small.engine.context.store.read(verify_log).ok


def test_figures_of_groups_are_those_of_plain_arithmetic_on_ten_thousand_tables() -> None:
    dice = random.Random(1)
    one = Field(id="rekap", type="summary", label="Rekap", from_="s1.t", group_by=("u",))
    for _ in range(TABLES):
        rows = [
            {"row": f"r{n}", "u": dice.choice("ab"), "n": dice.choice([None, dice.randint(-999, 999) / 100])}
            for n in range(dice.randrange(1, 7))
        ]
        desk = FormContext(FormDefinition(()), {"s1": {"t": rows}}, OFFICE)
        found = {group["group"]: group for group in summary(one, desk)}
        assert set(found) == {row["u"] for row in rows}
        for name, group in found.items():
            cells = [row["n"] for row in rows if row["u"] == name and row["n"] is not None]
            given = [Fraction(str(cell)) for cell in cells]
            assert group["count"] == sum(row["u"] == name for row in rows)
            assert group["filled"].get("n", 0) == len(given)
            if given:
                assert group["totals"]["n"] == rounded(sum(given))
                assert group["averages"]["n"] == rounded(sum(given) / len(given))


def test_figures_of_a_register_are_those_of_its_rows() -> None:
    dice, small = random.Random(2), office()
    rows = [
        {"kode": f"k-{n}", "unit": dice.choice(["bid-a", "bid-b", None]), "nilai": dice.choice([None, n / 8])}
        for n in range(40)
    ]
    for row in rows:
        small.engine.register_rows.add("sekre.1", "usaha", row)
    found = small.engine.queries.registers.summary(
        "sekre.1", "usaha", Filters(), by=["unit"], sum=["nilai"], average=["nilai"]
    )["groups"]
    assert {group["group"]["unit"] for group in found} == {row["unit"] for row in rows}
    for group in found:
        mine = [row["nilai"] for row in rows if row["unit"] == group["group"]["unit"]]
        given = [Fraction(value) for value in mine if value is not None]
        assert (group["count"], group["filled"]["nilai"]) == (len(mine), len(given))
        assert group["totals"]["nilai"] == rounded(sum(given))
        assert group["averages"]["nilai"] == rounded(sum(given) / len(given))


def rounded(number: Fraction | int) -> float:
    """To four decimals, half away from zero."""
    scaled = abs(Fraction(number)) * 10_000
    whole = scaled.numerator // scaled.denominator
    whole += scaled - whole >= Fraction(1, 2)
    return float(Fraction(whole, 10_000) * (1 if number >= 0 else -1))
