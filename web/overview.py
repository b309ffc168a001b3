"""Beranda: counters that are doors. What waits for me, what is late, what came back, what I sent on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from starlette.responses import Response

from engine.commands.definitions.definitions import AUTHORS
from engine.organisation.model import ADMIN, AUDITOR
from engine.permissions.visibility import READERS
from engine.text.bilingual import Text
from engine.views.cases import CaseItem
from engine.views.parts import Page
from engine.views.tasks import TaskItem
from web.organisation import needs
from web.page_request import PageRequest

COUNTED, SHOWN = 100, 5


@dataclass(frozen=True)
class Door:
    """A figure and the list behind it; ``tone`` is how a figure that is not nothing looks."""

    label: Text
    count: int
    more: bool
    href: str
    tone: str = ""


def show(visit: PageRequest) -> Response:
    """The doors of this person's work, and the first lines behind them."""
    queries, actor = visit.engine.queries, visit.actor
    me = queries.people.me(actor)
    works = not {ADMIN, AUDITOR} & set(me["system_roles"])
    month = f"{_today(visit)[:7]}-01"
    reads_all = bool(READERS & set(me["system_roles"]))
    mine = queries.inbox(actor, limit=COUNTED) if works else None
    unit = queries.inbox(actor, "unit", limit=COUNTED) if me["leads"] else None
    sent = queries.sent(actor) if works else []
    return visit.page(
        "home.html",
        works=works,
        writes=bool(AUTHORS.intersection(me["system_roles"])),
        doors=[*_mine(mine), _door("Dikirim", "Sent on", sent, "/inbox/sent")] if mine else [],
        signing=len(queries.papers.signing(actor, [item["id"] for item in mine["items"]])) if mine else 0,
        urgent=mine["items"][:SHOWN] if mine else [],
        unit=_unit(unit) if unit else [],
        pressing=[item for item in unit["items"] if _presses(item)][:SHOWN] if unit else [],
        absent=queries.takeover.away(actor) if me["leads"] else (),
        sent=sent[:SHOWN],
        office_doors=_office(visit, month) if reads_all else (),
        month=month,
        versions=visit.engine.definition_readings.waiting(actor) if works else (),
        needs=needs(visit.engine, actor, _today(visit)) if ADMIN in me["system_roles"] else (),
    )


def _today(visit: PageRequest) -> str:
    return visit.engine.context.clock.now().astimezone(visit.words.zone).date().isoformat()


def _office(visit: PageRequest, month: str) -> list[Door]:
    """What whoever checks the office asks first: what is late, came back, was finished, was done late."""
    cases = partial(visit.engine.queries.cases.list, visit.actor, limit=COUNTED)
    late, back = cases(open="overdue"), cases(open="returned")
    done = cases(state="completed", completed_from=date.fromisoformat(month))
    finished = f"/cases?state=completed&completed_from={month}"
    return [
        _listed("Berkas terlambat", "Overdue cases", late, "/cases?open=overdue", "bad"),
        _listed("Berkas dikembalikan", "Returned cases", back, "/cases?open=returned", "back"),
        _listed("Selesai bulan ini", "Completed this month", done, finished),
    ]


def _listed(label: str, english: str, found: Page[CaseItem], href: str, tone: str = "") -> Door:
    return _door(label, english, found["items"], href, tone, more=found["next"] is not None)


def _presses(item: TaskItem) -> bool:
    """Whether a task of the unit is one that its superior should know of."""
    return item["sla"] in ("overdue", "due_soon") or item["returned_by"] is not None


def _mine(page: Page[TaskItem]) -> list[Door]:
    items, more = page["items"], page["next"] is not None
    late = [item for item in items if item["sla"] == "overdue"]
    soon = [item for item in items if item["sla"] == "due_soon"]
    back = [item for item in items if item["returned_by"]]
    return [
        _door("Menunggu Anda", "Waiting for you", items, "/inbox", more=more),
        _door("Terlambat", "Overdue", late, "/inbox?sla=overdue", "bad", more=more),
        _door("Mendekati tenggat", "Due soon", soon, "/inbox?sla=due_soon", "soon", more=more),
        _door("Dikembalikan", "Returned", back, "/inbox?returned=true", "back", more=more),
    ]


def _unit(page: Page[TaskItem]) -> list[Door]:
    items, more = page["items"], page["next"] is not None
    late = [item for item in items if item["sla"] == "overdue"]
    free = [item for item in items if item["assignee"] is None]
    held = [item for item in items if item["state"] == "on_hold"]
    late_ones = "/inbox?view=unit&sla=overdue"
    return [
        _door("Terbuka di unit", "Open in the unit", items, "/unit", more=more),
        _door("Terlambat di unit", "Overdue in the unit", late, late_ones, "bad", more=more),
        _door("Belum diambil", "Not claimed", free, "/unit", "soon", more=more),
        _door("Ditunda", "On hold", held, "/inbox?view=unit&state=on_hold", more=more),
    ]


def _door(
    label: str, english: str, items: Sequence[object], href: str, tone: str = "", *, more: bool = False
) -> Door:
    return Door(Text(label, english), len(items), more, href, tone if items else "")
