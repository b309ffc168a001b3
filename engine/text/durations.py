"""Lengths of time in the words of both languages. Pure."""

from engine.text.bilingual import NOTHING, Text
from engine.text.numbers import number_text

# 37.5 hours in five days: the day in which long times are told, whatever the hours of a season.
MINUTES_OF_A_DAY = 450

Part = tuple[int, str, str]


def working_time(minutes: int) -> Text:
    """``2 hari 3 jam 30 menit``, counting days of the normal working hours."""
    days, rest = divmod(minutes, MINUTES_OF_A_DAY)
    hours, left = divmod(rest, 60)
    return _parts((days, "hari", "day"), (hours, "jam", "hour"), (left, "menit", "minute"))


def length_text(minutes: int, working_days: int, calendar_days: int, seconds: int = 0) -> Text:
    """``1 hari kerja 4 jam kerja``, as a file writes the length."""
    return _parts(
        (working_days, "hari kerja", "working day"),
        (calendar_days, "hari", "day"),
        (minutes // 60, "jam kerja", "working hour"),
        *_minutes_and_seconds(minutes % 60, seconds),
    )


def total_text(
    minutes: int, working_days: int, calendar_days: int, seconds: int = 0, *, hours: str = " ({})"
) -> Text:
    """``1.110 menit (18 jam 30 menit) + 2 hari kerja``; ``hours`` frames what the minutes are in hours."""
    total = NOTHING
    if minutes or not (working_days or calendar_days or seconds):
        shown, clock = number_text(minutes), _clock(minutes)
        framed = (
            Text(hours.format(clock.indonesian), hours.format(clock.english)) if minutes >= 60 else NOTHING
        )
        total = shown + Text(" menit", " minutes") + framed
    for count, said, english in (
        (seconds, "detik", "seconds"),
        (working_days, "hari kerja", "working days"),
        (calendar_days, "hari kalender", "calendar days"),
    ):
        if count:
            before = " + " if total != NOTHING else ""
            total += Text(f"{before}{count} {said}", f"{before}{count} {english}")
    return total


def _minutes_and_seconds(minutes: int, seconds: int) -> tuple[Part, ...]:
    parts: tuple[Part, ...] = ((minutes, "menit kerja", "working minute"),)
    return (*parts, (seconds, "detik", "second")) if seconds else parts


def _clock(minutes: int) -> Text:
    hours, rest = divmod(minutes, 60)
    return Text(f"{hours} jam", f"{hours} h") + (Text(f" {rest} menit", f" {rest} min") if rest else NOTHING)


def _parts(*parts: Part) -> Text:
    kept = [part for part in parts if part[0]] or [parts[-1]]
    return Text(
        " ".join(f"{n} {said}" for n, said, _ in kept),
        " ".join(f"{n} {english}{'' if n == 1 else 's'}" for n, _, english in kept),
    )
