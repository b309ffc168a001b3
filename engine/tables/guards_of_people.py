"""Guards of what proves people, of what they chose, and of what they wrote or said beside cases.

Taking a right back needs no event: tokens, sessions and links that nobody used may go. What only waits, such
as a form or an import that is not sent, proves nothing until an act uses it, and has no guard.
"""

from collections.abc import Iterator

from engine.tables.guard import (
    ERASURE_TOLD,
    REFUSED,
    STREAM_OF_ACCOUNT,
    Guard,
    kept,
    told_on,
    untold,
    windowed,
)

NEW_ROW = STREAM_OF_ACCOUNT.format(row="NEW")
OLD_ROW = STREAM_OF_ACCOUNT.format(row="OLD")
NEVER_DELETED = ("preference", "explanation", "verdict", "review_remark", "acknowledgement", "counter")


def guards_of_people() -> Iterator[Guard]:
    """Every guard of this file."""
    yield from _sessions()
    yield from _tokens()
    yield from _links()
    yield from _second_factors()
    yield from _words()
    choosing = "'preference:' || {row}.account"
    yield from windowed("preference", choosing, ("INSERT",))
    nowhere = kept("account", "pace", "digest_at", nullable=("channels", "quiet_from", "quiet_to"))
    yield _or_erased("preference", choosing, f"{nowhere} AND NEW.addresses = '{{}}'")
    onward = kept("agency", "series", "year") + " AND NEW.last > OLD.last"
    yield Guard("counter", "UPDATE", onward, f"{REFUSED} a number that was given is not given again")


def _sessions() -> Iterator[Guard]:
    # One that waits for its code proves nothing yet.
    begun = f"NEW.stage = 'password' OR {told_on(NEW_ROW)}"
    yield Guard("session", "INSERT", begun, untold("session"))
    same = kept("account", "stage", "way_in", "started_at", nullable=("id_token",))
    renewed = f"{kept('secret_hash', 'id')} AND {_no_factor_gained()}"
    yield Guard("session", "UPDATE", f"{same} AND ({renewed} OR {told_on(NEW_ROW)})", untold("session"))


def _tokens() -> Iterator[Guard]:
    yield from windowed("token", STREAM_OF_ACCOUNT, ("INSERT",))
    same = kept("id", "secret_hash", "account", "scope", "created_at", "expires_at")
    named = f"(NEW.name = OLD.name OR {ERASURE_TOLD})"
    yield Guard("token", "UPDATE", f"{same} AND {named} AND {_no_factor_gained()}", untold("token"))


def _links() -> Iterator[Guard]:
    yield from windowed("invitation", STREAM_OF_ACCOUNT, ("INSERT",))
    same = kept("secret_hash", "account", "purpose", "made_at", "expires_at", nullable=("made_by",))
    used = f"{same} AND OLD.used_at IS NULL AND {told_on(NEW_ROW)}"
    yield Guard("invitation", "UPDATE", used, untold("invitation"))
    # One that was used tells whose password it is.
    yield Guard("invitation", "DELETE", f"OLD.used_at IS NULL OR {told_on(OLD_ROW)}", untold("invitation"))


def _second_factors() -> Iterator[Guard]:
    begun = "NEW.confirmed_at IS NULL"
    yield Guard("second_factor", "INSERT", begun, untold("second_factor"))
    same = kept("account", "secret", "begun_at")
    # A code counts once: its step only grows.
    onward = "COALESCE(NEW.last_step, 0) >= COALESCE(OLD.last_step, 0)"
    confirmed = (
        "(NEW.confirmed_at = OLD.confirmed_at"
        f" OR (OLD.confirmed_at IS NULL AND (NEW.confirmed_at IS NULL OR {told_on(NEW_ROW)})))"
    )
    yield Guard("second_factor", "UPDATE", f"{same} AND {onward} AND {confirmed}", untold("second_factor"))
    dropped = f"OLD.confirmed_at IS NULL OR {told_on(OLD_ROW)}"
    yield Guard("second_factor", "DELETE", dropped, untold("second_factor"))
    yield from windowed("recovery_code", STREAM_OF_ACCOUNT, ("INSERT", "DELETE"))
    spent = f"{kept('account', 'hash')} AND OLD.used_at IS NULL"
    yield Guard("recovery_code", "UPDATE", spent, f"{REFUSED} a recovery code is used once")


def _words() -> Iterator[Guard]:
    assessed = "'assessment:' || {row}.agency"
    yield from windowed("explanation", assessed, ("INSERT",))
    said = kept("finding", "agency", "case_id", "account", "at", nullable=("position",))
    yield _or_erased("explanation", assessed, said)
    yield from windowed("verdict", assessed, ("INSERT",))
    decided = kept("agency", "period", "sop", "runs_well", "account", "at", nullable=("position",))
    yield _or_erased("verdict", assessed, decided)
    written = "'definition:' || {row}.agency || ':' || {row}.id"
    yield from windowed("sop_draft", written, ("INSERT", "DELETE"))
    as_it_was = kept("agency", "id", "revision", "changed_by", "changed_at")
    yield _or_erased("sop_draft", written, as_it_was)
    of_version = "'definition:' || {row}.agency || ':' || {row}.sop"
    yield from windowed("review_remark", of_version, ("INSERT",))
    remarked = kept("id", "agency", "sop", "version", "step", "account", "at")
    message = f"{REFUSED} a remark never changes"
    yield Guard("review_remark", "UPDATE", f"{remarked} AND {ERASURE_TOLD}", message)
    yield from windowed("acknowledgement", of_version, ("INSERT",))
    yield Guard("acknowledgement", "UPDATE", "1 = 0", f"{REFUSED} an acknowledgement never changes")


def _or_erased(table: str, stream: str, blanked: str) -> Guard:
    """A row that changes with its event, or loses words by an erasure."""
    changed = told_on(stream.format(row="NEW"))
    return Guard(table, "UPDATE", f"({changed}) OR ({blanked} AND {ERASURE_TOLD})", untold(table))


def _no_factor_gained() -> str:
    return "(OLD.second_factor OR NOT NEW.second_factor)"
