"""Days, instants and stretches of time in the words of both languages. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.text.bilingual import Text

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NEAR_DAYS: Mapping[int, Text] = {
    -1: Text("kemarin", "yesterday"),
    0: Text("hari ini", "today"),
    1: Text("besok", "tomorrow"),
}
ROMAN = ("I", "II", "III", "IV")
ZONES: Mapping[str, str] = {"+0700": "WIB", "+0800": "WITA", "+0900": "WIT"}


def zone_text(at: datetime) -> str:
    """``WITA``: what the zone of an instant is called in Indonesia."""
    return ZONES.get(at.strftime("%z"), at.strftime("%Z"))


def month_text(month: int) -> Text:
    """``Januari`` for 1."""
    return Text(MONTHS[month - 1], ENGLISH_MONTHS[month - 1])


def day_text(day: date) -> Text:
    """``5 Januari 2026``."""
    month = month_text(day.month)
    return Text(f"{day.day} {month.indonesian} {day.year}", f"{day.day} {month.english} {day.year}")


def instant_text(instant: datetime | None, zone: ZoneInfo) -> Text:
    """``Senin, 5 Januari 2026 pukul 08.00 WITA``; a dash for none."""
    if instant is None:
        return Text("-", "-")
    at = instant.astimezone(zone)
    day, letters = day_text(at), zone_text(at)
    return Text(
        f"{DAYS[at.weekday()]}, {day.indonesian} pukul {at:%H.%M} {letters}",
        f"{ENGLISH_DAYS[at.weekday()]}, {day.english}, {at:%H:%M} {letters}",
    )


def short_text(instant: datetime, zone: ZoneInfo) -> Text:
    """``Sen, 5 Jan 2026 08.00 WITA``: an instant in a narrow column."""
    at = instant.astimezone(zone)
    day, letters = _short_day(at), zone_text(at)
    return day + Text(f" {at:%H.%M} {letters}", f" {at:%H:%M} {letters}")


def near_text(instant: datetime, now: datetime, zone: ZoneInfo) -> Text:
    """``hari ini 14.08``, ``besok 09.53``, ``Sen, 7 Des 16.00``; a year where it is not this one."""
    at, today = instant.astimezone(zone), now.astimezone(zone).date()
    clock = Text(f" {at:%H.%M}", f" {at:%H:%M}")
    words = NEAR_DAYS.get((at.date() - today).days)
    if words is not None:
        return words + clock
    day = _short_day(at)
    if at.year == today.year:
        day = Text(*(said.removesuffix(f" {at.year}") for said in (day.indonesian, day.english)))
    return day + clock


def days_text(first: date, last: date | None) -> Text:
    """``19 Januari 2026 sampai 23 Januari 2026``; without an end ``mulai 19 Januari 2026``."""
    start = day_text(first)
    if first == last:
        return Text(start.indonesian, f"on {start.english}")
    if last is None:
        return Text(f"mulai {start.indonesian}", f"from {start.english}")
    end = day_text(last)
    return Text(f"{start.indonesian} sampai {end.indonesian}", f"from {start.english} to {end.english}")


def figures_text(instant: datetime, zone: ZoneInfo) -> Text:
    """``05/01/2026 08.00``: an instant among figures; the zone stands beside the table."""
    at = instant.astimezone(zone)
    return Text(f"{at:%d/%m/%Y %H.%M}", f"{at:%d/%m/%Y %H:%M}")


def console_text(at: datetime) -> str:
    """``Senin 12/01/2026 15:30 WITA``: an instant on a terminal, in its own zone; seconds if any."""
    clock = "%H:%M:%S" if at.second else "%H:%M"
    return f"{DAYS[at.weekday()]} {at.strftime(f'%d/%m/%Y {clock}')} {at.tzname()}"


def span_text(from_: datetime, to: datetime, zone: ZoneInfo) -> Text:
    """``Sen, 5 Jan 2026 07.30–12.00 WITA``, with both days where they differ; whole days without hours."""
    begins, ends = from_.astimezone(zone), to.astimezone(zone)
    first = _short_day(begins)
    if begins < ends and begins.time() == ends.time() == time():
        last = _short_day(ends - timedelta(days=1))
        return first if first == last else first + Text(" – ", " – ") + last
    dash = Text("–", "–")
    if begins.date() != ends.date():
        dash = Text(" – ", " – ") + _short_day(ends) + Text(" ", " ")
    letters = zone_text(ends)
    opening = first + Text(f" {begins:%H.%M}", f" {begins:%H:%M}")
    return opening + dash + Text(f"{ends:%H.%M} {letters}", f"{ends:%H:%M} {letters}")


def period_text(kind: str, year: int, n: int) -> Text:
    """``Triwulan IV 2025`` for the fourth quarter."""
    match kind:
        case "quarter":
            return Text(f"Triwulan {ROMAN[n - 1]} {year}", f"Quarter {n} of {year}")
        case "semester":
            return Text(f"Semester {ROMAN[n - 1]} {year}", f"Half {n} of {year}")
        case "month":
            return Text(f"{MONTHS[n - 1]} {year}", f"{ENGLISH_MONTHS[n - 1]} {year}")
    return Text(str(year), str(year))


def _short_day(at: date) -> Text:
    day, month = at.weekday(), at.month - 1
    return Text(
        f"{DAYS[day][:3]}, {at.day} {MONTHS[month][:3]} {at.year}",
        f"{ENGLISH_DAYS[day][:3]}, {at.day} {ENGLISH_MONTHS[month][:3]} {at.year}",
    )
