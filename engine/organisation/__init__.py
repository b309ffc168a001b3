"""One agency's units, positions, holders, superiors and teams, and the seats that SOP roles mean there."""

from engine.organisation.binding import organisation_from, read_organisation
from engine.organisation.gaps import staffing_gaps
from engine.organisation.model import (
    NO_SOP,
    SYSTEM_ROLES,
    Absence,
    AbsenceKind,
    Account,
    AgencyInfo,
    Decree,
    Holding,
    HoldingKind,
    Position,
    Team,
    Term,
    Unit,
    person_of,
    person_seat,
)
from engine.organisation.roles import Resolution, resolve
from engine.organisation.snapshot import FormerLabels, Organisation
from engine.organisation.validation import Gap

__all__ = [
    "NO_SOP",
    "SYSTEM_ROLES",
    "Absence",
    "AbsenceKind",
    "Account",
    "AgencyInfo",
    "Decree",
    "FormerLabels",
    "Gap",
    "Holding",
    "HoldingKind",
    "Organisation",
    "Position",
    "Resolution",
    "Team",
    "Term",
    "Unit",
    "organisation_from",
    "person_of",
    "person_seat",
    "read_organisation",
    "resolve",
    "staffing_gaps",
]
