"""``alur org reassess`` shows first and asks before it changes anything."""

from __future__ import annotations

import pytest

from tests.support.cli import said, settings_of
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")


def test_it_shows_first_and_applies_only_when_told(office: DemoOffice) -> None:
    env = settings_of(office.urls, office.files)
    case_id = office.with_branches(("bid-psr",))
    office.do("kabid.psr", case_id, "s4", "bid-psr")
    task = office.open_task(case_id, "s5", "bid-psr")
    office.engine.tasks.claim("jp.psr.1", task.id)
    assert said("org", "reassess", env=env).stdout == "0 tugas perlu perhatian, 0 akan berubah.\n"
    holdings = office.organisation().holdings
    office.put_organisation(holdings=tuple(holding for holding in holdings if holding.account != "jp.psr.1"))

    shown = said("org", "reassess", env=env)
    assert "pemegang tidak lagi berhak: jp.psr.1" in shown.stdout
    assert office.task(task.id).assignee == "jp.psr.1"

    applied = said("org", "reassess", "--apply", "--yes", env=env)
    assert (applied.exit_code, applied.stdout.splitlines()[-1]) == (0, "1 tugas diubah.")
    assert office.task(task.id).assignee is None
