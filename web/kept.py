"""What was sent and could not be done yet: kept for its account, shown on its page, sent again or dropped.

No refused form stays at its own address: the browser goes on (303) to the page, which draws what is kept.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, cast

from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from engine.access.actor import Actor
from engine.commands.accounts.kept_forms import KeptForm, Refusal
from engine.errors import DefinitionError, FieldError, InvalidInput, SopError
from engine.store import KeyReused
from engine.text.bilingual import Text
from web.files import keep as keep_file
from web.page_request import CSRF_FIELD, KEY_FIELD, PageRequest, own_path

MARK_FIELD = "mark"
SECRETS = frozenset({CSRF_FIELD, KEY_FIELD, MARK_FIELD, "password", "old_password", "again", "code"})
CARRIED = SECRETS | {
    "next",
    "version",
    "do",
    "draft",
    "language",
    "timer",
    "sop",
    "date",
    "digest",
    "cursor",
    "notice",
    "task",
    "case",
    "seen",
}
"""What a form carries without anybody having typed or chosen it."""
Why = Literal["refused", "ended", "unsent"]
"""``ended``: its session had ended; ``unsent``: something else was done with the page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that is kept: its fields, why it is, what was refused, and where it had been sent."""

    form: FormData
    why: Why
    refusal: InvalidInput | None
    sent_to: str


class KeptRedirect(RedirectResponse):
    """On to the page of a form that is kept, at the place where work goes on."""

    def __init__(self, address: str, place: str = "") -> None:
        super().__init__(f"{address}#{place}" if place else address, 303)


def keep(
    visit: PageRequest,
    address: str,
    why: Why,
    error: SopError | None = None,
    *,
    fields: Iterable[tuple[str, str]] | None = None,
    owner: Actor | None = None,
) -> None:
    """Keep the posted form, or these fields of it, for whoever it is from; files become uploads."""
    actor = owner or visit.actor
    content: KeptForm = {
        "fields": list(fields_of(visit, actor) if fields is None else fields),
        "why": why,
        "sent_to": visit.request.url.path,
        "refusal": _stored(error) if error else None,
    }
    visit.engine.kept_forms.keep(actor, address, content)


def kept(visit: PageRequest, address: str) -> Kept | None:
    """What is kept for a page of this person."""
    found = visit.engine.kept_forms.kept(visit.actor, address)
    if found is None:
        return None
    form = FormData([(name, value) for name, value in found["fields"]])
    return Kept(form, cast(Why, found["why"]), _restored(found["refusal"]), found["sent_to"])


def is_typed(form: FormData) -> bool:
    """Whether anything was typed or chosen in a form."""
    return any(value and name not in CARRIED for name, value in form.multi_items())


def discard(visit: PageRequest) -> Response:
    """Let go of what is kept for a page, and go back to it."""
    address = own_path(visit.text("next"))
    visit.engine.kept_forms.forget(visit.actor, address)
    return visit.redirect(address)


def fields_of(visit: PageRequest, actor: Actor) -> list[tuple[str, str]]:
    """The posted fields without secrets; an upload is the id of the file that was taken in."""
    fields: list[tuple[str, str]] = []
    beyond: Counter[str] = Counter()
    for name, value in visit.posted.multi_items():
        if isinstance(value, UploadFile):
            fields += _upload(visit, actor, name, value, beyond)
        elif name not in SECRETS:
            fields.append((name, value))
    return fields


def _upload(
    visit: PageRequest, actor: Actor, name: str, upload: UploadFile, beyond: Counter[str]
) -> list[tuple[str, str]]:
    """A file as the hidden field of its control; what is no file of ours was told as a fault before."""
    if not upload.filename or not name.endswith(".upload"):
        return []
    control = name.removesuffix(".upload")
    number = beyond[name]
    beyond[name] += 1
    file: str | None = None
    with suppress(SopError):
        file = keep_file(visit, upload, f"{name}.{number}", actor=actor)
    if file is None:
        return []
    list_name, _, place = control.rpartition(".")
    if not place.isdecimal():
        return [(control, file)]
    if number == 0:
        return [(f"{control}.file", file)]
    # Several files out of one control: each further one is a piece of evidence of its own, of the same kind.
    further = f"{list_name}.{500 + 20 * int(place) + number}"
    return [(f"{further}.file", file), (f"{further}.kind", visit.text(f"{control}.kind"))]


def _stored(error: SopError) -> Refusal:
    if isinstance(error, KeyReused):
        error = InvalidInput(
            Text(
                "Halaman ini sudah pernah dikirim. Periksa keadaannya sekarang,"
                " lalu ulangi bila masih perlu.",
                "This page was sent before. Look at how things stand now, and repeat if it is still needed.",
            )
        )
    faults = [(one.path, one.message) for one in error.errors] if isinstance(error, InvalidInput) else []
    if isinstance(error, DefinitionError):
        faults = [("", problem.message) for problem in error.problems]
    return {
        "said": (error.message.indonesian, error.message.english),
        "faults": [(path, said.indonesian, said.english) for path, said in faults],
    }


def _restored(refusal: Refusal | None) -> InvalidInput | None:
    if refusal is None:
        return None
    faults = [FieldError(path, Text(said, english)) for path, said, english in refusal["faults"]]
    return InvalidInput(Text(*refusal["said"]), errors=faults)


PAGES = (("/discard", None, discard),)
