"""What people say to a version: remarks while it is in review, and that they have read it."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.access.actor import Actor, accepts_names
from engine.commands.definitions.definitions import act_on
from engine.commands.inputs import optional_text
from engine.context import Context, new_id
from engine.errors import ActionNotAvailable, InvalidInput, NotAllowed
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.store.sop_drafts import ReviewRemark
from engine.text.bilingual import Text
from engine.views.definitions import Acknowledged

READABLE = ("in_review", "approved", "effective")
A_YEAR = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The remarks on a version, when this person acknowledged it, and the day its yearly review is due."""

    remarks: list[ReviewRemark]
    acknowledged_at: datetime | None
    may_acknowledge: bool
    review_due_on: date | None
    is_review_due: bool


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
            due = _review(definition.identity.effective_on) if stored.status == "effective" else None
            return Readings(
                remarks=tx.sop_drafts.remarks(agency, sop, version),
                acknowledged_at=tx.sop_drafts.acknowledged_at(agency, sop, version, actor.account),
                may_acknowledge=stored.status == "effective" and account is not None and account.takes_part,
                review_due_on=due,
                is_review_due=due is not None and due <= today,
            )

        return self.context.store.ask(query)

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
            if step and step not in {one.id for one in definition.steps}:
                raise InvalidInput.at("step", Text("Langkah itu tidak ada.", "There is no such step."))
            remark = ReviewRemark(
                id=new_id(),
                agency=agency,
                sop=sop,
                version=version,
                step=step,
                words=text,
                account=actor.account,
                at=now,
            )
            act = act_on("definition.remark", now, actor.account, sop, version, text)
            tx.sop_drafts.remark(remark, act)

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
