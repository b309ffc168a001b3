"""One fault in a file: where it stands, how bad it is, and what it says in both languages."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from engine.text.bilingual import Text

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


def did_you_mean(name: str, known: Iterable[str]) -> tuple[str, str]:
    """The closest known name as a phrase in Indonesian and English; empty when nothing is close."""
    close = difflib.get_close_matches(name[:80], list(islice(known, MAX_NAMES)), n=1, cutoff=0.6)
    if not close:
        return "", ""
    return f' Maksud Anda "{close[0]}"?', f' Did you mean "{close[0]}"?'
