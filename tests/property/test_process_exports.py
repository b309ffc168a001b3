"""Whatever people do, what is exported of a case fits the exported model of its SOP and hangs together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from engine.access.actor import HOST
from engine.queries.cases.histories import HistoryFilter
from reports.processes.export import Format, exported
from tests.support.office_in_memory import DEFINITIONS
from tests.support.processes import completed, read_log, read_net
from tests.support.random_walks import SEEDS, WITHOUT_SHRINKING, Walk

MAY_FOLLOW = {
    "schedule": {"assign", "reassign", "start", "withdraw"},
    "assign": {"start", "reassign", "withdraw"},
    "reassign": {"start", "assign", "reassign", "withdraw", "suspend", "complete"},
    "start": {"suspend", "reassign", "complete", "withdraw"},
    "suspend": {"resume", "reassign", "withdraw"},
    "resume": {"suspend", "reassign", "complete", "withdraw"},
}


@pytest.mark.parametrize("sop", DEFINITIONS)
@settings(WITHOUT_SHRINKING, max_examples=2)
@given(seed=SEEDS)
def test_a_walk_without_deviations_fits_the_net_and_every_visit_has_a_whole_life(sop: str, seed: int) -> None:
    walk = Walk.begun(sop, seed)
    for _ in range(40):
        if not walk.runs:
            break
        walk.wait()
        walk.step()
    walk.lead_to_the_end()
    net = read_net(of(walk, "pnml"))
    for trace, events in read_log(of(walk, "xes", per_branch=True)):
        require_whole_lives(events)
        assert trace["alur:deviated"] == "true" or net.replays(completed(events)), walk.path
    require_known_objects(json.loads(of(walk, "ocel")))


def of(walk: Walk, format: Format, **given: bool) -> str:
    wanted = HistoryFilter(case=walk.state.case.number)
    return b"".join(exported(walk.engine, HOST, format, wanted, **given)).decode()


def require_whole_lives(events: list[dict[str, str]]) -> None:
    """Each visit is scheduled, then goes on as the lifecycle allows, and ends once; time never goes back."""
    times = [datetime.fromisoformat(event["time:timestamp"]) for event in events]
    assert times == sorted(times)
    lives: dict[str, list[str]] = {}
    for event in events:
        lives.setdefault(event["concept:instance"], []).append(event["lifecycle:transition"])
    for life in lives.values():
        if life == ["autoskip"]:
            continue
        assert life[0] == "schedule", life
        assert life[-1] in ("complete", "withdraw"), life
        for before, after in pairwise(life):
            assert after in MAY_FOLLOW[before], life


def require_known_objects(log: dict[str, Any]) -> None:
    """Every relation leads to an object of the log, and every type says which attributes it has."""
    objects = {thing["id"]: thing for thing in log["objects"]}
    assert len(objects) == len(log["objects"])
    for thing in (*log["events"], *log["objects"]):
        assert {one["objectId"] for one in thing["relationships"]} <= objects.keys()
    for kinds, things in (("eventTypes", log["events"]), ("objectTypes", log["objects"])):
        known = {kind["name"]: {one["name"] for one in kind["attributes"]} for kind in log[kinds]}
        for thing in things:
            assert set(names(thing)) <= known[thing["type"]]


def names(thing: dict[str, Any]) -> Iterator[str]:
    return (one["name"] for one in thing["attributes"])
