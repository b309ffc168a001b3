"""Refusals as pages: what was tried, in the engine's own words, and a way back."""

from typing import Any

from starlette.responses import Response

from api.errors import TITLES, headers_of, status_of
from engine.errors import FieldError, InvalidInput, SopError
from web.kept import CARRIED, Kept
from web.page_request import PageRequest


def said(visit: PageRequest, error: SopError) -> str:
    """The sentence of a refusal in the page's language; a fault of one field without the field's address."""
    if (
        isinstance(error, InvalidInput)
        and len(error.errors) == 1
        and error.message.indonesian.startswith(f"{error.errors[0].path}: ")
    ):
        return _words(visit, error.errors[0])
    return visit.words.sentence(visit.words.text(error.message))


def faults(visit: PageRequest, error: SopError) -> list[tuple[str, str]]:
    """Every fault of a request as (path, words)."""
    if not isinstance(error, InvalidInput):
        return []
    return [(fault.path, _words(visit, fault)) for fault in error.errors]


def told(visit: PageRequest, error: SopError | None) -> dict[str, list[str]]:
    """What is wrong with each field of a form, by its path."""
    messages: dict[str, list[str]] = {}
    for path, words in faults(visit, error) if error else ():
        messages.setdefault(path, []).append(words)
    return messages


def form_page(
    visit: PageRequest, template: str, error: SopError | None = None, /, **context: Any
) -> Response:
    """A page with a form; where what was sent is refused, with its sentence (`error`) and faults (`told`)."""
    kept_error = visit.kept.refusal if visit.kept else None
    error = error or kept_error
    fault_list = faults(visit, error) if error else []
    sentence = said(visit, error) if error else None
    around = {
        "error": sentence,
        "told": told(visit, error),
        "fault_list": [(path, "", words) for path, words in fault_list if words != sentence],
        "kept": visit.kept,
        **context,
    }
    if error is None or error is kept_error:
        return visit.page(template, **around)
    response = visit.page(template, status_of(error), **around)
    response.headers.update(headers_of(error))
    return response


def _words(visit: PageRequest, fault: FieldError) -> str:
    return visit.words.sentence(visit.words.text(fault.message))


def error_page(visit: PageRequest, error: SopError) -> Response:
    """A page of its own, for refusals that belong to no form."""
    status = status_of(error)
    title = visit.words.text(TITLES.get(status, TITLES[500]))
    response = visit.page(
        "error.html",
        status,
        title=title,
        status=status,
        sentence=said(visit, error),
        faults=[words for _, words in faults(visit, error)],
        back=back_of(visit, status),
    )
    response.headers.update(headers_of(error))
    return response


def handed_back(visit: PageRequest, error: SopError, kept: Kept) -> Response:
    """The refusal of a page that this person had filled in, with every text of it handed back."""
    texts = [value for name, value in kept.form.multi_items() if _is_typed(name, value)]
    title = visit.words.text(TITLES[404])
    return visit.page(
        "handed_back.html", status_of(error), title=title, sentence=said(visit, error), texts=texts
    )


def _is_typed(name: str, value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and name not in CARRIED


def back_of(visit: PageRequest, status: int) -> str:
    """Where to go on from a refusal: the thing that the path names, or its page without what was asked."""
    path = visit.request.url.path
    parts = path.strip("/").split("/")
    if visit.caller is not None and visit.request.method == "GET" and status == 422:
        return path
    if len(parts) > 2 and parts[0] in ("tasks", "cases") and visit.caller is not None:
        return "/" + "/".join(parts[:2])
    if parts[0] in ("account", "accounts") and visit.caller is not None:
        return f"/{parts[0]}"
    return "/inbox" if visit.caller is not None else "/"
