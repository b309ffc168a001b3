"""Open tasks in bulk, so that plans and indexes meet a database that is in use.

The rows are copies of one real case and its first task; the guards step aside while they are written.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Table

from bench.databases import Plain, plain
from engine.tables import CANDIDATE, SOP_CASE, TASK

SEEDED = 20_000  # open tasks beside which the nine steps run
SEEDED_TABLES = ("sop_case", "task", "candidate")
TASKS_PER_CASE = 10
SEATS = 40  # one fortieth of all open tasks is for the person who looks
GUARDED = "SELECT DISTINCT event_object_table FROM information_schema.triggers"


def seed(
    migration_url: str, tasks: int, *, case_id: str, account: str, position: str, first: int = 0
) -> None:
    """Write this many open tasks, a fifth of them claimed, and ANALYZE; ``case_id`` is the pattern.

    ``first`` says how many stand already; the person and the position are whose inbox will be looked at.
    """
    with plain(migration_url) as database, without_guards(database):
        database.run("BEGIN")
        counted = numbers(database, first // TASKS_PER_CASE, tasks // TASKS_PER_CASE)
        pattern = f"FROM {counted} n, sop_case p WHERE p.id = ?"
        cases = {"id": "'seed-' || n.i", "number": "'SEED-' || n.i", "title": "p.title || ' ' || n.i"}
        _copy(database, SOP_CASE, cases, pattern, case_id)
        due = (
            "timestamptz '2026-01-05' + n.i * interval '1 minute'"
            if database.postgres
            else "strftime('%Y-%m-%dT%H:%M:%S.000000Z', '2026-01-05', '+' || n.i || ' minutes')"
        )
        seat = f"CASE WHEN n.i % {SEATS} = 0 THEN '{position}' ELSE 'seat-' || (n.i % {SEATS}) END"
        person = f"CASE WHEN n.i % {SEATS} = 0 THEN '{account}' ELSE 'person-' || (n.i % {SEATS}) END"
        claimed = f"(n.i / {SEATS}) % 5 = 0"
        task = {
            "id": "'seed-' || n.i",
            "case_id": f"'seed-' || (n.i / {TASKS_PER_CASE})",
            "ordinal": f"n.i % {TASKS_PER_CASE} + 1",
            "seats": f"'[\"' || {seat} || '\"]'",
            "position": seat,
            "assignee": f"CASE WHEN {claimed} THEN {person} END",
            "state": f"CASE WHEN {claimed} THEN 'in_progress' ELSE 'assigned' END",
            "due_at": due,
        }
        source = f"FROM {numbers(database, first, tasks)} n, task p WHERE p.case_id = ? AND p.ordinal = 1"
        _copy(database, TASK, task, source, case_id)
        number = f"'SEED-' || (n.i / {TASKS_PER_CASE})"
        waiting = {"task_id": "'seed-' || n.i", "seat": seat, "due_at": due, "case_number": number}
        source = f"FROM {numbers(database, first, tasks)} n, sop_case p WHERE NOT ({claimed}) AND p.id = ?"
        _copy(database, CANDIDATE, waiting, source, case_id)
        database.run("COMMIT")
        # Only what was seeded: statistics of a table that is still empty make planners scan it for ever.
        for table in SEEDED_TABLES:
            database.run(f"ANALYZE {table}")


def _copy(database: Plain, table: Table, own: Mapping[str, str], source: str, case_id: str) -> None:
    names = [column.name for column in table.columns]
    values = ", ".join(own.get(name, f'p."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    database.run(f"INSERT INTO {table.name} ({quoted}) SELECT {values} {source}", [case_id])


def numbers(database: Plain, first: int, count: int) -> str:
    """So many numbers as a table with the column ``i``."""
    last = first + count - 1
    if database.postgres:
        return f"(SELECT i FROM generate_series({first}, {last}) AS g(i))"
    return (
        f"(WITH RECURSIVE c(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM c WHERE i < {last})"
        " SELECT i FROM c)"
    )


@contextmanager
def without_guards(database: Plain) -> Iterator[None]:
    """Take the triggers away, as only the owner of the tables can, and put them back at the end."""
    if database.postgres:
        tables = [str(name) for (name,) in database.rows(GUARDED)]
        for table in tables:
            database.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            database.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    kept = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, _ in kept:
        database.run(f"DROP TRIGGER {name}")
    yield
    for _, statement in kept:
        database.run(str(statement))
