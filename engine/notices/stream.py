"""What somebody who listens for notices was told, and how a broken connection goes on from there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.clock import instant
from engine.errors import InvalidInput, WorktimeError
from engine.text.bilingual import Text

OVERLAP = timedelta(minutes=10)
"""Longer than a notice is on its way: from the instant that it bears until others can read it."""
NAME = 8  # the end of an id, which is random: ids that were made together begin alike
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything up to ``until``; of the last minutes, where more may still arrive, the notices by name."""

    until: datetime
    names: tuple[str, ...] = ()

    @property
    def since(self) -> datetime:
        """From when on to look for what was not told."""
        return self.until - OVERLAP

    def knows(self, notice_id: str) -> bool:
        return notice_id[-NAME:] in self.names

    def after(self, seen: Sequence[tuple[datetime, str]], now: datetime) -> "Heard":
        """How it stands once these notices, all since ``since``, were told; oldest first.

        One from a clock that runs ahead does not carry ``until`` along, or what comes next would be lost.
        """
        until = max([self.until, *(min(at, now) for at, _ in seen)])
        kept = tuple(notice_id[-NAME:] for at, notice_id in seen if at >= until - OVERLAP)
        return Heard(until, kept)

    def __str__(self) -> str:
        # What is left out of many may be told twice, never not at all.
        names = self.names[-MOST_NAMES:]
        return ".".join([f"{self.until.astimezone(UTC):%Y%m%dT%H%M%SZ}", *names])

    @classmethod
    def read(cls, text: str) -> "Heard":
        """The other way round; `InvalidInput` for what was never given."""
        until, *names = text.split(".")
        if len(names) <= MOST_NAMES and all(len(name) == NAME and name.isalnum() for name in names):
            try:
                return cls(instant(until), tuple(names))
            except (WorktimeError, OverflowError):
                pass
        said = "Bukan id yang pernah diberikan aliran ini; sambung tanpa Last-Event-ID."
        english = "Not an id that this stream ever gave; connect without Last-Event-ID."
        raise InvalidInput.at("Last-Event-ID", Text(said, english))
