"""What pages read beside the shapes of the API: what ids are called, and who may be asked for what. Pure."""

from engine.views.cases import CaseBranch
from engine.views.parts import Shape


class CaseOfTask(Shape):
    """What a task's page says of its case; ``readable``: whether this person sees the case itself."""

    id: str
    number: str
    title: str
    period: str | None
    sop: str
    sop_version: str
    branches: list[CaseBranch]
    readable: bool
