"""What pages read beside the shapes of the API: what ids are called, and who may be asked for what. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.audit.act import ActingKind
from engine.sop.vocabulary import FieldType
from engine.views.cases import CaseBranch
from engine.views.organisation import PersonName
from engine.views.parts import Shape
from engine.views.tasks import SignKind

NameOf = Callable[[str | None, str | None], str]


@dataclass(frozen=True, slots=True)
class ReportNames:
    """What a report calls SOPs, steps (by SOP, version and id), units and people; the unit of a position.

    ``person`` is asked with the instant at which somebody was called so.
    """

    sops: Mapping[str, str]
    steps: Mapping[tuple[str, str, str], str]
    units: Mapping[str, str]
    person: NameOf
    unit_of: Mapping[str, str]


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


class Look(Shape):
    """How an agency is shown: its name, its hue, and the hash of its logo."""

    agency: str
    hue: int | None
    logo: str | None


class Office(Shape):
    """The agency's zone, and what the ids of its accounts, people ever, positions and units are called."""

    agency: str
    timezone: str
    accounts: dict[str, str]
    people: dict[str, str]
    positions: dict[str, str]
    units: dict[str, str]


class FieldNames(Shape):
    id: str
    type: FieldType
    label: str
    columns: list["FieldNames"]


class OutcomeNames(Shape):
    """``branches``: whether it asks for some of them."""

    label: str
    branches: bool


class StepNames(Shape):
    number: int | None
    printed: str
    label: str
    activity: str
    roles: list[str]
    fields: list[FieldNames]
    sign: str | None
    outcomes: dict[str, OutcomeNames]


class DefinitionNames(Shape):
    """What one version calls its steps, their ways out and their fields; its documents and results."""

    title: str
    number: str | None
    documents: dict[str, str]
    results: dict[str, str]
    blocks: dict[str, str]
    start: list[FieldNames]
    parties: dict[str, str]
    steps: dict[str, StepNames]


class Paper(Shape):
    """One file of a document: who handed it in at which step; ``newest``: it counts in its branch now.

    ``version`` is None of a document whose files stand side by side; ``evidence``: it is there as a proof.
    """

    document: str
    label: str
    file: str
    name: str | None
    sha256: str | None
    branch: str | None
    printed: str | None
    account: str | None
    capacity: str | None
    at: str | None
    version: int | None
    evidence: bool
    newest: bool


class Signature(Shape):
    """A paraf or signature under a completed visit."""

    kind: SignKind
    account: str | None
    capacity: str | None
    at: str | None
    via: Literal["internal", "external"]
    reset_by: str | None  # who had set the password that it was made with; None where it was the signer


class Papers(Shape):
    """The documents that a task is about, those of other branches, and what was signed there, by task."""

    own: list[Paper]
    others: list[Paper]
    signatures: dict[str, Signature]


class KeptApart(PersonName):
    """Whom the head could let go of duties kept apart, and what is against it."""

    why: str
    why_en: str


class CapacityChoice(Shape):
    """A position in which a person could do a task."""

    position: str
    label: str
    kind: ActingKind
