"""Asking a colleague to help with a task, and ending the help; the task stays its holder's."""

from engine.access.actor import Actor, accepts_names
from engine.cases.documents import files_in
from engine.cases.task_context import TaskContext
from engine.commands.cases.task_transaction import TaskCommands, TaskTransaction
from engine.commands.inputs import optional_text
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.permissions.help import unfit_helper
from engine.permissions.verbs import Verb
from engine.reminders.act_notices import asked_to_help, help_ended
from engine.store import IdempotencyKey
from engine.text.bilingual import Text
from engine.views.tasks import TaskItem


@accepts_names
class Help:
    """Delegate and resolve: verbs of who holds a task and of superiors, the second also of who helps."""

    def __init__(self, context: Context) -> None:
        self.task_commands = TaskCommands(context)

    def delegate(
        self,
        actor: Actor,
        task_id: str,
        *,
        to: str,
        note: str | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Ask a colleague for help, as the holder or a superior: until it is resolved only he fills in."""
        said = optional_text(note, "note")

        def act(task_transaction: TaskTransaction) -> TaskItem:
            unfit = unfit_helper(task_transaction.context, actor.account, to)
            if unfit is not None:
                raise InvalidInput(
                    Text("Bantuan tidak dapat diminta: ", "") + unfit, errors=[FieldError("to", unfit)]
                )
            asked = task_transaction.transition.change(task_transaction.task, helper=to)
            told = asked_to_help(TaskContext(task_transaction.transition.case, asked), actor.account, said)
            facts, files = {"to": to}, drafted_files(task_transaction)
            return self.task_commands.record(
                task_transaction, "task.delegate", reason=said, facts=facts, notices=told, files=files
            )

        return self.task_commands.run(actor, task_id, Verb.DELEGATE, version, act, key)

    def resolve(
        self,
        actor: Actor,
        task_id: str,
        *,
        note: str | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """End the help: the helper gives the task back, or the holder or a superior takes it back."""
        said = optional_text(note, "note")

        def act(task_transaction: TaskTransaction) -> TaskItem:
            task = task_transaction.task
            task_transaction.transition.change(task, helper=None, helped_by=task.without_help().helped_by)
            told = help_ended(TaskContext(task_transaction.transition.case, task), actor.account, said)
            return self.task_commands.record(
                task_transaction, "task.resolve", reason=said, facts={"helper": task.helper}, notices=told
            )

        return self.task_commands.run(actor, task_id, Verb.RESOLVE, version, act, key)


def drafted_files(task_transaction: TaskTransaction) -> list[str]:
    """The files of a draft, to be bound to its case: both who hold and who help have to read them."""
    sheet, draft = (
        task_transaction.context.form,
        task_transaction.transition.state.tasks[task_transaction.task.id].draft or {},
    )
    return list(files_in(sheet.fields, draft, sheet.carried))
