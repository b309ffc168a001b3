"""Two agencies in one installation that name their units, positions and teams alike; only accounts differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.access.actor import HOST
from engine.clock import FakeClock
from engine.organisation import Organisation
from runtime.shipped import AGENCY, HOLIDAYS, definition_files, demonstration_organisation, plain_data
from tests.support.offices import MONDAY, SOPS, DemoOffice, opened
from tests.support.postgres import DatabaseUrls
from tests.support.scratch import scratch_folder

TWIN = "disdag-kembar"
PREFIX = "kembar."
MARK = "KEMBAR"

_passwords: dict[str, dict[str, str]] = {}


def twin_of(organisation: Organisation, agency: str = TWIN) -> Organisation:
    """The same agency once more: every id as it is, other accounts, and labels that carry a mark."""

    def own(account: str) -> str:
        return f"{PREFIX}{account}"

    home = organisation.agency.id
    return replace(
        organisation,
        agency=replace(organisation.agency, id=agency, label=f"{MARK} {organisation.agency.label}"),
        units=tuple(replace(unit, label=f"{MARK} {unit.label}") for unit in organisation.units),
        positions=tuple(
            replace(
                position,
                label=f"{MARK} {position.label}",
                unit=agency if position.unit == home else position.unit,
            )
            for position in organisation.positions
        ),
        holdings=tuple(replace(holding, account=own(holding.account)) for holding in organisation.holdings),
        teams=tuple(
            replace(team, label=f"{MARK} {team.label}", accounts=tuple(own(name) for name in team.accounts))
            for team in organisation.teams
        ),
        accounts=tuple(
            replace(account, username=own(account.username), label=f"{MARK} {account.label}")
            for account in organisation.accounts
        ),
    )


def with_two_agencies(urls: DatabaseUrls) -> None:
    """For `database_factory`: the demonstration with its twin, once per session and engine."""
    system = opened(urls, scratch_folder(), FakeClock(MONDAY))
    try:
        known = system.load_demo(SOPS)
        twin = twin_of(demonstration_organisation())
        system.engine.registry.put_organisation(twin, actor=HOST)
        system.engine.registry.put_calendars(
            twin.agency.id, plain_data(AGENCY), plain_data(HOLIDAYS), actor=HOST
        )
        for path in (path for path in definition_files() if path.stem in SOPS):
            text = path.read_text(encoding="utf-8")
            system.engine.definitions.store(HOST, text, agency=TWIN, as_demonstration=True)
        theirs = {f"{PREFIX}{name}": password for name, password in known.items()}
        system.engine.registry.set_passwords(theirs, actor=HOST)
    finally:
        system.close()
    _passwords[urls.database_url.partition(":")[0]] = known | theirs


def twins_on(urls: DatabaseUrls, files: Path) -> DemoOffice:
    """Both agencies at work; an account of the twin is called as its pattern, behind a prefix."""
    return DemoOffice.on(urls, files, _passwords[urls.database_url.partition(":")[0]])
