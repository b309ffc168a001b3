"""One task: reading it, and everything that its form and its buttons do."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from starlette.responses import Response

from engine.commands.cases.completion import Completion
from engine.errors import FieldError, InvalidInput, NotFound, SopError
from engine.permissions.verbs import BESIDE_THE_FORM, TASK_VERBS, Verb, VerbField
from engine.store import KeyReused
from engine.text.bilingual import Text
from web import confirmation
from web.files import keep
from web.forms import Reader
from web.forms.binding import instant_of
from web.page_request import PageRequest
from web.task_page import DATA, FORM, TaskPage, Typed


def show(visit: PageRequest) -> Response:
    page = _page(visit)
    shown = page.show()
    visit.engine.tasks.view(visit.actor, page.task_id)
    return shown


def hand_in(visit: PageRequest) -> Response:
    """The main form: keep a draft, add or drop rows and files, confirm at the provider, or complete."""
    page = _page(visit)
    do = visit.text("do") or "save"
    reader = Reader(visit.posted, visit.words.zone, partial(keep, visit))
    data = reader.record(page.task["form"]["schema"], FORM, DATA) if page.fills_form and page.is_mine else {}
    ticks = tuple(str(each) for each in visit.posted.getlist("requirements") if isinstance(each, str))
    branches = tuple(str(each) for each in visit.posted.getlist("branches") if isinstance(each, str))
    typed = Typed(data, ticks, visit.text("reason"), branches)
    try:
        reader.require_files()
        verb, _, what = do.partition(":")
        if verb == "add":
            _add_row(data, what)
        if verb in ("add", "remove"):
            return page.show(typed)
        if verb == "save":
            visit.engine.tasks.save(
                visit.actor,
                page.task_id,
                data=data,
                requirements=ticks,
                version=visit.version(),
                key=visit.key(),
            )
            return visit.redirect(f"/tasks/{page.task_id}", said=Verb.SAVE)
        if verb == "confirm":
            return confirmation.begin(visit, page, typed)
        return _complete(visit, page, typed, what or None)
    except SopError as error:
        return _again(visit, typed, error)


def _complete(visit: PageRequest, page: TaskPage, typed: Typed, outcome: str | None) -> Response:
    button = next((each for each in page.buttons() if each["outcome"] == outcome), None)
    handed_in = Completion(
        outcome=outcome,
        data=typed.data,
        requirements=typed.ticks,
        reason=typed.reason if button is None or button["reason"] != "none" else None,
        password=visit.text("password") or None if button and button["sign"] else None,
        session=visit.caller.person.session if visit.caller else None,
        branches=typed.branches if button and button["branches"] else (),
    )
    visit.engine.completion.complete(
        visit.actor, page.task_id, handed_in, version=visit.version(), key=visit.key()
    )
    return visit.redirect("/inbox", said=Verb.COMPLETE, task=page.task_id)


# --- the small forms beside it ---


def _form_of(verb: Verb) -> Callable[[PageRequest], Response]:
    """What the small form of a verb posts to."""
    row = TASK_VERBS[verb]

    def post(visit: PageRequest) -> Response:
        """Do the verb; then the task again, or the inbox when it is no longer this person's to see."""
        page = _page(visit)
        other = {field.on_page: visit.text(field.on_page) for field in row.fields}
        try:
            given = {field.name: _entered(visit, field) for field in row.fields}
            command = visit.engine.command(verb)
            command(visit.actor, page.task_id, **given, version=visit.version(), key=visit.key())
        except SopError as error:
            return _again(visit, Typed({}, other=other, verb=verb), error)
        try:
            visit.engine.queries.tasks.get(visit.actor, page.task_id)
        except NotFound:
            return visit.redirect("/inbox", said=verb)
        return visit.redirect(f"/tasks/{page.task_id}", said=verb)

    return post


def _entered(visit: PageRequest, field: VerbField) -> str | datetime | None:
    """What was typed or chosen for one field of a verb."""
    text = visit.text(field.on_page)
    if field.kind == "instant":
        return _instant(visit, field.name, text.strip())
    return text if field.required else text or None


def _again(visit: PageRequest, typed: Typed, error: SopError) -> Response:
    """The page with the refusal on it and everything that was typed still there."""
    if isinstance(error, KeyReused):
        said, english = (
            "Halaman ini sudah pernah dikirim. Periksa keadaannya sekarang, lalu ulangi bila masih perlu.",
            "This page was sent before. Look at how things stand now, and repeat if it is still needed.",
        )
        error = InvalidInput(Text(said, english))
    return _page(visit).show(typed, error)


def _page(visit: PageRequest) -> TaskPage:
    return TaskPage(visit, str(visit.request.path_params["task_id"]))


def _add_row(data: dict[str, Any], what: str) -> None:
    """One more empty row at the end of the table whose control is named."""
    table = what.removeprefix(f"{FORM}.")
    if isinstance(data.get(table), list):
        data[table] = [*data[table], {}]


def _instant(visit: PageRequest, name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(instant_of(text, visit.words.zone))
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        said = Text("Tulis tanggal dan jam.", "Write a date and a time.")
        raise InvalidInput(said, errors=[FieldError(name, said)])
    return found


PAGES = (
    ("/tasks/{task_id}", show, hand_in),
    *((f"/tasks/{{task_id}}/{verb}", None, _form_of(verb)) for verb in (Verb.CLAIM, *BESIDE_THE_FORM)),
)
