"""Starting, suspending, resuming and cancelling a case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from engine.access.actor import Actor, accepts_names
from engine.audit.act import Act, Json
from engine.cases.context import DecisionContext
from engine.cases.holds import resume
from engine.cases.model import CaseState, CaseStatus, TaskStatus
from engine.cases.transition import Transition
from engine.commands.cases.case_act import record
from engine.commands.cases.children import Children
from engine.commands.cases.start import new_case
from engine.commands.inputs import an_object, required_text, whole_number
from engine.context import Context
from engine.errors import ActionNotAvailable, NotAllowed, StaleVersion
from engine.permissions.refusals import no_such_case
from engine.permissions.rules import Acting, CaseVerb, Permissions
from engine.permissions.start import starting_capacity
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.text.bilingual import Text
from engine.views.cases import Case, case_view


@accepts_names
class Cases:
    """Every command answers with the case as it is now."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.children = Children(context)

    def start(
        self,
        actor: Actor,
        sop: str,
        *,
        sop_version: str | None = None,
        period: str | None = None,
        fields: Mapping[str, Json] | None = None,
        parties: Mapping[str, Mapping[str, Json]] | None = None,
        corrects: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Case:
        """Start a case of an effective SOP; pins its version and content hash, opens its first step."""

        entered = an_object(fields or {}, "fields")
        outsiders = {
            role: an_object(given, f"parties.{role}")
            for role, given in an_object(parties or {}, "parties").items()
        }

        def work(tx: Tx) -> Case:
            person = active(tx, actor)
            compiled = self.context.catalog.effective(tx, person.agency, sop, sop_version)
            context = self.context.catalog.decision_context(
                tx, person.agency, compiled, self.context.clock.now()
            )
            starter = _starter(context, actor.account)
            if corrects is not None:
                self._require_correctable(tx, corrects, actor, context.now)
            transition = new_case(
                tx,
                context,
                started_by=actor.account,
                period=period,
                fields=entered,
                parties=outsiders,
                corrects_id=corrects,
            )
            act = Act(
                name="case.start",
                at=context.now,
                account=actor.account,
                position=starter.position,
                acting_kind=starter.kind,
                subject=transition.state.case.id,
                facts=transition.facts,
            )
            record(self.context, tx, transition, None, act)
            self.children.follow(tx, transition, actor.account)
            return _view(tx, context, transition.state.case.id)

        return self.context.store.execute(work, key=key)

    def suspend(
        self,
        actor: Actor,
        case_id: str,
        *,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Case:
        """Hold every open task; only the head of the agency may."""

        def act(transition: Transition) -> None:
            for task in transition.state.open_tasks():
                if task.state is not TaskStatus.ON_HOLD:
                    transition.change(
                        task, state=TaskStatus.ON_HOLD, resume_to=task.state, held_at=transition.case.now
                    )
            transition.state.put(
                replace(transition.state.case, state=CaseStatus.SUSPENDED, suspended_at=transition.case.now)
            )

        return self._run(actor, case_id, "suspend", reason, version, act, key)

    def resume(
        self,
        actor: Actor,
        case_id: str,
        *,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Case:
        """Restore what was open and move its deadlines by the working minutes of the suspension."""

        def act(transition: Transition) -> None:
            transition.state.put(replace(transition.state.case, state=CaseStatus.RUNNING, suspended_at=None))
            for task in transition.state.open_tasks():
                # A task that its executor had put on hold before names a reason and stays on hold.
                if task.state is TaskStatus.ON_HOLD and task.held_class is None:
                    resume(transition, task)

        return self._run(actor, case_id, "resume", reason, version, act, key)

    def cancel(
        self,
        actor: Actor,
        case_id: str,
        *,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Case:
        """End a case without a result; nothing is deleted."""

        def act(transition: Transition) -> None:
            transition.close(CaseStatus.CANCELLED)

        return self._run(actor, case_id, "cancel", reason, version, act, key)

    def _run(
        self,
        actor: Actor,
        case_id: str,
        verb: CaseVerb,
        reason: str,
        version: int | None,
        act: Callable[[Transition], None],
        key: IdempotencyKey | None,
    ) -> Case:
        text = required_text(reason, "reason")

        def work(tx: Tx) -> Case:
            before = tx.cases.for_update(case_id)
            if before is None:
                raise no_such_case(case_id)
            case = self.context.catalog.case_context(tx, before, self.context.clock.now())
            permissions = Permissions(case, actor)
            if not permissions.sees_case():
                raise no_such_case(case_id)
            refusal = permissions.case_refusal(verb)
            if refusal is not None:
                refusal.throw()
            if whole_number(version, "version") is not None and version != before.case.version:
                raise StaleVersion(
                    Text(
                        "Berkas ini sudah berubah sejak Anda membukanya. Muat ulang, lalu ulangi.",
                        f"the case is at version {before.case.version}, not {version}",
                    ),
                    current={"state": before.case.state.value, "version": before.case.version},
                )
            transition = Transition(case)
            act(transition)
            self._record(tx, before, transition, actor.account, verb, text)
            return _view(tx, case, case_id)

        return self.context.store.execute(work, key=key)

    def _record(
        self, tx: Tx, before: CaseState, transition: Transition, account: str, verb: CaseVerb, reason: str
    ) -> None:
        case = transition.case
        held = case.organisation.held_by(account, case.local_day, case.definition.id)
        act = Act(
            name=f"case.{verb}",
            at=case.now,
            account=account,
            position=held[0].position if held else None,
            acting_kind=held[0].kind if held else None,
            subject=before.case.id,
            facts=transition.facts,
            details={"reason": reason},
        )
        recorded = record(self.context, tx, transition, before, act)
        self.children.follow(tx, transition, account)
        if recorded.case.state is CaseStatus.RUNNING:
            self.children.resumed(tx, recorded, case.now)

    def _require_correctable(self, tx: Tx, case_id: str, actor: Actor, now: datetime) -> None:
        corrected = tx.cases.for_update(case_id)
        if corrected is None:
            raise no_such_case(case_id)
        case = self.context.catalog.case_context(tx, corrected, now)
        if not Permissions(case, actor).sees_case():
            raise no_such_case(case_id)
        if corrected.case.state not in (CaseStatus.COMPLETED, CaseStatus.CANCELLED):
            raise ActionNotAvailable(
                Text(
                    f"Berkas {corrected.case.number} belum selesai, sehingga belum perlu dikoreksi.",
                    f"case {corrected.case.number} has not ended; only an ended case is corrected",
                ),
                current={"state": corrected.case.state.value},
            )


def _view(tx: Tx, context: DecisionContext, case_id: str) -> Case:
    """The case as it is now, with what its children have done to it in the same act."""
    state = tx.cases.for_update(case_id)
    assert state is not None  # noqa: S101 - it was recorded a moment ago
    return case_view(context.of_case(state), tx.cases.child_ids(case_id))


def _starter(context: DecisionContext, account: str) -> Acting:
    """The capacity in which a person starts a case; NotAllowed names who may."""
    capacity = starting_capacity(context, account)
    if capacity is not None:
        return capacity
    roles = [role for trigger in context.definition.triggers for role in trigger.by]
    labels = ", ".join(context.definition.roles[role].label for role in roles) or "-"
    raise NotAllowed(
        Text(
            f"{context.definition.identity.title} hanya dapat dimulai oleh: {labels}.",
            f"{account!r} may not start {context.definition.id!r}; only the roles {roles} may",
        )
    )
