"""Taking an evidence pack: what it is of, sealed before and told where details go with it."""

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from sqlalchemy import select

from engine.access.actor import Actor, AnyActor, SystemActor, account_of
from engine.audit.events import case_stream
from engine.engine import Engine
from engine.errors import Conflict, NotFound, SopError
from engine.queries.audit.proofs import newest
from engine.store import Tx
from engine.tables import AUDIT_EVENT, SOP_CASE
from engine.text.bilingual import Text
from reports.evidence.pack import Told, Wanted, write_pack


def take_pack(
    engine: Engine,
    actor: AnyActor,
    *,
    case: str | None = None,
    details: bool = False,
    told: Told = lambda *_: None,
) -> BinaryIO:
    """An evidence pack of a case, of an auditor's agency, or for the host of everything; open, at its end.

    The log is sealed first, where it can be. Raises `NoCheckpoint` where nothing was ever signed, `NotFound`
    for a case that is not there, `NotAllowed` for who is no auditor.
    """
    queries, context = engine.queries, engine.context
    streams = None if isinstance(actor, SystemActor) else queries.audit.streams(actor)
    wanted = context.store.ask(lambda tx: _wanted(tx, actor, streams, case, details))
    if details:
        facts = {"pack": wanted.kind, "case_number": wanted.case_number}
        engine.names_read.record(actor, "evidence pack", facts)
    _seal(engine)
    out = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - the caller's
    try:
        context.store.ask(lambda tx: _written(out, engine, tx, wanted, told))
    except BaseException:
        out.close()
        raise
    return out


def _seal(engine: Engine) -> None:
    """A pack of a log in doubt is of its last checkpoint."""
    if not engine.context.log_key.is_there:
        return
    try:
        engine.checkpoints.seal()
    except (SopError, OSError):
        return


def _written(out: BinaryIO, engine: Engine, tx: Tx, wanted: Wanted, told: Callable[[int, int], Any]) -> None:
    out.seek(0)
    out.truncate()
    write_pack(out, engine.context, tx, wanted, newest(tx), told)


def _wanted(tx: Tx, actor: AnyActor, streams: list[str] | None, case: str | None, details: bool) -> Wanted:
    by = account_of(actor) or "host"
    if case is None:
        agency = _agency_of(tx, actor)
        return Wanted(
            kind="all" if streams is None else "agency",
            agency=agency,
            streams=streams,
            details=details,
            made_by=by,
        )
    query = select(SOP_CASE.c.id, SOP_CASE.c.agency, SOP_CASE.c.sop).where(SOP_CASE.c.number == case)
    rows = [row for row in tx.connection.execute(query) if streams is None or case_stream(row.id) in streams]
    if not rows:
        raise NotFound(Text(f"Berkas {case[:60]} tidak ada.", f"there is no case {case[:60]!r}"))
    if len(rows) > 1:
        raise Conflict(
            Text(f"Beberapa instansi memiliki berkas {case}.", f"several agencies have a case {case}")
        )
    (row,) = rows
    return Wanted(
        kind="case",
        agency=row.agency,
        streams=[case_stream(row.id), *_rested_on(tx, row.agency, row.sop)],
        case_number=case,
        details=details,
        made_by=by,
    )


def _agency_of(tx: Tx, actor: AnyActor) -> str | None:
    if not isinstance(actor, Actor):
        return None
    person = tx.accounts.get(actor.account)
    return person.agency if person else None


def _rested_on(tx: Tx, agency: str, sop: str) -> list[str]:
    """The streams that say what SOP and calendars of a case were."""
    named = AUDIT_EVENT.c.stream
    query = select(named).where(
        AUDIT_EVENT.c.seq == 1,
        named.in_((f"definition:{agency}:{sop}", f"definition:{sop}"))
        | named.startswith(f"calendar:{agency}:", autoescape=True),
    )
    return list(tx.connection.execute(query).scalars())
