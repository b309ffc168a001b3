"""Tasks as people and programs read them: a line of the inbox, and one whole. Pure."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from engine.audit.act import ActingKind
from engine.calendar.deadlines import SlaState
from engine.cases import model
from engine.cases.context import DecisionContext
from engine.cases.model import TaskStatus
from engine.cases.task_context import TaskContext, TaskSummaryContext
from engine.permissions import substitution
from engine.permissions.acting_title import acting_title
from engine.permissions.refusals import Refusal
from engine.permissions.rules import Permissions
from engine.permissions.substitution import Standing
from engine.permissions.verbs import Verb
from engine.sop.defaults import number_on_paper
from engine.sop.vocabulary import Basis, ReasonRule
from engine.views.deadlines import Due, sla_of
from engine.views.parts import FormData, Instant, JsonSchema, Shape, Zone

SignKind = Literal["initial", "signature"]
StageState = Literal["pending", "fired", "collapsed", "void"]
TaskState = Literal["ready", "assigned", "in_progress", "on_hold", "completed", "cancelled"]


class ReturnedBy(Shape):
    step_id: str
    account: str | None
    reason: str | None


class InboxCounts(Shape):
    """How many tasks wait for a person, and how many notices are unread."""

    inbox: int
    unread: int


class TaskItem(Shape):
    """A task as a line of the inbox."""

    id: str
    case_id: str
    case_number: str
    case_title: str
    sop: str
    step_id: str
    step_number: int | None
    printed: Annotated[str, Field(description="The number of the step on paper.", examples=["3.1"])]
    label: str
    branch: str | None
    visit: int
    state: TaskState
    version: int
    position: str | None
    acting_kind: ActingKind | None
    assignee: str | None
    capacity: Annotated[
        str | None,
        Field(
            description="In which capacity it was taken, in words.",
            examples=["Plh. Kepala Dinas (Sekretaris Dinas)"],
        ),
    ]
    helper: Annotated[str | None, Field(description="The colleague whom the holder has asked for help.")]
    ready_at: Instant
    claimed_at: Instant | None
    due_at: Instant | None
    not_before: Instant | None
    held_until: Annotated[Instant | None, Field(description="Until when it is on hold; null for no end.")]
    sla: SlaState | None
    returned_by: ReturnedBy | None
    approval_of: str | None


class Requirement(Shape):
    id: str
    label: str
    ticked: bool


class DocumentVersion(Shape):
    file: str
    name: str | None
    sha256: str | None


class TaskDocument(Shape):
    id: str
    label: str
    versions: list[DocumentVersion]


class Form(Shape):
    """``schema`` is JSON Schema 2020-12; ``initial`` is filled in and sent back as ``data``."""

    schema: JsonSchema
    initial: FormData | None


_Outcome = TypedDict(
    "_Outcome",
    {
        "id": str,
        "label": str,
        "return": bool,
        "reason": ReasonRule,
        "sign": str | None,
        "deviation": bool,
    },
)


class Outcome(Shape, _Outcome):
    pass


class Action(Shape):
    verb: str
    outcome: NotRequired[str | None]
    allowed: bool
    why_not: NotRequired[str | None]
    why_not_en: NotRequired[str | None]


class EscalationStage(Shape):
    stage: str
    kind: Annotated[str, Field(description="The kind of its notices; empty where the stage is no more.")]
    at: Instant
    state: StageState
    recipients: list[str]


class Substitute(Shape):
    """One mandate in the line of a position, and how its holder stands to this task."""

    account: str
    kind: ActingKind
    order_number: str | None
    standing: Standing
    why: str
    why_en: str


class Substitution(Shape):
    """Who stands in for a position on this task, in the order of the line."""

    position: str
    absent: list[str]
    line: list[Substitute]


class Earlier(Shape):
    """What was handed in before."""

    task_id: str
    step_id: str
    step_number: int | None
    printed: Annotated[str, Field(description="The number of the step on paper.", examples=["3.1"])]
    branch: str | None
    visit: int
    executor: str | None
    acting_kind: ActingKind | None
    capacity: str | None
    signed: SignKind | None
    waived: Annotated[list[str], Field(description="For whom the head let go of duties kept apart.")]
    finished_at: Instant | None
    outcome: str | None
    reason: str | None
    deviation: bool
    data: FormData | None


class Task(TaskItem):
    """The task, whole, with what this person may do now."""

    activity: str
    warning: str | None
    remarks: str | None
    client: str | None
    fee: str | None
    basis: Basis | dict[str, Basis] | None
    requirements: list[Requirement]
    documents: list[TaskDocument]
    form: Form
    registers: Annotated[
        dict[str, int], Field(description="The registers that the task reads or writes, by revision.")
    ]
    outcomes: list[Outcome]
    sign: Annotated[str | None, Field(description="What the plain end asks for besides the data.")]
    actions: list[Action]
    substitution: Annotated[Substitution | None, Field(description="Null where nobody stands in.")]
    due: Due | None
    breach: Annotated[
        float | None,
        Field(description="How likely it ends late, by earlier visits; null where too little is known."),
    ]
    escalation: list[EscalationStage]
    history: list[Earlier]


def task_item(context: TaskSummaryContext, returner: model.Visit | None) -> TaskItem:
    """A task as a line of the inbox; ``returner`` is the task that returned it."""
    task = context.task
    zone = Zone(context.case)
    step = context.step
    position = task.position or _only_position(task)
    return {
        "id": task.id,
        "case_id": context.state.case.id,
        "case_number": context.state.case.number,
        "case_title": context.state.case.title,
        "sop": context.state.case.sop,
        "step_id": task.step_id,
        "step_number": step.number,
        "printed": number_on_paper(step),
        "label": task_label(context.case, task),
        "branch": task.branch,
        "visit": task.visit,
        "state": task.state.value,
        "version": task.version,
        "position": position,
        "acting_kind": task.acting_kind or _kind_of_holder(context.case, position),
        "assignee": task.assignee,
        "capacity": capacity_of(context.case, task),
        "helper": task.helper,
        "ready_at": zone.text(task.ready_at),
        "claimed_at": zone.text(task.claimed_at),
        "due_at": zone.text(task.due_at),
        "not_before": zone.text(task.not_before),
        "held_until": zone.text(task.held_until) if task.state is TaskStatus.ON_HOLD else None,
        "sla": sla_of(context),
        "returned_by": _returned_by(returner),
        "approval_of": task.approval_of,
    }


def task_item_of(context: TaskContext) -> TaskItem:
    """The same, where the whole case is at hand."""
    return task_item(context, context.state.tasks.get(context.task.returned_by or ""))


def actions(permissions: Permissions, task: model.Task) -> list[Action]:
    """Every verb and outcome: allowed now, or why not."""
    listed = [_action(verb, permissions.refusal(verb, task)) for verb in Verb if verb is not Verb.COMPLETE]
    for outcome, rule in permissions.outcome_rules(task).items():
        refusal = permissions.refusal(Verb.COMPLETE, task, rule) or permissions.guard_refusal(task, rule)
        listed.append({**_action(Verb.COMPLETE, refusal), "outcome": outcome})
    return listed


def outcomes(permissions: Permissions, task: model.Task) -> list[Outcome]:
    """The ways out of a task that have a name, in the words of the SOP."""
    return [
        {
            "id": outcome,
            "label": rule.label,
            "return": rule.returns,
            "reason": rule.reason,
            "sign": rule.sign.kind if rule.sign else None,
            "deviation": rule.deviation,
        }
        for outcome, rule in permissions.outcome_rules(task).items()
        if outcome is not None
    ]


def capacity_of(context: DecisionContext, task: model.Visit) -> str | None:
    """In which capacity a task is held or was done, in words; None before somebody has claimed it."""
    if task.acting_kind is None:
        return None
    when = task.finished_at or task.claimed_at or context.now
    return acting_title(context.organisation, task.assignee, task.position, task.acting_kind, when)


def task_label(context: DecisionContext, task: model.TaskSummary) -> str:
    """What a task is called; an approval names the deviation that it decides."""
    step = context.definition.step(task.step_id)
    label = step.label or step.activity
    if task.approval_of is None:
        return label
    rule = context.machine.outcome_rules[step.id].get(task.approval_of)
    return f"Persetujuan: {rule.label if rule else task.approval_of} — {label}"


def _only_position(task: model.TaskSummary) -> str | None:
    return task.seats[0] if len(task.seats) == 1 and not task.seats[0].startswith("@") else None


def _kind_of_holder(context: DecisionContext, position: str | None) -> ActingKind | None:
    """As what the one who is there holds a position: its acting official where its own holder is away."""
    organisation, day = context.organisation, context.local_day
    holders = organisation.holders(position, day, context.definition.id) if position else ()
    if len(holders) > 1:
        holders = (
            tuple(holding for holding in holders if not organisation.is_absent(holding.account, day))
            or holders
        )
    return holders[0].kind if holders else None


def _returned_by(returner: model.Visit | None) -> ReturnedBy | None:
    if returner is None:
        return None
    return {"step_id": returner.step_id, "account": returner.assignee, "reason": returner.reason}


def _action(verb: Verb, refusal: Refusal | None) -> Action:
    if refusal is None:
        return {"verb": verb.value, "allowed": True}
    return {
        "verb": verb.value,
        "allowed": False,
        "why_not": refusal.message.indonesian,
        "why_not_en": refusal.message.english,
    }


def requirements(context: TaskContext) -> list[Requirement]:
    """What must be at hand, ticked or not; an approval asks for nothing."""
    if context.task.approval_of:
        return []
    ticks = context.task.ticks
    return [{"id": name, "label": label, "ticked": name in ticks} for name, label in context.requirements()]


def substitution_view(context: TaskContext) -> Substitution | None:
    """Who stands in on an open task; None where nobody does."""
    task = context.task
    if not task.is_open:
        return None
    for position in (task.position,) if task.position else task.seats:
        line = substitution.line_of(context, position)
        if line:
            return {
                "position": position,
                "absent": list(substitution.absent(context.case, position)),
                "line": [_in_line(substitute) for substitute in line],
            }
    return None


def _in_line(substitute: substitution.Substitute) -> Substitute:
    return {
        "account": substitute.account,
        "kind": substitute.holding.kind,
        "order_number": substitute.holding.order_number,
        "standing": substitute.standing,
        "why": substitute.why.indonesian,
        "why_en": substitute.why.english,
    }
