"""The refusal of whoever decided on older rows of a register: every cell that is another now."""

from collections.abc import Collection, Mapping
from typing import Any

from engine.cases.task_context import TaskContext
from engine.errors import RegisterChanged
from engine.sop.registers.row import RegisterRow, Values, is_same
from engine.text.bilingual import Text

Past = Mapping[str, RegisterRow | None]


def changed(
    context: TaskContext,
    register: str,
    revision: int,
    past: Past,
    columns: Mapping[str, Collection[str] | None],
) -> RegisterChanged:
    """The refusal, with every cell that is another now; ``columns`` names the cells that matter by row.

    None stands for every cell of a row. What the task has nothing to do with is not told.
    """
    rows = []
    for id, was in sorted(past.items()):
        if id in columns:
            rows += _cells(id, was, context.case.registers.row(register, id), columns[id])
    return RegisterChanged(
        Text(
            f"Register {register} berubah sejak Anda membuka tugas ini. Periksa barisnya, lalu kirim lagi.",
            f"register {register!r} is at revision {revision}; rows that this task reads have changed",
        ),
        current={"register": register, "revision": revision, "rows": rows},
    )


def _cells(
    id: str, was: RegisterRow | None, now: RegisterRow | None, columns: Collection[str] | None
) -> list[dict[str, Any]]:
    before: Values = was.values if was and not was.retired else {}
    after: Values = now.values if now and not now.retired else {}
    return [
        {"row": id, "column": name, "was": before.get(name), "now": after.get(name)}
        for name in dict.fromkeys((*before, *after))
        if (columns is None or name in columns) and not is_same(before.get(name), after.get(name))
    ]
