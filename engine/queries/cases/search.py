"""Looking for cases by a text of theirs, whatever its case, width and accents are spelt with."""

from sqlalchemy import ColumnElement, Text, bindparam

from engine.tables import SOP_CASE
from engine.text.visible import visible_part


def pattern_of(q: str) -> str:
    """What `LIKE` matches where a text contains another; its wildcards mean themselves."""
    return "%" + visible_part(q).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def contains_q() -> ColumnElement[bool]:
    """Cases whose number or title contains the text of the parameter ``q``, a pattern."""
    return SOP_CASE.c.search_text.like(bindparam("q", type_=Text), escape="\\")
