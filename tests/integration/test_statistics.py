"""Figures over finished cases: the same as anybody computes from the timing log, within one's sight."""

from __future__ import annotations

import json
from datetime import timedelta
from math import ceil

import pytest

from engine.access.actor import HOST
from engine.errors import NotAllowed
from engine.queries.cases.logged_visits import LogFilter
from engine.views.statistics import Statistics, StatisticsItem
from engine.views.timing_log import TimingRow
from runtime.testing import client_for
from tests.support.cli import said, settings_of
from tests.support.offices import SOP, DemoOffice, findings
from tests.support.small_office import SmallOffice, sop

ALL = LogFilter()


@pytest.fixture
def played(office: DemoOffice) -> list[str]:
    """Two finished cases, of which the second was slow and came back once; a third one is running."""
    first = office.start(period="2025-Q4")
    office.finish(first, lambda what, _: office.clock.advance(minutes=7 if what == "claim" else 3))
    second = office.start(period="2026-Q1")
    office.do("kadis", second, "s1", data=findings(("bid-psr",)))
    office.clock.advance(hours=30)
    office.do("sekdis", second, "s2")
    office.do("kasubbag.perencanaan", second, "s3")
    office.do("kabid.psr", second, "s4", "bid-psr")
    office.do("jp.psr.1", second, "s5", "bid-psr")
    office.clock.advance(hours=2)
    office.do("kabid.psr", second, "s6", "bid-psr", outcome="tidak_sesuai", reason="Angka belum benar")
    office.clock.advance(minutes=30)
    office.finish(second, lambda *_: office.clock.advance(minutes=5))
    third = office.start(period="2026-Q2")
    office.do("kadis", third, "s1")
    return [first, second, third]


def logged(office: DemoOffice, who: str = "auditor", wanted: LogFilter = ALL) -> list[TimingRow]:
    rows = [row for rows in office.engine.queries.timing_log.slices(who, wanted) for row in rows]
    return [row for row in rows if row["finished_at"] is not None]


def ranked(values: list[int], percent: int) -> int:
    return sorted(values)[ceil(percent * len(values) / 100) - 1]


def by_step(found: Statistics) -> dict[str | None, StatisticsItem]:
    return {item["step_id"]: item for item in found["items"]}


@pytest.mark.on("sqlite")
def test_the_figures_are_those_of_the_timing_log_and_the_parts_of_a_case_are_all_of_it(
    office: DemoOffice, played: list[str]
) -> None:
    statistics = office.engine.queries.statistics
    rows, found = logged(office), statistics("auditor", ALL)
    steps = by_step(found)
    assert set(steps) == {row["step_id"] for row in rows}
    for step_id, item in steps.items():
        own = [row for row in rows if row["step_id"] == step_id]
        assert item["visits"] == len(own)
        for figure, column in (("waiting", "waiting_minutes"), ("working", "working_minutes")):
            values = [row[column] or 0 for row in own]  # type: ignore[literal-required]
            assert item[figure] == {"p50": ranked(values, 50), "p90": ranked(values, 90)}  # type: ignore[literal-required]
        assert item["late_share"] == sum(1 for row in own if row["late_minutes"]) / len(own)
        assert item["rework"] == sum(1 for row in own if row["visit"] > 1) / len(own)
    assert steps["s6"]["rework"] > 0
    assert sum(item["bottleneck"] or 0 for item in found["items"]) == pytest.approx(1)
    assert [case["case_number"] for case in found["cases"]] == [
        office.state(case_id).case.number for case_id in played[:2]
    ]
    for case_id, case in zip(played, found["cases"], strict=False):
        told = office.engine.queries.cases.timing("auditor", case_id)["totals"]
        assert case["case_minutes"] == told["case_minutes"]
        parts = case["waiting"] + case["working"] + case["hold"] + case["idle"]
        assert parts == case["case_minutes"]
    assert statistics(HOST, ALL, agency="disdag-banggai") == found


@pytest.mark.on("sqlite")
def test_a_narrower_choice_has_the_figures_of_its_rows_on_the_page_as_in_the_interface(
    office: DemoOffice, played: list[str]
) -> None:
    number = office.state(played[0]).case.number
    wanted = LogFilter(person="kadis", cases=(number,))
    rows = [row for row in logged(office) if (row["executor"], row["case_number"]) == ("kadis", number)]
    found = office.engine.queries.statistics.totals("auditor", wanted)
    assert found["all"] is not None
    assert found["all"]["visits"] == len(rows) == sum(item["visits"] for item in found["steps"])
    working = [row["working_minutes"] or 0 for row in rows]
    assert found["all"]["working"] == {"p50": ranked(working, 50), "p90": ranked(working, 90)}
    auditor = client_for(office.system, "auditor")
    query = f"?person=kadis&case={number}"
    assert auditor.get(f"/api/v1/statistics{query}").json()["items"] == found["steps"]
    page = auditor.get(f"/timing-log/totals{query}").text
    assert f">{len(rows)}</td>" in page
    assert office.engine.queries.statistics.totals("auditor", LogFilter(person="nobody"))["all"] is None


@pytest.mark.on("sqlite")
def test_the_same_visits_are_told_by_position_unit_and_month(office: DemoOffice, played: list[str]) -> None:
    assert played
    statistics, rows = office.engine.queries.statistics, logged(office)
    positions = {item["position"]: item["visits"] for item in statistics("auditor", ALL, "position")["items"]}
    assert positions == {
        name: sum(1 for row in rows if row["acting_position"] == name)
        for name in {row["acting_position"] for row in rows}
    }
    units = {item["unit"] for item in statistics("auditor", ALL, "unit")["items"]}
    assert {"bid-psr", "bid-pkm"} <= units
    (month,) = statistics("auditor", ALL, "month")["items"]
    assert (month["month"], month["visits"], month["bottleneck"]) == ("2026-01", len(rows), 1)
    assert month["suggested_standard"] is None


def test_everybody_reads_the_figures_of_what_the_timing_log_shows_him(
    office: DemoOffice, played: list[str]
) -> None:
    statistics = office.engine.queries.statistics
    read = 0
    for who in ("kadis", "sekdis", "kabid.psr", "kabid.pkm", "auditor"):
        rows, found = logged(office, who), statistics(who, ALL)
        assert {step: item["visits"] for step, item in by_step(found).items()} == {
            step: sum(1 for row in rows if row["step_id"] == step)
            for step in {row["step_id"] for row in rows}
        }
        assert {case["case_number"] for case in found["cases"]} <= {row["case_number"] for row in rows}
        read += bool(rows)
    assert read >= 4
    second = office.state(played[1]).case.number
    assert second not in {case["case_number"] for case in statistics("kabid.pkm", ALL)["cases"]}
    with pytest.raises(NotAllowed):
        statistics("jp.psr.1", ALL)


@pytest.mark.on("sqlite")
def test_times_and_the_sop_choose_what_came_in(office: DemoOffice, played: list[str]) -> None:
    statistics = office.engine.queries.statistics
    started = office.state(played[1]).case.started_at
    later = LogFilter(sop=SOP, from_=started)
    found = statistics("auditor", later)
    assert len(found["cases"]) == 1
    assert sum(item["visits"] for item in found["items"]) == len(logged(office, wanted=later))
    # A case that began before is left out, its visits that came in since are not.
    within = LogFilter(from_=started - timedelta(minutes=3))
    assert len(statistics("auditor", within)["cases"]) == 1
    assert statistics("auditor", LogFilter(sop="tindak-lanjut-evaluasi")) == {"items": [], "cases": []}
    assert statistics("auditor", LogFilter(to=started - timedelta(days=30))) == {"items": [], "cases": []}


@pytest.mark.on("sqlite")
def test_the_command_prints_and_writes_the_same(office: DemoOffice, played: list[str]) -> None:
    env = settings_of(office.urls, office.files)
    assert played
    found = office.engine.queries.statistics("auditor", ALL, "unit")
    told = said("statistics", "--by", "unit", "--json", env=env)
    assert json.loads(told.stdout) == found
    shown = said("statistics", env=env)
    assert f"{SOP} s6" in shown.stdout
    assert "2 berkas selesai" in shown.stdout
    file = office.files.parent / "angka.json"
    assert said("statistics", "--by", "unit", "--output", file, env=env).exit_code == 0
    assert json.loads(file.read_text()) == found
    nothing = said("statistics", "--sop", "tidak-ada", env=env)
    assert (nothing.exit_code, nothing.stdout.strip()) == (
        0,
        "Belum ada kunjungan yang selesai pada pilihan ini.",
    )
    assert said("statistics", "--from", "kemarin", env=env).exit_code == 2
    assert said("statistics", "--agency", "lain", env=env).exit_code == 1


@pytest.mark.on("sqlite")
def test_what_the_system_does_is_nobodys_visit_and_keeps_the_path_whole() -> None:
    body = """
steps:
  - {id: catat, activity: Mencatat, executor: sistem, kind: auto, time: none}
  - {id: kerja, activity: Bekerja, executor: sekretaris, time: 60m}
  - {id: nomor, activity: Menomori, executor: sistem, kind: auto, time: none}
  - {id: tutup, activity: Menutup, executor: kepala, time: 30m}
"""
    roles = "  sistem: {label: Sistem, system: true}\n"
    office = SmallOffice.with_sops(sop(body, more_roles=roles)).start()
    office.clock.advance(minutes=20)
    office.finish("kerja", "sekre.1")
    office.clock.advance(hours=9)
    office.finish("tutup", "kepala.1")
    found = office.engine.queries.statistics(HOST, ALL, "unit")
    [unit] = found["items"]
    assert (unit["visits"], unit["late_share"], unit["bottleneck"]) == (2, 0.5, 1)
    assert found["cases"][0]["case_minutes"] > 20
    steps = office.engine.queries.statistics(HOST, ALL)["items"]
    assert [(item["step_id"], item["visits"]) for item in steps] == [("kerja", 1), ("tutup", 1)]
    insight = office.engine.queries.insight("kepala.1", ALL)
    assert (insight["visits"], [item["label"] for item in insight["units"]]) == (2, ["Kantor"])
