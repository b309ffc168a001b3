"""Whether a file is one that was signed: told by its hash, never by more than its asker may see."""

from collections.abc import Iterator

from sqlalchemy import select

from engine.access.actor import Actor, accepts_names
from engine.cases.documents import versions_of
from engine.cases.model import CaseState, Task
from engine.context import Context
from engine.permissions.rules import Permissions
from engine.sop.exits import Sign
from engine.store import Tx
from engine.tables import FILE
from engine.views.parts import Zone
from engine.views.tasks import capacity_of
from engine.views.verification import SignedFile

MOST = 50
NOBODY = Actor("")
"""A visitor without an account."""


@accepts_names
class Verification:
    def __init__(self, context: Context) -> None:
        self.context = context

    def of(self, actor: Actor, sha256: str) -> list[SignedFile]:
        """Every paraf and signature that stood under a document with these bytes, the last first.

        Whoever asks without an account, or may not see the case, is told by which position and when, and of
        which agency; its number, title and people only whoever sees the case.
        """

        def query(tx: Tx) -> list[SignedFile]:
            asked = select(FILE.c.case_id, FILE.c.id).where(
                FILE.c.sha256 == sha256, FILE.c.case_id.is_not(None)
            )
            rows = tx.connection.execute(asked.limit(MOST)).all()
            files = {row.id for row in rows}
            cases = list(dict.fromkeys(row.case_id for row in rows))
            # What a case was given at its start belongs to the case that it came from.
            cases += [child for case_id in cases for child in tx.cases.child_ids(case_id)]
            verifications = [
                verification
                for case_id in {*cases}
                for verification in self._in_case(tx, actor, case_id, files)
            ]
            return sorted(verifications, key=lambda verification: verification["at"], reverse=True)

        return self.context.store.ask(query)

    def _in_case(self, tx: Tx, actor: Actor, case_id: str, files: set[str]) -> Iterator[SignedFile]:
        state = tx.cases.get(case_id)
        assert state is not None  # noqa: S101 - a file refers to it
        case = self.context.catalog.case_context(tx, state, self.context.clock.now())
        permissions = Permissions(case, actor)
        seen = actor != NOBODY and permissions.sees_case()
        for task, sign, document in _signed(permissions, state, files):
            yield {
                "agency": case.organisation.agency.label,
                "kind": sign.kind,
                "via": sign.via,
                "capacity": capacity_of(case, task),
                "at": Zone(case).text(task.finished_at or case.now),
                "document": case.definition.documents[document].label if seen else None,
                "case_id": case_id if seen else None,
                "case_number": state.case.number if seen else None,
                "case_title": state.case.title if seen else None,
                "account": task.assignee if seen else None,
            }


def _signed(permissions: Permissions, state: CaseState, files: set[str]) -> Iterator[tuple[Task, Sign, str]]:
    """The signed visits under which one of these files was the newest version of its document."""
    versions = list(versions_of(permissions.case.definition, state))
    for task in state.tasks.values():
        rule = permissions.outcome_rules(task).get(task.outcome) if task.finished_at else None
        if rule is None or rule.sign is None or task.finished_at is None:
            continue
        signed = {*rule.sign.documents, *([rule.sign.document] if rule.sign.document else [])}
        newest: dict[tuple[str, str | None], str] = {}
        for document, file_id, by in versions:
            branch = by.branch if by else None
            if task.branch is not None and branch not in (task.branch, None):
                continue
            if by is None or (by.finished_at is not None and by.finished_at <= task.finished_at):
                newest[document, branch] = file_id
        under = (
            document
            for (document, _), file_id in newest.items()
            if file_id in files and document in (signed or {document})
        )
        signature = next(under, None)
        if signature is not None:
            yield task, rule.sign, signature
