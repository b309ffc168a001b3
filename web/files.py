"""Files on pages: downloads as attachments, PDF and pictures also in a frame of a page; uploads."""

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from api.errors import status_of
from api.files import attachment
from engine.access.actor import Actor
from engine.errors import NotFound, SopError
from engine.store import KeyReused
from engine.text.bilingual import Text
from web.page_request import PageRequest

SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""What a page can show; every other kind is for the program that made it."""
IN_A_FRAME = {
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; object-src 'self';"
    " style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}


def download(visit: PageRequest) -> Response:
    return attachment(visit.engine, visit.actor, str(visit.request.path_params["file_id"]))


def view(visit: PageRequest) -> Response:
    """A PDF or a picture to be shown in a frame of a page of ours; NotFound for any other kind of file.

    It may load nothing and run nothing, and no other site can frame it.
    """
    file_id = str(visit.request.path_params["file_id"])
    file = visit.engine.queries.files.get(visit.actor, file_id)
    if file.media_type not in SHOWN:
        raise NotFound(
            Text("Berkas jenis ini hanya dapat diunduh.", f"{file.media_type} can only be downloaded")
        )
    response = attachment(visit.engine, visit.actor, file_id)
    for name, value in IN_A_FRAME.items():
        response.headers[name] = value
    return response


def take(visit: PageRequest) -> Response:
    """Take in one file while its form is being filled in; answers its id and name, or why it is refused."""
    upload = visit.posted.get("file")
    if not isinstance(upload, UploadFile):
        return JSONResponse({"said": visit.words.say("Tidak ada berkas yang dikirim.")}, 422)
    try:
        stored = visit.engine.uploads.put(visit.actor, upload.file, upload.filename or "")
    except SopError as error:
        return JSONResponse({"said": visit.words.text(error.message)}, status_of(error))
    return JSONResponse({"id": stored["id"], "name": stored["name"]}, 201)


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


PAGES = (
    ("/files/{file_id}", download, None),
    ("/files/{file_id}/view", view, None),
    ("/files", None, take),
)
