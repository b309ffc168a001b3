"""The page of one task: what stands on it, whatever was typed and refused before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from starlette.responses import Response

from engine.access.actor import Actor
from engine.audit.act import Json
from engine.commands.cases.confirmation import Confirmability
from engine.errors import SopError
from engine.permissions.verbs import BESIDE_THE_FORM, TASK_VERBS, Choice, TaskVerb, Verb
from engine.text.bilingual import Text
from engine.text.states import APPROVALS
from engine.views.deadlines import Due
from engine.views.screens import CaseOfTask, DefinitionNames
from engine.views.tasks import Form, Task
from web.field_display import Showing, columns_of
from web.files import file_name
from web.forms import Control, Drawing, controls_of
from web.forms.schemas import fields_of, is_given, kind_of, may_add_rows
from web.page_request import PageRequest
from web.refusals import faults, form_page, told

FORM, DATA = "f", "data"
HELPED = Text("Selesai membantu", "Done helping")


@dataclass(frozen=True)
class Typed:
    """What a person has entered on the page and not yet handed in."""

    data: Mapping[str, Json]
    ticks: Sequence[str] = ()
    reason: str = ""
    branches: Sequence[str] = ()
    other: Mapping[str, str] = field(default_factory=dict)
    """The small forms' fields (reason of a hold, whom to give the task) by name."""
    verb: Verb | None = None


@dataclass(frozen=True)
class Offer:
    """One verb beside the form: its row of the table, what its button says, and whether it stands open."""

    verb: Verb
    row: TaskVerb
    words: Text
    opened: bool


@dataclass(frozen=True)
class TaskPage:
    """A task as one person sees it now."""

    visit: PageRequest
    task_id: str

    @cached_property
    def task(self) -> Task:
        return self.visit.engine.queries.tasks.get(self.visit.actor, self.task_id)

    @cached_property
    def case(self) -> CaseOfTask:
        return self.visit.engine.queries.screens.case_of(self.visit.actor, self.task_id)

    @cached_property
    def definition(self) -> DefinitionNames:
        case = self.case
        screens = self.visit.engine.queries.screens
        return screens.definition(self.visit.actor, case["sop"], case["sop_version"])

    @cached_property
    def showing(self) -> Showing:
        return Showing(self.visit.words, self.visit.office, partial(file_name, self.visit))

    @property
    def is_mine(self) -> bool:
        """Whether this person fills the form in now."""
        return self._may("save")

    @property
    def fills_form(self) -> bool:
        return self.task["approval_of"] is None and bool(fields_of(self.task["form"]["schema"]))

    def controls(self, data: Mapping[str, Json], told: Mapping[str, list[str]]) -> tuple[Control, ...]:
        columns = columns_of(self.definition)
        drawing = Drawing(
            words=self.visit.words,
            office=self.visit.office,
            file_name=self.showing.file_name,
            faults=told,
            shown=self.showing.text,
            labels={name: str(one["label"]) for name, one in columns.items()},
            remarks=self._remarks(),
        )
        return controls_of(self.task["form"]["schema"], data, drawing, FORM, DATA)

    def show(self, typed: Typed | None = None, error: SopError | None = None) -> Response:
        """The page; with an error its sentence stands at the top and at the fields."""
        task, visit = self.task, self.visit
        now = visit.engine.context.clock.now()
        data = typed.data if typed and typed.data else _with_a_first_row(task["form"])
        ticks = typed.ticks if typed else [each["id"] for each in task["requirements"] if each["ticked"]]
        confirmable = self._confirmable()
        entered = confirmable.entered if confirmable else {}
        return form_page(
            visit,
            "task.html",
            error,
            task=task,
            case=self.case,
            step=self.definition["steps"][task["step_id"]],
            definition=self.definition,
            is_mine=self.is_mine,
            controls=self.controls(data, told(visit, error)) if self.fills_form else (),
            filled=self._filled(),
            ticks=ticks,
            typed=typed or Typed({}, reason=entered.get("reason", ""), branches=entered.get("branches", ())),
            buttons=self.buttons(),
            confirmable=confirmable,
            actions={each["verb"]: each for each in task["actions"] if each["verb"] != "complete"},
            offers=self._offers(),
            choices=self._choices(),
            history=self._history(),
            remaining=_remaining(task["due"], now),
            now=now,
            faults=_with_labels(faults(visit, error) if error else [], task),
        )

    # --- the parts of the page ---

    def _filled(self) -> Any:
        """The data that was handed in, once the task is completed."""
        task = self.task
        if task["state"] != "completed" or not task["form"]["initial"]:
            return ()
        fields = self.definition["steps"][task["step_id"]]["fields"]
        return self.showing.facts(fields, task["form"]["initial"], columns_of(self.definition))

    def buttons(self) -> list[dict[str, Any]]:
        """The ways out that may be taken; for whoever holds the task also the others, and why not."""
        outcomes = {each["id"]: each for each in self.task["outcomes"]}
        step = self.definition["steps"][self.task["step_id"]]
        buttons = []
        for action in self.task["actions"]:
            if action["verb"] != "complete" or not (action["allowed"] or self.is_mine):
                continue
            id = action["outcome"]
            outcome: Mapping[str, object] = outcomes.get(id or "") or {
                "label": self._plain_label(step["sign"]),
                "return": False,
                "reason": "none",
                "sign": step["sign"],
                "deviation": False,
            }
            known = step["outcomes"].get(id or "")
            chooses = known is not None and known["branches"]
            do = f"complete:{id}" if id else "complete"
            buttons.append({**outcome, "do": do, "branches": chooses, **action})
        return buttons

    def _plain_label(self, sign: str | None) -> str:
        say = self.visit.words.say
        if sign == "signature":
            return say("Tanda tangani")
        return (
            say("Bubuhkan paraf")
            if sign == "initial"
            else self.visit.words.text(TASK_VERBS[Verb.COMPLETE].offered)
        )

    def _offers(self) -> list[Offer]:
        """The verbs beside the form that are worth a line: those of this state, or of this person."""
        return [self._offer(verb) for verb in BESIDE_THE_FORM if self._is_worth_showing(verb)]

    def _offer(self, verb: Verb) -> Offer:
        row, helps = TASK_VERBS[verb], self.task["helper"] == self.visit.actor.account
        ends_help = row.helped is True and helps
        line = (self.task["substitution"] or {"line": ()})["line"]
        stuck = verb is Verb.WAIVE and all(each["standing"] != "in_charge" for each in line)
        return Offer(verb, row, HELPED if ends_help else row.offered, row.urgent or ends_help or stuck)

    def _is_worth_showing(self, verb: Verb) -> bool:
        row = TASK_VERBS[verb]
        if row.quiet:
            return self._may(verb)
        helped = self.task["helper"] is not None
        return self.task["state"] in row.states and row.helped in (None, helped)

    def _may(self, verb: str) -> bool:
        return any(each["verb"] == verb and each["allowed"] for each in self.task["actions"])

    def _confirmable(self) -> Confirmability | None:
        """By what this person would confirm a paraf or signature; None where nothing is to be signed."""
        caller, provider = self.visit.caller, self.visit.provider
        if caller is None or not any(each["sign"] for each in self.buttons()):
            return None
        issuer = provider.registration.issuer if provider else None
        return self.visit.engine.confirmation.possible(
            caller.person, self.task_id, self.task["version"], issuer
        )

    def _choices(self) -> dict[Choice, Sequence[object]]:
        """Among whom or what the verbs that this person may use now let one choose."""
        screens = self.visit.engine.queries.screens
        known: dict[Choice, Callable[[Actor, str], Sequence[object]]] = {
            Choice.CAPACITIES: screens.capacities,
            Choice.CANDIDATES: screens.candidates,
            Choice.COLLEAGUES: screens.colleagues,
            Choice.KEPT_APART: screens.kept_apart,
        }
        wanted = {
            field.choice: verb for verb, row in TASK_VERBS.items() for field in row.fields if field.choice
        }
        return {
            choice: known[choice](self.visit.actor, self.task_id) if self._may(verb) else []
            for choice, verb in wanted.items()
        }

    def _history(self) -> list[dict[str, Any]]:
        """What was handed in before, the latest first."""
        columns, entries = columns_of(self.definition), []
        for entry in reversed(self.task["history"]):
            step = self.definition["steps"][entry["step_id"]]
            outcome = step["outcomes"].get(entry["outcome"] or "")
            facts = self.showing.facts(step["fields"], entry["data"] or {}, columns)
            entries.append(
                {
                    **entry,
                    "label": step["label"],
                    "outcome_label": outcome["label"]
                    if outcome
                    else self.visit.words.of(APPROVALS, entry["outcome"]),
                    "facts": facts,
                }
            )
        return entries

    def _remarks(self) -> dict[str, list[tuple[str, str]]]:
        """What the person who returned the task noted about each row."""
        returned = self.task["returned_by"]
        if returned is None:
            return {}
        entries = [each for each in self.task["history"] if each["step_id"] == returned["step_id"]]
        fields = {one["id"]: one for one in self.definition["steps"][returned["step_id"]]["fields"]}
        remarks: dict[str, list[tuple[str, str]]] = {}
        for id, value in ((entries[-1]["data"] or {}) if entries else {}).items():
            if id not in fields or fields[id]["type"] != "table" or not isinstance(value, list):
                continue
            for row in value:
                remarks.setdefault(str(row.get("row")), []).extend(self._said_of(row, fields[id]["columns"]))
        return remarks

    def _said_of(self, row: Mapping[str, Json], columns: Iterable[Json]) -> list[tuple[str, str]]:
        return [
            (str(column["label"]), self.showing.text(column["type"], row.get(column["id"])))
            for column in columns
            if row.get(column["id"]) not in (None, "", [])
        ]


def _with_a_first_row(form: Form) -> dict[str, Json]:
    """The prefilled data; a table that wants rows and has none begins with an empty one."""
    data = dict(form["initial"] or {})
    for id, one in fields_of(form["schema"]).items():
        wanted = id in form["schema"].get("required", ())
        if (
            kind_of(one) == "table"
            and wanted
            and may_add_rows(one)
            and not is_given(one)
            and not data.get(id)
        ):
            data[id] = [{}]
    return data


def _remaining(due: Due | None, now: datetime) -> int | None:
    """The working minutes that are left until the deadline, out of its explanation."""
    if due is None:
        return None
    left = 0
    for segment in due["segments"]:
        begins, ends = datetime.fromisoformat(segment["from"]), datetime.fromisoformat(segment["to"])
        if segment["minutes"] and ends > now:
            left += int((ends - max(begins, now)).total_seconds()) // 60
    return left


def _with_labels(found: list[tuple[str, str]], task: Task) -> list[tuple[str, str, str]]:
    """Every fault with the control that it is about and what that is called; both empty for none."""
    fields = fields_of(task["form"]["schema"])
    labelled = []
    for path, words in found:
        root, _, rest = path.partition(".")
        id = rest.partition("[")[0].partition(".")[0]
        if root == DATA and id in fields:
            control = f"{FORM}." + rest.replace("[", ".").replace("]", "")
            labelled.append((control, str(fields[id].get("title", id)), words))
        else:
            labelled.append((path if path in ("reason", "password", "requirements") else "", "", words))
    return labelled
