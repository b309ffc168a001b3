"""Completing a task: the form is valid, things are at hand, the person is proven, and the case moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.access.actor import Actor, accepts_names
from engine.audit.act import Json
from engine.cases.documents import current_files, file_ids, files_in
from engine.cases.expression_values import holds
from engine.cases.model import TaskStatus
from engine.cases.register_reads import revisions_read
from engine.cases.time_spent import done_at, measured
from engine.commands.accounts.sign_in import SignIn
from engine.commands.cases.children import Children
from engine.commands.cases.confirmation import Confirmation
from engine.commands.cases.exit_demands import require_batch, require_branches, require_reason, unconfirmed
from engine.commands.cases.register_seen import readable_revisions, require_seen
from engine.commands.cases.task_transaction import TaskCommands, TaskTransaction, require_version
from engine.commands.inputs import Faults, an_object, optional_text, text_as_it_is, texts
from engine.context import Context
from engine.errors import FieldError, InvalidInput, NotAllowed
from engine.permissions.rules import Acting
from engine.permissions.verbs import Verb
from engine.sop import forms
from engine.sop.exits import Sign
from engine.sop.machine import REJECT, OutcomeRule
from engine.store import IdempotencyKey, Tx
from engine.store.form_lookup import OfficeLookup
from engine.text.bilingual import Text
from engine.views.accounts import WayIn
from engine.views.tasks import TaskItem

Proof = WayIn | Literal["wrong"] | None
"""By what whoever signs was confirmed; None where nothing was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a person hands in; ``requirements`` None means those ticked in the draft.

    ``registers`` are the revisions on which the person decided; without them nobody asks.

    ``session`` is the id of the session that asks: what it has confirmed at the provider needs no password.
    """

    outcome: str | None = None
    data: Mapping[str, Json]
    requirements: Sequence[str] | None = None
    reason: str | None = None
    password: str | None = None
    session: str | None = None
    branches: Sequence[str] = ()
    acting_as: str | None = None
    registers: Mapping[str, int] | None = None


@accepts_names
class CompleteTask:
    """The verb ``complete``, for everyday steps, deviations and approvals alike."""

    def __init__(self, context: Context, sign_in: SignIn | None = None) -> None:
        self.context = context
        self.task_commands = TaskCommands(context)
        self.children = Children(context)
        self.sign_in = sign_in or SignIn(context)
        self.confirmation = Confirmation(context, self.sign_in)

    def complete(
        self,
        actor: Actor,
        task_id: str,
        handed_in: Completion,
        *,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """End a task through an outcome (None: the step's plain end) with all that follows from it."""
        handed_in = _readable(handed_in)
        return self.proven(
            actor, task_id, handed_in, self.proof(actor, handed_in.password), version=version, key=key
        )

    def proven(
        self,
        actor: Actor,
        task_id: str,
        handed_in: Completion,
        proof: Proof,
        *,
        version: int | None,
        key: IdempotencyKey | None,
        one_of: int | None = None,
    ) -> TaskItem:
        """The same by whoever is confirmed already; ``one_of`` how many at once, where its SOP lets that."""
        reason = optional_text(handed_in.reason, "reason")

        def work(tx: Tx) -> TaskItem:
            task_transaction = self.task_commands.open(tx, actor, task_id)
            rule = self._exit(task_transaction, handed_in.outcome)
            taken = handed_in
            if one_of is not None:
                require_batch(rule)
                taken = replace(handed_in, data=_as_it_stands(task_transaction))
            refusal = task_transaction.permissions.refusal(Verb.COMPLETE, task_transaction.task, rule)
            if refusal is not None:
                refusal.throw()
            require_version(task_transaction.task, version)
            return self._complete(task_transaction, rule, taken, reason, proof, one_of)

        return self.context.store.execute(work, key=key)

    def _complete(
        self,
        task_transaction: TaskTransaction,
        rule: OutcomeRule,
        handed_in: Completion,
        reason: str | None,
        proof: Proof,
        one_of: int | None,
    ) -> TaskItem:
        case, task = task_transaction.case, task_transaction.task
        faults = Faults()
        with faults.noted():
            require_reason(rule, reason)
        if task.approval_of is not None:
            faults.throw()
            return self._decide_approval(task_transaction, rule, reason)
        with faults.noted():
            require_branches(rule, handed_in.branches)
        require_seen(task_transaction, handed_in.registers or {}, handed_in.data, rule.outcome)
        guard = task_transaction.context.values(handed_in.data, rule.outcome)
        _, target = case.machine.step(task.step_id, rule.outcome, lambda text: holds(text, guard))
        data: Mapping[str, Json] = handed_in.data
        ticks: tuple[str, ...] = ()
        signature: dict[str, Json] | None = None
        with faults.noted():
            data = self._checked_data(task_transaction, rule, handed_in)
        with faults.noted():
            ticks = self._checked_ticks(task_transaction, rule, handed_in)
        with faults.noted():
            signature = self._signature(task_transaction, rule.sign, data, proof, handed_in.session)
        faults.throw()
        acting = self._acting(task_transaction, rule, handed_in.acting_as)
        took = measured(task_transaction.context, data)
        ended = task_transaction.transition.change(
            task,
            state=TaskStatus.COMPLETED,
            assignee=task_transaction.account,
            position=acting.position,
            acting_kind=acting.kind,
            claimed_at=took.claimed_at,
            finished_at=took.finished_at,
            waiting_minutes=took.waiting_minutes,
            working_minutes=took.working_minutes,
            late_minutes=took.late_minutes,
            outcome=rule.outcome,
            deviation=rule.deviation,
            reason=reason,
            ticks=ticks,
            data=data,
            draft=None,
            scope=tuple(handed_in.branches),
        )
        if rule.approve_by:
            task_transaction.transition.ask_approval(ended, rule)
        else:
            task_transaction.transition.leave(ended, rule, target)
        return self._record(task_transaction, _facts(rule, signature, one_of), reason, data)

    def _decide_approval(
        self, task_transaction: TaskTransaction, rule: OutcomeRule, reason: str | None
    ) -> TaskItem:
        task = task_transaction.task
        asked = task_transaction.before.tasks[task.origin_id or ""]
        took = measured(task_transaction.context, {})
        task_transaction.transition.change(
            task,
            state=TaskStatus.COMPLETED,
            finished_at=took.finished_at,
            waiting_minutes=took.waiting_minutes,
            working_minutes=took.working_minutes,
            late_minutes=took.late_minutes,
            outcome=rule.outcome,
            deviation=True,
            reason=reason,
        )
        if rule.outcome == REJECT:
            task_transaction.transition.reopen(asked, origin=task, returned=True)
        else:
            deviation = task_transaction.case.machine.outcome_rules[asked.step_id][asked.outcome]
            task_transaction.transition.leave(asked, deviation, deviation.to)
        return self._record(
            task_transaction, {"outcome": rule.outcome, "approval_of": task.approval_of}, reason, {}
        )

    def _record(
        self,
        task_transaction: TaskTransaction,
        facts: dict[str, Any],
        reason: str | None,
        data: Mapping[str, Json],
    ) -> TaskItem:
        sheet = task_transaction.context.form
        files = list(files_in(sheet.fields, data, sheet.carried))
        answer = self.task_commands.record(
            task_transaction, "task.complete", reason=reason, facts=facts, files=files
        )
        self.children.follow(task_transaction.tx, task_transaction.transition, task_transaction.account)
        # A child that ended at once has let the case go on, and its step with it.
        return self.task_commands.shown(task_transaction) if task_transaction.transition.children else answer

    # --- what has to be in order ---

    def _exit(self, task_transaction: TaskTransaction, outcome: str | None) -> OutcomeRule:
        outcome_rules = task_transaction.permissions.outcome_rules(task_transaction.task)
        rule = outcome_rules.get(outcome)
        if rule is None and outcome is None and len(outcome_rules) >= 1:
            names = ", ".join(str(name) for name in outcome_rules)
            raise InvalidInput(
                Text(f"Pilih hasil langkah ini: {names}.", f"this step needs an outcome: {names}"),
                errors=[FieldError("outcome", Text(f"Pilih salah satu: {names}.", f"One of: {names}."))],
            )
        if rule is None:
            names = ", ".join(str(name) for name in outcome_rules if name) or "-"
            raise InvalidInput(
                Text(
                    f'Hasil "{outcome}" tidak ada pada langkah ini. Yang ada: {names}.',
                    f"this step has no outcome {outcome!r}; it has: {names}",
                ),
                errors=[FieldError("outcome", Text(f"Yang ada: {names}.", f"Known: {names}."))],
            )
        return rule

    def _checked_data(
        self, task_transaction: TaskTransaction, rule: OutcomeRule, handed_in: Completion
    ) -> dict[str, Json]:
        """A deviation leaves the printed path, so only what the form asks of that outcome is required."""
        context, data = task_transaction.context, dict(handed_in.data)
        values = context.values(data, rule.outcome)
        directory = OfficeLookup(
            task_transaction.tx, task_transaction.case, context, task_transaction.account
        )
        directory.read_files(data)
        sheet = forms.for_deviation(context.form) if rule.deviation else context.form
        checked = forms.validated(sheet, data, values, directory, rule.outcome)
        task_transaction.transition.registers.read = revisions_read(context)
        done = done_at(task_transaction.case, context.step, checked)
        if done is not None and done > task_transaction.now:
            name = next(field.id for field in context.form.fields if field.role == "done_at")
            raise InvalidInput(
                Text(
                    "Yang dicatat belum terjadi: waktunya masih akan datang.",
                    f"the recorded act is said to be done at {done}, which is after now",
                ),
                errors=[FieldError(f"data.{name}", Text("Tidak boleh sesudah sekarang.", "Not after now."))],
            )
        return checked

    def _checked_ticks(
        self, task_transaction: TaskTransaction, rule: OutcomeRule, handed_in: Completion
    ) -> tuple[str, ...]:
        ticks = (
            task_transaction.task.ticks if handed_in.requirements is None else tuple(handed_in.requirements)
        )
        if not rule.deviation:
            missing, unknown = task_transaction.context.tick_faults(ticks, handed_in.data)
            if rule.returns:  # what is missing may be why the step goes back
                missing = []
            errors = [
                FieldError(
                    "requirements", Text(f"Kelengkapan belum dicentang: {label}.", f"Not ticked: {label}.")
                )
                for label in missing
            ]
            errors += [
                FieldError("requirements", Text(f"Kelengkapan tidak dikenal: {name}.", f"Unknown: {name}."))
                for name in unknown
            ]
            if errors:
                raise InvalidInput(
                    Text(
                        "Kelengkapan langkah ini belum sesuai.",
                        "the requirements of this step are not all ticked",
                    ),
                    errors=errors,
                )
        return ticks

    def _signature(
        self,
        task_transaction: TaskTransaction,
        sign: Sign | None,
        data: Mapping[str, Json],
        proof: Proof,
        session: str | None,
    ) -> dict[str, Json] | None:
        """What the event says of a paraf or signature: its kind, by what the signer was confirmed (``way``),
        and the hashes of what was signed.
        """
        if sign is None:
            return None
        if sign.via == "external":
            proofs = file_ids(data.get(sign.proof or ""))
            return {"kind": sign.kind, "via": "external", "proof": _hashes(task_transaction.tx, proofs)}
        if proof is None and self.confirmation.take(task_transaction.tx, session, task_transaction.task):
            proof = "oidc"
        if proof is None:
            raise unconfirmed(by_provider=self.context.known_by_mail)
        if proof == "wrong":
            raise NotAllowed(
                Text(
                    "Kata sandi tidak sesuai; paraf atau tanda tangan tidak dibubuhkan.",
                    "wrong password for signing",
                )
            )
        files = dict(current_files(task_transaction.case.definition, task_transaction.before))
        form = task_transaction.case.definition.forms.get(task_transaction.context.step.form or "")
        for field in form.fields if form else ():
            if field.document and (own := file_ids(data.get(field.id))):
                versioned = task_transaction.case.definition.documents[field.document].versioned
                files[field.document] = own[-1:] if versioned else own
        names = [name for name in (sign.document, *sign.documents) if name]
        signed = {name: _hashes(task_transaction.tx, files.get(name, [])) for name in names}
        said: dict[str, Json] = {"kind": sign.kind, "via": "internal", "way": proof, "documents": signed}
        tx, account = task_transaction.tx, task_transaction.account
        reset = tx.invitations.reset_by_another(account) if proof == "password" else None
        if reset is not None:
            # Whoever gave the link could have set the password: an auditor has to see it beside the name.
            said["reset_by"] = reset.made_by or "host"
        return said

    def _acting(self, task_transaction: TaskTransaction, rule: OutcomeRule, acting_as: str | None) -> Acting:
        """What ``claim`` chose; whoever takes a deviation of another role acts in that role's position."""
        task = task_transaction.task
        if task.assignee == task_transaction.account and task.claimed_at is not None:
            if acting_as is not None and acting_as != task.position:
                raise InvalidInput(
                    Text(
                        f"Tugas ini Anda ambil sebagai {task.position}; selesaikan sebagai itu juga.",
                        f"the task was claimed as {task.position!r}, not {acting_as!r}",
                    ),
                    errors=[
                        FieldError("acting_as", Text(f"Harus {task.position}.", f"Must be {task.position}."))
                    ],
                )
            return task_transaction.permissions.capacity_held(task) or Acting(task.position, task.acting_kind)
        return task_transaction.permissions.acting_by(rule)

    def proof(self, actor: Actor, password: str | None) -> Proof:
        """By what the password fits, None when none was given; checked before the transaction, being slow.

        A wrong one counts, and so guessing has to wait: `MustWait`.
        """
        return None if password is None else self.sign_in.judged(actor.account, password) or "wrong"


def _readable(handed_in: Completion) -> Completion:
    """What was handed in, of the types that it should have; InvalidInput names the part that has not."""
    ticks = handed_in.requirements
    return replace(
        handed_in,
        outcome=text_as_it_is(handed_in.outcome, "outcome"),
        data=an_object(handed_in.data, "data"),
        requirements=None if ticks is None else texts(ticks, "requirements"),
        password=text_as_it_is(handed_in.password, "password"),
        branches=texts(handed_in.branches, "branches"),
        registers=readable_revisions(handed_in.registers),
        acting_as=text_as_it_is(handed_in.acting_as, "acting_as"),
    )


def _as_it_stands(task_transaction: TaskTransaction) -> Mapping[str, Json]:
    """What the form holds without anybody filling it in: what is given, and the draft."""
    context, draft = task_transaction.context, task_transaction.task.draft
    directory = OfficeLookup(task_transaction.tx, task_transaction.case, context, task_transaction.account)
    values = context.values(draft)
    return forms.initial_data(context.form, values, directory, draft, context.previous()) or {}


def _hashes(tx: Tx, files: Sequence[str]) -> list[str]:
    return [file.sha256 for file in tx.uploads.named(files).values()]


def _facts(rule: OutcomeRule, signature: Mapping[str, Json] | None, one_of: int | None) -> dict[str, Any]:
    """What the event says beside the changes."""
    beside = {"signature": signature, "batch": one_of}
    return {
        "outcome": rule.outcome,
        "deviation": rule.deviation,
        **{name: value for name, value in beside.items() if value is not None},
    }
