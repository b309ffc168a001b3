"""The shapes of an ``org/v1`` file, its keys as written. Read in ``reading``, written in ``writing``."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from engine.organisation.model import AgencyInfo, HoldingKind
from engine.sop.vocabulary import Date, Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUnit:
    id: Slug
    type: Slug
    label: str
    parent: Slug | None = None
    from_: Date | None = None
    to: Date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePosition:
    id: Slug
    label: str
    level: str | None = None
    unit: Slug
    roles: tuple[Slug, ...] = ()
    reports_to: Slug | None = None
    from_: Date | None = None
    to: Date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDecree:
    number: str | None = None
    date: Date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTerm:
    from_: Date | None = None
    to: Date | None = None
    decree: FileDecree | None = None
    chair: Slug | None = None
    members: tuple[Slug, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTeam:
    """A team as of its latest term; without dates it counts always. ``terms`` are those before."""

    label: str
    from_: Date | None = None
    to: Date | None = None
    decree: FileDecree | None = None
    chair: Slug | None = None
    members: tuple[Slug, ...] = ()
    accounts: tuple[str, ...] = ()
    terms: tuple[FileTerm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHold:
    """One position that an account holds; a plain id is a definitive holder without dates."""

    SHORT: ClassVar[str] = "position"
    position: Slug
    kind: HoldingKind = "definitive"
    from_: Date | None = None
    to: Date | None = None
    order_number: str | None = None
    order_file: str | None = None
    sops: tuple[Slug, ...] = ()
    rank: int = 1
    standing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccount:
    username: str
    label: str
    holds: tuple[FileHold, ...] = ()
    system_roles: tuple[str, ...] = ()
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrganisation:
    """The whole file, its keys as written."""

    schema: Literal["org/v1"]
    agency: AgencyInfo
    units: tuple[FileUnit, ...] = ()
    positions: tuple[FilePosition, ...] = ()
    teams: dict[Slug, FileTeam] = field(default_factory=dict)
    accounts: tuple[FileAccount, ...] = ()
