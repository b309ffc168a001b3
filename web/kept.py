"""What was typed and is not done yet: kept for its account, shown on its page, sent again or dropped.

No refused form stays at its own address: the browser goes on (303) to the page, which draws what is kept.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, cast

from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.errors import status_of
from engine.access.actor import Actor
from engine.audit.act import Json
from engine.commands.accounts.kept_forms import KeptForm, Refusal, revision_of
from engine.errors import DefinitionError, FieldError, InvalidInput, SopError, StaleVersion
from engine.store import KeyReused
from engine.text.bilingual import Text
from web.files import keep as keep_file
from web.page_request import CSRF_FIELD, KEY_FIELD, REVISION_FIELD, PageRequest, own_path

MARK_FIELD = "mark"
SECRETS = frozenset(
    {CSRF_FIELD, KEY_FIELD, MARK_FIELD, REVISION_FIELD, "password", "old_password", "again", "code"}
)
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
Fields = list[tuple[str, str | UploadFile]]
Why = Literal["refused", "ended", "unsent"]
"""``ended``: its session had ended; ``unsent``: something else was done with the page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a page: the fields of its forms, and of the last why, what was refused, and where to.

    ``empty`` names the forms of it in which nothing was typed.
    """

    form: FormData
    why: Why
    refusal: InvalidInput | None
    sent_to: str
    revision: str
    empty: tuple[str, ...] = ()


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
    revision: str | None = None,
) -> None:
    """Keep the posted form, or these fields of it, for whoever it is from; files become uploads."""
    actor = owner or visit.actor
    content: KeptForm = {
        "fields": list(fields_of(visit, actor) if fields is None else fields),
        "why": why,
        "sent_to": visit.request.url.path,
        "refusal": _stored(error) if error else None,
    }
    visit.engine.kept_forms.keep(actor, address, form_name(visit, address), content, revision=revision)


def form_name(visit: PageRequest, address: str) -> str:
    """Which form of its page was posted; those that carry its draft are one, whatever their button."""
    path = visit.request.url.path
    beside = path.startswith(f"{address}/") and not visit.text("draft")
    return path.removeprefix(f"{address}/") if beside else ""


def kept(visit: PageRequest, address: str) -> Kept | None:
    """What is kept for a page of this person; of what two forms name alike the last one stands."""
    stored = visit.engine.kept_forms.kept(visit.actor, address)
    if not stored:
        return None
    forms: dict[str, Fields] = {
        name: [(field, text) for field, text in form["fields"]] for name, form in stored.items()
    }
    fields: Fields = []
    for pairs in forms.values():
        there = {name for name, _ in fields}
        fields += [(name, text) for name, text in pairs if name not in there]
    last = next(iter(stored.values()))
    return Kept(
        FormData(fields),
        cast(Why, last["why"]),
        _restored(last["refusal"]),
        last["sent_to"],
        revision_of(stored),
        tuple(name for name, pairs in forms.items() if not is_typed(FormData(pairs))),
    )


def autosave(visit: PageRequest, address: str) -> Response:
    """Keep a form as it is being typed; where another window kept another text, both windows' are known."""
    fields = [pair for pair in fields_of(visit, visit.actor) if pair[0] != "do"]
    status, said = 200, ""
    try:
        keep(visit, address, "unsent", fields=fields, revision=visit.text(REVISION_FIELD))
        now = visit.engine.context.clock.now()
        said = visit.words.say("Isian tersimpan pukul {jam}.", jam=visit.words.clock(now))
    except StaleVersion as error:
        status, said = status_of(error), visit.words.text(error.message)
    there = visit.engine.kept_forms.kept(visit.actor, address)
    answer: dict[str, Json] = {"said": said, "kept": revision_of(there)}
    if status != 200:
        answer["fields"] = there[form_name(visit, address)]["fields"]
    return JSONResponse(answer, status)


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
    faults = (
        [(fault.path, fault.message) for fault in error.errors] if isinstance(error, InvalidInput) else []
    )
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
