"""Checks of steps that share one printed row."""

from engine.sop.checks.report import Report
from engine.sop.locations import Path, shown
from engine.text.bilingual import Text


def check_rows(report: Report) -> None:
    """Steps of one printed row are adjacent, and its first step carries what is printed once."""
    seen: dict[str, int] = {}
    before: str | None = None
    for index, step in enumerate(report.written.steps):
        path: Path = ("steps", index)
        row = step.row
        if row is not None and row in seen:
            if row != before:
                report.error(
                    (*path, "row"),
                    "row_not_adjacent",
                    Text(
                        f"Langkah baris {shown(row)} harus berurutan; yang pertama langkah {seen[row] + 1}.",
                        f"The steps of row {shown(row)} must be adjacent; the first is step {seen[row] + 1}.",
                    ),
                )
            for key in ("time_text", "remarks", "time", "time_by"):
                if getattr(step, key) is not None:
                    report.error(
                        (*path, key),
                        "row_carried_by_first",
                        Text(
                            f"{key} ditulis pada langkah pertama baris {shown(row)} saja.",
                            f"{key} is written at the first step of row {shown(row)} only.",
                        ),
                        key=True,
                    )
        elif row is not None:
            seen[row] = index
            _check_first_of_row(report, path)
        before = row


def _check_first_of_row(report: Report, path: Path) -> None:
    for key in ("activity", "time"):
        if not report.source.has((*path, key)):
            report.error(
                path,
                "missing_key",
                Text(
                    f'Langkah pertama sebuah baris wajib memuat "{key}".',
                    f'The first step of a row must hold "{key}".',
                ),
            )
