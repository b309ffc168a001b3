"""What pages show of documents and signatures: whose version a file is, what was signed by whom."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from engine.access.actor import Actor, accepts_names
from engine.audit.events import case_stream
from engine.cases.documents import Version, newest, versions_of
from engine.cases.model import Task
from engine.context import Context
from engine.queries.cases.access import Seen, seen_case, seen_task
from engine.queries.readings import asked
from engine.sop.defaults import number_on_paper
from engine.sop.machine import outcome_rules_of
from engine.sop.model import Definition
from engine.store import Tx
from engine.tables import AUDIT_EVENT, SOP_CASE, TASK
from engine.views.parts import Zone
from engine.views.screens import Paper, Papers, Signature
from engine.views.tasks import capacity_of


@accepts_names
class PaperQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def of_task(self, actor: Actor, task_id: str) -> Papers:
        """The documents of a task's case, its own branch apart, and what was signed there."""

        def query(tx: Tx) -> Papers:
            seen, task = seen_task(self.context, tx, actor, task_id)
            papers = _papers(seen, task)
            shows = seen.permissions.shows_beside
            own = [paper for paper in papers if task.branch is None or paper["branch"] in (task.branch, None)]
            others = [paper for paper in papers if paper not in own]
            shown = {other.id for other in seen.state.tasks.values() if shows(task, other)}
            signatures = {id: said for id, said in _signatures(seen).items() if id in shown}
            return {"own": own, "others": others, "signatures": signatures}

        return self.context.store.ask(query)

    def of_case(self, actor: Actor, case_id: str) -> list[Paper]:
        """Every version of every document of a case, for whoever may see what is in it."""

        def query(tx: Tx) -> list[Paper]:
            seen = seen_case(self.context, tx, actor, case_id)
            return _papers(seen, None) if seen.permissions.sees_content() else []

        return asked(self.context, actor, case_stream(case_id), query, bool)

    def signing(self, actor: Actor, task_ids: Sequence[str]) -> set[str]:
        """Those of these tasks of the agency that may end with a paraf or signature."""
        chosen = (
            select(TASK.c.id, TASK.c.step_id, SOP_CASE.c.sop, SOP_CASE.c.sop_version)
            .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
            .where(TASK.c.id.in_(task_ids))
        )

        def query(tx: Tx) -> set[str]:
            agency = self.context.organisation_of(tx, actor).agency.id
            return {
                row.id
                for row in tx.connection.execute(chosen.where(SOP_CASE.c.agency == agency))
                if _signs(
                    self.context.catalog.compiled(tx, agency, row.sop, row.sop_version).definition,
                    row.step_id,
                )
            }

        return self.context.store.ask(query)

    def signatures(self, actor: Actor, case_id: str) -> dict[str, Signature]:
        """What was signed or initialled in a case, by task."""

        def query(tx: Tx) -> dict[str, Signature]:
            return _signatures(seen_case(self.context, tx, actor, case_id))

        return self.context.store.ask(query)


def _signs(definition: Definition, step_id: str) -> bool:
    """Whether a way out of a step asks for a paraf or signature."""
    rules = outcome_rules_of(definition, definition.step(step_id)).values()
    return any(rule.sign is not None for rule in rules)


def _papers(seen: Seen, beside: Task | None) -> list[Paper]:
    """Every version that a task shows, or all, the newest first, and which of them count in their branch."""
    definition = seen.case.definition
    versions = [
        version
        for version in versions_of(definition, seen.state)
        if version[0] in definition.documents
        and (beside is None or seen.permissions.shows_beside(beside, version[2]))
    ]
    files = seen.tx.uploads.named([file_id for _, file_id, _ in versions])
    of_place: dict[tuple[str, str | None], list[Version]] = defaultdict(list)
    for paper in versions:
        of_place[paper[0], _branch_of(paper)].append(paper)
    last = {
        place: [file_id for _, file_id, _ in newest(versions, definition.documents[place[0]])]
        for place, versions in of_place.items()
    }

    def papers() -> Iterator[Paper]:
        for version in reversed(versions):
            (name, file_id, task), document = version, definition.documents[version[0]]
            number = of_place[name, _branch_of(version)].index(version) + 1
            step, file = definition.step(task.step_id) if task else None, files.get(file_id)
            branch = task.branch if task else None
            yield {
                "document": name,
                "label": document.label,
                "file": file_id,
                "name": file.name if file else None,
                "sha256": file.sha256 if file else None,
                "branch": branch,
                "printed": number_on_paper(step) if step else None,
                "account": task.assignee if task else seen.state.case.started_by,
                "capacity": capacity_of(seen.case, task) if task else None,
                "at": Zone(seen.case).text(task.finished_at if task else seen.state.case.started_at),
                "version": number if document.versioned else None,
                "evidence": document.evidence,
                "newest": file_id in last[name, branch],
            }

    return list(papers())


def _branch_of(version: Version) -> str | None:
    return version[2].branch if version[2] else None


def _signatures(seen: Seen) -> dict[str, Signature]:
    """How the ends of visits were signed, by task; nothing of those that nobody had to sign."""
    ended = [task for task in seen.state.tasks.values() if task.finished_at]
    rules = ((task, seen.permissions.outcome_rules(task).get(task.outcome)) for task in ended)
    signs = [(task, rule.sign) for task, rule in rules if rule is not None and rule.sign is not None]
    resets = _resets(seen) if signs else {}
    return {
        task.id: {
            "kind": sign.kind,
            "account": task.assignee,
            "capacity": capacity_of(seen.case, task),
            "at": Zone(seen.case).text(task.finished_at),
            "via": sign.via,
            "reset_by": resets.get(task.id),
        }
        for task, sign in signs
    }


def _resets(seen: Seen) -> dict[str, str]:
    """Who else had set the password of a signature, by task, as the audit log tells."""
    said, connection = AUDIT_EVENT.c, seen.tx.connection
    # Few signatures have this, so the database looks for it: a case may have thousands of events.
    tells = (
        said.body.op("LIKE", is_comparison=True)(b'%"reset_by":%')
        if connection.dialect.name == "postgresql"
        else func.instr(said.body, b'"reset_by":') > 0
    )
    telling = select(said.body).where(
        said.stream == case_stream(seen.state.case.id), said.act == "task.complete", tells
    )
    resets: dict[str, str] = {}
    for body in connection.execute(telling).scalars():
        try:
            event = json.loads(body)
        except ValueError:  # the verification of the log tells of damaged bytes
            continue
        if reset_by := event["facts"].get("signature", {}).get("reset_by"):
            resets[event["subject"]] = reset_by
    return resets
