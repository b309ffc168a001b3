"""The CEL grammar that definitions may use: text to syntax tree, with offsets. What a name means: scope.py.

A fault has a place and a message in both languages.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

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
)
from engine.text.bilingual import Text

MAX_CHARACTERS = 500
MAX_DEPTH = 32
MAX_EXPONENT = 307  # of a number: all numbers of forms are smaller
MACROS = ("all", "exists", "exists_one", "filter", "map")

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
      | (?P<symbol>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?"}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_HINTS = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "=": "==",
    "&": "&&",
    "|": "||",
    "<>": "!=",
    "AND": "&&",
    "OR": "||",
}
_END = "<end>"

# How tightly each operator binds its operands; the ternary binds loosest and stands apart.
_BINDING = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%"), 5),
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


def _fault(offset: int, message: Text) -> ExpressionError:
    return ExpressionError(offset=offset, message=message)


def _met(token: _Token) -> Text:
    """What stands where something else was expected."""
    if token.kind == "end":
        return Text("akhir ekspresi", "the end of the expression")
    return Text(f'"{token.text}"', f'"{token.text}"')


def _tokens(text: str) -> list[_Token]:
    tokens = []
    broken = re.search("[\x00\ud800-\udfff]", text)
    if broken:
        raise _unreadable(text, broken.start())
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        if match.lastgroup != "space":
            tokens.append(_Token(match.lastgroup or "", match.group(), at))
        at = match.end()
    tokens.append(_Token("end", _END, len(text)))
    return tokens


def _unreadable(text: str, at: int) -> ExpressionError:
    character = text[at]
    if character in _HINTS:
        wanted = _HINTS[character]
        return _fault(
            at,
            Text(
                f'"{character}" bukan operator; tulis "{wanted}".',
                f'"{character}" is not an operator; write "{wanted}".',
            ),
        )
    if character in "\"'":
        return _fault(at, Text("Teks dalam tanda kutip tidak ditutup.", "A quoted text is not closed."))
    if character.isdigit():
        return _fault(
            at,
            Text(
                "Bilangan tidak terbaca; tulis misalnya 12 atau 12.5.", "Unreadable number; write 12 or 12.5."
            ),
        )
    return _fault(
        at,
        Text(
            f"Karakter {character!r} tidak dapat dipakai dalam ekspresi.",
            f"Character {character!r} cannot be used in an expression.",
        ),
    )


def parse(text: str) -> Node:
    """The syntax tree of an expression. Raises `ExpressionError`."""
    if len(text) > MAX_CHARACTERS:
        raise _fault(
            MAX_CHARACTERS,
            Text(
                f"Ekspresi terlalu panjang: {len(text)} karakter, paling banyak {MAX_CHARACTERS}.",
                f"The expression is too long: {len(text)} characters, at most {MAX_CHARACTERS}.",
            ),
        )
    parser = _Parser(_tokens(text))
    node = parser.expression()
    parser.expect(_END)
    return node


class _Parser:
    """Precedence climbing over the tokens; every level of nesting is counted."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.macros = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def advance(self) -> _Token:
        token = self.token
        self.position += 1
        return token

    def sees(self, symbol: str) -> bool:
        return self.token.kind in ("symbol", "end") and self.token.text == symbol

    def take(self, symbol: str) -> bool:
        if not self.sees(symbol):
            return False
        self.position += 1
        return True

    def expect(self, symbol: str) -> None:
        if not self.sees(symbol):
            raise self.unexpected(symbol)
        self.position = min(self.position + 1, len(self.tokens) - 1)

    def unexpected(self, wanted: str | None = None) -> ExpressionError:
        token = self.token
        previous = self.tokens[self.position - 1] if self.position else token
        if previous.text == "not" and wanted == _END:
            token = previous
        if token.text in _HINTS:
            right = _HINTS[token.text]
            return _fault(
                token.offset,
                Text(
                    f'"{token.text}" bukan operator; tulis "{right}".',
                    f'"{token.text}" is not an operator; write "{right}".',
                ),
            )
        met = _met(token)
        if wanted is None:
            return _fault(
                token.offset,
                Text(
                    f"Diharapkan nilai, ditemukan {met.indonesian}.",
                    f"Expected a value, found {met.english}.",
                ),
            )
        if wanted == _END:
            return _fault(
                token.offset,
                Text(
                    f"{met.indonesian} tidak dapat mengikuti bagian sebelumnya;"
                    " teks ditulis dalam tanda kutip.",
                    f"{met.english} cannot follow what stands before it; a text is written in quotes.",
                ),
            )
        return _fault(
            token.offset,
            Text(
                f'Diharapkan "{wanted}", ditemukan {met.indonesian}.',
                f'Expected "{wanted}", found {met.english}.',
            ),
        )

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _fault(
                self.token.offset,
                Text(
                    f"Ekspresi bersarang terlalu dalam; paling banyak {MAX_DEPTH} tingkat.",
                    f"The expression nests too deeply; at most {MAX_DEPTH} levels.",
                ),
            )

    def expression(self) -> Node:
        self.deeper()
        condition = self.binary(1)
        if self.sees("?"):
            offset = self.advance().offset
            then = self.expression()
            self.expect(":")
            condition = Ternary(condition, then, self.expression(), offset)
        self.depth -= 1
        return condition

    def operator(self) -> str | None:
        token = self.token
        known = token.kind == "symbol" or token.text == "in"
        return token.text if known and token.text in _BINDING else None

    def binary(self, least: int) -> Node:
        left = self.unary()
        entered = 0
        while (operator := self.operator()) and _BINDING[operator] >= least:
            offset = self.advance().offset
            right = self.binary(_BINDING[operator] + 1)
            left = Binary(operator, left, right, offset)
            # A chain leans to the left, so each link is one level of the tree.
            self.deeper()
            entered += 1
        self.depth -= entered
        return left

    def unary(self) -> Node:
        if not (self.sees("!") or self.sees("-")):
            return self.postfix()
        self.deeper()
        token = self.advance()
        operand = self.unary()
        self.depth -= 1
        if token.text == "-" and isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return Literal(-operand.value, token.offset)
        return Unary(token.text, operand, token.offset)

    def postfix(self) -> Node:
        node = self.primary()
        entered = 0
        while self.sees(".") or self.sees("["):
            self.deeper()
            entered += 1
            offset = self.token.offset
            if self.take("["):
                node = Index(node, self.expression(), offset)
                self.expect("]")
                continue
            self.advance()
            name = self.name()
            if not self.sees("("):
                node = Member(node, name.text, name.offset)
            elif name.text in MACROS:
                node = self.macro(node, name)
            else:
                node = Call(name.text, (node, *self.arguments()), name.offset, method=True)
        self.depth -= entered
        return node

    def macro(self, of: Node, name: _Token) -> Macro:
        self.macros += 1
        if self.macros > 1:
            raise _fault(
                name.offset,
                Text(
                    f"Hanya satu putaran daftar ({', '.join(MACROS)}) per ekspresi; pecah menjadi dua"
                    " aturan.",
                    f"Only one list macro ({', '.join(MACROS)}) per expression; make it two rules.",
                ),
            )
        self.expect("(")
        variable = self.name()
        self.expect(",")
        body = self.expression()
        self.expect(")")
        return Macro(name.text, of, variable.text, body, name.offset)

    def arguments(self) -> tuple[Node, ...]:
        self.expect("(")
        return self.items(")")

    def items(self, closing: str) -> tuple[Node, ...]:
        nodes: list[Node] = []
        while not self.take(closing):
            if nodes:
                self.expect(",")
            nodes.append(self.expression())
        return tuple(nodes)

    def name(self) -> _Token:
        token = self.token
        if token.kind != "name" or token.text in _WORDS or token.text == "in":
            met = _met(token)
            raise _fault(
                token.offset,
                Text(
                    f"Diharapkan nama, ditemukan {met.indonesian}.", f"Expected a name, found {met.english}."
                ),
            )
        return self.advance()

    def primary(self) -> Node:
        token = self.token
        if self.take("("):
            node = self.expression()
            self.expect(")")
            return node
        if self.take("["):
            return ListOf(self.items("]"), token.offset)
        if token.kind == "number":
            return Literal(_number(self.advance()), token.offset)
        if token.kind == "text":
            return Literal(_text(self.advance()), token.offset)
        if token.text in _WORDS and token.kind == "name":
            self.advance()
            return Literal(_WORDS[token.text], token.offset)
        if token.kind != "name" or token.text == "in":
            raise self.unexpected()
        self.advance()
        if self.sees("("):
            return Call(token.text, self.arguments(), token.offset)
        return Name(token.text, token.offset)


def _number(token: _Token) -> Decimal:
    value = Decimal(token.text)
    if value.adjusted() > MAX_EXPONENT:
        raise _fault(token.offset, Text("Bilangan terlalu besar.", "The number is too large."))
    return value


def _text(token: _Token) -> str:
    def plain(match: re.Match[str]) -> str:
        code, character = match.groups()
        if code and not 0xD800 <= int(code, 16) <= 0xDFFF and int(code, 16):
            return chr(int(code, 16))
        if character in _ESCAPED:
            return _ESCAPED[character]
        offset = token.offset + 1 + match.start()
        raise _fault(
            offset, Text(f"Urutan {match.group()!r} tidak dikenal.", f"Unknown escape {match.group()!r}.")
        )

    return _ESCAPE.sub(plain, token.text[1:-1])
