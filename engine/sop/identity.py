"""The identity block of an SOP document, one frozen class per noun; the rest of the model is in ``model``."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.sop.vocabulary import Date, Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedSop:
    sop: Slug
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """One legal basis; a plain text stands for ``text``."""

    SHORT: ClassVar[str] = "text"
    text: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a service standard adds to the identity block."""

    classification: str | None = None
    transaction: tuple[str, ...] = ()
    who_may_avail: str | None = None
    hours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    title: str
    government: str | None = None
    agency: str | None = None
    unit: str | None = None
    number: str | None = None
    created_on: Date | None = None
    revised_on: Date | None = None
    effective_on: Date | None = None
    approved_by: Slug | None = None
    kind: Literal["routine", "service", "assignment"] = "routine"
    product_owner: Slug | None = None
    activity_owner: Slug | None = None
    scope: str | None = None
    legal_basis: tuple[LegalBasis, ...] = ()
    qualifications: tuple[str, ...] = ()
    related: tuple[RelatedSop, ...] = ()
    equipment: tuple[str, ...] = ()
    warning: str | None = None
    recording: str | None = None
    total_time_text: str | None = None
    service: Service | None = None
