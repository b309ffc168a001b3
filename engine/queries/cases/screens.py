"""What pages need beside the shapes of the API: what ids are called, and who may be asked for what."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import func, select

from engine.access.actor import Actor, accepts_names
from engine.audit.act import ActingKind
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.organisation import Organisation, person_seat
from engine.permissions import substitution
from engine.permissions.acting_title import acting_title
from engine.permissions.help import unfit_helper
from engine.permissions.rules import CASE_VERBS, CaseVerb
from engine.permissions.verbs import Verb
from engine.queries.cases.access import seen_case, seen_task
from engine.sop.defaults import number_on_paper
from engine.sop.machine import outcome_rules_of
from engine.sop.model import Definition, Field
from engine.store import Tx
from engine.tables import DEFINITION, SOP_CASE, TOKEN
from engine.views.accounts import OwnToken
from engine.views.cases import branches_view
from engine.views.organisation import OfferedPerson, presence
from engine.views.screens import (
    CapacityChoice,
    CaseOfTask,
    DefinitionNames,
    FieldNames,
    KeptApart,
    NameOf,
    Office,
    ReportNames,
)

Found = TypeVar("Found")
CapacityOf = Callable[[str | None, str | None, ActingKind | None, str | None], str | None]


@accepts_names
class Screens:
    def __init__(self, context: Context) -> None:
        self.context = context

    def office_of(self, actor: Actor) -> Office:
        """The agency's zone and {id: label} of its accounts, its people ever, its positions and units."""

        def query(tx: Tx) -> Office:
            organisation = self.context.organisation_of(tx, actor)
            return {
                "agency": organisation.agency.label,
                "timezone": organisation.agency.timezone,
                "accounts": {
                    account.username: account.label
                    for account in organisation.accounts
                    if not account.disabled
                },
                "people": {account.username: account.label for account in organisation.accounts},
                "positions": {position.id: position.label for position in organisation.positions},
                "units": {unit.id: unit.label for unit in organisation.units},
            }

        return self.context.store.ask(query)

    def capacities_of(self, actor: Actor) -> CapacityOf:
        """What says in which capacity somebody of the agency acted: account, position, kind, instant."""
        organisation = self.context.store.ask(lambda tx: self.context.organisation_of(tx, actor))

        def in_capacity(
            who: str | None, position: str | None, kind: ActingKind | None, at: str | None
        ) -> str | None:
            when = datetime.fromisoformat(at) if at else self.context.clock.now()
            return acting_title(organisation, who, position, kind, when)

        return in_capacity

    def names_of(self, actor: Actor) -> NameOf:
        """What says how a person was called at an instant, now where none is given; a dash for nobody."""
        organisation = self.context.store.ask(lambda tx: self.context.organisation_of(tx, actor))
        return partial(called, organisation, self.context.clock.now())

    def sop_titles(self, actor: Actor) -> dict[str, str]:
        """Every SOP of the agency by its id, as its last version calls it."""
        versions = select(DEFINITION.c.id, func.max(DEFINITION.c.version)).group_by(DEFINITION.c.id)

        def query(tx: Tx) -> dict[str, str]:
            agency = self.context.organisation_of(tx, actor).agency.id
            newest = tx.connection.execute(versions.where(DEFINITION.c.agency == agency).order_by("id"))
            compiled = ((sop, self.context.catalog.compiled(tx, agency, sop, last)) for sop, last in newest)
            return {sop: version.definition.identity.title for sop, version in compiled}

        return self.context.store.ask(query)

    def report_names(self, actor: Actor) -> ReportNames:
        """What a report calls SOPs, steps, units and people, and the unit of each position."""

        def query(tx: Tx) -> ReportNames:
            organisation = self.context.organisation_of(tx, actor)
            agency = organisation.agency.id
            stored = select(DEFINITION.c.id, DEFINITION.c.version).where(DEFINITION.c.agency == agency)
            titles, steps = {}, {}
            for sop, version in tx.connection.execute(stored.order_by(DEFINITION.c.stored_at)):
                definition = self.context.catalog.compiled(tx, agency, sop, version).definition
                titles[sop] = definition.identity.title
                for step in definition.steps:
                    named = f"{number_on_paper(step)}. {step.label or step.activity}"
                    steps[sop, version, step.id] = named
            units = {agency: organisation.agency.label} | {unit.id: unit.label for unit in organisation.units}
            person = partial(called, organisation, self.context.clock.now())
            unit_of = {position.id: position.unit for position in organisation.positions}
            return ReportNames(titles, steps, units, person, unit_of)

        return self.context.store.ask(query)

    def definition(self, actor: Actor, sop: str, version: str) -> DefinitionNames:
        """What one version calls its steps, their ways out and their fields; its documents and results."""

        def query(tx: Tx) -> DefinitionNames:
            agency = self.context.organisation_of(tx, actor).agency.id
            return _named(self.context.catalog.compiled(tx, agency, sop, version).definition)

        return self.context.store.ask(query)

    def case_of(self, actor: Actor, task_id: str) -> CaseOfTask:
        """What a task's page says of its case; ``readable``: whether this person sees the case itself."""

        def query(tx: Tx) -> CaseOfTask:
            seen, _ = seen_task(self.context, tx, actor, task_id)
            case = seen.state.case
            return {
                "id": case.id,
                "number": case.number,
                "title": case.title,
                "period": case.period,
                "sop": case.sop,
                "sop_version": case.sop_version,
                "branches": branches_view(seen.case),
                "readable": seen.permissions.sees_case(),
            }

        return self.context.store.ask(query)

    def case_ids(self, actor: Actor, numbers: Collection[str]) -> dict[str, str]:
        """The ids of the cases of the agency that have these numbers."""

        def query(tx: Tx) -> dict[str, str]:
            agency = self.context.organisation_of(tx, actor).agency.id
            asked = select(SOP_CASE.c.number, SOP_CASE.c.id)
            asked = asked.where(SOP_CASE.c.agency == agency, SOP_CASE.c.number.in_(sorted(numbers)))
            return {row.number: row.id for row in tx.connection.execute(asked)}

        return self.context.store.ask(query)

    def candidates(self, actor: Actor, task_id: str) -> list[OfferedPerson]:
        """The people to whom a task could be given, each with ``account`` and ``label``."""

        def query(tx: Tx) -> list[OfferedPerson]:
            seen, task = seen_task(self.context, tx, actor, task_id)
            case, organisation = seen.case, seen.case.organisation
            people = dict.fromkeys(
                name for seat in task.seats for name in substitution.behind(TaskContext(case, task), seat)
            )
            return [
                {
                    "account": name,
                    "label": organisation.person_label(name),
                    **presence(organisation, name, case.local_day),
                }
                for name in people
                if name != task.assignee
            ]

        return self.context.store.ask(query)

    def colleagues(self, actor: Actor, task_id: str) -> list[OfferedPerson]:
        """Who may be asked to help with a task, each with ``account`` and ``label``, by label."""

        def query(tx: Tx) -> list[OfferedPerson]:
            seen, task = seen_task(self.context, tx, actor, task_id)
            organisation, day = seen.case.organisation, seen.case.local_day
            people = sorted(organisation.accounts, key=lambda account: account.label)
            return [
                {
                    "account": account.username,
                    "label": account.label,
                    **presence(organisation, account.username, day),
                }
                for account in people
                if unfit_helper(TaskContext(seen.case, task), actor.account, account.username) is None
            ]

        return self.context.store.ask(query)

    def kept_apart(self, actor: Actor, task_id: str) -> list[KeptApart]:
        """For whom the head could waive duties kept apart: ``account``, ``label``, and what is against it."""

        def query(tx: Tx) -> list[KeptApart]:
            seen, task = seen_task(self.context, tx, actor, task_id)
            if seen.permissions.refusal(Verb.WAIVE, task) is not None:
                return []
            organisation = seen.case.organisation
            return [
                {
                    "account": name,
                    "label": organisation.person_label(name),
                    "why": refusal.message.indonesian,
                    "why_en": refusal.message.english,
                }
                for name, refusal in seen.permissions.kept_apart(task).items()
            ]

        return self.context.store.ask(query)

    def capacities(self, actor: Actor, task_id: str) -> list[CapacityChoice]:
        """The positions in which this person could do a task, the strongest first."""

        def query(tx: Tx) -> list[CapacityChoice]:
            seen, task = seen_task(self.context, tx, actor, task_id)
            return [
                {
                    "position": holding.position,
                    "label": seen.case.organisation.label_of(holding.position),
                    "kind": holding.kind,
                }
                for holding in seen.permissions.capacities(task)
            ]

        return self.context.store.ask(query)

    def readable_tasks(self, actor: Actor, case_id: str) -> list[str]:
        """The ids of those tasks of a case that this person may open."""

        def query(tx: Tx) -> list[str]:
            seen = seen_case(self.context, tx, actor, case_id)
            return [task.id for task in seen.state.tasks.values() if seen.permissions.opens_task(task)]

        return self.context.store.ask(query)

    def case_actions(self, actor: Actor, case_id: str) -> list[CaseVerb]:
        """The verbs of a whole case that this person may use now: ``suspend``, ``resume``, ``cancel``."""

        def query(tx: Tx) -> list[CaseVerb]:
            seen = seen_case(self.context, tx, actor, case_id)
            return [verb for verb in CASE_VERBS if seen.permissions.case_refusal(verb) is None]

        return self.context.store.ask(query)

    def tokens(self, actor: Actor) -> list[OwnToken]:
        """A person's own tokens, the newest first; never their secrets."""
        columns = [
            TOKEN.c[name] for name in ("id", "name", "scope", "created_at", "expires_at", "last_used_at")
        ]
        mine = (
            select(*columns)
            .where(TOKEN.c.account == actor.account)
            .order_by(TOKEN.c.created_at.desc(), TOKEN.c.id)
        )

        def query(tx: Tx) -> list[OwnToken]:
            return [
                {
                    "id": row.id,
                    "name": row.name,
                    "scope": row.scope,
                    "created_at": row.created_at.isoformat(),
                    "expires_at": row.expires_at.isoformat(),
                    "last_used_at": row.last_used_at.isoformat() if row.last_used_at else None,
                }
                for row in tx.connection.execute(mine)
            ]

        return self.context.store.ask(query)


def _named(definition: Definition) -> DefinitionNames:
    identity = definition.identity
    return {
        "title": identity.title,
        "number": identity.number,
        "documents": {name: document.label for name, document in definition.documents.items()},
        "results": dict(definition.case.results),
        "blocks": {name: block.label or name for name, block in definition.blocks.items()},
        "start": [_field(field) for field in definition.case.fields],
        "parties": {role: definition.roles[role].label for role in definition.case.parties},
        "steps": {
            step.id: {
                "number": step.number,
                "printed": number_on_paper(step),
                "label": step.label or step.activity,
                "activity": step.activity,
                "roles": [definition.roles[role].label for role in step.executor],
                "fields": [_field(field) for field in _fields(definition, step.form)],
                "sign": step.sign.kind if step.sign and step.sign.via == "internal" else None,
                "outcomes": {
                    name: {"label": rule.label, "branches": rule.selected_branches}
                    for name, rule in outcome_rules_of(definition, step).items()
                    if name is not None
                },
            }
            for step in definition.steps
        },
    }


def _fields(definition: Definition, form: str | None) -> tuple[Field, ...]:
    return definition.forms[form].fields if form in definition.forms else ()


def _field(field: Field) -> FieldNames:
    return {
        "id": field.id,
        "type": field.type,
        "label": field.label,
        "columns": [_field(column) for column in field.columns],
    }


def called(organisation: Organisation, now: datetime, account: str | None, at: str | None = None) -> str:
    """How a person was called at an instant; a dash for nobody."""
    if account is None or organisation.account(account) is None:
        return account or "–"
    try:
        return organisation.label_at(person_seat(account), datetime.fromisoformat(at) if at else now)
    except (TypeError, ValueError):  # of a damaged event, which the verification tells of
        return organisation.person_label(account)
