"""Absences and mandates, one's own and one's people's; what an absence means is shown before it counts."""

from datetime import date
from functools import partial
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from engine.errors import InvalidInput
from engine.text.bilingual import Text
from web.files import keep
from web.forms.binding import day_of
from web.kept import KeptRedirect
from web.kept import keep as keep_form
from web.page_request import PageRequest
from web.refusals import form_page, told

PLACE = "/absence"


def show(visit: PageRequest) -> Response:
    """What is entered, and the form that was sent last with what it means or why it was refused."""
    sent_to, refusal = (visit.kept.sent_to, visit.kept.refusal) if visit.kept else ("", None)
    form = {PLACE: "absence", f"{PLACE}/mandates": "mandate"}.get(sent_to, "")
    foreseen = None
    if form == "absence" and refusal is None and visit.text("do") == "check":
        foreseen = visit.engine.absences.foresee(visit.actor, **_asked(visit))
    return form_page(
        visit,
        "absence.html",
        desk=visit.engine.queries.coverage.desk(visit.actor),
        form=form,
        typed=visit.posted,
        chosen_sops=visit.posted.getlist("sops"),
        foreseen=foreseen,
        told={NAMES.get((form, path), path): words for path, words in told(visit, refusal).items()},
    )


def enter(visit: PageRequest) -> Response:
    """Show what an absence means; enter it once that was seen."""
    given = _asked(visit)
    if visit.text("do") != "enter":
        visit.engine.absences.foresee(visit.actor, **given)
        keep_form(visit, PLACE, "unsent")
        return KeptRedirect(PLACE, "foreseen")
    visit.engine.absences.enter(visit.actor, **given, key=visit.key())
    return visit.redirect(PLACE, said="absence_entered")


def _asked(visit: PageRequest) -> dict[str, Any]:
    first, last = _days(visit, ("valid_from", "valid_to"), needed="valid_from")
    person = visit.text("person") or None
    return {"person": person, "kind": visit.text("kind"), "valid_from": first, "valid_to": last}


def end_absence(visit: PageRequest) -> Response:
    absence_id = str(visit.request.path_params["absence_id"])
    visit.engine.absences.end(visit.actor, absence_id, key=visit.key())
    return visit.redirect(PLACE, said="absence_ended")


def give(visit: PageRequest) -> Response:
    """Give a mandate; an order that comes along is kept first and belongs to whoever gives it."""
    first, last = _days(visit, ("mandate_from", "mandate_to"))
    rank = visit.text("rank").strip() or "1"
    if not rank.isdecimal() or len(rank) > 2:
        raise _wrong("rank", Text("Tulis angka 1 sampai 99.", "Write a number from 1 to 99."))
    visit.engine.holdings.give_mandate(
        visit.actor,
        substitute=visit.text("substitute"),
        position=visit.text("position"),
        kind="plt" if visit.text("mandate_kind") == "plt" else "plh",
        valid_from=first,
        valid_to=last,
        order_number=visit.text("order_number") or None,
        order_file=_order_file(visit),
        sops=[value for value in visit.posted.getlist("sops") if isinstance(value, str)],
        rank=int(rank),
        standing=visit.text("standing") == "yes",
        key=visit.key(),
    )
    return visit.redirect(PLACE, said="mandate_given")


def put_order(visit: PageRequest) -> Response:
    return _on_mandate(visit, "mandate_ordered", partial(_put_order, visit))


def end_mandate(visit: PageRequest) -> Response:
    return _on_mandate(
        visit,
        "mandate_ended",
        lambda holding: visit.engine.holdings.end(visit.actor, holding, key=visit.key()),
    )


def _put_order(visit: PageRequest, holding: str) -> object:
    return visit.engine.holdings.put_order(
        visit.actor,
        holding,
        order_number=visit.text("order_number") or None,
        order_file=_order_file(visit),
        key=visit.key(),
    )


def _on_mandate(visit: PageRequest, done: str, act: Any) -> Response:
    params = visit.request.path_params
    act(f"{params['account']}/{params['number']}")
    return visit.redirect(PLACE, said=done)


# Where both forms have a field of the same meaning, the later one bears its form's name.
NAMES = {
    ("mandate", "valid_from"): "mandate_from",
    ("mandate", "valid_to"): "mandate_to",
    ("mandate", "account"): "substitute",
}


def _days(visit: PageRequest, names: tuple[str, str], *, needed: str = "") -> Any:
    """Two posted dates; an empty one is None, where it is not the one that is needed."""
    found: list[date | None] = []
    for name in names:
        text = visit.text(name).strip()
        if not text and name != needed:
            found.append(None)
            continue
        try:
            day = date.fromisoformat(day_of(text))
        except ValueError:
            raise _wrong(name, Text("Pilih tanggalnya.", "Choose the day.")) from None
        if not 1970 <= day.year <= 9998:
            raise _wrong(name, Text("Tahunnya di luar jangkauan.", "The year is out of reach."))
        found.append(day)
    return found


def _order_file(visit: PageRequest) -> str | None:
    """The id of the order that was posted along, or that came with the same form when it was refused."""
    upload = visit.posted.get("order_file.upload")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return visit.text("order_file") or None
    return keep(visit, upload, "order_file.upload")


def _wrong(path: str, message: Text) -> InvalidInput:
    return InvalidInput.at(path, message)


PAGES = (
    (PLACE, show, enter),
    (f"{PLACE}/mandates", None, give),
    (f"{PLACE}/mandates/{{account}}/{{number}}/order", None, put_order),
    (f"{PLACE}/mandates/{{account}}/{{number}}/end", None, end_mandate),
    (f"{PLACE}/{{absence_id}}/end", None, end_absence),
)
