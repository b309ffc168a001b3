"""What working time refuses, all `InvalidInput` and `ValueError`. A wrong agency file: `DefinitionError`."""

from engine.errors import InvalidInput
from engine.text.bilingual import Text


class WorktimeError(InvalidInput, ValueError):
    """Anything that working time refuses, in both languages."""

    code = "invalid_time"


class BadDuration(WorktimeError):
    """A text that is not a duration; ``text`` is what was given."""

    code = "bad_duration"

    def __init__(self, *, text: object) -> None:
        self.text = text
        shown = repr(text)[:60]
        super().__init__(
            Text(
                (
                    f"{shown} bukan lama waktu. Tulis menit kerja (30m), jam kerja (2h), hari kerja (1wd), "
                    "hari kalender (7cd) atau jumlahnya (1wd4h), tanpa spasi, bilangan bulat sampai 99999."
                ),
                (
                    f"{shown} is not a duration. Write working minutes (30m), working hours (2h), "
                    "working days (1wd), calendar days (7cd) or a sum (1wd4h), without spaces, "
                    "whole numbers up to 99999."
                ),
            )
        )


class BadMinutes(WorktimeError):
    """Working minutes that are not a whole number from 0 up."""

    code = "bad_minutes"

    def __init__(self, *, minutes: object) -> None:
        super().__init__(
            Text(
                f"Menit kerja harus bilangan bulat mulai dari 0, bukan {minutes!r}.",
                f"Working minutes must be a whole number from 0 up, not {minutes!r}.",
            )
        )


class NaiveInstant(WorktimeError):
    """A date and time without a zone."""

    code = "naive_instant"

    def __init__(self, *, value: object) -> None:
        super().__init__(
            Text(
                (
                    f"Waktu {value!s} tidak menyebut zona waktu. Tambahkan selisihnya, "
                    "misalnya 2026-01-05T08:00+08:00 untuk WITA."
                ),
                (
                    f"{value!r} is not an instant with a time zone. Give its offset, "
                    "for example 2026-01-05T08:00+08:00 for WITA."
                ),
            )
        )


class BeyondHorizon(WorktimeError):
    """A time that the calendar does not cover."""

    code = "beyond_horizon"

    def __init__(self, *, calendar: str, tried: str, first_year: int, last_year: int) -> None:
        super().__init__(
            Text(
                (
                    f"{tried} berada di luar kalender {calendar}, "
                    f"yang memuat tahun {first_year} sampai {last_year}. "
                    "Kurangi lamanya, atau tambahkan daftar hari libur tahun berikutnya."
                ),
                (
                    f"{tried} is outside calendar {calendar}, which covers {first_year} to {last_year}. "
                    "Use a shorter duration, or add the holiday list of a later year."
                ),
            )
        )


class BadPeriod(WorktimeError):
    """A text that is not a reporting period."""

    code = "bad_period"

    def __init__(self, *, text: object) -> None:
        shown = repr(text)[:60]
        super().__init__(
            Text(
                f'{shown} bukan periode. Tulis "2026-Q1", "2026-H1", "2026-01" atau "2026".',
                f'{shown} is not a period. Write "2026-Q1", "2026-H1", "2026-01" or "2026".',
            )
        )


class BadWindow(WorktimeError):
    """A reporting window that does not exist; ``message`` says which part."""

    code = "bad_window"
