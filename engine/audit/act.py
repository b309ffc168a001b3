"""One act as the log knows it: who did what and when, and what it changed in the things it touched. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = Any
ActingKind = Literal["definitive", "plt", "plh"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one act did to one object: field → (old, new); old is None for a new object."""

    kind: Literal["case", "branch", "task"]
    id: str
    created: bool
    public: Mapping[str, tuple[Json, Json]]
    private: Mapping[str, tuple[Json, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what and when; ``facts`` go into the event, ``details`` stand beside it."""

    name: str  # task.complete, case.start, …
    at: datetime
    account: str | None  # None: the system itself
    position: str | None = None
    acting_kind: ActingKind | None = None
    subject: str
    facts: Mapping[str, Json] = field(default_factory=dict)
    details: Mapping[str, Json] = field(default_factory=dict)
