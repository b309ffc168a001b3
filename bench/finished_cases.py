"""Finished cases in bulk: copies of one that was really played, some minutes apart, for lists that look back.

Cases, branches, tasks, members and notices are copied in SQL; the log is not, so none of it can be verified.
"""

from collections.abc import Mapping

from sqlalchemy import Table

from bench.databases import Plain, plain
from bench.open_tasks import numbers, without_guards
from engine.tables import BRANCH, CASE_MEMBER, NOTICE, SOP_CASE, TASK
from engine.tables.columns import Instant

APART_MINUTES = 40
COPIED: Mapping[Table, tuple[str, Mapping[str, str]]] = {
    SOP_CASE: ("id", {"id": "{case}", "number": "'RIWAYAT-' || n.i", "search_text": "'riwayat-' || n.i"}),
    BRANCH: ("case_id", {"id": "{copy}", "case_id": "{case}"}),
    TASK: (
        "case_id",
        {
            "id": "{copy}",
            "case_id": "{case}",
            "branch_id": "CASE WHEN p.branch_id IS NOT NULL THEN 'past-' || n.i || '-' || p.branch_id END",
            "case_number": "'RIWAYAT-' || n.i",
            "origin_id": "CASE WHEN p.origin_id IS NOT NULL THEN 'past-' || n.i || '-' || p.origin_id END",
        },
    ),
    CASE_MEMBER: ("case_id", {"case_id": "{case}"}),
    NOTICE: (
        "case_id",
        {"id": "{copy}", "case_id": "{case}", "task_id": "'past-' || n.i || '-' || p.task_id"},
    ),
}


def seed_finished(migration_url: str, tasks: int, *, case_id: str, first: int = 0, years: int = 10) -> int:
    """Write finished cases until there are so many tasks, and ANALYZE; returns how many cases there are.

    The first of them was so many ``years`` before the one that is copied.
    """
    with plain(migration_url) as database, without_guards(database):
        [(each,)] = database.rows("SELECT count(*) FROM task WHERE case_id = ?", (case_id,))
        cases = tasks // int(each)
        database.run("BEGIN")
        for table, (owner, own) in COPIED.items():
            _copy(database, table, owner, own, case_id, (first, cases - first, years))
        database.run("COMMIT")
        for table in COPIED:
            database.run(f"ANALYZE {table.name}")
    return cases


def _copy(
    database: Plain,
    table: Table,
    owner: str,
    own: Mapping[str, str],
    case_id: str,
    which: tuple[int, int, int],
) -> None:
    first, count, years = which
    words = {"case": "'past-' || n.i", "copy": "'past-' || n.i || '-' || p.id"}
    values = [
        own[column.name].format(**words)
        if column.name in own
        else _value(database, table, column.name, years)
        for column in table.columns
    ]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    source = f"{numbers(database, first, count)} n, {table.name} p WHERE p.{owner} = ?"
    database.run(f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values)} FROM {source}", [case_id])


def _value(database: Plain, table: Table, name: str, years: int) -> str:
    """The value of the pattern; an instant years earlier, and later again from copy to copy."""
    if not isinstance(table.c[name].type, Instant):
        return f'p."{name}"'
    if database.postgres:
        return f"p.\"{name}\" - interval '{years} years' + n.i * interval '{APART_MINUTES} minutes'"
    later = f"'+' || (n.i * {APART_MINUTES}) || ' minutes'"
    moved = f"strftime('%Y-%m-%dT%H:%M:%S.000000Z', p.\"{name}\", '-{years} years', {later})"
    return f'CASE WHEN p."{name}" IS NOT NULL THEN {moved} END'
