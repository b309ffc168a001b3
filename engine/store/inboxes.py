"""What one person holds, for acts that concern a whole inbox."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, select

from engine.store.journal import Journal
from engine.tables import CANDIDATE, TASK
from engine.tables.conditions import OPEN_TASK, meets

HELD = (
    select(TASK.c.case_id, TASK.c.id)
    .where(TASK.c.assignee == bindparam("account"), meets(TASK, OPEN_TASK))
    .order_by(TASK.c.due_at, TASK.c.id)
    .limit(bindparam("most"))
)
OTHER = CANDIDATE.alias("other")
WAITING = (
    select(TASK.c.case_id, TASK.c.id)
    .join(CANDIDATE, CANDIDATE.c.task_id == TASK.c.id)
    .where(CANDIDATE.c.agency == bindparam("agency"), CANDIDATE.c.seat == bindparam("seat"))
    .where(
        ~exists().where(
            OTHER.c.task_id == CANDIDATE.c.task_id, OTHER.c.seat.not_in(bindparam("seats", expanding=True))
        )
    )
    .order_by(CANDIDATE.c.due_at, CANDIDATE.c.task_id)
    .limit(bindparam("most"))
)
NAMED = select(TASK.c.case_id, TASK.c.id).where(TASK.c.id.in_(bindparam("ids", expanding=True)))


class Inboxes(Journal):
    """Reads of open tasks within one transaction."""

    def tasks_of(
        self, agency: str, account: str, seats: Sequence[str], most: int
    ) -> tuple[list[tuple[str, str]], bool]:
        """(case, task) of what a person holds or what waits for these seats alone, most urgent first.

        At most so many; the second value says whether there are more.
        """
        held = {"account": account, "most": most + 1}
        waiting = {"agency": agency, "seats": list(seats), "most": most + 1}
        found = [(row[0], row[1]) for row in self.connection.execute(HELD, held)]
        for seat in seats:
            rows = self.connection.execute(WAITING, {**waiting, "seat": seat})
            found += [(row[0], row[1]) for row in rows]
        each = list(dict.fromkeys(found))
        return each[:most], len(each) > most

    def tasks_named(self, ids: Sequence[str]) -> list[tuple[str, str]]:
        """(case, task) of these ids; unknown ones are left out."""
        found = self.connection.execute(NAMED, {"ids": list(ids)}) if ids else ()
        return [(row[0], row[1]) for row in found]
