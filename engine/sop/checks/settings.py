"""Checks of ``set``: each target is ``case.<key>``, or ``item.<column>`` inside a block of rows."""

from collections.abc import Mapping

from engine.sop.checks.forms import COLUMN, OPTION
from engine.sop.checks.lookup import rows_of_blocks, table_column
from engine.sop.checks.report import Report
from engine.sop.locations import Path, shown
from engine.text.bilingual import Text

_CASE_OWN = ("period", "number", "title", "fields", "parties", "received", "started", "started_by", "result")


def check_set(report: Report, path: Path, settings: Mapping[str, object], step_id: str | None) -> None:
    """Each target is ``case.<key>``, or ``item.<column>`` inside a block of rows."""
    for target, value in settings.items():
        here = (*path, target)
        head, _, name = target.rpartition(".")
        key = report.source.has(here)
        if head == "case" and name not in _CASE_OWN:
            continue
        if head == "case":
            message = Text(
                f"case.{name} ditetapkan oleh sistem; pilih nama lain.",
                f"case.{name} is set by the system; choose another name.",
            )
            report.error(here, "reserved_name", message, key=key)
        elif head == "item" or head in _aliases(report):
            _check_item(report, here, name, value, step_id)
        else:
            report.error(
                here,
                "set_target",
                Text(
                    f"{shown(target)} tidak dapat ditetapkan; tulis case.<nama> atau item.<kolom>.",
                    f"{shown(target)} cannot be set; write case.<key> or item.<column>.",
                ),
                key=key,
            )


def _aliases(report: Report) -> set[str]:
    each = (block.for_each for block in report.written.blocks.values())
    return {loop.as_ for loop in each if loop is not None and loop.as_}


def _check_item(report: Report, here: Path, column: str, value: object, step_id: str | None) -> None:
    block = report.written.blocks.get(report.flow.block_of.get(step_id or "", ""))
    rows = block.for_each.rows if block is not None and block.for_each is not None else None
    key = report.source.has(here)
    if rows is None:
        report.error(
            here,
            "set_target",
            Text(
                "item hanya ada di dalam blok per baris (for_each: {rows: …}).",
                "item exists inside a block per row only (for_each: {rows: …}).",
            ),
            key=key,
        )
        return
    if rows not in rows_of_blocks(report.written) or report.kind_at(rows, None) is None:
        return
    field = table_column(report.written, rows, column)
    if field is None:
        kind = report.kind_at(rows, None)
        known = [
            name
            for name in (kind.members if kind else ())
            if table_column(report.written, rows, name) is not None
        ]
        report.unknown(here, column, known, COLUMN, key=key)
    elif (
        field.options
        and isinstance(value, str)
        and value.replace("_", "").isalnum()
        and value not in field.options
    ):
        report.unknown(here, value, field.options, OPTION)
