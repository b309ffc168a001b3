"""An office to look around in: the demonstration with cases that were played up to shortly before now.

Every case is a shipped scenario, acted out by the engine on a simulated clock, so that the log is as whole as
any other. Scenarios are moved towards now by working minutes: what was half a working day stays one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from engine.access.actor import HOST
from engine.calendar.calendar import Calendar
from engine.clock import FakeClock
from engine.commands.worker.tick import Sweep
from engine.engine import Engine
from engine.sop.checks import require_definition
from engine.sop.scenarios import Act, Expect, Scenario, Visit, moment, require_scenarios
from engine.store import Tx
from runtime.bootstrap import System, bootstrap
from runtime.demo.load import (
    RECOMMENDATIONS,
    indicators,
    load_demonstration,
    load_sources,
    random_password,
    store_definitions,
    trade_indicators,
)
from runtime.demo.past import Past
from runtime.scenario_runner import Stage, play_together
from runtime.settings import Settings
from runtime.shipped import FOLDER, definition_files, demonstration_organisation, second_organisation

CALENDAR = "asn-5hk"
AUTHOR, AUTHOR_LABEL = "penyusun", "Penyusun SOP"
BIDANG_PASAR, BIDANG_KONSUMEN = "bid-psr", "bid-pkm"
PERBAIKAN, TINDAK_LANJUT = "perbaikan-data-kinerja", "tindak-lanjut-evaluasi"
PLAYED = (PERBAIKAN, TINDAK_LANJUT)

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
MONTH = re.compile(r"(\d{4})-(\d{2})")
QUARTER = re.compile(r"(\d{4})-Q([1-4])")


@dataclass(frozen=True, slots=True)
class Shown:
    """A scenario, how far each of its branches is played (None: the case itself), and when that was."""

    sop: str
    index: int
    until: Mapping[str | None, str]
    minutes_ago: int


CASES = (
    # Bidang Pengelolaan Pasar repairs for the second time, the other one waits for its Kepala Bidang.
    Shown(
        PERBAIKAN,
        0,
        {None: "2026-01-09 10:00", BIDANG_PASAR: "2026-01-08 08:00", BIDANG_KONSUMEN: "2026-01-09 10:00"},
        45,
    ),
    # Nobody has taken it up for more than a day.
    Shown(PERBAIKAN, 0, {None: "2026-01-05 10:00"}, 700),
    # It could not be signed: a deviation, back to the Sekretaris.
    Shown(PERBAIKAN, 3, {None: "2026-01-05 10:10"}, 30),
    Shown(TINDAK_LANJUT, 0, {None: "2026-01-05 13:55"}, 200),
)


def show(settings: Settings, now: datetime) -> str:
    """Fill an empty database with the demonstration and its cases; returns the password of every account."""
    clock = FakeClock("2026-01-01T08:00+08:00")
    system = bootstrap(settings, clock)
    password = random_password()
    try:
        system.migrate()
        engine = without_passwords(system)
        home, second = demonstration_organisation(), second_organisation()
        load_demonstration(engine, password, [home, second], PLAYED)
        load_sources(engine, home.agency.id, [*RECOMMENDATIONS, trade_indicators(now.year)])
        load_sources(engine, second.agency.id, [indicators(now.year)])
        add_author(engine, password)
        _play_cases(system, engine, clock, now, [(_scenario(PERBAIKAN, 0), PERBAIKAN)])
    finally:
        system.close()
    return password


def show_after(settings: Settings, since: datetime, now: datetime) -> None:
    """Play the cases in an office with a history, which goes to ``since``."""
    clock = FakeClock(since)
    system = bootstrap(settings, clock)
    try:
        _play_cases(system, without_passwords(system), clock, now, [])
    finally:
        system.close()


def without_passwords(system: System) -> Engine:
    """The engine of a play: officials sign without their password, which is one for all and hashed once."""
    here = system.engine.context
    return Engine(replace(here, password_fits=lambda *_: True, hash_password=cache(here.hash_password)))


def _play_cases(
    system: System, engine: Engine, clock: FakeClock, now: datetime, first: list[tuple[Scenario, str]]
) -> None:
    calendar = system.calendar(CALENDAR)
    moved = [(_moved(shown, calendar, now), shown.sop) for shown in CASES]
    past = Past(clock, Sweep(engine.context), calendar.timezone)
    play_together(Stage(engine, clock, calendar.timezone), [*first, *moved], past.pass_until)
    past.pass_until(now)
    # Those with dates begin today: nobody has played what they would have started before.
    for agency in (demonstration_organisation().agency.id, second_organisation().agency.id):
        known = engine.context.store.ask(partial(_stored, agency))
        store_definitions(engine, agency, {path.stem for path in definition_files()} - known)


def _stored(agency: str, tx: Tx) -> set[str]:
    return {stored.id for stored in tx.definitions.of(agency)}


def catch_up(settings: Settings, since: datetime, now: datetime) -> None:
    """Let the time between pass in an office that was shown earlier, as if it had been open all along."""
    clock = FakeClock(since)
    system = bootstrap(settings, clock)
    try:
        zone = system.calendar(CALENDAR).timezone
        Past(clock, Sweep(system.engine.context), zone).pass_until(now)
    finally:
        system.close()


def add_author(engine: Engine, password: str) -> None:
    """Add who writes SOPs; the organisation file has nobody for that."""
    agency = demonstration_organisation().agency.id
    engine.accounts.create(AUTHOR, AUTHOR_LABEL, by=HOST, agency=agency, system_roles=("author",))
    engine.registry.set_passwords({AUTHOR: password}, actor=HOST)


def _scenario(sop: str, index: int) -> Scenario:
    text = (FOLDER / f"{sop}.yaml").read_text(encoding="utf-8")
    definition = require_definition(text, file=f"{sop}.yaml").definition
    file = FOLDER / f"{sop}.scenarios.yaml"
    return require_scenarios(file.read_bytes(), definition, file=file.name).scenarios[index]


def _moved(shown: Shown, calendar: Calendar, now: datetime) -> Scenario:
    """The scenario up to where it is played, ending that many working minutes ago."""
    scenario = _scenario(shown.sop, shown.index)
    last = max(shown.until.values())
    move = _Move.of(calendar, scenario.start.at, last, calendar.subtract(now, shown.minutes_ago))
    visits, acts = [], []
    for visit in scenario.visits:
        until = shown.until.get(visit.branch, last)
        if visit.finish <= until:
            visits.append(_later(visit, move))
        elif visit.claim < until:
            claim = Act(at=visit.claim, who=visit.who, verb="claim", step=visit.step, branch=visit.branch)
            acts.append(replace(claim, at=move.text(visit.claim)))
    acts += [
        replace(act, at=move.text(act.at), data=move.data(act.data))
        for act in scenario.acts
        if act.refused is None and act.at <= shown.until.get(act.branch, last)
    ]
    start = replace(scenario.start, at=move.text(scenario.start.at), period=move.data(scenario.start.period))
    return replace(scenario, start=start, visits=tuple(visits), acts=tuple(acts), expect=Expect())


def _later(visit: Visit, move: "_Move") -> Visit:
    return replace(
        visit, claim=move.text(visit.claim), finish=move.text(visit.finish), data=move.data(visit.data)
    )


@dataclass(frozen=True, slots=True)
class _Move:
    """From the days of a scenario to days that ended just now."""

    calendar: Calendar
    old: datetime
    new: datetime

    @classmethod
    def of(cls, calendar: Calendar, start: str, last: str, end: datetime) -> "_Move":
        old, final = _aware(start, calendar.timezone), _aware(last, calendar.timezone)
        return cls(calendar, old, calendar.subtract(end, calendar.between(old, final)))

    def instant(self, at: datetime) -> datetime:
        if at < self.old:
            return self.calendar.subtract(self.new, self.calendar.between(at, self.old))
        return self.calendar.add(self.new, self.calendar.between(self.old, at))

    def text(self, local: str) -> str:
        return self.instant(_aware(local, self.calendar.timezone)).strftime("%Y-%m-%d %H:%M:%S")

    def data(self, value: Any) -> Any:
        """Form data with every date, time and period in it moved along."""
        if isinstance(value, dict):
            return {key: self.data(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.data(part) for part in value]
        return self._word(value) if isinstance(value, str) else value

    def _word(self, text: str) -> str:
        if INSTANT.fullmatch(text):
            return self.instant(datetime.fromisoformat(text)).isoformat()
        if DAY.fullmatch(text):
            noon = datetime.combine(date.fromisoformat(text), time(12), self.calendar.timezone)
            return self.instant(noon).date().isoformat()
        months = (self.new.year - self.old.year) * 12 + self.new.month - self.old.month
        if match := MONTH.fullmatch(text):
            year, month = divmod(int(match[1]) * 12 + int(match[2]) - 1 + months, 12)
            return f"{year}-{month + 1:02}"
        if match := QUARTER.fullmatch(text):
            quarters = (
                self.new.year * 4 + (self.new.month - 1) // 3 - self.old.year * 4 - (self.old.month - 1) // 3
            )
            year, quarter = divmod(int(match[1]) * 4 + int(match[2]) - 1 + quarters, 4)
            return f"{year}-Q{quarter + 1}"
        return text


def _aware(local: str, zone: ZoneInfo) -> datetime:
    return moment(local).replace(tzinfo=zone)
