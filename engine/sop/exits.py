"""How a step may end and what follows from it, one frozen class per noun."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from engine.sop.register_use import Write
from engine.sop.vocabulary import Expression, Mark, ReasonRule, Ref, Setting, Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """An initial (paraf) or a signature on documents, made here or in another system."""

    EXAMPLE: ClassVar[str] = "{kind: signature, document: …}"
    kind: Literal["initial", "signature"]
    document: Slug | None = None
    documents: tuple[Slug, ...] = ()
    via: Literal["internal", "external"] = "internal"
    proof: Slug | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSop:
    EXAMPLE: ClassVar[str] = "{sop: …, wait: true}"
    sop: Slug
    when: Expression | None = None
    for_each: Ref | None = None  # a table: one case for each of its rows
    wait: bool = False
    pass_: dict[str, Ref] = field(default_factory=dict)
    returns: dict[Ref, Ref] = field(default_factory=dict)
    accept: tuple[Slug, ...] = ()  # results with which a waited child counts as done; empty: all


@dataclass(frozen=True, slots=True, kw_only=True)
class DecreeOf:
    """Where the number and the day of a decree stand."""

    number: Expression | None = None
    date: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint:
    """A term of a team that a signed outcome begins: positions only; without ``from`` it begins that day."""

    EXAMPLE: ClassVar[str] = "{team: tim-sakip, members: t1.anggota}"
    team: Slug
    members: Expression
    chair: Expression | None = None
    from_: Expression | None = None
    to: Expression | None = None
    decree: DecreeOf = field(default_factory=DecreeOf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """Take the next number of a series into ``set``; ``format`` has {n}, {year}, {month} and {roman}."""

    SHORT: ClassVar[str] = "series"
    series: Slug
    set: Ref | None = None  # default: case.<series>
    format: str = "{n}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    EXAMPLE: ClassVar[str] = "{label: …, to: s3}"
    label: str
    to: Slug
    return_: bool = False
    reason: ReasonRule | None = None
    assign_to: Literal["last_executor"] | None = None
    sign: Sign | None = None
    start_sop: Annotated[tuple[StartSop, ...], Mark.ONE_OR_MANY] = ()
    set: dict[Ref, Setting] = field(default_factory=dict)
    write: Annotated[tuple[Write, ...], Mark.ONE_OR_MANY] = ()
    appoint: Appoint | None = None
    notify: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    result: Slug | None = None
    branches: Expression | None = None
    batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """How several holders decide together: an outcome counts once enough of them chose it.

    One choice of a ``veto`` outcome decides at once; ``otherwise`` counts when all have spoken without one.
    """

    SHORT: ClassVar[str] = "by"
    by: Literal["all", "majority", "any"] | None = None
    at_least: int | None = None
    veto: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    otherwise: Slug | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A path that the printed SOP lacks; taking it is always flagged."""

    at: Slug
    outcome: Slug
    to: Slug
    label: str
    by: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    when: Expression | None = None
    scope: Literal["selected_branches"] | None = None
    approve_by: Slug | None = None
    result: Slug | None = None
    reason: ReasonRule = "required"
    set: dict[Ref, Setting] = field(default_factory=dict)
    write: Annotated[tuple[Write, ...], Mark.ONE_OR_MANY] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviations:
    enabled: bool = True
    paths: tuple[Deviation, ...] = ()
