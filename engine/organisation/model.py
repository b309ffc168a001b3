"""The nouns of an agency: unit, position, holding, team, account. Their look-ups are in ``snapshot``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.sop.vocabulary import Slug

HoldingKind = Literal["definitive", "plt", "plh"]
AbsenceKind = Literal["dinas_luar", "cuti", "sakit", "lainnya"]

ADMIN, AUDITOR = "admin", "auditor"
SYSTEM_ROLES = (AUDITOR, "report_reader", "author", ADMIN)
APART = frozenset({AUDITOR, ADMIN})
"""System roles that never do the office's work: who checks or keeps it has no seat in it."""

NO_SOP = ""
"""Stands for an SOP that no mandate names, and for what is of no SOP: only mandates for all reach it."""

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

TITLES: Mapping[str, str] = {"plt": "Plt.", "plh": "Plh."}
"""What is said before the name of the position for which an acting official acts."""

KIND_ORDER: Mapping[str, int] = {"definitive": 0, "plh": 1, "plt": 2}


@dataclass(frozen=True, slots=True)
class AgencyInfo:
    id: Slug
    label: str
    short: str
    timezone: str
    calendar: Slug
    mail_domain: str | None = None
    hue: int | None = None
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the agency; without ``parent`` it stands directly under the agency. Both dates count."""

    id: Slug
    type: Slug
    label: str
    parent: Slug | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A jabatan: the addressee of work; ``roles`` are its roles in SOPs. Both dates count."""

    id: Slug
    label: str
    unit: Slug
    level: str | None = None
    roles: tuple[Slug, ...] = ()
    reports_to: Slug | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """One person in one position; both dates count, an open end is None.

    An acting one (Plt., Plh.) is a mandate: for ``sops`` alone where any are named, at its ``rank`` in the
    line of substitutes, and where it is ``standing`` only while nobody definitive is there.
    """

    id: str
    account: str
    position: str
    kind: HoldingKind = "definitive"
    valid_from: date | None = None
    valid_to: date | None = None
    order_number: str | None = None
    order_file: str | None = None
    sops: tuple[str, ...] = ()
    rank: int = 1
    standing: bool = False

    @property
    def is_acting(self) -> bool:
        return is_acting(self.kind)

    def reaches(self, sop: str | None) -> bool:
        """Whether it counts in this SOP; without one, whether it counts in any."""
        return sop is None or not self.sops or sop in self.sops

    def covers(self, on: date) -> bool:
        return is_valid(self, on)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person is not there; both dates count, an open end is None."""

    id: str
    account: str
    kind: AbsenceKind
    valid_from: date
    valid_to: date | None
    entered_by: str

    def covers(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Decree:
    number: str | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Who is a team from one day to another; both dates count, an open end is None."""

    decree: Decree | None = None
    chair: str | None = None
    members: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """People drawn from several units; members are positions, ``accounts`` are persons without one.

    It is what its latest term says, and ``terms`` are those before. A team without dates counts always, one
    with terms on their days only.
    """

    id: str
    label: str
    decree: Decree | None = None
    chair: str | None = None
    members: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    terms: tuple[Term, ...] = ()

    @property
    def has_terms(self) -> bool:
        return bool(self.valid_from or self.valid_to or self.terms)


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    label: str
    system_roles: frozenset[str] = frozenset()
    disabled: bool = False

    @property
    def takes_part(self) -> bool:
        """Whether work can reach this person; positions of anybody else count as vacant."""
        return not self.disabled and not self.system_roles & APART


def is_valid(dated: Unit | Position | Holding | Team | Term, on: date) -> bool:
    """Whether a unit, position, holding or team is there on that day."""
    return (dated.valid_from is None or dated.valid_from <= on) and (
        dated.valid_to is None or on <= dated.valid_to
    )


def is_acting(kind: str | None) -> bool:
    """Whether somebody of this kind stands in for a position; None is in person."""
    return kind in TITLES


def person_seat(username: str) -> str:
    """The seat of a person who is reached without a position."""
    return f"@{username}"


def person_of(seat: str) -> str | None:
    """The account behind a personal seat; None when the seat is a position."""
    return seat[1:] if seat.startswith("@") else None
