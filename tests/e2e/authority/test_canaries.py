"""Who has no part in a case reads nothing of it: no body, no header, no count, no export, no error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.e2e.authority.ground import Ground
from tests.e2e.authority.requests import ask, routes, states

# Who keeps the office reads there which assignments no longer fit it: places and ids, no words of a case.
REASSESSMENT = "GET /api/v1/organisation/reassessment"


def everything_read(ground: Ground, actor: str) -> Iterator[tuple[str, str]]:
    """What every GET answers to this person, its headers included."""
    client = ground.client(actor)
    for route in routes(ground):
        if route.startswith("GET "):
            for state in states(ground, route):
                answer = ask(ground, client, route, state)
                asked = str(answer.request.url)
                yield f"{route} {state}", f"{answer.headers}\n{answer.text}".replace(asked, "")


def _without_what_was_asked(ground: Ground, text: str, where: str) -> str:
    """An error may repeat the id that it was asked for; that tells nothing."""
    state = where.split(" ")[-1]
    for of_noun in ground.ids.values():
        if state in of_noun:
            text = text.replace(of_noun[state], "")
    return text


@pytest.mark.parametrize("actor", ["other_unit", "author", "admin", "other_agency"])
def test_who_has_no_part_in_a_case_reads_nothing_of_it(ground: Ground, actor: str) -> None:
    theirs = [*ground.ids["task"].values(), *ground.ids["case"].values()]
    for where, text in everything_read(ground, actor):
        if actor == "admin" and where.startswith(REASSESSMENT):
            continue
        rest = _without_what_was_asked(ground, text, where)
        for canary in theirs:
            assert canary not in rest, (where, canary)


def test_a_reassessment_tells_who_keeps_the_office_places_and_no_words(ground: Ground) -> None:
    found = ground.client("admin").get(REASSESSMENT.partition(" ")[2]).json()
    assert found["items"]
    words = {"title", "label", "activity", "data", "reason", "fields"}
    assert not [item for item in found["items"] if words & set(item)]


def test_a_search_and_a_filter_find_nothing_that_a_list_would_not_show(ground: Ground) -> None:
    number = ground.office.state(ground.ids["case"]["running"]).case.number
    for actor in ("other_unit", "other_agency", "author", "admin"):
        client: TestClient = ground.client(actor)
        for path in ("/api/v1/cases", "/api/v1/inbox", "/api/v1/inbox?view=unit", "/api/v1/inbox?view=done"):
            found = client.get(path, params={"q": number}).json()
            assert [item for item in found["items"] if item.get("title", "").find("2025") >= 0] == [], path
