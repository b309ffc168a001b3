"""Every error of the engine on one page.

    SopError
    ├── DefinitionError          a file of the language has errors; carries every diagnostic
    ├── NotFound                 no such object, or not visible to this person
    │   ├── NoCheckpoint             nobody has signed a checkpoint of the audit log
    │   └── Erased                   it was erased, as a person may ask
    ├── NotAllowed               the object is known, but this person may not do this
    │   ├── SecondFactorNeeded       the role sleeps until a second factor wakes it
    │   ├── NotRegistered            the identity provider knows the person, no account here does
    │   └── NotProven                the identity provider did not vouch for the person
    ├── InvalidInput             the request itself is wrong; carries one FieldError per fault
    │   ├── KeyReused                the idempotency key belongs to another request
    │   ├── TooLarge                 the upload is over the limit
    │   ├── UnsupportedMediaType     the kind of file is not on the list
    │   ├── NotPrintable             the SOP does not fit on the paper
    │   │   └── TooManyColumns           more executors than the paper has room for
    │   └── WorktimeError            working time refuses; a ValueError as well
    │       ├── BadDuration              no duration
    │       ├── BadMinutes               no working minutes
    │       ├── NaiveInstant             an instant without its zone
    │       ├── BeyondHorizon            the calendar does not reach so far
    │       ├── BadPeriod                no reporting period
    │       └── BadWindow                no such reporting window
    ├── Conflict                 the world moved on; carries the state as it is now
    │   ├── ActionNotAvailable       the verb does not fit the current state
    │   ├── ConditionNotMet          the verb fits, but a guard says no
    │   ├── AlreadyClaimed           somebody else holds the task
    │   ├── StaleVersion             the caller saw an older version
    │   ├── KeyTaken                 a row of a register has this key already
    │   ├── RegisterChanged          a register is not as it was when it was read
    │   ├── CannotBeStaffed          an executor role has no holder
    │   ├── NotConfirmed             open deadlines would move, and nobody has agreed
    │   ├── DatesMoved               the dates to confirm are those of the schedule no more
    │   └── LogInDoubt               the log is not what a checkpoint of it says
    │       ├── LogBroken                events are not those of their leaves
    │       ├── RolledBack               the newest checkpoint holds more events
    │       └── Rewritten                the events of the newest checkpoint were others
    ├── WrongCredentials         no account has this name and password
    ├── CodeMissing              the password fits, the code of the second factor is missing
    ├── SignInEnded              the time for the second step is over
    ├── MustWait                 too many failed sign-ins; carries when to try again
    ├── KeyMissing               the application key is not there, or is another one
    ├── Unavailable              the database cannot be reached or is locked
    └── StorageFull              the disk is full

``message`` is for people, in both languages; ``str(error)`` is for logs (English).
A parse fault that never leaves its module is none of these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a request: where (a path such as ``data.baris[2].bukti``) and what."""

    path: str
    message: Text


class SopError(Exception):
    """Anything the engine refuses, with a stable code and a message in both languages."""

    code: ClassVar[str] = "error"

    def __init__(self, message: Text) -> None:
        super().__init__(message.english)
        self.message = message


class DefinitionError(SopError):
    """A definition, organisation or agency file has errors; ``problems`` lists all of them."""

    code = "definition_error"

    def __init__(self, message: Text, *, problems: Sequence[Any]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotFound(SopError):
    code = "not_found"


class NoCheckpoint(NotFound):
    """Nothing has been signed yet."""

    code = "no_checkpoint"


class Erased(NotFound):
    """It was there, until it was erased as the law asks; the message names the day and the basis."""

    code = "erased"


class NotAllowed(SopError):
    code = "not_allowed"


class SecondFactorNeeded(NotAllowed):
    """The person has the role, but this session has no second factor to wake it."""

    code = "second_factor_required"


class NotRegistered(NotAllowed):
    """The provider knows this person, but no account here is theirs."""

    code = "not_registered"


class NotProven(NotAllowed):
    """What the provider, or the browser in its name, said does not prove who somebody is."""

    code = "identity_not_proven"


class InvalidInput(SopError):
    """The request is wrong in itself; ``errors`` names every field at fault."""

    code = "invalid_input"

    def __init__(self, message: Text, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)

    @classmethod
    def at(cls, path: str, message: Text) -> Self:
        """One fault, told of its field and of the whole request in the same words."""
        fault = FieldError(path, message)
        return cls(message, errors=[fault])


class KeyReused(InvalidInput):
    """The idempotency key was used for another request."""

    code = "idempotency_key_reused"


class TooLarge(InvalidInput):
    """The upload is over the limit."""

    code = "too_large"


class NotPrintable(InvalidInput):
    """The SOP does not fit on the paper, or has a letter that the typeface lacks."""

    code = "not_printable"


class TooManyColumns(NotPrintable):
    """More executors than the paper has room for."""

    code = "too_many_columns"


class UnsupportedMediaType(InvalidInput):
    """The kind of file is not on the list, or its content is not what its name says."""

    code = "unsupported_media_type"


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
                    "hari kalender (7cd), detik (30s) atau jumlahnya (1wd4h), tanpa spasi, "
                    "bilangan bulat sampai 99999."
                ),
                (
                    f"{shown} is not a duration. Write working minutes (30m), working hours (2h), "
                    "working days (1wd), calendar days (7cd), seconds (30s) or a sum (1wd4h), "
                    "without spaces, whole numbers up to 99999."
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


class Conflict(SopError):
    """The world is not as the caller assumed; ``current`` is the state now."""

    code = "conflict"

    def __init__(self, message: Text, *, current: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.current: dict[str, Any] = dict(current or {})


class ActionNotAvailable(Conflict):
    code = "action_not_available"


class ConditionNotMet(Conflict):
    code = "condition_not_met"


class AlreadyClaimed(Conflict):
    code = "already_claimed"


class StaleVersion(Conflict):
    code = "stale_version"


class KeyTaken(Conflict):
    code = "key_taken"


class RegisterChanged(Conflict):
    """Rows of a register are others than those on which somebody decided."""

    code = "register_changed"


class CannotBeStaffed(Conflict):
    code = "cannot_be_staffed"


class NotConfirmed(Conflict):
    """The change would move open deadlines, and nobody has said that it may."""

    code = "not_confirmed"


class DatesMoved(Conflict):
    """The dates that somebody would confirm are not those of the schedule now."""

    code = "dates_moved"


class LogInDoubt(Conflict):
    """No checkpoint is signed while the log is not what an earlier one says."""

    code = "log_in_doubt"


class LogBroken(LogInDoubt):
    code = "log_broken"


class RolledBack(LogInDoubt):
    code = "rolled_back"


class Rewritten(LogInDoubt):
    code = "rewritten"


class WrongCredentials(SopError):
    """The username, the password or the code is wrong; which of them is not told."""

    code = "wrong_credentials"


class CodeMissing(SopError):
    """The password is right, and a code of the second factor has to come with it."""

    code = "second_factor_required"


class SignInEnded(SopError):
    """The time between the password and the code is over."""

    code = "not_signed_in"


class MustWait(SopError):
    """Too many wrong guesses; ``retry_after`` is in seconds."""

    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            Text(
                f"Terlalu sering salah. Coba lagi {retry_after} detik lagi.",
                f"too many failures; try again in {retry_after} seconds",
            )
        )
        self.retry_after = retry_after


class KeyMissing(SopError):
    """The key file is not there, or is not the one that the secret was sealed with."""

    code = "key_missing"


class Unavailable(SopError):
    code = "unavailable"


class StorageFull(SopError):
    code = "storage_full"
