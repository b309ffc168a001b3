"""Moving running cases to another version: which, how, and by which plan."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Shape
from api.schemas.reassessment import Digest
from engine.cases.migration import Clock
from engine.commands.definitions.migrations import Wish

Version = Annotated[str, StringConstraints(min_length=1, max_length=50)]
CaseNumber = Annotated[str, StringConstraints(min_length=1, max_length=100)]
StepId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Pair = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}=[A-Za-z][A-Za-z0-9_-]{0,63}$")]


class MigrationQuery(Shape):
    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[Version, Field(alias="from")]
    to: Version
    case: CaseNumber | None = None
    map: list[Pair] = Field(
        default_factory=list, max_length=100, description="s5=s5a: an open step and its counterpart."
    )
    clock: Clock = "keep"

    def wish(self, sop: str) -> Wish:
        steps = dict(pair.split("=") for pair in self.map)
        return Wish(sop=sop, old=self.from_, new=self.to, case=self.case, steps=steps, clock=self.clock)


class MigrateBody(Shape):
    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={"examples": [{"from": "1.0.0", "to": "1.1.0", "digest": "0" * 64}]},
    )

    from_: Annotated[Version, Field(alias="from")]
    to: Version
    case: CaseNumber | None = None
    map: dict[StepId, StepId] = Field(default_factory=dict, max_length=100)
    clock: Clock = "keep"
    digest: Digest

    def wish(self, sop: str) -> Wish:
        return Wish(sop=sop, old=self.from_, new=self.to, case=self.case, steps=self.map, clock=self.clock)
