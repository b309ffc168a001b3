"""Standing in for a position: taking over from a holder who is away, and letting go of duties kept apart."""

from engine.access.actor import Actor, accepts_names
from engine.cases.holds import hand_on
from engine.cases.model import TaskStatus
from engine.cases.task_context import TaskContext
from engine.commands.cases.task_transaction import TaskCommands, TaskTransaction, skipped
from engine.commands.inputs import required_text
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.permissions.rules import Acting
from engine.permissions.verbs import Verb
from engine.reminders.act_notices import taken_over, waived
from engine.store import IdempotencyKey
from engine.text.bilingual import Text
from engine.views.tasks import TaskItem


@accepts_names
class SubstituteTask:
    """Substitute is the verb of whoever is in charge of the position, waive that of the head."""

    def __init__(self, context: Context) -> None:
        self.task_commands = TaskCommands(context)

    def substitute(
        self, actor: Actor, task_id: str, *, version: int | None = None, key: IdempotencyKey | None = None
    ) -> TaskItem:
        """Go on in the place of a holder who is away or holds the position no longer.

        The deadline stays; a hold of the holder's ends, and moves it as ``resume`` does.
        """

        def act(task_transaction: TaskTransaction) -> TaskItem:
            before = task_transaction.task
            ways = task_transaction.permissions.ways_instead(before)
            holding = next(
                capacity.holding for capacity in ways if capacity.refusal is None and capacity.holding
            )
            acting = Acting(holding.position, holding.kind)
            hand_on(
                task_transaction.transition,
                task_transaction.task,
                state=TaskStatus.IN_PROGRESS,
                assignee=actor.account,
                acting_kind=acting.kind,
                claimed_at=task_transaction.now,
            )
            notice = taken_over(TaskContext(task_transaction.case, before), actor.account)
            return self.task_commands.record(
                task_transaction,
                "task.substitute",
                facts={"from": before.assignee, **skipped(task_transaction, acting)},
                notices=[notice] if notice else [],
            )

        return self.task_commands.run(actor, task_id, Verb.SUBSTITUTE, version, act, key)

    def waive(
        self,
        actor: Actor,
        task_id: str,
        *,
        for_account: str,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Let one named person do this task although duties are kept apart (pengecualian)."""
        text = required_text(reason, "reason")

        def act(task_transaction: TaskTransaction) -> TaskItem:
            kept_apart = task_transaction.permissions.kept_apart(task_transaction.task)
            if for_account not in kept_apart:
                known = ", ".join(kept_apart)
                why, english = f"Yang terhalang: {known}.", f"Kept apart: {known}."
                raise InvalidInput(
                    Text(
                        f'Pengecualian tidak dapat diberikan kepada "{for_account}". {why}',
                        f"duties kept apart do not keep {for_account!r} from this task; kept: {known}",
                    ),
                    errors=[FieldError("account", Text(why, english))],
                )
            task = task_transaction.transition.change(
                task_transaction.task, waived=(*task_transaction.task.waived, for_account)
            )
            notice = waived(TaskContext(task_transaction.transition.case, task), for_account)
            return self.task_commands.record(
                task_transaction, "task.waive", reason=text, facts={"account": for_account}, notices=[notice]
            )

        return self.task_commands.run(actor, task_id, Verb.WAIVE, version, act, key)
