"""Downloads: always as an attachment, and only what this person may see."""

from starlette.responses import Response

from api.files import attachment
from web.visit import Visit


def download(visit: Visit) -> Response:
    return attachment(visit.engine, visit.account, str(visit.request.path_params["file_id"]))


PAGES = (("/files/{file_id}", download, None),)
