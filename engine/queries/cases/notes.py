"""What is said on a case beside its steps, and whom it can be said to."""

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.permissions.rules import Permissions
from engine.queries.cases.access import seen_case
from engine.queries.readings import asked
from engine.store import Tx
from engine.store.case_notes import notes_of, readers_of, seen_content
from engine.views.cases import Note
from engine.views.organisation import PersonName


@accepts_names
class NoteQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def of_case(self, actor: Actor, case_id: str) -> list[Note]:
        """The notes of a case, oldest first, the last 500; NotAllowed for whoever sees its head alone."""

        def query(tx: Tx) -> list[Note]:
            case = seen_case(self.context, tx, actor, case_id).case
            seen_content(case, actor)
            return notes_of(tx, case)

        return asked(self.context, actor, f"case:{case_id}", query, bool)

    def readers(self, actor: Actor, case_id: str) -> list[PersonName]:
        """Whom a note of this person may be for, by name."""

        def query(tx: Tx) -> list[PersonName]:
            case = seen_case(self.context, tx, actor, case_id).case
            return readers_of(case, actor) if Permissions(case, actor).sees_content() else []

        return self.context.store.ask(query)
