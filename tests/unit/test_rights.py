"""What the doors keep from a system role, whatever path a request names."""

from __future__ import annotations

import pytest

from api.role_permissions import require_right
from engine.errors import NotAllowed

NOBODYS = [
    "/api/v1/tasks/x/claim",
    "/api/v1/cases",
    "/tasks/x",
    "/api/v1/files",
    "/api/v1/anything/new",
    "/operation/mend",
]
OWN = ["/api/v1/session", "/api/v1/tokens/x", "/api/v1/notifications/x/read", "/account/tokens", "/sign-out"]


@pytest.mark.parametrize("path", NOBODYS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_an_auditor_changes_nothing_whatever_else_the_account_is(path: str, method: str) -> None:
    with pytest.raises(NotAllowed):
        require_right({"auditor", "admin", "author"}, method, path)


@pytest.mark.parametrize("path", [*OWN, "/api/v1/definitions/check", "/api/v1/calendars/effect"])
def test_an_auditor_keeps_the_own_account_and_asks_questions(path: str) -> None:
    require_right({"auditor"}, "POST", path)


@pytest.mark.parametrize(
    "path", ["/api/v1/accounts/x", "/accounts", "/api/v1/sessionx", "/api/v1/definitions/checked"]
)
def test_a_path_that_only_begins_alike_is_not_the_own_account(path: str) -> None:
    with pytest.raises(NotAllowed):
        require_right({"auditor"}, "POST", path)


@pytest.mark.parametrize(
    "path", ["/api/v1/tasks/x/claim", "/api/v1/cases", "/api/v1/take-overs", "/cases/new/sop", "/tasks/x"]
)
def test_an_administrator_has_no_part_in_the_work(path: str) -> None:
    with pytest.raises(NotAllowed, match="an administrator never does the office's work"):
        require_right({"admin"}, "POST", path)
    require_right({"admin"}, "GET", path)


@pytest.mark.parametrize("path", [*NOBODYS, *OWN])
def test_everybody_else_passes_on_to_what_decides_by_object(path: str) -> None:
    require_right(set(), "POST", path)
    require_right({"author", "report_reader"}, "POST", path)
