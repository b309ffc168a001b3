"""Absences and mandates, one's own and one's people's; what an absence means is shown before it counts."""

from functools import partial
from typing import Any

from starlette.responses import Response

from web.kept import KeptRedirect
from web.kept import keep as keep_form
from web.office_fields import day, order_file, rank_in_line
from web.page_request import PageRequest
from web.refusals import form_page, told

PLACE = "/absence"


def show(visit: PageRequest) -> Response:
    """What is entered, and the form that was sent last with what it means or why it was refused."""
    sent_to, refusal = (visit.kept.sent_to, visit.kept.refusal) if visit.kept else ("", None)
    asked = "mandate" if visit.query("position") else ""
    form = {PLACE: "absence", f"{PLACE}/mandates": "mandate"}.get(sent_to, asked)
    foreseen = None
    if form == "absence" and refusal is None and visit.text("do") == "check":
        foreseen = visit.engine.absences.foresee(visit.actor, **_asked(visit))
    return form_page(
        visit,
        "absence.html",
        desk=visit.engine.queries.coverage.desk(visit.actor),
        form=form,
        at=visit.text("position") or visit.query("position"),
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
    first, last = day(visit, "valid_from", needed=True), day(visit, "valid_to")
    person = visit.text("person") or None
    return {"person": person, "kind": visit.text("kind"), "valid_from": first, "valid_to": last}


def end_absence(visit: PageRequest) -> Response:
    absence_id = str(visit.request.path_params["absence_id"])
    visit.engine.absences.end(visit.actor, absence_id, key=visit.key())
    return visit.redirect(PLACE, said="absence_ended")


def give(visit: PageRequest) -> Response:
    """Give a mandate; an order that comes along is kept first and belongs to whoever gives it."""
    first, last = day(visit, "mandate_from"), day(visit, "mandate_to")
    visit.engine.holdings.give_mandate(
        visit.actor,
        substitute=visit.text("substitute"),
        position=visit.text("position"),
        kind="plt" if visit.text("mandate_kind") == "plt" else "plh",
        valid_from=first,
        valid_to=last,
        order_number=visit.text("order_number") or None,
        order_file=order_file(visit),
        sops=[value for value in visit.posted.getlist("sops") if isinstance(value, str)],
        rank=rank_in_line(visit),
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
        order_file=order_file(visit),
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


PAGES = (
    (PLACE, show, enter),
    (f"{PLACE}/mandates", None, give),
    (f"{PLACE}/mandates/{{account}}/{{number}}/order", None, put_order),
    (f"{PLACE}/mandates/{{account}}/{{number}}/end", None, end_mandate),
    (f"{PLACE}/{{absence_id}}/end", None, end_absence),
)
