"""Every name and call of an expression checked against a scope, down to the last field of a path."""

from collections.abc import Iterable

from engine.sop.diagnostics import did_you_mean
from engine.sop.expressions.functions import METHODS, OWN
from engine.sop.expressions.parser import MACROS
from engine.sop.expressions.scope import ANY, Kind, Scope
from engine.sop.expressions.tree import (
    Binary,
    Call,
    ExpressionError,
    Index,
    ListOf,
    Literal,
    Macro,
    Member,
    Name,
    Node,
    Ternary,
    Unary,
    path_of,
)
from engine.text.bilingual import Text


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order in which they are written."""
    match node:
        case Member(of=of):
            return (of,)
        case Index(of=of, index=index):
            return (of, index)
        case Call(args=args):
            return args
        case Macro(of=of, body=body):
            return (of, body)
        case ListOf(items=items):
            return items
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Ternary(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Literal() | Name():
            return ()


def check_calls(node: Node) -> None:
    """Every call is a known function with the right number of arguments. Raises `ExpressionError`."""
    if isinstance(node, Call):
        _check_call(node)
    if isinstance(node, Macro) and not (path_of(node.of) or isinstance(node.of, ListOf)):
        raise ExpressionError(
            offset=node.offset,
            message=Text(
                f'"{node.name}" hanya berlaku pada nama daftar, misalnya tabel.{node.name}(r, …).',
                f'"{node.name}" works on the name of a list only, such as table.{node.name}(r, …).',
            ),
        )
    for child in children(node):
        check_calls(child)


def _check_call(call: Call) -> None:
    known = METHODS if call.method else OWN
    if call.name not in known:
        if call.name in MACROS:
            raise ExpressionError(
                offset=call.offset,
                message=Text(
                    f'"{call.name}" ditulis di belakang nama daftar: tabel.{call.name}(r, …).',
                    f'"{call.name}" is written behind the name of a list: table.{call.name}(r, …).',
                ),
            )
        unknown = Text(f'Fungsi "{call.name}" tidak dikenal.', f'Unknown function "{call.name}".')
        hint = did_you_mean(call.name, (*known, *(MACROS if call.method else ())))
        raise ExpressionError(offset=call.offset, message=unknown + hint)
    least, most = known[call.name]
    if not least <= len(call.args) <= most:
        taken = len(call.args) - call.method
        wanted = f"{least - call.method}" if least == most else f"{least - call.method}–{most - call.method}"
        raise ExpressionError(
            offset=call.offset,
            message=Text(
                f'"{call.name}" membutuhkan {wanted} argumen, bukan {taken}.',
                f'"{call.name}" takes {wanted} arguments, not {taken}.',
            ),
        )


def check_names(node: Node, scope: Scope) -> None:
    """Every path exists in the scope. Raises `ExpressionError` for the first that does not."""
    match node:
        case Macro():
            check_names(node.of, scope)
            row = _row_of(node.of, scope)
            check_names(node.body, Scope({**scope.names, node.variable: row}, scope.open))
            return
        case Name() | Member() if path := path_of(node):
            _check_path(node, path, scope)
            return
        case Call(name="sum_of", args=(of, Literal(value=str(column), offset=offset))):
            check_names(of, scope)
            _check_member(column, offset, _row_of(of, scope))
            return
        case _:
            pass
    for child in children(node):
        check_names(child, scope)


def _row_of(node: Node, scope: Scope) -> Kind:
    path = path_of(node)
    kind = scope.resolve(path) if path else None
    return Kind("map", kind.members, kind.open) if kind and kind.name == "rows" else ANY


def _check_member(name: str, offset: int, row: Kind) -> None:
    if row.name == "map" and not row.open and name not in row.members:
        raise _unknown(name, offset, Text(f"kolom {name}", f"column {name}"), row.members)


def _check_path(node: Node, path: tuple[str, ...], scope: Scope) -> None:
    nodes: list[Name | Member] = []
    while isinstance(node, Member):
        nodes.append(node)
        node = node.of
    assert isinstance(node, Name)  # noqa: S101 - path_of said so
    nodes.append(node)
    for length, part in enumerate(reversed(nodes), start=1):
        if scope.resolve(path[:length]) is None:
            raise _wrong_part(path[:length], part.offset, scope)


def _wrong_part(path: tuple[str, ...], offset: int, scope: Scope) -> ExpressionError:
    written = ".".join(path)
    before = scope.resolve(path[:-1])
    if len(path) > 1 and before is not None and before.name == "rows":
        table = ".".join(path[:-1])
        return ExpressionError(
            offset=offset,
            message=Text(
                f'"{table}" adalah tabel; baca kolomnya dengan {table}.all(r, r.{path[-1]} …).',
                f'"{table}" is a table; read its columns by {table}.all(r, r.{path[-1]} …).',
            ),
        )
    if len(path) > 1 and before is not None and before.name != "map":
        return ExpressionError(
            offset=offset,
            message=Text(
                f'"{".".join(path[:-1])}" tidak memiliki bagian "{path[-1]}".',
                f'"{".".join(path[:-1])}" has no part "{path[-1]}".',
            ),
        )
    return _unknown(path[-1], offset, Text(f'"{written}"', f'"{written}"'), scope.known_at(path[:-1]))


def _unknown(name: str, offset: int, what: Text, known: Iterable[str]) -> ExpressionError:
    unknown = Text(f"Nama {what.indonesian} tidak dikenal di sini.", f"Unknown name {what.english} here.")
    return ExpressionError(offset=offset, message=unknown + did_you_mean(name, known))
