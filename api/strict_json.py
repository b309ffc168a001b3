"""Reading JSON strictly: one meaning per body, and nothing that a database cannot keep."""

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from engine.errors import FieldError, InvalidInput
from engine.text.bilingual import Text
from engine.text.numbers import loses_digits, not_kept

DEEPEST = 32
LARGEST_INTEGER = 2**63 - 1


class BadBody(HTTPException):
    """An `InvalidInput` on its way through the framework, which lets only its own exceptions pass here."""

    def __init__(self, error: InvalidInput) -> None:
        super().__init__(422, error.message.english)
        self.error = error


class StrictRequest(Request):
    """A request whose JSON is read by `strict_json`."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            try:
                self._json = strict_json(await self.body())
            except InvalidInput as error:
                raise BadBody(error) from None
        return self._json


class StrictRoute(APIRoute):
    """A route whose bodies are read strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strict


def strict_json(body: bytes) -> Any:
    """The value of a JSON text. `InvalidInput` where it is none, repeats a key, or holds NUL and the like."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise _refused(
            f"Bukan JSON yang sah (huruf ke-{error.pos + 1}).", f"Not JSON at character {error.pos + 1}."
        ) from None
    except UnicodeDecodeError:
        raise _refused("Bukan teks UTF-8.", "Not UTF-8.") from None
    _check(value, escapes=b"\\u" in body)
    return value


def _check(value: Any, *, escapes: bool) -> None:
    """Depth, and the characters that only an escape can bring in."""
    waiting: list[tuple[Any, str, int]] = [(value, "", 1)]
    while waiting:
        node, path, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep()
        match node:
            case dict():
                if escapes and any(_unsayable(name) for name in node):
                    raise _character(path)
                waiting += [
                    (item, f"{path}.{name}" if path else name, depth + 1) for name, item in node.items()
                ]
            case list():
                waiting += [(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(node)]
            case str() if escapes and _unsayable(node):
                raise _character(path)


def _unsayable(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        shown = twice.encode("utf-8", "replace").decode()[:80]
        raise _refused(f'Kunci "{shown}" tertulis dua kali.', f'The key "{shown}" occurs twice.', shown)
    return entries


def _integer(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > LARGEST_INTEGER:
        raise _refused("Bilangan terlalu besar.", "A number is too large.")
    return int(text)


def _float(text: str) -> float:
    number = float(text) if len(text) <= 400 else math.inf
    if not math.isfinite(number):
        raise _refused("Bilangan terlalu besar.", "A number is too large.")
    if loses_digits(text):
        said = not_kept()
        raise _refused(said.indonesian, said.english)
    return number


def _constant(text: str) -> Any:
    raise _refused(f"{text} bukan bilangan JSON.", f"{text} is no JSON number.")


def _character(path: str) -> InvalidInput:
    said, english = "Memuat karakter yang tidak sah.", "Contains characters that are not allowed."
    return _refused(said, english, path.encode("utf-8", "replace").decode())


def _too_deep() -> InvalidInput:
    return _refused(f"Lebih dari {DEEPEST} tingkat.", f"Nested more than {DEEPEST} levels deep.")


def _refused(said: str, english: str, path: str = "") -> InvalidInput:
    return InvalidInput(
        Text(f"Isi permintaan tidak dapat dibaca: {said}", f"the body cannot be read: {english}"),
        errors=[FieldError(path, Text(said, english))],
    )
