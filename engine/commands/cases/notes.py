"""Notes on a case: what people ask and tell each other without ending a step."""

from collections.abc import Iterable, Sequence

from engine.access.actor import Actor, accepts_names
from engine.audit.act import Act
from engine.cases.context import CaseContext
from engine.cases.transition import Transition
from engine.commands.cases.case_act import record
from engine.commands.inputs import required_text, texts
from engine.context import Context
from engine.errors import FieldError, InvalidInput, NotFound
from engine.permissions.refusals import no_such_case, takes_no_part
from engine.permissions.rules import Permissions
from engine.reminders.act_notices import noted
from engine.store import IdempotencyKey, Tx
from engine.store.case_notes import NOTED, notes_of, readers_of, seen_content
from engine.text.bilingual import Text
from engine.views.cases import Note

MOST_NAMED = 20


@accepts_names
class Notes:
    def __init__(self, context: Context) -> None:
        self.context = context

    def write(
        self,
        actor: Actor,
        case_id: str,
        *,
        text: str,
        to: Sequence[str] = (),
        task: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Note:
        """Write a note for everybody who may see what is in the case, and tell those it is for.

        ``to`` are accounts; without any, whoever holds an open task and whoever wrote before is told.
        ``task`` is the visit that it is about. No step begins or ends by it. Raises InvalidInput for an
        account that may not see the case, NotAllowed for whoever may not see what is in it.
        """
        said, named = required_text(text, "text"), texts(tuple(to), "to")

        def work(tx: Tx) -> Note:
            before = tx.cases.for_update(case_id)
            if before is None:
                raise no_such_case(case_id)
            case = self.context.catalog.case_context(tx, before, self.context.clock.now())
            self._require_allowed(case, actor)
            if task is not None and task not in before.tasks:
                raise NotFound(Text("Tugas itu bukan milik berkas ini.", f"{task!r} is no task of this case"))
            self._require_readers(case, actor, named)
            told = {*named} or self._concerned(tx, case)
            transition = Transition(case)
            held = case.organisation.held_by(actor.account, case.local_day, case.definition.id)
            act = Act(
                name=NOTED,
                at=case.now,
                account=actor.account,
                position=held[0].position if held else None,
                acting_kind=held[0].kind if held else None,
                subject=case_id,
                facts={**transition.facts, "to": list(named), "about": task},
                details={"note": said},
            )
            notices = noted(case, actor.account, said, sorted(told - {actor.account}))
            record(self.context, tx, transition, before, act, notices)
            return notes_of(tx, case)[-1]

        return self.context.store.execute(work, key=key)

    def _require_allowed(self, case: CaseContext, actor: Actor) -> None:
        seen_content(case, actor)
        person = case.organisation.account(actor.account)
        if person is not None and not person.takes_part:
            takes_no_part(person.system_roles).throw()

    def _require_readers(self, case: CaseContext, actor: Actor, named: Iterable[str]) -> None:
        """Nobody is told of what he may not see."""
        readers = {reader["account"] for reader in readers_of(case, actor)}
        unknown = [account for account in named if account not in readers]
        if unknown:
            names = ", ".join(case.organisation.person_label(account) for account in unknown)
            said = Text(
                f"Tidak dapat membaca berkas ini: {names}. Pilih yang terlibat di dalamnya.",
                f"may not see this case: {names}; name somebody who takes part in it",
            )
            raise InvalidInput(said, errors=[FieldError("to", said)])

    def _concerned(self, tx: Tx, case: CaseContext) -> set[str]:
        """Who is told where nobody is named: holders of open tasks, and whoever has written before."""
        holders = {task.assignee for task in case.state.open_tasks() if task.assignee}
        writers = {note["account"] for note in notes_of(tx, case) if note["account"]}
        return {account for account in holders | writers if Permissions(case, Actor(account)).sees_content()}
