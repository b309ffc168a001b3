"""Files on pages: downloads, always as attachments; uploads that come with a form."""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.files import attachment
from engine.access.actor import Actor
from engine.errors import NotFound
from engine.store import KeyReused
from web.page_request import PageRequest


def download(visit: PageRequest) -> Response:
    return attachment(visit.engine, visit.actor, str(visit.request.path_params["file_id"]))


def keep(visit: PageRequest, upload: UploadFile, control: str, *, actor: Actor | None = None) -> str:
    """Store an upload of the posted page and give its id; the same page sent again gives the same one.

    ``actor`` says whose it is where nobody is signed in any more.
    """
    name = upload.filename or ""
    upload.file.seek(0)
    if visit.caller is None or actor not in (None, visit.actor):
        return str(visit.engine.uploads.put(actor or visit.actor, upload.file, name)["id"])
    try:
        stored = visit.engine.uploads.put(visit.actor, upload.file, name, key=visit.key(control))
    except KeyReused:
        # Another form was sent from this page before; the command that follows says so.
        upload.file.seek(0)
        stored = visit.engine.uploads.put(visit.actor, upload.file, name)
    return str(stored["id"])


def file_name(visit: PageRequest, file_id: str) -> str | None:
    """The name of a file; None for one that this person may not see."""
    try:
        return visit.engine.queries.files.get(visit.actor, file_id).name
    except NotFound:
        return None


PAGES = (("/files/{file_id}", download, None),)
