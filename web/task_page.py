"""The page of one task: what stands on it, whatever was typed and refused before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from engine.views.cases import Note
from engine.views.deadlines import Due
from engine.views.screens import CaseOfTask, DefinitionNames
from engine.views.tasks import Form, Task
from web import rows
from web.field_display import Showing, columns_of
from web.files import file_name
from web.forms import Control, Drawing, Reader, controls_of, no_file
from web.forms.schemas import fields_of, is_given, kind_of, may_add_rows
from web.page_request import PageRequest
from web.refusals import faults, form_page, told
from web.task_entries import Entries, beside, control_of, differing, entries_of, laid_over
from web.task_history import TaskHistory

FORM, DATA = "f", "data"
LAST_NOTES = 3
CHOSEN_AT_FIRST = frozenset(
    control_of(verb, field.on_page)
    for verb, row in TASK_VERBS.items()
    for field in row.fields
    if field.kind == "hold_class" or field.choice in (Choice.KEPT_APART, Choice.CAPACITIES)
)
"""Controls that are never empty, so that what stands in them was not entered by anybody."""
HELPED = Text("Selesai membantu", "Done helping")


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

    @cached_property
    def earlier(self) -> TaskHistory:
        return TaskHistory(self.task, self.definition, self.showing, self.visit.words)

    @property
    def path(self) -> str:
        return f"/tasks/{self.task_id}"

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
            labels={name: str(column["label"]) for name, column in columns.items()},
            remarks=self.earlier.remarks(),
            changes=self.earlier.changes(),
        )
        return controls_of(self.task["form"]["schema"], data, drawing, FORM, DATA)

    @cached_property
    def kept_entries(self) -> Entries | None:
        """What this person sent with the page before and could not be done."""
        kept = self.visit.kept
        if kept is None:
            return None
        reader = Reader(kept.form, self.visit.words.zone, no_file, with_blank_rows=kept.refusal is None)
        data = reader.record(self.task["form"]["schema"], FORM, DATA) if self.fills_form else {}
        sent_to = kept.sent_to.rpartition("/")[2]
        verb = Verb(sent_to) if sent_to in TASK_VERBS else None
        return entries_of(kept.form, data if "draft" in kept.form else {}, verb)

    def computed(self) -> Response:
        """The controls with what is typed now: a part of the page, out of which given cells are taken."""
        reader = Reader(self.visit.posted, self.visit.words.zone, no_file, with_blank_rows=True)
        schema = self.task["form"]["schema"]
        typed = reader.record(schema, FORM, DATA) if self.fills_form else {}
        answers = self.visit.engine.queries.tasks.computed(self.visit.actor, self.task_id, typed)
        data = beside(schema, answers, typed)
        return self.visit.page("computed.html", controls=self.controls(data, {}))

    @property
    def stored_ticks(self) -> list[str]:
        return [requirement["id"] for requirement in self.task["requirements"] if requirement["ticked"]]

    def unsaved(self, entries: Entries) -> list[str]:
        """The fields in which these entries are not what is stored."""
        form = self.task["form"]
        return differing(form["schema"], form["initial"] or {}, entries.data) if self.fills_form else []

    def is_worth_keeping(self, entries: Entries) -> bool:
        """Whether anything was entered that is not stored."""
        other = any(text for name, text in entries.other.items() if name not in CHOSEN_AT_FIRST)
        ticked = "draft" in (self.visit.kept.form if self.visit.kept else ()) and self.is_open
        ticks = ticked and set(entries.ticks) != set(self.stored_ticks)
        pasted = any(
            text for name, text in self.visit.posted.multi_items() if name.endswith(f".{rows.PASTED}")
        )
        return bool(self.unsaved(entries) or entries.reason or other or ticks or pasted)

    @property
    def is_open(self) -> bool:
        return self.task["state"] not in ("completed", "cancelled")

    def _comparison(self, entries: Entries | None) -> dict[str, Any] | None:
        """Both texts, where the entries were made on another version than the one that is stored now."""
        kept = self.visit.kept
        unsaved = self.unsaved(entries) if entries is not None else []
        if kept is None or entries is None or not unsaved:
            return None
        if self.is_mine and kept.form.get("version") == str(self.task["version"]):
            return None
        stored, columns = self.task["form"]["initial"] or {}, columns_of(self.definition)
        names = self.definition["steps"][self.task["step_id"]]["fields"]
        whole = laid_over(self.task["form"]["schema"], stored, entries.data)
        return {
            "entered": self.showing.facts(names, {id: whole[id] for id in unsaved}, columns),
            "stored": self.showing.facts(names, {id: stored.get(id) for id in unsaved}, columns),
        }

    def show(self, error: SopError | None = None) -> Response:
        """The page as it is now, with what is kept of this person and why it was refused."""
        task, visit, entries = self.task, self.visit, self.kept_entries
        error = error or (visit.kept.refusal if visit.kept else None)
        now = visit.engine.context.clock.now()
        data = _with_a_first_row(task["form"])
        if entries is not None and self.is_mine:
            data = laid_over(task["form"]["schema"], data, entries.data)
        with_draft = entries is not None and self.is_mine and entries.data
        ticks = entries.ticks if entries and with_draft else self.stored_ticks
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
            takes_progress=self._may(Verb.PROGRESS),
            controls=self.controls(data, told(visit, error)) if self.fills_form else (),
            filled=self._filled(),
            ticks=ticks,
            typed=entries
            or Entries({}, reason=entered.get("reason", ""), branches=entered.get("branches", ())),
            comparison=self._comparison(entries),
            work_form=self.is_mine,
            asked_to_drop=visit.posted.get(rows.ASKED_TO_DROP),
            pasted=visit.posted,
            buttons=self.buttons(),
            confirmable=confirmable,
            actions={action["verb"]: action for action in task["actions"] if action["verb"] != "complete"},
            offers=self._offers(),
            choices=self._choices(),
            history=self.earlier.entries(),
            been={entry["step_id"] for entry in task["history"]},
            papers=self.visit.engine.queries.papers.of_task(visit.actor, self.task_id),
            notes=self._notes(),
            remaining=_remaining(task["due"], now),
            now=now,
            fault_list=[self._labelled(*fault) for fault in faults(visit, error)] if error else [],
        )

    # --- the parts of the page ---

    def _notes(self) -> Sequence[Note] | None:
        """The last notes on the case; None for whoever sees this task alone."""
        queries, actor = self.visit.engine.queries, self.visit.actor
        if not self.case["readable"] or not queries.audit.reads_case(actor, self.case["id"]):
            return None
        return queries.notes.of_case(actor, self.case["id"])[-LAST_NOTES:]

    def _filled(self) -> Any:
        """The data that was handed in, once the task is completed."""
        task = self.task
        if task["state"] != "completed" or not task["form"]["initial"]:
            return ()
        fields = self.definition["steps"][task["step_id"]]["fields"]
        return self.showing.facts(fields, task["form"]["initial"], columns_of(self.definition))

    def buttons(self) -> list[dict[str, Any]]:
        """The ways out that may be taken; for whoever holds the task also the others, and why not."""
        outcomes = {outcome["id"]: outcome for outcome in self.task["outcomes"]}
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
        stuck = verb is Verb.WAIVE and all(substitute["standing"] != "in_charge" for substitute in line)
        return Offer(verb, row, HELPED if ends_help else row.offered, row.urgent or ends_help or stuck)

    def _is_worth_showing(self, verb: Verb) -> bool:
        row = TASK_VERBS[verb]
        if row.quiet:
            return self._may(verb)
        helped = self.task["helper"] is not None
        return self.task["state"] in row.states and row.helped in (None, helped)

    def _may(self, verb: str) -> bool:
        return any(action["verb"] == verb and action["allowed"] for action in self.task["actions"])

    def _confirmable(self) -> Confirmability | None:
        """By what this person would confirm a paraf or signature; None where nothing is to be signed."""
        caller, provider = self.visit.caller, self.visit.provider
        if caller is None or not any(button["sign"] for button in self.buttons()):
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

    def _labelled(self, path: str, words: str) -> tuple[str, str, str]:
        """A fault with the control that it is about and what that is called; both empty for none."""
        root, _, rest = path.partition(".")
        id, _, inside = rest.partition(".")[0].partition("[")
        field = fields_of(self.task["form"]["schema"]).get(id) if root == DATA else None
        if field is not None:
            label = str(field.get("title", id))
            if inside and kind_of(field) == "table":
                say = self.visit.words.say
                label = f"{label}, {say('Baris {n}', n=int(inside.partition(']')[0]) + 1)}"
            return f"{FORM}." + rest.replace("[", ".").replace("]", ""), label, words
        known = {"reason": "Alasan", "password": "Kata sandi", "requirements": "Kelengkapan"}
        if path in known:
            return path, self.visit.words.say(known[path]), words
        return (path if root in TASK_VERBS or path == "branches" else ""), "", words


def _with_a_first_row(form: Form) -> dict[str, Json]:
    """The prefilled data; a table that wants rows and has none begins with an empty one."""
    data = dict(form["initial"] or {})
    for id, field in fields_of(form["schema"]).items():
        wanted = id in form["schema"].get("required", ())
        if (
            kind_of(field) == "table"
            and wanted
            and may_add_rows(field)
            and not is_given(field)
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
