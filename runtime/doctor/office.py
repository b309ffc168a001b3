"""The office: listed holidays, staffed roles, complete definitions. Gaps here stop people, not programs."""

from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.calendar.calendar import Calendar
from engine.calendar.policies import chosen
from engine.context import Context
from engine.errors import NotFound
from engine.organisation import Organisation, staffing_gaps
from engine.organisation.model import APART
from engine.queries.calendar.schedules import ScheduleQueries
from engine.reminders.recipients import RELATIONS
from engine.sop.model import Definition
from engine.store import Tx
from engine.text.bilingual import Text
from engine.views.schedules import Occurrence
from runtime.doctor.dry_run import ends
from runtime.doctor.findings import Finding, Findings, reading

RAMADAN = "ramadan"
NEEDED = ("number", "created_on", "effective_on")


def agencies(office: Context) -> Findings:
    known = office.store.ask(lambda tx: tx.organisations.agencies())
    if not known:
        yield Finding(
            "organisation",
            "warning",
            Text(
                "Belum ada organisasi. Muat dengan `alur org load`.",
                "no organisation is stored; load one with `alur org load`",
            ),
        )
    now = office.clock.now()
    for agency in known:
        yield from reading(office, "calendar", partial(_calendars, office, agency, now))
        yield from reading(office, "dates", partial(_dates, office, agency))
        yield from reading(office, "definitions", partial(_definitions, office, agency, now))
        yield from reading(office, "roles", partial(_roles, office, agency))
        yield from reading(office, "walk", partial(_walk, office, agency))


def _walk(office: Context, agency: str, connection: Connection) -> list[Finding]:
    """Every step of every effective SOP in every unit: where work would stop today."""
    return list(ends(office, Tx(connection), agency))


def _roles(office: Context, agency: str, connection: Connection) -> list[Finding]:
    """Accounts that check or keep the office and hold a position, which counts as vacant by that."""
    organisation = office.catalog.organisation(Tx(connection), agency)
    return [
        Finding(
            "roles",
            "warning",
            Text(
                f"{agency}: akun {account.username} adalah {', '.join(sorted(account.system_roles & APART))}"
                " dan memangku"
                " jabatan; jabatan itu dianggap kosong. Beri pemangkunya akun lain.",
                f"{agency}: account {account.username} combines"
                f" {', '.join(sorted(account.system_roles & APART))} with a"
                " position, which counts as vacant; give its holder another account",
            ),
        )
        for account in organisation.vacated_by()
    ]


def _calendars(office: Context, agency: str, now: datetime, connection: Connection) -> list[Finding]:
    tx = Tx(connection)
    names = list(dict.fromkeys(stored.calendar for stored in tx.calendars.of(agency)))
    if not names:
        return [
            Finding(
                "calendar",
                "error",
                Text(
                    f"{agency}: belum ada kalender kerja. Muat dengan `alur calendar load`.",
                    f"{agency}: no calendar is stored; load one with `alur calendar load`",
                ),
            )
        ]
    named = office.catalog.organisation(tx, agency).agency.calendar
    absent = Finding(
        "calendar",
        "error",
        Text(
            f"{agency}: organisasi menyebut kalender {named}, yang tidak ada. Yang ada: {', '.join(names)}.",
            f"{agency}: the organisation names the calendar {named}, which is not stored; there are: "
            + ", ".join(names),
        ),
    )
    years = [
        finding
        for name in names
        for finding in _years(office.catalog.calendar(tx, agency, name).calendar, now)
    ]
    return years if named in names else [absent, *years]


def _dates(office: Context, agency: str, connection: Connection) -> list[Finding]:
    """Dates of schedules that nobody confirmed as they are now; they start their cases in any case."""
    return [
        Finding(
            "dates",
            "warning",
            Text(
                f"{agency}: {schedule['unconfirmed']} tanggal terjadwal {schedule['title']}"
                f" belum dikonfirmasi{_moved(schedule['dates'], 'bergeser')}."
                f" Lihat `alur schedule dates {schedule['sop']}`.",
                f"{agency}: {schedule['unconfirmed']} scheduled dates of {schedule['title']}"
                f" are not confirmed{_moved(schedule['dates'], 'moved')};"
                f" see `alur schedule dates {schedule['sop']}`",
            ),
        )
        for schedule in ScheduleQueries(office).standing(Tx(connection), agency)
        if schedule["unconfirmed"]
    ]


def _moved(dates: list[Occurrence], word: str) -> str:
    moved = [occurrence["period"] for occurrence in dates if occurrence["state"] == "moved"]
    return f" ({word}: {', '.join(moved)})" if moved else ""


def _years(calendar: Calendar, now: datetime) -> Findings:
    this = now.astimezone(calendar.timezone).year
    bare = [year for year in (this, this + 1) if year not in calendar.schedule.listed_years]
    for year in bare:
        yield Finding(
            "holidays",
            "warning",
            Text(
                f"Kalender {calendar.id}: tahun {year} belum memiliki daftar hari libur resmi. Susun dari"
                f" `alur calendar suggest {year}`, lalu sahkan dengan `alur calendar confirm`.",
                f"calendar {calendar.id}: no official list of holidays for {year}; begin with"
                f" `alur calendar suggest {year}`, then `alur calendar confirm`",
            ),
        )
    seasons = calendar.schedule.seasons
    for year in (this, this + 1) if any(season.regime.id == RAMADAN for season in seasons) else ():
        if not any(season.regime.id == RAMADAN and season.first.year == year for season in seasons):
            yield Finding(
                "ramadan",
                "warning",
                Text(
                    f"Kalender {calendar.id}: masa Ramadan {year} belum diisi; jam biasa berlaku."
                    " Tambahkan pada"
                    " ramadan_periods, lalu muat dengan `alur calendar load`.",
                    f"calendar {calendar.id}: no Ramadan period for {year}, so normal hours hold; add it to"
                    " ramadan_periods, then `alur calendar load`",
                ),
            )
    if not bare:
        yield Finding(
            "holidays",
            "ok",
            Text(
                f"Kalender {calendar.id}: hari libur {this} dan {this + 1} tersedia.",
                f"calendar {calendar.id}: {this} and {this + 1} are listed",
            ),
        )


def _definitions(office: Context, agency: str, now: datetime, connection: Connection) -> list[Finding]:
    tx = Tx(connection)
    organisation = office.catalog.organisation(tx, agency)
    today = now.astimezone(ZoneInfo(organisation.agency.timezone)).date()
    effective = [stored for stored in tx.definitions.of(agency) if stored.status == "effective"]
    findings = [
        finding
        for stored in effective
        for definition in [office.catalog.compiled(tx, agency, stored.id, stored.version).definition]
        for finding in (
            *_definition(definition, organisation, today),
            *_policy(office, tx, definition, organisation),
        )
    ]
    return findings or [
        Finding(
            "definitions",
            "ok",
            Text(
                f"{agency}: {len(effective)} SOP berlaku, semua pelaksananya terisi.",
                f"{agency}: {len(effective)} effective definitions, all of them staffed",
            ),
        )
    ]


def _policy(office: Context, tx: Tx, definition: Definition, organisation: Organisation) -> Findings:
    """The policy that a definition names and its calendar's file lacks, and whom it tells in vain."""
    wanted = definition.escalation
    agency, name = organisation.agency, definition.sla.calendar or organisation.agency.calendar
    try:
        known = office.catalog.calendar(tx, agency.id, name).policies
    except NotFound:
        return  # said by the check of calendars
    policy = chosen(known, wanted)
    told = {recipient for stage in (*policy.stages, *policy.pickup_stages) for recipient in stage.to}
    for role in sorted(told.union(policy.weekly.to) - {*RELATIONS, *definition.roles}):
        if not organisation.positions_with(role):
            yield Finding(
                "policy",
                "warning",
                Text(
                    f"{_named(definition)}: kebijakan eskalasi {policy.id} memberi tahu peran"
                    f" {role}, yang tidak ada pada jabatan mana pun.",
                    f"{_named(definition)}: escalation policy {policy.id} tells the role"
                    f" {role}, which no position has",
                ),
            )
    if wanted is not None and wanted not in known:
        there = ", ".join(known) or "-"
        yield Finding(
            "policy",
            "warning",
            Text(
                f"{_named(definition)}: kebijakan eskalasi {wanted} tidak ada, dipakai yang baku."
                f" Yang ada: {there}.",
                f"{_named(definition)}: no escalation policy {wanted}; there are: {there}",
            ),
        )


def _definition(definition: Definition, organisation: Organisation, today: date) -> Findings:
    name = _named(definition)
    for gap in staffing_gaps(definition, organisation, today):
        yield Finding(
            "staffing", "warning", Text(f"{name}: {gap.message.indonesian}", f"{name}: {gap.message.english}")
        )
    blank = [key for key in NEEDED if getattr(definition.identity, key) is None]
    if blank:
        yield Finding(
            "identity",
            "warning",
            Text(
                f"{name} berlaku, tetapi {', '.join(blank)} masih kosong. Lengkapi di berkasnya, lalu simpan"
                " versi baru dengan `alur definition store`.",
                f"{name} is effective with a blank {', '.join(blank)}; complete its file and store a"
                " new version",
            ),
        )


def _named(definition: Definition) -> str:
    """The SOP by title, id and version."""
    return f"{definition.identity.title or definition.id} ({definition.id} {definition.version})"
