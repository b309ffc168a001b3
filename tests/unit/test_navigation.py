"""Where the rail leads, and for whom."""

from __future__ import annotations

from typing import cast

import pytest

from engine.views.people import Profile
from web.app import PAGES
from web.navigation import GROUPS, below, entries_for


def me(*roles: str, leads: bool = False) -> Profile:
    return cast("Profile", {"system_roles": list(roles), "leads": leads})


def places(person: Profile) -> list[str]:
    return [entry.href for group in entries_for(person) for entry in group]


def test_every_entry_is_a_page() -> None:
    pages = {path for path, get, _ in PAGES if get}
    assert {entry.href for group in GROUPS for entry in group} <= pages


def test_who_leads_has_the_board_and_whoever_administers_no_cases() -> None:
    assert "/unit" in places(me(leads=True))
    assert "/unit" not in places(me())
    assert "/cases" not in places(me("admin"))
    assert "/accounts" in places(me("admin"))


@pytest.mark.parametrize("roles", [(), ("admin",), ("auditor",), ("author",)])
def test_a_phone_has_room_for_three_places_besides_all_others(roles: tuple[str, ...]) -> None:
    assert len(below(entries_for(me(*roles)))) == 3


def test_a_place_is_open_on_its_own_pages_alone() -> None:
    inbox = next(entry for group in GROUPS for entry in group if entry.href == "/inbox")
    assert inbox.is_open("/inbox/sent")
    assert inbox.is_open("/tasks/1")
    assert not inbox.is_open("/inboxes")
