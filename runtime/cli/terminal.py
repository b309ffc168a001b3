"""How things are shown: tables and progress on a terminal, instants in the words of the office."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress

from engine.text.dates import console_text
from engine.text.numbers import number_text

Advance = Callable[[int, int], None]
"""Called with what is done and what there is to do."""

GAP = "  "


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A bar on standard error while the block runs; nothing at all where that is no terminal."""
    console = Console(stderr=True)
    shown = Progress(console=console, transient=True, disable=not sys.stderr.isatty())
    with shown:
        bar = shown.add_task(title, total=None)
        yield lambda done, total: shown.update(bar, completed=done, total=total)


def table(heading: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> None:
    """Print columns as wide as their longest cell, never cut and never wrapped; ``right`` are numbers."""
    cells = [list(heading), *([_cell(value) for value in row] for row in rows)]
    widths = [max(cell_len(row[index]) for row in cells) for index in range(len(heading))]
    for number, row in enumerate(cells):
        typer.echo(_line(row, widths, right))
        if number == 0:
            typer.echo(GAP.join("─" * width for width in widths))


def day_and_time_of(text: str, zone: ZoneInfo) -> str:
    """``Senin 12/01/2026 15:30 WITA`` for an instant as the interface writes it, in a zone."""
    return console_text(datetime.fromisoformat(text).astimezone(zone))


def number(value: int) -> str:
    """``1.110``, as Indonesian documents print it."""
    return number_text(value).indonesian


def _cell(value: object) -> str:
    if value is None:
        return "-"
    # One line per row, whatever a text holds.
    return "".join(c if c.isprintable() else " " for c in str(value))


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    padded = []
    for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - cell_len(cell))
        padded.append(space + cell if index in right else cell + space)
    return GAP.join(padded).rstrip()
