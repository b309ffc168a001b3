"""The timing log over many cases: whose rows one reads, in which order, and how they come in pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from math import ceil

import pytest

from engine.access.actor import Actor
from engine.cases.model import TaskStatus
from engine.errors import InvalidInput, NotAllowed
from engine.permissions.rules import Permissions
from engine.queries.cases import logged_visits, timing_log
from engine.queries.cases.logged_visits import LogFilter
from engine.views.timing_log import TimingRow
from reports import audit_export
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("postgres")

Visit = tuple[str, str, str | None, int]


def visits(rows: list[TimingRow]) -> list[Visit]:
    return [(row["case_number"], row["step_id"], row["branch"], row["visit"]) for row in rows]


def logged(office: DemoOffice, who: str, wanted: LogFilter | None = None) -> list[TimingRow]:
    slices = office.engine.queries.timing_log.slices(who, wanted or LogFilter())
    return [row for rows in slices for row in rows]


def allowed(office: DemoOffice, who: str, case_ids: list[str]) -> set[Visit]:
    """What the rules say, task by task."""
    context, found = office.engine.context, set()
    for case_id in case_ids:
        state = office.state(case_id)
        case = office.read(lambda tx, s=state: context.catalog.case_context(tx, s, context.clock.now()))
        permissions = Permissions(case, Actor(who))
        found |= {
            (state.case.number, task.step_id, task.branch, task.visit)
            for task in state.tasks.values()
            if task.state is not TaskStatus.CANCELLED and (permissions.leads(task) or permissions.is_owner())
        }
    return found


@pytest.fixture
def case_ids(office: DemoOffice) -> list[str]:
    """Two cases an hour apart, whose later visits take turns."""
    first = office.with_branches(("bid-psr", "bid-pkm"))
    office.clock.advance(hours=1)
    second = office.start(period="2026-Q1")
    office.do("kabid.psr", first, "s4", "bid-psr")
    office.clock.advance(hours=1)
    office.do("kadis", second, "s1")
    return [first, second]


@pytest.mark.parametrize("most_ranges", [0, 32])
def test_everybody_reads_the_rows_of_what_the_rules_say_he_leads_or_owns(
    office: DemoOffice, case_ids: list[str], monkeypatch: pytest.MonkeyPatch, most_ranges: int
) -> None:
    monkeypatch.setattr(logged_visits, "MOST_RANGES", most_ranges)
    read = 0
    for account in office.organisation().accounts:
        if account.disabled or not account.takes_part or account.system_roles:
            continue
        try:
            rows = logged(office, account.username)
        except NotAllowed:
            continue
        assert set(visits(rows)) == allowed(office, account.username, case_ids), account.username
        read += bool(rows)
    assert read >= 3


def test_rows_stand_in_the_order_in_which_visits_became_ready_and_pages_go_on_where_the_last_ended(
    office: DemoOffice, case_ids: list[str]
) -> None:
    everything = logged(office, "auditor")
    assert [row["ready_at"] for row in everything] == sorted(row["ready_at"] for row in everything)
    assert len({row["case_number"] for row in everything}) == len(case_ids)
    queries, paged, cursor = office.engine.queries.timing_log, [], None
    while True:
        found = queries.page("auditor", LogFilter(), cursor=cursor, limit=1)
        paged += found["items"]
        cursor = found["next"]
        if cursor is None:
            break
    assert paged == everything
    with pytest.raises(InvalidInput):
        queries.page("auditor", LogFilter(), cursor="e30")


def test_a_file_asks_for_some_rows_at_a_time(
    office: DemoOffice, case_ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = logged(office, "auditor")
    monkeypatch.setattr(timing_log, "SLICE", 2)
    slices = list(office.engine.queries.timing_log.slices("auditor", LogFilter()))
    assert [row for rows in slices for row in rows] == everything
    assert {len(rows) for rows in slices[:-1]} == {2}
    streams = office.engine.queries.audit.streams("auditor")
    monkeypatch.setattr(audit_export, "AT_ONCE", 2)
    pieces = list(audit_export.exported(office.engine.context.store.read, streams))
    assert len(pieces) == 1 + ceil(len(streams) / 2)
    assert audit_export.verify_export("".join(pieces).splitlines()).streams == len(streams)
    assert case_ids


def test_dates_and_the_sop_choose_rows_by_the_moment_a_visit_came_in(
    office: DemoOffice, case_ids: list[str]
) -> None:
    assert case_ids
    everything = logged(office, "auditor")
    begun = office.clock.now() - timedelta(hours=1)
    late = logged(office, "auditor", LogFilter(from_=begun))
    early = logged(office, "auditor", LogFilter(to=begun))
    assert early
    assert late
    assert early + late == everything
    assert logged(office, "auditor", LogFilter(sop="perbaikan-data-kinerja")) == everything
    for who in ("auditor", "kadis", "kabid.psr"):
        assert logged(office, who, LogFilter(sop="tidak-ada")) == []


def test_rows_are_narrowed_by_step_position_person_and_what_became_of_them(
    office: DemoOffice, case_ids: list[str]
) -> None:
    office.clock.advance(hours=100)
    office.finish(case_ids[0])
    everything = logged(office, "auditor")
    asked: dict[str, tuple[LogFilter, Callable[[TimingRow], bool]]] = {
        "step": (LogFilter(step="s4"), lambda row: row["step_id"] == "s4"),
        "position": (LogFilter(position="kabid-psr"), lambda row: row["acting_position"] == "kabid-psr"),
        "unit": (
            LogFilter(positions=office.engine.queries.timing_log.positions_in("auditor", "bid-psr")),
            lambda row: row["acting_position"] in ("kabid-psr", "kasi-psr-1", "jp-psr-1"),
        ),
        "person": (LogFilter(person="kadis"), lambda row: row["executor"] == "kadis"),
        "late": (
            LogFilter(late=True),
            lambda row: row["finished_at"] is not None and row["late_minutes"] > 0,
        ),
        "deviation": (LogFilter(deviation=True), lambda row: row["deviation"]),
        "acting": (LogFilter(acting=True), lambda row: row["acting_kind"] in ("plt", "plh")),
    }
    for name, (wanted, fits) in asked.items():
        assert logged(office, "auditor", wanted) == [row for row in everything if fits(row)], name
    assert logged(office, "auditor", asked["late"][0])
    assert logged(office, "kabid.pkm", asked["position"][0]) == []


def test_a_sample_is_the_same_for_the_same_seed_and_can_be_drawn_again_by_hand(
    office: DemoOffice, case_ids: list[str]
) -> None:
    cases = [*case_ids, *(office.start(period=f"2024-Q{quarter}") for quarter in (1, 2, 3, 4))]
    numbers = sorted(office.state(case_id).case.number for case_id in cases)
    sample = office.engine.queries.timing_log.sample
    drawn = sample("auditor", LogFilter(), 3, "2026")
    by_hand = sorted(numbers, key=lambda one: sha256(f"2026\n{one}".encode()).hexdigest())[:3]
    assert list(drawn) == sorted(by_hand)
    assert sample("auditor", LogFilter(), 3, "2026") == drawn
    assert list(sample("auditor", LogFilter(), 500, "x")) == numbers
    assert len({sample("auditor", LogFilter(), 3, str(seed)) for seed in range(20)}) > 3
    assert {row["case_number"] for row in logged(office, "auditor", LogFilter(cases=drawn))} == set(drawn)
    with pytest.raises(NotAllowed):
        sample("jp.psr.1", LogFilter(), 3, "2026")
