"""Exports of processes as files to save, from the pages where one looks for them."""

from pydantic import ValidationError
from starlette.responses import Response

from api.export import as_file
from api.schemas.exports import ExportQuery
from api.validation_errors import as_invalid_input
from web.forms.binding import day_of
from web.page_request import PageRequest


def save(visit: PageRequest) -> Response:
    """What the interface of programs gives for the same question, its days as a page's reader types them."""
    given = {name: text for name in visit.request.query_params if (text := visit.query(name))}
    given |= {name: day_of(given[name]) or given[name] for name in ("from", "to") if name in given}
    try:
        query = ExportQuery.model_validate(given)
    except ValidationError as error:
        raise as_invalid_input(error) from error
    return as_file(visit.engine, visit.actor, query)


PAGES = (("/export", save, None),)
