"""What is written down and told of a version on its way: acts, remarks, who is to approve or to read it."""

from collections.abc import Iterable
from datetime import datetime

from engine.audit.act import Act
from engine.commands.notices.notice import authors_of, notice_of, tell
from engine.context import Context, new_id
from engine.sop.model import Definition
from engine.staffing.readers import readers
from engine.store import Tx
from engine.store.sop_drafts import ReviewRemark
from engine.text.bilingual import Text


def act_on(
    name: str, now: datetime, account: str | None, sop: str, version: str, reason: str | None = None
) -> Act:
    return Act(
        name=name,
        at=now,
        account=account,
        subject=sop,
        facts={"version": version},
        details={"reason": reason} if reason else {},
    )


def remark_on(
    tx: Tx, agency: str, definition: Definition, step: str, words: str, account: str, now: datetime
) -> None:
    """Write what somebody says of a version in review, of one step or (empty) of all of it."""
    sop, version = definition.id, definition.version
    remark = ReviewRemark(
        id=new_id(),
        agency=agency,
        sop=sop,
        version=version,
        step=step,
        words=words,
        account=account,
        at=now,
    )
    tx.sop_drafts.remark(remark, act_on("definition.remark", now, account, sop, version, words))


def ask_to_read(context: Context, tx: Tx, agency: str, definition: Definition, now: datetime) -> None:
    """Ask whoever works by a version that begins to read it, once, unless the agency does not ask."""
    if context.catalog.reading(tx, agency) == "none":
        return
    organisation = context.catalog.organisation(tx, agency)
    title, version = definition.identity.title, definition.version
    done = tx.sop_drafts.readers(agency, definition.id, version)
    asked = readers(definition, organisation, context.day_in(organisation, now))
    said = Text(
        f"SOP {title} versi {version} mulai berlaku. Baca, lalu nyatakan sudah membaca.",
        f"The SOP {title}, version {version}, is in force. Read it, then say that you have.",
    )
    _tell(context, tx, (account for account in asked if account not in done), said, now)


def tell_of_review(
    context: Context,
    tx: Tx,
    agency: str,
    definition: Definition,
    by: str,
    returned: str | None,
    now: datetime,
) -> None:
    """Tell who approves that a version was submitted, or the authors why it was ``returned``."""
    organisation = context.catalog.organisation(tx, agency)
    title, version = definition.identity.title, definition.version
    people: Iterable[str]
    if returned is None:
        seats = organisation.positions_with(definition.identity.approved_by or "")
        people = organisation.people_of(seats, context.day_in(organisation, now), definition.id)
        said = Text(
            f"SOP {title} versi {version} diajukan. Tinjau, lalu sahkan atau kembalikan.",
            f"The SOP {title}, version {version}, was submitted. Review it, then approve it or send it back.",
        )
    else:
        people = authors_of(organisation)
        said = Text(
            f"SOP {title} versi {version} dikembalikan: {returned}",
            f"The SOP {title}, version {version}, was sent back: {returned}",
        )
    _tell(context, tx, (account for account in people if account != by), said, now)


def _tell(context: Context, tx: Tx, people: Iterable[str], said: Text, now: datetime) -> None:
    notices = [
        notice_of(account, "sop", said.to(context.catalog.language_of(tx, account)), now)
        for account in people
    ]
    tell(context, tx, notices)
