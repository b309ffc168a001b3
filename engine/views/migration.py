"""Running cases on their way to another version: a verdict for each, deadlines before and after. Pure."""

from typing import Literal

from engine.views.parts import Instant, Shape


class MigratedTask(Shape):
    step_id: str
    branch: str | None
    to: str
    due_before: Instant | None
    due_after: Instant | None


class MigratedCase(Shape):
    """``needs_map``: an open step has no counterpart; ``blocked``: the case stays on its version."""

    case_number: str
    verdict: Literal["ok", "needs_map", "blocked"]
    why: str | None
    tasks: list[MigratedTask]


class MigrationPlan(Shape):
    """``digest`` is what applies exactly this plan."""

    digest: str
    cases: list[MigratedCase]


class Migrated(Shape):
    applied: int
    cases: list[MigratedCase]
