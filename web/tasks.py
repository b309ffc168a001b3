"""One task: reading it, and everything that its form and its buttons do."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from starlette.responses import Response

from engine.commands.cases.completion import Completion
from engine.errors import FieldError, InvalidInput, NotFound, SopError
from engine.store import KeyReused
from engine.text.bilingual import Text
from web import confirmation
from web.files import keep
from web.forms import Reader
from web.forms.binding import instant_of
from web.page_request import PageRequest
from web.task_page import DATA, FORM, TaskPage, Typed

SMALL_FORMS = ("reason_class", "until", "to", "acting_as", "waived", "helper", "note")


def show(visit: PageRequest) -> Response:
    page = _page(visit)
    shown = page.show()
    visit.engine.tasks.view(visit.account, page.task_id)
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
                visit.account,
                page.task_id,
                data=data,
                requirements=ticks,
                version=visit.version(),
                key=visit.key(),
            )
            return visit.redirect(f"/tasks/{page.task_id}", said="saved")
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
        visit.account, page.task_id, handed_in, version=visit.version(), key=visit.key()
    )
    return visit.redirect("/inbox", said="completed", task=page.task_id)


# --- the small forms beside it ---


def claim(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.tasks.claim(
            visit.account,
            task_id,
            acting_as=visit.text("acting_as") or None,
            version=visit.version(),
            key=visit.key(),
        )

    return _small(visit, "claim", "claimed", act)


def release(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.tasks.release(
            visit.account, task_id, reason=visit.text("reason"), version=visit.version(), key=visit.key()
        )

    return _small(visit, "release", "released", act)


def hold(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.tasks.hold(
            visit.account,
            task_id,
            reason_class=visit.text("reason_class"),
            reason=visit.text("reason"),
            until=_until(visit),
            version=visit.version(),
            key=visit.key(),
        )

    return _small(visit, "hold", "held", act)


def resume(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.tasks.resume(visit.account, task_id, version=visit.version(), key=visit.key())

    return _small(visit, "resume", "resumed", act)


def reassign(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.tasks.reassign(
            visit.account,
            task_id,
            to=visit.text("to"),
            reason=visit.text("reason"),
            version=visit.version(),
            key=visit.key(),
        )

    return _small(visit, "reassign", "reassigned", act)


def substitute(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.substitution.substitute(visit.account, task_id, version=visit.version(), key=visit.key())

    return _small(visit, "substitute", "substituted", act)


def waive(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.substitution.waive(
            visit.account,
            task_id,
            for_account=visit.text("waived"),
            reason=visit.text("reason"),
            version=visit.version(),
            key=visit.key(),
        )

    return _small(visit, "waive", "waived", act)


def delegate(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.help.delegate(
            visit.account,
            task_id,
            to=visit.text("helper"),
            note=visit.text("note") or None,
            version=visit.version(),
            key=visit.key(),
        )

    return _small(visit, "delegate", "delegated", act)


def resolve(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.help.resolve(
            visit.account,
            task_id,
            note=visit.text("note") or None,
            version=visit.version(),
            key=visit.key(),
        )

    return _small(visit, "resolve", "resolved", act)


def recall(visit: PageRequest) -> Response:
    def act(task_id: str) -> None:
        visit.engine.tasks.recall(
            visit.account,
            task_id,
            reason=visit.text("reason") or None,
            version=visit.version(),
            key=visit.key(),
        )

    return _small(visit, "recall", "recalled", act)


def _small(visit: PageRequest, verb: str, done: str, act: Callable[[str], Any]) -> Response:
    """Do one verb; then the task again, or the inbox when it is no longer this person's to see."""
    page = _page(visit)
    other = {name: visit.text(name) for name in SMALL_FORMS}
    typed = Typed({}, reason=visit.text("reason"), other=other, verb=verb)
    try:
        act(page.task_id)
    except SopError as error:
        return _again(visit, typed, error)
    try:
        visit.engine.queries.tasks.get(visit.account, page.task_id)
    except NotFound:
        return visit.redirect("/inbox", said=done)
    return visit.redirect(f"/tasks/{page.task_id}", said=done)


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


def _until(visit: PageRequest) -> datetime | None:
    text = visit.text("until").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(instant_of(text, visit.words.zone))
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        said, english = "Tulis tanggal dan jam.", "Write a date and a time."
        raise InvalidInput(Text(said, english), errors=[FieldError("until", Text(said, english))])
    return found


PAGES = (
    ("/tasks/{task_id}", show, hand_in),
    ("/tasks/{task_id}/claim", None, claim),
    ("/tasks/{task_id}/release", None, release),
    ("/tasks/{task_id}/hold", None, hold),
    ("/tasks/{task_id}/resume", None, resume),
    ("/tasks/{task_id}/reassign", None, reassign),
    ("/tasks/{task_id}/delegate", None, delegate),
    ("/tasks/{task_id}/substitute", None, substitute),
    ("/tasks/{task_id}/waive", None, waive),
    ("/tasks/{task_id}/resolve", None, resolve),
    ("/tasks/{task_id}/recall", None, recall),
)
