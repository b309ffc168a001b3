"""What rows of a register were at an earlier revision, and what one revision has made."""

from sqlalchemy import func, select

from engine.sop.registers.row import RegisterRow
from engine.store.registers import is_of
from engine.store.tx import Tx
from engine.tables import REGISTER_ROW_VERSION

VERSION = REGISTER_ROW_VERSION.c


def rows_at(tx: Tx, agency: str, register: str, revision: int) -> dict[str, RegisterRow | None]:
    """Every row that has changed since a revision, as it was then; None where there was none."""
    mine = is_of(REGISTER_ROW_VERSION, agency, register)
    later = select(VERSION.row_id).where(mine, VERSION.revision > revision).distinct()
    later_rows: dict[str, RegisterRow | None] = dict.fromkeys(tx.connection.execute(later).scalars())
    newest = (
        select(VERSION.row_id, func.max(VERSION.version).label("version"))
        .where(mine, VERSION.revision <= revision, VERSION.row_id.in_(later))
        .group_by(VERSION.row_id)
        .subquery()
    )
    here = (VERSION.row_id == newest.c.row_id) & (VERSION.version == newest.c.version)
    return later_rows | _rows(tx, select(REGISTER_ROW_VERSION).join(newest, here).where(mine))


def made_by(tx: Tx, agency: str, register: str, revision: int) -> dict[str, tuple[int, RegisterRow | None]]:
    """The rows that the act of a revision has made or changed: their version then, and what was before."""
    mine = is_of(REGISTER_ROW_VERSION, agency, register)
    own = select(VERSION.row_id, VERSION.version).where(mine, VERSION.revision == revision).subquery()
    made: dict[str, int] = dict(tx.connection.execute(select(own)).all())
    before = (VERSION.row_id == own.c.row_id) & (VERSION.version == own.c.version - 1)
    were = _rows(tx, select(REGISTER_ROW_VERSION).join(own, before).where(mine))
    return {id: (version, were.get(id)) for id, version in made.items()}


def _rows(tx: Tx, query: object) -> dict[str, RegisterRow]:
    return {
        row.row_id: RegisterRow(row.row_id, row.content, row.version, row.retired)
        for row in tx.connection.execute(query)  # type: ignore[call-overload]
    }
