"""The types that mean the same on both engines, and the frozen tables that the first migration makes."""

from typing import Any

import sqlalchemy as sa

SCHEMA = sa.MetaData()
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
ENTRY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, for both engines."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
