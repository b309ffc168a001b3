"""A path written another way is another path: it opens nothing that the plain one does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.authority.ground import Ground

TRICKS: dict[str, Callable[[str], str]] = {
    "matrix parameter": lambda path: f"{path};x=1",
    "matrix parameter inside": lambda path: path.replace("/v1/", "/v1;x/"),
    "dot": lambda path: path.replace("/v1/", "/v1/%2e/"),
    "two dots": lambda path: path.replace("/v1/", "/v1/x/%2e%2e/"),
    "encoded slash": lambda path: path.replace("/v1/", "/v1%2f"),
    "double slash": lambda path: path.replace("/api", "//api"),
    "double slash inside": lambda path: path.replace("/v1/", "/v1//"),
    "capitals": lambda path: path.replace("/api/v1/", "/API/V1/"),
    "trailing slash": lambda path: f"{path}/",
    "trailing dot": lambda path: f"{path}.",
    "encoded null": lambda path: f"{path}%00",
    "suffix": lambda path: f"{path}.json",
    "backslash": lambda path: path.replace("/v1/", "/v1\\"),
    "whole address": lambda path: f"/{path}",
}
OBJECTS = ("tasks", "cases", "files")


def plain(ground: Ground, noun: str) -> str:
    state = {"tasks": ("task", "in_progress"), "cases": ("case", "running"), "files": ("file", "handed_in")}
    kind, which = state[noun]
    return f"/api/v1/{noun}/{ground.ids[kind][which]}"


@pytest.mark.parametrize("actor", ["anonymous", "other_unit", "other_agency", "admin", "disabled", "expired"])
@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("noun", OBJECTS)
def test_no_spelling_of_a_path_opens_it(ground: Ground, noun: str, trick: str, actor: str) -> None:
    answer = ground.client(actor).get(TRICKS[trick](plain(ground, noun)), follow_redirects=False)
    assert answer.status_code in (303, 400, 401, 404, 405, 422), answer.text
    assert ground.ids["case"]["running"] not in answer.text or answer.status_code != 200
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "claim"])
@pytest.mark.parametrize("noun", OBJECTS)
def test_a_method_that_a_path_does_not_have_does_nothing(ground: Ground, noun: str, method: str) -> None:
    assert ground.client("holder").request(method, plain(ground, noun)).status_code == 405


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(ground: Ground, header: str) -> None:
    token = ground.ids["token"]["own"]
    client = ground.client("holder")
    answer = client.post(f"/api/v1/tokens/{token}?_method=DELETE", headers={header: "DELETE"}, json={})
    assert answer.status_code == 405
    read = client.get(f"/api/v1/tokens/{token}", headers={header: "DELETE"})
    assert read.status_code == 405
