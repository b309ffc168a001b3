"""What a definition means where its file is silent. Whether it makes sense is decided in ``checking``."""

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.calendar.durations import Duration
from engine.sop.exits import Decide, Numbering, Outcome
from engine.sop.model import Block, Definition, Field, Form, Role, Step
from engine.sop.vocabulary import Setting, Slug, Stage, StepKind

PICKUP = Duration.parse("1wd")
DONE_AT = Field(
    id="done_at", type="datetime", label="Dilakukan pada", required=True, default="now", role="done_at"
)
PROOF = Field(id="proof", type="evidence", label="Bukti", required=True)


def resolved(definition: Definition) -> Definition:
    """The same definition with every default written out; resolving twice changes nothing.

    A target that names the entry of a ``for_each`` block from outside becomes the block's id. Later steps
    of a shared ``row`` take the activity of its first step; time, time_text and remarks stay with the
    first (see ``row_leader``), so that they count once. The form of an outside party's step asks when it was
    done and for the proof (see ``form_fields``).
    """
    flow = Flow(definition)
    at_once = Duration() if definition.identity.kind == "service" else PICKUP
    pickup = definition.sla.pickup or at_once
    sla = replace(
        definition.sla,
        pickup=pickup,
        milestones={
            name: replace(milestone, basis=milestone.basis or "source")
            for name, milestone in definition.sla.milestones.items()
        },
    )
    recorded = [step for step in definition.steps if _implied_fields(definition, step)]
    return replace(
        definition,
        forms={**definition.forms, **{record_form(step): _recorded(definition, step) for step in recorded}},
        sla=sla,
        roles={name: _role(role) for name, role in definition.roles.items()},
        triggers=tuple(replace(trigger, basis=trigger.basis or "source") for trigger in definition.triggers),
        blocks={block_id: _block(flow, block_id, block) for block_id, block in definition.blocks.items()},
        steps=tuple(_step(flow, index, step, pickup) for index, step in enumerate(definition.steps)),
    )


def total_time(definition: Definition) -> Duration:
    """The sum of the standard times: a shared row once, a block once, however many branches it has."""
    total = Duration()
    for step in definition.steps:
        if step.time is not None and row_leader(definition, step) is step:
            total = total + step.time
    return total


def row_leader(definition: Definition, step: Step) -> Step:
    """The first step of the printed row that this step belongs to; the step itself when it stands alone."""
    if step.row is None:
        return step
    return next(other for other in definition.steps if other.row == step.row)


def number_on_paper(step: Step) -> str:
    """The number by which the office knows a step: what its paper prints, where it prints another or none."""
    if step.printed is None:
        return str(step.number)
    return step.printed or "–"


def prefix_of(definition: Definition) -> str:
    """The letters of the case number: those that the file names, else the initials of the SOP's id."""
    return definition.case.prefix or initials(definition.id)


def initials(id: str) -> str:
    """``perbaikan-data-kinerja`` as ``PDK``."""
    return "".join(word[0] for word in re.split(r"[^A-Za-z0-9]+", id) if word).upper()


def is_recorded(definition: Definition, step: Step) -> bool:
    """Whether an outside party does the step, so that somebody here records it."""
    return bool(step.doers) and all(
        role in definition.roles and definition.roles[role].external for role in step.doers
    )


def recorders_of(definition: Definition, step: Step) -> frozenset[str]:
    """The roles that record for outside parties who do a step together with people of the office."""
    roles = [definition.roles[role] for role in step.doers if role in definition.roles]
    if all(role.external for role in roles):
        return frozenset()
    return frozenset(role.recorded_by for role in roles if role.external and role.recorded_by)


def record_form(step: Step) -> Slug:
    """The form in which an outside party's step is recorded: its own with what ``form_fields`` adds."""
    return f"{step.id}__record"


def form_fields(definition: Definition, step: Step) -> tuple[Field, ...]:
    """The fields of a step's form: those written, and what the recorder of an outside party has to enter."""
    return (*_written_fields(definition, step), *_implied_fields(definition, step))


def _written_fields(definition: Definition, step: Step) -> tuple[Field, ...]:
    form = definition.forms.get(step.form or "")
    return form.fields if form else ()


def _implied_fields(definition: Definition, step: Step) -> tuple[Field, ...]:
    if not (is_recorded(definition, step) or recorders_of(definition, step)):
        return ()
    written = _written_fields(definition, step)
    names = {field.id for field in written}
    proven = any(field.type in ("file", "evidence") and field.required for field in written)
    implied: tuple[Field, ...] = () if any(field.role == "done_at" for field in written) else (DONE_AT,)
    implied += () if proven else (PROOF,)
    return tuple(field for field in implied if field.id not in names)


def _recorded(definition: Definition, step: Step) -> Form:
    form = definition.forms.get(step.form or "")
    return Form(fields=form_fields(definition, step), rules=form.rules if form else ())


def lines_of(block: Block) -> tuple[tuple[Slug, ...], ...]:
    """The step ids of each kind of branch: one line for ``for_each``, one for each of ``branches``."""
    return (*((block.steps,) if block.steps else ()), *block.branches)


class Flow:
    """Where steps stand: their block, their line in it, and what follows them."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.block_of: dict[str, str] = {}
        self.line_of: dict[str, tuple[Slug, ...]] = {}
        self.position: dict[str, int] = {}
        for index, step in enumerate(definition.steps):
            self.position.setdefault(step.id, index)
        for block_id, block in definition.blocks.items():
            for line in lines_of(block):
                for step_id in line or ():
                    self.block_of.setdefault(step_id, block_id)
                    self.line_of.setdefault(step_id, line)

    def after(self, index: int, leaving: str | None = None) -> str:
        """What follows on the main line after a position: a step, the block it enters, or ``end``."""
        for step in self.definition.steps[index + 1 :]:
            block_id = self.block_of.get(step.id)
            if block_id is None:
                return step.id
            if block_id != leaving:
                return block_id
        return "end"

    def following(self, index: int, step: Step) -> str:
        """The default ``next`` of a step."""
        line = self.line_of.get(step.id)
        if line is None:
            return self.after(index)
        place = line.index(step.id)
        return line[place + 1] if place + 1 < len(line) else "join"

    def after_block(self, block_id: str) -> str:
        """The default ``next`` of a block: what follows its last step."""
        last = max((self.position.get(step_id, -1) for step_id in self.steps_in(block_id)), default=-1)
        return self.after(last, leaving=block_id)

    def steps_in(self, block_id: str) -> Iterator[str]:
        """Every step id that a block lists."""
        for line in lines_of(self.definition.blocks[block_id]):
            yield from line or ()

    def target(self, origin: str, target: str) -> str:
        """A target as the machine knows it: the entry of another ``for_each`` block means the block."""
        block_id = self.block_of.get(target)
        if block_id is None or block_id == self.block_of.get(origin):
            return target
        steps = self.definition.blocks[block_id].steps
        return block_id if steps and steps[0] == target else target


def _role(role: Role) -> Role:
    elsewhere = role.per or role.team or role.from_ or role.supervisor_of or role.external or role.system
    return role if elsewhere else replace(role, per="agency")


def _block(flow: Flow, block_id: str, block: Block) -> Block:
    for_each = block.for_each
    if for_each is not None and for_each.rows and for_each.as_ is None:
        for_each = replace(for_each, as_="item")
    target = flow.target(block_id, block.next) if block.next else flow.after_block(block_id)
    return replace(block, for_each=for_each, next=target, basis=block.basis or "source")


def _step(flow: Flow, index: int, step: Step, pickup: Duration) -> Step:
    activity = step.activity or row_leader(flow.definition, step).activity
    roles = flow.definition.roles
    first = roles.get(step.executor[0]) if step.executor else None
    return replace(
        step,
        number=step.number if step.number is not None else index + 1,
        stage=step.stage or _stage(index, len(flow.definition.steps)),
        activity=activity,
        label=step.label or activity,
        kind=step.kind or _kind(step),
        assign=step.assign
        or ("lead" if len(step.executor) > 1 else "pool" if first and first.many else "single"),
        decide=_decide(step),
        calendar=step.calendar or (first.calendar if first else None),
        clock=step.clock or ("external" if is_recorded(flow.definition, step) else "internal"),
        pickup=step.pickup or pickup,
        form=record_form(step) if _implied_fields(flow.definition, step) else step.form,
        numbering=_numbering(step.numbering),
        set={**carried(flow.definition, step), **step.set},
        next=_next(flow, index, step),
        outcomes={name: _outcome(flow, step, outcome) for name, outcome in step.outcomes.items()},
        basis=step.basis or "source",
    )


def carried(definition: Definition, step: Step) -> dict[str, Setting]:
    """What the fields of a step's form write into the case by their ``to``, as ``set`` would."""
    fields = _written_fields(definition, step)
    return {field.to: f"({field.id})" for field in fields if field.to is not None}


def _decide(step: Step) -> Decide | None:
    """A rule with its last word: where votes are split, the last way forward counts."""
    forward = [name for name, outcome in step.outcomes.items() if not outcome.return_]
    if step.decide is None or step.decide.otherwise or not forward:
        return step.decide
    return replace(step.decide, otherwise=forward[-1])


def _stage(index: int, count: int) -> Stage:
    return "start" if index == 0 else "end" if index == count - 1 else "main"


def _kind(step: Step) -> StepKind:
    return "decision" if step.outcomes else "sign" if step.sign else "task"


def _next(flow: Flow, index: int, step: Step) -> str | None:
    if step.next:
        return flow.target(step.id, step.next)
    # A decision goes on by its outcomes; `next` is its way only when it is skipped.
    return flow.following(index, step) if step.when or not step.outcomes else None


def _numbering(numbering: Numbering | None) -> Numbering | None:
    if numbering is None or numbering.set:
        return numbering
    return replace(numbering, set=f"case.{numbering.series}")


def _outcome(flow: Flow, step: Step, outcome: Outcome) -> Outcome:
    return replace(
        outcome,
        to=flow.target(step.id, outcome.to),
        reason=outcome.reason or ("required" if outcome.return_ else "none"),
        assign_to=outcome.assign_to or ("last_executor" if outcome.return_ else None),
    )
