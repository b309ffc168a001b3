"""What a system role keeps a caller from, whatever else the account may do; looked at before any route.

Who may act on which object is the engine's to decide; nothing here looks at one.
"""

from collections.abc import Collection

from api.auth import SAFE_METHODS
from engine.errors import NotAllowed
from engine.organisation.model import ADMIN, AUDITOR
from engine.permissions.refusals import takes_no_part
from engine.text.bilingual import Text

# What everybody does with the own account: paths, with all below them.
OWN = (
    *("/api/v1/session", "/api/v1/me", "/api/v1/tokens", "/api/v1/preferences"),
    *("/api/v1/notifications", "/api/v1/invitations"),
    *("/account", "/invitation", "/notices", "/sign-in", "/sign-out", "/language", "/discard"),
)
# They take a body, answer a question and change nothing.
ASKING = (
    *(
        "/api/v1/definitions/check",
        "/api/v1/registers/check",
        "/api/v1/calendars/effect",
        "/api/v1/simulations",
    ),
    "/verifikasi",
)
# The office's work, in which an administrator has no part; uploads may be the orders that they keep.
WORK = (
    *("/api/v1/tasks", "/api/v1/inbox", "/api/v1/take-overs", "/api/v1/cases", "/api/v1/schedules"),
    *("/api/v1/conformance", "/api/v1/monitoring", "/conformance", "/monitoring"),
    *("/tasks", "/inbox", "/take-over", "/cases", "/schedules"),
)


def require_right(system_roles: Collection[str], method: str, path: str) -> None:
    """NotAllowed for what this person's system roles, asleep or not, keep from everybody who has them."""
    if method in SAFE_METHODS:
        return
    if AUDITOR in system_roles and not _is_below(path, (*OWN, *ASKING)):
        raise NotAllowed(
            Text(
                "Auditor hanya membaca; akun ini tidak dapat mengubah apa pun.",
                "an auditor reads and changes nothing but the own account",
            )
        )
    if ADMIN in system_roles and _is_below(path, WORK):
        takes_no_part(system_roles).throw()


def _is_below(path: str, places: Collection[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)
