"""Problem details, and where they may come."""

from typing import Any

from api.errors import MEDIA_TYPE, TITLES
from api.schemas.parts import Shape


class FieldFault(Shape):
    path: str
    message: str


class Diagnostic(Shape):
    """One problem of a definition at its place."""

    severity: str
    line: int
    column: int
    path: str
    code: str
    message: str


class Problem(Shape):
    """RFC 9457; ``code`` is stable, ``current`` is the state now (409 only)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldFault]
    current: dict[str, Any] | None = None
    problems: list[Diagnostic] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses of these statuses for the description of a call."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status].english, "content": content} for status in statuses}


# Signed-in calls may all answer these.
ALWAYS = problems(401, 403, 404, 405, 422, 429, 503)
CHANGING = {**ALWAYS, **problems(409, 413, 507)}
