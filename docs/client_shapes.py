"""alur_client/shapes.py: what the HTTP interface answers with, for programs that do not know the engine."""

from __future__ import annotations

import keyword
import subprocess
import sys
import types
from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from pkgutil import iter_modules
from textwrap import indent
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from fastapi import APIRouter
from typing_extensions import get_original_bases, is_typeddict

import api
from engine.views.parts import Page, Shape

ROOT = Path(__file__).resolve().parent.parent
HEAD = '''"""What the HTTP interface answers with; made from the views of the engine by `make docs`."""

from collections.abc import Mapping
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar

Item = TypeVar("Item")


class Page(TypedDict, Generic[Item]):
    """One page of a list; ``next`` is the cursor of the one after it."""

    items: list[Item]
    next: str | None
'''


def as_python() -> str:
    """The module `alur_client.shapes`."""
    shapes: dict[str, type] = {}
    for answered in _answers():
        _collect(answered, shapes)
    written = "\n\n".join([HEAD, *(_written(shape) for shape in shapes.values())])
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "shapes.py", "-"]
    done = subprocess.run(ruff, input=written, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    return done.stdout


def _answers() -> Iterator[Any]:
    """What the routes answer with, in the order of the interface's files."""
    for module in iter_modules(api.__path__, "api."):
        router = getattr(import_module(module.name), "router", None)
        if isinstance(router, APIRouter):
            yield from (getattr(route, "response_model", None) for route in router.routes)


def _collect(kind: Any, shapes: dict[str, type], around: tuple[Any, ...] = ()) -> None:
    """Every shape that this one is made of, before it; ``around`` are those that it is part of."""
    if kind in (Shape, Page, *around) or get_origin(kind) is Literal:
        return
    if not is_typeddict(kind):
        for part in get_args(kind):
            _collect(part, shapes, around)
        return
    for part in (*_bases(kind), *_fields(kind).values()):
        _collect(part, shapes, (*around, kind))
    if shapes.setdefault(kind.__name__, kind) is not kind:
        raise TypeError(f"two shapes are called {kind.__name__}")


def _bases(shape: Any) -> list[Any]:
    """The public shapes that this one adds to; a private one only holds keys that Python cannot write."""
    named = (base for base in get_original_bases(shape) if is_typeddict(base) and base is not Shape)
    return [base for base in named if not base.__name__.startswith("_")]


def _fields(shape: Any) -> Mapping[str, Any]:
    """Its own keys, without those of its bases."""
    inherited = {name for base in _bases(shape) for name in base.__annotations__}
    hints = get_type_hints(shape, include_extras=True)
    return {name: hint for name, hint in hints.items() if name not in inherited}


def _written(shape: type) -> str:
    fields = {name: _type(hint, shape) for name, hint in _fields(shape).items()}
    if any(keyword.iskeyword(name) for name in fields):
        pairs = ", ".join(f'"{name}": {hint}' for name, hint in fields.items())
        return f'{shape.__name__} = TypedDict("{shape.__name__}", {{{pairs},}},)\n'
    bases = ", ".join(base.__name__ for base in _bases(shape)) or "TypedDict"
    said = [f'    """{indent(getdoc(shape) or "", "    ").strip()}"""\n'] if shape.__doc__ else []
    lines = (f"    {name}: {hint}" for name, hint in fields.items())
    return "\n".join([f"class {shape.__name__}({bases}):", *said, *lines]) + "\n"


def _type(hint: Any, of: type) -> str:
    """A type as it is written within the shape ``of``, whose own name does not exist there yet."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _type(parts[0], of)
    if origin is NotRequired:
        return f"NotRequired[{_type(parts[0], of)}]"
    if origin is Literal:
        return f"Literal[{', '.join(_quoted(part) for part in parts)}]"
    if origin in (Union, types.UnionType):
        return " | ".join(_type(part, of) for part in parts)
    if origin is not None:
        return f"{origin.__name__}[{', '.join(_type(part, of) for part in parts)}]"
    if hint is of:
        return _quoted(of.__name__)
    return "None" if hint is types.NoneType else str(hint.__name__)


def _quoted(text: str) -> str:
    return f'"{text}"'
