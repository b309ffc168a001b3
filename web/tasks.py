"""One task: reading it, and everything that its form and its buttons do."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from starlette.responses import Response

from engine.commands.cases.completion import Completion
from engine.errors import FieldError, InvalidInput, NotFound
from engine.permissions.verbs import BESIDE_THE_FORM, TASK_VERBS, TaskVerb, Verb
from engine.text.bilingual import Text
from engine.views.tasks import TaskItem
from web import confirmation, rows
from web.files import keep
from web.forms import Reader
from web.forms.binding import instant_of
from web.page_request import PageRequest
from web.task_entries import Entries, control_of, entries_of
from web.task_page import DATA, FORM, TaskPage


def show(visit: PageRequest) -> Response:
    page = _page(visit)
    shown = page.show()
    if page.kept_entries is not None and not page.is_worth_keeping(page.kept_entries):
        visit.engine.kept_forms.forget(visit.actor, visit.request.url.path)
    visit.engine.tasks.view(visit.actor, page.task_id)
    return shown


def hand_in(visit: PageRequest) -> Response:
    """The main form: keep a draft, add or drop rows and files, confirm at the provider, or complete."""
    page = _page(visit)
    verb, _, what = (visit.text("do") or "save").partition(":")
    if verb in rows.VERBS:
        return rows.change(visit, page.path, page.task["form"]["schema"], verb, what)
    if verb == "compute":
        return page.computed()
    entries = _entries(visit, page)
    if verb == "save":
        _save(visit, page, entries)
        return visit.redirect(page.path, said=Verb.SAVE)
    if verb == "progress":
        visit.engine.tasks.progress(
            visit.actor, page.task_id, data=entries.data, version=visit.version(), key=visit.key()
        )
        return visit.redirect(page.path, said=Verb.PROGRESS)
    if verb == "confirm":
        return confirmation.begin(visit, page, entries)
    return _complete(visit, page, entries, what or None)


def _entries(visit: PageRequest, page: TaskPage) -> Entries:
    """What was posted, with its files taken in; raises what refuses one of these."""
    reader = Reader(visit.posted, visit.words.zone, partial(keep, visit))
    data = reader.record(page.task["form"]["schema"], FORM, DATA) if page.fills_form else {}
    reader.require_files()
    return entries_of(visit.posted, data)


def _save(visit: PageRequest, page: TaskPage, entries: Entries, part: str = "") -> TaskItem:
    return visit.engine.tasks.save(
        visit.actor,
        page.task_id,
        data=entries.data,
        requirements=tuple(entries.ticks),
        version=visit.version(),
        key=visit.key(part),
    )


def _complete(visit: PageRequest, page: TaskPage, entries: Entries, outcome: str | None) -> Response:
    button = next((button for button in page.buttons() if button["outcome"] == outcome), None)
    handed_in = Completion(
        outcome=outcome,
        data=entries.data,
        requirements=entries.ticks,
        reason=entries.reason if button is None or button["reason"] != "none" else None,
        password=visit.text("password") or None if button and button["sign"] else None,
        session=visit.caller.person.session if visit.caller else None,
        branches=entries.branches if button and button["branches"] else (),
    )
    visit.engine.completion.complete(
        visit.actor, page.task_id, handed_in, version=visit.version(), key=visit.key()
    )
    returns = button is not None and button["return"]
    return visit.redirect("/inbox", said="returned" if returns else Verb.COMPLETE, about=page.task_id)


# --- the small forms beside it ---


def _form_of(verb: Verb) -> Callable[[PageRequest], Response]:
    """What the small form of a verb posts to."""
    row = TASK_VERBS[verb]

    def post(visit: PageRequest) -> Response:
        """Save the draft, do the verb; then the task again, or the inbox where it is not shown any more."""
        page = _page(visit)
        version = _saved_first(visit, page)
        given = _given(visit, verb, row)
        command = visit.engine.command(verb)
        try:
            command(visit.actor, page.task_id, **given, version=version, key=visit.key())
        except InvalidInput as error:
            raise _at_controls(error, verb, row) from error
        try:
            visit.engine.queries.tasks.get(visit.actor, page.task_id)
        except NotFound:
            return visit.redirect("/inbox", said=verb)
        return visit.redirect(page.path, said=verb)

    return post


def _at_controls(error: InvalidInput, verb: Verb, row: TaskVerb) -> InvalidInput:
    """The refusal of a verb with its faults at the controls of its small form."""
    controls = {field.name: control_of(verb, field.on_page) for field in row.fields}
    if not any(fault.path in controls for fault in error.errors):
        return error
    faults = [FieldError(controls.get(fault.path, fault.path), fault.message) for fault in error.errors]
    return InvalidInput(error.message, errors=faults)


def _saved_first(visit: PageRequest, page: TaskPage) -> int | None:
    """Save what came along of the main form, where it is new; the version that the verb goes by."""
    if not visit.text("draft") or not page.is_mine or page.task["approval_of"] is not None:
        return visit.version()
    entries = _entries(visit, page)
    if not page.unsaved(entries) and set(entries.ticks) == set(page.stored_ticks):
        return visit.version()
    return _save(visit, page, entries, "draft")["version"]


def _given(visit: PageRequest, verb: Verb, row: TaskVerb) -> dict[str, str | datetime | None]:
    """What was typed or chosen for the fields of a verb; InvalidInput names every one that is missing."""
    given: dict[str, str | datetime | None] = {}
    faults: list[FieldError] = []
    for field in row.fields:
        control = control_of(verb, field.on_page)
        text = visit.text(control).strip()
        label = field.label
        if field.required and not text:
            wanted = Text(f"{label.indonesian} wajib diisi.", f"{label.english} is required.")
            faults.append(FieldError(control, wanted))
        elif field.kind == "instant":
            instant = _instant(visit, text)
            if instant is None and text:
                faults.append(FieldError(control, Text("Tulis tanggal dan jam.", "Write a date and a time.")))
            given[field.name] = instant
        else:
            given[field.name] = text if field.required else text or None
    if faults:
        raise InvalidInput(
            faults[0].message
            if len(faults) == 1
            else Text("Ada isian yang kurang.", "Some fields are missing."),
            errors=faults,
        )
    return given


def _page(visit: PageRequest) -> TaskPage:
    return TaskPage(visit, str(visit.request.path_params["task_id"]))


def _instant(visit: PageRequest, text: str) -> datetime | None:
    try:
        typed_at = datetime.fromisoformat(instant_of(text, visit.words.zone))
    except ValueError:
        return None
    return None if typed_at.utcoffset() is None else typed_at


PAGES = (
    ("/tasks/{task_id}", show, hand_in),
    *((f"/tasks/{{task_id}}/{verb}", None, _form_of(verb)) for verb in (Verb.CLAIM, *BESIDE_THE_FORM)),
)
