"""What people say to a version: remarks while it is in review, and that they have read it."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.access.actor import Actor, accepts_names
from engine.commands.definitions.definitions import AUTHORS, may_approve
from engine.commands.definitions.told import act_on, remark_on
from engine.commands.inputs import optional_text
from engine.context import Context
from engine.errors import ActionNotAvailable, InvalidInput, NotAllowed
from engine.organisation import Organisation
from engine.permissions.visibility import owners
from engine.sop.model import Definition
from engine.staffing.readers import readers
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.store.sop_drafts import ReviewRemark
from engine.text.bilingual import Text
from engine.views.definitions import Acknowledged

READABLE = ("in_review", "approved", "effective")
A_YEAR = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A version that waits for somebody: to be approved, or (``began_at``) to be read."""

    sop: str
    version: str
    title: str
    began_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The remarks on a version, when this person acknowledged it, and the day its yearly review is due.

    ``read_by`` and ``unread_by`` are the accounts of who works by it, for whoever answers for it.
    """

    remarks: list[ReviewRemark]
    acknowledged_at: datetime | None
    may_acknowledge: bool
    review_due_on: date | None
    is_review_due: bool
    read_by: tuple[str, ...] | None
    unread_by: tuple[str, ...] | None


@accepts_names
class DefinitionReadings:
    """Whoever sees a version may remark on it in review; who takes part in its work acknowledges it."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def of(self, actor: Actor, sop: str, version: str) -> Readings:
        def query(tx: Tx) -> Readings:
            agency = active(tx, actor).agency
            stored = tx.definitions.require(agency, sop, version)
            organisation = self.context.catalog.organisation(tx, agency)
            account = organisation.account(actor.account)
            definition = self.context.catalog.compiled(tx, agency, sop, version).definition
            today = self.context.day_in(organisation, self.context.clock.now())
            read_by = unread_by = None
            if stored.status == "effective" and self._answers(organisation, actor, definition):
                done = tx.sop_drafts.readers(agency, sop, version)
                asked = readers(definition, organisation, today) if stored.began_at else ()
                read_by = tuple(sorted(done))
                unread_by = tuple(account for account in asked if account not in done)
            due = _review(definition.identity.effective_on) if stored.status == "effective" else None
            return Readings(
                remarks=tx.sop_drafts.remarks(agency, sop, version),
                acknowledged_at=tx.sop_drafts.acknowledged_at(agency, sop, version, actor.account),
                may_acknowledge=stored.status == "effective" and account is not None and account.takes_part,
                review_due_on=due,
                is_review_due=due is not None and due <= today,
                read_by=read_by,
                unread_by=unread_by,
            )

        return self.context.store.ask(query)

    def waiting(self, actor: Actor) -> list[Waiting]:
        """What is in review for this person to approve, and what it works by and has yet to read."""

        def query(tx: Tx) -> list[Waiting]:
            agency = active(tx, actor).agency
            waiting = tx.definitions.waiting(agency, actor.account)
            if not waiting:
                return []
            asks = self.context.catalog.reading(tx, agency) != "none"
            organisation = self.context.catalog.organisation(tx, agency)
            day = self.context.day_in(organisation, self.context.clock.now())
            waiting_list = []
            for stored in waiting:
                definition = self.context.catalog.compiled(tx, agency, stored.id, stored.version).definition
                began_at = stored.began_at if stored.status == "effective" else None
                if began_at:
                    mine = asks and actor.account in readers(definition, organisation, day)
                else:
                    mine = may_approve(organisation, day, actor, definition)
                if mine:
                    title = definition.identity.title
                    entry = Waiting(sop=stored.id, version=stored.version, title=title, began_at=began_at)
                    waiting_list.append(entry)
            return waiting_list

        return self.context.store.ask(query)

    def to_answer(self, actor: Actor, sop: str) -> list[ReviewRemark]:
        """The remarks on the last version of an SOP, where it is not approved yet."""

        def query(tx: Tx) -> list[ReviewRemark]:
            agency = active(tx, actor).agency
            versions = tx.definitions.of(agency, sop)
            if not versions or versions[-1].status not in ("draft", "in_review"):
                return []
            return tx.sop_drafts.remarks(agency, sop, versions[-1].version)

        return self.context.store.ask(query)

    def _answers(self, organisation: Organisation, actor: Actor, definition: Definition) -> bool:
        """Whether somebody sees who has read a version: its authors and who answers for it."""
        if not AUTHORS.isdisjoint(organisation.roles_of(actor)):
            return True
        day = self.context.day_in(organisation, self.context.clock.now())
        seats = organisation.seats_of(actor.account, day, definition.id)
        return not seats.isdisjoint(owners(definition, organisation))

    def remark(
        self,
        actor: Actor,
        sop: str,
        version: str,
        step: str,
        words: str,
        *,
        key: IdempotencyKey | None = None,
    ) -> None:
        """Say something to a version in review, to one of its steps or (empty) to all of it."""
        text = optional_text(words, "words")
        if text is None:
            raise InvalidInput.at("words", Text("Tulis catatannya.", "Write the remark."))
        now = self.context.clock.now()

        def work(tx: Tx) -> None:
            agency = active(tx, actor).agency
            stored = tx.definitions.require(agency, sop, version, locked=True)
            if stored.status != "in_review":
                raise ActionNotAvailable(
                    Text(
                        "Catatan ditulis selama SOP ditinjau.", f"a {stored.status} version takes no remarks"
                    ),
                    current={"status": stored.status},
                )
            definition = self.context.catalog.compiled(tx, agency, sop, version).definition
            if step and step not in {step.id for step in definition.steps}:
                raise InvalidInput.at("step", Text("Langkah itu tidak ada.", "There is no such step."))
            remark_on(tx, agency, definition, step, text, actor.account, now)

        self.context.store.execute(work, key=key)

    def acknowledge(
        self, actor: Actor, sop: str, version: str, *, key: IdempotencyKey | None = None
    ) -> Acknowledged:
        """Note that this person has read the version in force; a second time changes nothing."""
        now = self.context.clock.now()

        def work(tx: Tx) -> Acknowledged:
            agency = active(tx, actor).agency
            stored = tx.definitions.require(agency, sop, version, locked=True)
            account = self.context.catalog.organisation(tx, agency).account(actor.account)
            if account is None or not account.takes_part:
                said = "Yang menyatakan sudah membaca adalah yang mengerjakan SOP ini."
                raise NotAllowed(Text(said, f"{actor.account!r} does no work of SOPs"))
            if stored.status != "effective":
                raise ActionNotAvailable(
                    Text(
                        "Yang dibaca adalah versi yang berlaku.",
                        f"cannot acknowledge a {stored.status} version",
                    ),
                    current={"status": stored.status},
                )
            at = tx.sop_drafts.acknowledged_at(agency, sop, version, actor.account)
            if at is None:
                act = act_on("definition.acknowledge", now, actor.account, sop, version)
                tx.sop_drafts.acknowledge(agency, sop, version, actor.account, act)
            return {"id": sop, "version": version, "acknowledged_at": (at or now).isoformat()}

        return self.context.store.execute(work, key=key)


def _review(effective_on: str | None) -> date | None:
    """A year after the version came into force."""
    if effective_on is None:
        return None
    day = date.fromisoformat(effective_on)
    try:
        return day.replace(year=day.year + A_YEAR)
    except ValueError:  # 29 February
        return day.replace(year=day.year + A_YEAR, day=28)
