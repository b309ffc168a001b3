"""What a definition reads from registers and writes to them, one frozen class per noun."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from engine.sop.vocabulary import Expression, Mark, Ref, Setting, Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsFrom:
    """Where a table takes its rows: ``<step>.<table>``, or rows of a register for which ``where`` holds."""

    SHORT: ClassVar[str] = "from_"
    from_: Ref | None = None
    register: Slug | None = None
    where: Expression | None = None
    order: tuple[Slug, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLookup:
    """One figure of the rows of a register for which ``where`` holds; exactly one of the last five."""

    FIGURES: ClassVar[tuple[str, ...]] = ("column", "count", "sum", "average", "share")
    register: Slug
    where: Expression | None = None
    column: Slug | None = None
    count: bool = False
    sum: Slug | None = None
    average: Slug | None = None
    share: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Rows that go to a register at a completion: one, or one for each row of the table ``rows``."""

    register: Slug
    rows: Ref | None = None
    where: Expression | None = None
    row: Expression | None = None  # the id of an existing row; without it the row of that key
    take: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    set: dict[Slug, Setting] = field(default_factory=dict)
    on: Literal["complete", "progress"] = "complete"
