"""Every route and page, for every kind of person, on objects in every state: as docs/authority.yaml says."""

from __future__ import annotations

import pytest

from tests.e2e.authority.ground import ACTORS, PEOPLE, Ground
from tests.e2e.authority.matrix import answered, written
from tests.e2e.authority.requests import ANY, routes, states

MATRIX = written()
VERBS = (
    *("claim", "release", "save", "hold", "resume", "reassign", "delegate", "resolve"),
    *("substitute", "waive", "complete"),
)
OPEN_TO_ALL = {"POST /api/v1/session"}
# Whoever has the link may use it, signed in or not, in whatever agency: it is for the person who got it.
BY_LINK = "invitation"
# What a reader of everything may still change: what is his own.
OWN = (
    "/session",
    "/me",
    "/tokens",
    "/preferences",
    "/notifications",
    "/account",
    "/notices",
    "/sign-",
    "/language",
    "/absence",
    "/discard",
    "/verifikasi",
)
# They answer a question, or keep a file that belongs to no case yet.
HARMLESS = ("/definitions/check", "/registers/check", "/simulations", "/calendars/effect", "/files")
# Whoever may take part says that he has read a version; a batch says of each task what it refuses.
OF_WHOEVER_TAKES_PART = (
    "POST /api/v1/inbox/batch",
    "POST /api/v1/definitions/{sop}/versions/{version}/acknowledge",
    "POST /sops/{sop}/{version}",
)
GONE = ("anonymous", "disabled", "expired")


def test_every_route_in_every_state_has_a_row_and_no_row_is_of_something_else(ground: Ground) -> None:
    there = {(route, state) for route in routes(ground) for state in states(ground, route)}
    rows = {(route, state) for route, of_route in MATRIX.items() for state in of_route}
    assert sorted(there - rows) == []
    assert sorted(rows - there) == []


def _done(route: str, codes: set[int]) -> bool:
    """Whether something was done or shown: a page that only sends on to the sign-in did neither."""
    return any(200 <= code < 300 for code in codes) or (303 in codes and route.startswith("POST"))


def _rows() -> list[tuple[str, dict[str, dict[str, int]]]]:
    return [(route, rows) for route, rows in MATRIX.items()]


def _codes(rows: dict[str, dict[str, int]], actor: str) -> set[int]:
    return {row[actor] for row in rows.values()}


def test_nobody_who_is_not_signed_in_gets_anything_from_the_api() -> None:
    for route, rows in _rows():
        if "/api/v1/" in route and route not in OPEN_TO_ALL and BY_LINK not in route:
            for actor in GONE:
                assert _codes(rows, actor) == {401}, (route, actor)


def test_another_agency_cannot_tell_an_object_from_one_that_does_not_exist() -> None:
    for route, rows in _rows():
        if ANY not in rows and BY_LINK not in route:
            assert _codes(rows, "other_agency") == {404}, route


def test_a_task_that_one_cannot_open_is_not_there_for_any_verb() -> None:
    task = "/api/v1/tasks/{task_id}"
    for state, opened in MATRIX[f"GET {task}"].items():
        for actor in ("other_unit", "other_superior", "report_reader", "author", "other_agency"):
            assert opened[actor] == 404
            verbs = {
                route: rows[state][actor] for route, rows in _rows() if route.startswith(f"POST {task}/")
            }
            assert set(verbs.values()) == {404}, (state, actor, verbs)


@pytest.mark.parametrize("actor", ["auditor", "report_reader", "read_token"])
def test_readers_change_nothing_but_what_is_their_own(actor: str) -> None:
    for route, rows in _rows():
        method, path = route.split(" ")
        allowed = () if actor == "read_token" else OWN + (HARMLESS[:3] if actor == "auditor" else HARMLESS)
        own = path.removeprefix("/api/v1").startswith(allowed)
        own |= actor == "report_reader" and route in OF_WHOEVER_TAKES_PART
        if method != "GET" and not own and BY_LINK not in route:
            assert not _done(route, _codes(rows, actor)), (route, actor)


EFFECTS = {
    **{f"POST /api/v1/tasks/{{task_id}}/{verb}": f"task.{verb}" for verb in VERBS},
    **{
        f"POST /tasks/{{task_id}}/{verb}": f"task.{verb}"
        for verb in VERBS
        if verb not in ("save", "complete")
    },
    "POST /api/v1/take-overs": "task.take_over",
    "POST /take-over/{username}": "task.take_over",
    "POST /api/v1/organisation/reassessment": "task.reassess",
    "POST /reassessment": "task.reassess",
    "POST /api/v1/schedules/starts/{start_id}/start": "case.start",
    "POST /api/v1/organisation/units/{unit_id}/end": "unit.end",
    "POST /api/v1/organisation/positions/{position_id}/end": "position.end",
    "POST /api/v1/organisation/mandates": "mandate.put",
    "POST /api/v1/organisation/holdings": "holding.put",
    "POST /api/v1/absences": "absence.put",
}


@pytest.mark.parametrize("route", MATRIX)
def test_everybody_gets_what_the_matrix_names_and_leaves_a_trace_only_where_it_is_done(
    ground: Ground, route: str
) -> None:
    act = EFFECTS.get(route)
    wrong, done = [], 0
    for state, row in MATRIX[route].items():
        for actor, expected in row.items():
            ground.store.acts.clear()
            got = answered(ground, route, state, actor)
            if got.status_code != expected:
                wrong.append(f"{actor} on {state}: {got.status_code} not {expected} {got.text[:200]}")
            acts = ground.store.acts
            did = _done(route, {expected}) and (expected != 303 or bool(acts))
            if act is not None and did != (act in acts):
                wrong.append(f"{actor} on {state}: {expected}, and the log says {acts}")
            done += did
    assert wrong == []
    assert act is None or done > 0


def test_administrators_have_no_tasks_no_data_and_no_log() -> None:
    for route, rows in _rows():
        if any(f"/{noun}/" in route for noun in ("tasks", "cases", "files")) and ANY not in rows:
            assert _codes(rows, "admin") <= {403, 404}, route
        if "/audit" in route or "/timing" in route:
            assert not _done(route, _codes(rows, "admin")), route


def test_the_rows_name_every_kind_of_person() -> None:
    assert set(ACTORS) == {"anonymous", *PEOPLE, "disabled", "expired", "read_token"}
    for route, rows in _rows():
        for state, row in rows.items():
            assert tuple(row) == ACTORS, (route, state)
