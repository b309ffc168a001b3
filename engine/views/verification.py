"""What is told of a signed file. Pure."""

from typing import Literal

from engine.views.parts import Instant, Shape
from engine.views.tasks import SignKind


class SignedFile(Shape):
    """One paraf or signature under a file; what belongs to the case is null for whoever may not see it."""

    agency: str
    kind: SignKind
    via: Literal["internal", "external"]
    capacity: str | None
    at: Instant
    document: str | None
    case_id: str | None
    case_number: str | None
    case_title: str | None
    account: str | None
