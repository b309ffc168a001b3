"""Looking for cases by a text of theirs, whatever its case, width and accents are spelt with."""

from sqlalchemy import ColumnElement, Text, bindparam, literal

from engine.tables import SOP_CASE
from engine.text.visible import visible_part


def pattern_of(q: str) -> str:
    """What `LIKE` matches where a text contains another; its wildcards mean themselves."""
    return "%" + visible_part(q).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def contains_q(pattern: str | None = None) -> ColumnElement[bool]:
    """Cases whose number or title contains the text of a pattern, by default that of the parameter ``q``."""
    wanted = bindparam("q", type_=Text) if pattern is None else literal(pattern, Text)
    return SOP_CASE.c.search_text.like(wanted, escape="\\")
