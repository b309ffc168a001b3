"""One fault in a file: where it stands, how bad it is, and what it says in both languages."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from engine.text.bilingual import NOTHING, Text

Severity = Literal["error", "warning"]

MAX_NAMES = 400  # more are not compared: closeness costs about 10 µs a name


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A diagnostic; ``line`` and ``column`` count from 1, ``path`` reads ``steps[2].executor``."""

    line: int
    column: int
    path: str
    code: str
    message: Text
    severity: Severity = "error"

    def render(self, file: str) -> str:
        """The one-line form ``file:line:column: path: message`` that editors can follow."""
        mark = "" if self.severity == "error" else "peringatan/warning: "
        where = f"{file}:{self.line}:{self.column}: {self.path or '.'}"
        return f"{where}: {mark}{self.message.indonesian} / {self.message.english}"


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """Something that was read from a file, with what is wrong in it."""

    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one; None when nothing is close."""
    close = difflib.get_close_matches(name[:80], list(islice(known, MAX_NAMES)), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> Text:
    """The closest known name as a phrase; empty when nothing is close."""
    close = closest(name, known)
    if close is None:
        return NOTHING
    return Text(f' Maksud Anda "{close}"?', f' Did you mean "{close}"?')
