"""Is this the file that was signed: by its hash, for anybody; the case itself only for whoever may see it."""

import hashlib
import re

from starlette.datastructures import UploadFile
from starlette.responses import Response

from engine.errors import NotFound
from engine.queries.cases.verification import NOBODY
from engine.text.bilingual import Text
from web.page_request import CHUNK, PageRequest

PLACE = "/verifikasi"
HASH = re.compile(r"[0-9a-f]{64}")


def ask(visit: PageRequest) -> Response:
    """Which file is asked about."""
    return visit.page("verification.html", hash=None, verifications=(), missing=visit.said[0] == "no_file")


def asked(visit: PageRequest) -> Response:
    """The page of a file's hash; the file itself is not kept."""
    upload = visit.posted.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return visit.redirect(PLACE, said="no_file")
    digest = hashlib.sha256()
    while chunk := upload.file.read(CHUNK):
        digest.update(chunk)
    return visit.redirect(f"{PLACE}/{digest.hexdigest()}")


def show(visit: PageRequest) -> Response:
    """What was signed with these bytes, as far as this visitor may know."""
    sha256 = str(visit.request.path_params["hash"]).lower()
    if not HASH.fullmatch(sha256):
        raise NotFound(
            Text("Ini bukan sidik berkas: 64 angka dan huruf a–f.", "no SHA-256 hash: 64 hexadecimal digits")
        )
    actor = visit.actor if visit.caller else NOBODY
    verifications = visit.engine.queries.verification.of(actor, sha256)
    return visit.page("verification.html", hash=sha256, verifications=verifications, missing=False)


PAGES = (
    (PLACE, ask, asked),
    (f"{PLACE}/{{hash}}", show, None),
)
