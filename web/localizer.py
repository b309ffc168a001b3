"""How instants, durations, numbers and states read on a page, in Indonesian or English."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.audit.act import Json
from engine.calendar.periods import Period
from engine.errors import WorktimeError
from engine.permissions import verbs
from engine.text.bilingual import Text
from engine.text.dates import (
    day_text,
    figures_text,
    instant_text,
    month_text,
    near_text,
    short_text,
    span_text,
    zone_text,
)
from engine.text.durations import working_time
from engine.text.log_names import FIELDS, KINDS, PEOPLE
from engine.text.numbers import number_text, percent_text
from engine.text.states import ACTS, CASE_STATES, DIFFERENCES, TASK_STATES
from engine.text.stretches import stretch_text
from web.catalogue import ENGLISH

SENTENCE = re.compile(r"(?:^|[.!?] )[a-z](?=[a-z ])")
LOGGED_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LOGGED_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class Localizer:
    """Speaks one language in one zone; made for one page."""

    def __init__(self, *, english: bool, zone: ZoneInfo, now: datetime | None = None) -> None:
        self.english = english
        self.zone = zone
        self.now = now

    @property
    def language(self) -> str:
        return "en" if self.english else "id"

    def say(self, text: str, /, **given: object) -> str:
        """A sentence of the pages in the page's language; ``given`` fills its braces."""
        said = ENGLISH.get(text, text) if self.english else text
        return said.format(**given) if given else said

    def sentence(self, said: str) -> str:
        """What the engine says, each sentence with its capital letter: its English begins small, for logs."""
        return SENTENCE.sub(lambda match: match[0].upper(), said) if self.english else said

    def either(self, said: Mapping[str, Json]) -> str:
        """What is known in both languages, in the page's."""
        return self.choose(said["message_id"], said["message_en"])

    def of(self, known: Mapping[str, Text], code: str | None) -> str:
        """The word for a state or kind; the code itself when the page does not know it."""
        return self.text(known[code]) if code is not None and code in known else (code or "")

    def text(self, text: Text) -> str:
        """What the code says in both languages, in the page's."""
        return text.to(self.language)

    def act(self, name: str) -> str:
        """What an event of the trail records, in words."""
        noun, _, verb = name.partition(".")
        if noun == "task" and verb in verbs.TASK_VERBS:
            return self.text(verbs.TASK_VERBS[verbs.Verb(verb)].done)
        return self.of(ACTS, name)

    def choose(self, indonesian: Json, english: Json) -> str:
        """Of one thing said in both languages the words of the page's."""
        return str(english if self.english else indonesian)

    # --- time ---

    def local(self, instant: Json) -> datetime | None:
        """RFC 3339 text as an instant in the page's zone."""
        return datetime.fromisoformat(instant).astimezone(self.zone) if instant else None

    def instant(self, instant: Json) -> str:
        """``Senin, 5 Januari 2026 pukul 08.00 WITA``."""
        at = self.local(instant)
        return instant_text(at, self.zone).to(self.language) if at else "–"

    def short(self, instant: Json) -> str:
        """The same in a narrow column: ``Sen, 5 Jan 2026 08.00 WITA``."""
        at = self.local(instant)
        return short_text(at, self.zone).to(self.language) if at else "–"

    def near(self, instant: Json) -> str:
        """The same beside now: ``besok 09.53``, ``Sen, 7 Des 16.00``."""
        at = self.local(instant)
        if at is None or self.now is None:
            return self.short(instant)
        return near_text(at, self.now, self.zone).to(self.language)

    def clock(self, at: datetime) -> str:
        """Only the time of a day: ``20.31``."""
        return f"{at.astimezone(self.zone):{'%H:%M' if self.english else '%H.%M'}}"

    def span(self, from_: Json, to: Json) -> str:
        """From one instant to another: ``Sen, 5 Jan 2026 07.30–12.00 WITA``."""
        begins, ends = self.local(from_), self.local(to)
        return span_text(begins, ends, self.zone).to(self.language) if begins and ends else "–"

    def stretch(self, segment: Mapping[str, Json]) -> str:
        """What a stretch of time is: ``Jam kerja (Ramadan)``."""
        said = stretch_text(segment["kind"], segment["regime"], segment["note"]).to(self.language)
        return said[:1].upper() + said[1:]

    def logged(self, value: Json) -> str:
        """A value of the log as a person reads it: instants in the page's zone, nothing as a dash."""
        if isinstance(value, str) and LOGGED_INSTANT.fullmatch(value):
            return self.short(value)
        if isinstance(value, str) and LOGGED_DAY.fullmatch(value):
            return self.day(value)
        if isinstance(value, dict):
            return self._told(value)
        if isinstance(value, list):
            return "; ".join(map(self.logged, value)) or "–"
        return "–" if value is None else str(value)

    def log_name(self, name: str, kind: str = "") -> str:
        """What a field or fact of the trail is called; one that nobody named yet as it is."""
        known = FIELDS.get(name)
        said = self.text(known) if known else name
        return f"{self.of(KINDS, kind)}: {said}" if kind else said

    def log_value(self, name: str, value: Json, office: Mapping[str, Mapping[str, str]]) -> str:
        """A value of the trail in words: states, people and positions by their names."""
        if isinstance(value, bool):
            return self.say("Ya") if value else self.say("Tidak")
        if isinstance(value, list):
            return "; ".join(self.log_value(name, item, office) for item in value) or "–"
        if isinstance(value, str):
            if name in PEOPLE:
                return office["people"].get(value, value)
            for known in (office["positions"], office["units"]):
                if value in known:
                    return known[value]
            if name in ("state", "resume_to"):
                return self.of({**CASE_STATES, **TASK_STATES}, value)
        return self.logged(value)

    def _told(self, value: Mapping[str, Json]) -> str:
        """Values that belong together: a decree, days that count otherwise, or any others."""
        if "number" in value:
            return self.decree(value)
        if value.get("kind") in DIFFERENCES:
            return self.difference(value)
        return ", ".join(self.logged(part) for part in value.values() if part is not None) or "–"

    def decree(self, decree: Mapping[str, Json] | None) -> str:
        """``SKB Nomor 1497 Tahun 2025, 19 September 2025``."""
        if decree is None:
            return "–"
        signed = self.day(decree["date"]) if decree["date"] else self.say("tanggal belum dicatat")
        return f"{decree['number']}, {signed}"

    def difference(self, days: Mapping[str, Json]) -> str:
        """``6 Januari 2026: libur, Hari jadi (Perbup Nomor 9, 30 Desember 2025)``."""
        first, last = self.day(days["from"]), self.day(days["to"])
        when = first if first == last else f"{first} – {last}"
        by = f" ({self.decree(days['decree'])})" if days["decree"] else ""
        return f"{when}: {self.of(DIFFERENCES, days['kind'])}, {days['name']}{by}"

    def figures(self, instant: Json) -> str:
        """The same among figures: ``05/01/2026 08.00``; the zone stands beside the table."""
        at = self.local(instant)
        return figures_text(at, self.zone).to(self.language) if at else "–"

    def day(self, text: Json) -> str:
        """``5 Januari 2026`` for an ISO date."""
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            return str(text or "–")
        return day_text(day).to(self.language)

    def typed_day(self, text: Json) -> str:
        """A day as a person types it: ``05/01/2026``; what is no day as it is."""
        try:
            day = date.fromisoformat(str(text))
            return f"{day.day:02}/{day.month:02}/{day.year:04}"
        except ValueError:
            return str(text or "")

    def is_named_like(self, name: str, title: str) -> bool:
        """Whether a person is called by a position, also in short: ``JP 1`` for ``Jabatan Pelaksana 1``."""
        words, at = title.casefold().split(), 0
        for word in name.casefold().split():
            initials = "".join(part[0] for part in words[at : at + len(word)])
            if words[at : at + 1] != [word] and initials != word:
                return False
            at += 1 if words[at : at + 1] == [word] else len(word)
        return at == len(words)

    def month(self, n: int) -> str:
        """``Januari`` for 1."""
        return month_text(n).to(self.language)

    def zone_name(self) -> str:
        """What the zone is called here: ``WITA``."""
        january = datetime(2026, 1, 1, tzinfo=self.zone)
        return zone_text(january)

    def duration(self, minutes: Json) -> str:
        """``2 hari 3 jam 30 menit kerja``; nothing known is a dash."""
        if minutes is None:
            return "–"
        told = working_time(abs(int(minutes)))
        sign = "−" if int(minutes) < 0 else ""
        return sign + self.choose(f"{told.indonesian} kerja", f"{told.english} of work")

    def minutes(self, minutes: Json) -> str:
        """Minutes in a table: ``1.110``."""
        return "–" if minutes is None else self.number(minutes)

    # --- numbers ---

    def number(self, value: Json) -> str:
        """Decimals with comma, thousands with point; the other way round in English."""
        if value is None or isinstance(value, bool) or not isinstance(value, int | float):
            return "–" if value is None else str(value)
        return number_text(value).to(self.language)

    def percent(self, share: Json) -> str:
        """``87,5 %`` of a share between 0 and 1; nothing known is a dash."""
        return "–" if share is None else percent_text(share).to(self.language)

    def typed(self, value: Json) -> str:
        """A number as a person types it: decimals with comma, no thousands."""
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        whole = isinstance(value, int) or float(value).is_integer()
        text = str(int(value)) if whole else format(Decimal(repr(value)), "f")
        return text.replace(".", ",")

    def period_of(self, title: str, period: Json) -> str:
        """The period beside a title; nothing when there is none, or the title names it already."""
        try:
            named = {str(period), Period.parse(str(period)).label, self.period(period)}
        except WorktimeError:
            return ""
        if any(name in title for name in named):
            return ""
        return self.say("Tahun {n}", n=period) if str(period).isdecimal() else self.period(period)

    def period(self, text: Json) -> str:
        """``Triwulan IV 2025`` for ``2025-Q4``."""
        try:
            period = Period.parse(str(text))
        except WorktimeError:
            return str(text or "–")
        return period.text.to(self.language)
