"""Which part of the timing log a page is about: an SOP, and the time in which visits came in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from api.schemas.cases import TimingLogQuery
from api.schemas.parts import Shape
from api.timing_log import sampled, wanted_rows
from engine.errors import InvalidInput
from engine.queries.cases.logged_visits import LogFilter
from engine.text.bilingual import Text
from web.forms.binding import day_of
from web.page_request import PageRequest

DAYS_SHOWN = 365
"""How far a page of figures looks back where nobody says from when."""


@dataclass(frozen=True)
class Asked:
    """What the filter bar holds; the address of the page is the view that can be saved."""

    wanted: LogFilter
    given: Mapping[str, str]

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in self.given.items() if value})


def asked(visit: PageRequest, kind: type[Shape], *more: str, look_back: bool = False) -> Asked:
    """The filter of a page, ``more`` are its other fields; with ``look_back`` of the last year at most."""
    query = visit.asked(kind)
    given = {name: visit.query(name) or "" for name in ("sop", "from", "to", *more)}
    if look_back and not given["from"]:
        day = visit.engine.context.clock.now().astimezone(visit.words.zone).date()
        given["from"] = (day - timedelta(days=DAYS_SHOWN)).isoformat()
    days = {name: day_of(given[name]) or None for name in ("from", "to")}
    wanted = wanted_rows(visit.words.zone, given["sop"] or None, days["from"], days["to"])
    if wanted.from_ and wanted.to and wanted.from_ >= wanted.to:
        raise InvalidInput.at(
            "to", Text("Sampai lebih awal daripada dari.", "The end is before the beginning.")
        )
    if isinstance(query, TimingLogQuery):
        wanted = sampled(visit.engine, visit.actor, wanted, query)
    return Asked(wanted, given)
