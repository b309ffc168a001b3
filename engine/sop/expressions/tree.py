"""The syntax tree of an expression: one class per kind of node, each with the offset where it stands."""

from dataclasses import dataclass
from decimal import Decimal

from engine.text.bilingual import Text


class ExpressionError(Exception):
    """A text that cannot be used as an expression where it stands; ``offset`` counts characters from 0."""

    def __init__(self, *, offset: int, message: Text) -> None:
        super().__init__(message.english)
        self.offset = offset
        self.message = message


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | Decimal | bool | None
    offset: int


@dataclass(frozen=True, slots=True)
class Name:
    id: str
    offset: int


@dataclass(frozen=True, slots=True)
class Member:
    of: "Node"
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Index:
    of: "Node"
    index: "Node"
    offset: int


@dataclass(frozen=True, slots=True)
class Call:
    """``name(args)``, or ``on.name(args)`` with ``on`` as the first argument and ``method`` true."""

    name: str
    args: "tuple[Node, ...]"
    offset: int
    method: bool = False


@dataclass(frozen=True, slots=True)
class Macro:
    """``of.name(variable, body)``: one turn over a list."""

    name: str
    of: "Node"
    variable: str
    body: "Node"
    offset: int


@dataclass(frozen=True, slots=True)
class ListOf:
    items: "tuple[Node, ...]"
    offset: int


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: "Node"
    offset: int


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"
    offset: int


@dataclass(frozen=True, slots=True)
class Ternary:
    condition: "Node"
    then: "Node"
    otherwise: "Node"
    offset: int


Node = Literal | Name | Member | Index | Call | Macro | ListOf | Unary | Binary | Ternary


def path_of(node: Node) -> tuple[str, ...] | None:
    """The names of a plain path such as ``s3.bidang``, or None for anything else."""
    names: list[str] = []
    while isinstance(node, Member):
        names.append(node.name)
        node = node.of
    if not isinstance(node, Name):
        return None
    return (node.id, *reversed(names))
