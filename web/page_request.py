"""One request for a page: who asks, in which language, what was posted, and how a page answers."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api import auth, cookies
from api.auth import Caller
from api.dependencies import make_key
from api.schemas.parts import Shape
from api.validation_errors import as_invalid_input
from engine.access.actor import Actor
from engine.audit.act import Json
from engine.commands.accounts.sessions import derived
from engine.engine import Engine
from engine.errors import FieldError, InvalidInput
from engine.organisation.model import ADMIN, APART, AUDITOR
from engine.store import IdempotencyKey
from engine.text.bilingual import Text
from engine.views.screens import Office
from web import navigation
from web.forms.periods import written_period
from web.localizer import Localizer
from web.templating import TEMPLATES

if TYPE_CHECKING:
    from identity.oidc import Provider
    from web.kept import Kept

Query = TypeVar("Query", bound=Shape)
CHUNK = 64 * 1024
LONGEST_QUERY = 1_000
LANGUAGE_COOKIE = "alur_language"
VISITOR_COOKIE = "alur_visitor"
SAID_COOKIE = "alur_said"
DENSITY_COOKIE = "alur_density"
CSRF_FIELD, KEY_FIELD, VERSION_FIELD, REVISION_FIELD = "csrf", "key", "version", "kept"
KEY = re.compile(r"[!-~]{1,100}")
OUTSIDE = ZoneInfo("Asia/Makassar")
# A path of our own: no scheme, no host, nothing that a browser would read as one.
OWN_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
WATCHERS = frozenset({ADMIN, AUDITOR})
"""Who is told on every page that the log is in doubt."""


@dataclass(frozen=True)
class PageRequest:
    """What a page needs; made before the page's own function runs in a thread."""

    request: Request
    engine: Engine
    caller: Caller | None
    english: bool
    secret: str
    """What CSRF tokens are derived from: the session, or before signing in a cookie of its own."""
    posted: FormData = field(default_factory=FormData)
    kept: "Kept | None" = None
    """What was sent with this page before and could not be done yet."""

    @property
    def actor(self) -> Actor:
        """Who is signed in; NotSignedIn for nobody."""
        if self.caller is None:
            raise auth.not_signed_in()
        return self.caller.actor

    @property
    def provider(self) -> "Provider | None":
        """Where people may sign in without a password of ours."""
        provider: Provider | None = getattr(self.request.app.state, "provider", None)
        return provider

    @cached_property
    def office(self) -> Office:
        """What the ids of the agency are called."""
        return self.engine.queries.screens.office_of(self.actor)

    @cached_property
    def words(self) -> Localizer:
        zone = ZoneInfo(self.office["timezone"]) if self.caller else OUTSIDE
        return Localizer(english=self.english, zone=zone, now=self.engine.context.clock.now())

    def query(self, name: str) -> str | None:
        """A query parameter, None when it is empty; InvalidInput when no page makes one as long."""
        text = self.request.query_params.get(name, "").strip()
        if len(text) > LONGEST_QUERY:
            said, english = f"Paling panjang {LONGEST_QUERY} huruf.", f"At most {LONGEST_QUERY} characters."
            raise InvalidInput(
                Text(f"{name}: {said}", f"{name}: {english}"),
                errors=[FieldError(name, Text(said, english))],
            )
        return text or None

    def asked(self, kind: type[Query]) -> Query:
        """What a list is asked for, as the interface of programs takes it; InvalidInput for anything else."""
        given = {name: text for name in self.request.query_params if (text := self.query(name))}
        year, part = given.pop("period.year", ""), given.pop("period.part", "")
        if year or part:
            given["period"] = written_period(year, part)
        try:
            return kind.model_validate(given)
        except ValidationError as error:
            raise as_invalid_input(error) from error

    def text(self, name: str) -> str:
        """A posted text field; empty when it is missing or a file."""
        value = self.posted.get(name, "")
        return value if isinstance(value, str) else ""

    def version(self) -> int | None:
        """The version that the posted page showed."""
        text = self.text(VERSION_FIELD)
        return int(text) if text.isdecimal() and len(text) < 18 else None

    def key(self, part: str = "") -> IdempotencyKey | None:
        """The key of the posted page, or of one part of it: the same form sent twice has one effect."""
        key = self.text(KEY_FIELD)
        if not KEY.fullmatch(key):
            return None
        named = hashlib.sha256(part.encode("utf-8", "replace")).hexdigest()[:32] if part else ""
        return make_key(self.request, self.engine, self.actor, f"page:{key}:{named}", self._digest)

    @cached_property
    def _digest(self) -> bytes:
        digest = hashlib.sha256()
        for piece in _pieces(self.posted):
            digest.update(len(piece).to_bytes(8, "big"))
            digest.update(piece)
        return digest.digest()

    # --- answers ---

    def page(self, template: str, status: int = 200, /, **context: Any) -> Response:
        """A page of this person."""
        around: dict[str, Any] = {"w": self.words, "_": self.words.say, **self._around(), **context}
        html = TEMPLATES.get_template(template).render(around)
        language = "en" if self.english else "id"
        response = HTMLResponse(html, status, {"Content-Language": language, "Vary": "Cookie"})
        if cookies.read(self.request, SAID_COOKIE) is not None:
            cookies.drop(response, self.request, SAID_COOKIE)
        return response

    def turning(self, path: str, next: Json, kept: Mapping[str, str | None] | None = None) -> dict[str, Any]:
        """Where the ``next`` and the ``first`` page of a list are, with what was asked for ``kept``."""
        asked = {name: value for name, value in (kept or {}).items() if value}
        return {
            "next": f"{path}?{urlencode({**asked, 'cursor': next})}" if next else None,
            "first": f"{path}?{urlencode(asked)}".rstrip("?") if self.query("cursor") else None,
        }

    def redirect(
        self, path: str, /, *, said: str | None = None, about: str = "", **query: str | None
    ) -> Response:
        """Go on to a page of our own after something was done (303), which is ``said`` there once."""
        given = {name: value for name, value in query.items() if value is not None}
        response = RedirectResponse(f"{path}?{urlencode(given)}" if given else path, 303)
        if said is not None:
            cookies.put(response, self.request, SAID_COOKIE, f"{said}:{about}:{self._session_mark}")
        return response

    @cached_property
    def said(self) -> tuple[str, str]:
        """What the page before this one says that it has done, and about what; empty for nothing."""
        said, _, rest = (cookies.read(self.request, SAID_COOKIE) or "").partition(":")
        about, _, mark = rest.partition(":")
        return (said, about) if mark == self._session_mark else ("", "")

    @property
    def _session_mark(self) -> str:
        """By what one session is told from another; all who are not signed in are one."""
        return derived(self.secret, "said")[:16] if self.caller is not None else ""

    def _around(self) -> Mapping[str, Any]:
        """What every page shows: who is signed in, how much waits, the tokens of its forms."""
        around: dict[str, Any] = {
            "path": self.request.url.path,
            "here": own_path(f"{self.request.url.path}?{self.request.url.query}".rstrip("?")),
            "csrf": auth.csrf_token(self.secret),
            "new_key": lambda: secrets.token_urlsafe(16),
            "compact": cookies.read(self.request, DENSITY_COOKIE) == "compact",
            "said": self.said[0],
            "about": self.said[1],
            "mark": self.engine.kept_forms.mark(self.actor) if self.caller else "",
            "me": None,
            "look": None,
            "fault_list": (),
            "kept": None,
            "revision": self.kept.revision if self.kept else "",
            "provider": self.provider.registration.label if self.provider else None,
            "alarm": None,
            "doubt": None,
            "dormant": self.caller.person.dormant if self.caller else (),
        }
        if self.caller is not None:
            queries = self.engine.queries
            me, counts = queries.people.me(self.actor), queries.inbox.counts(self.actor)
            around |= {
                "me": me,
                "navigation": navigation.around(me),
                "works": not APART & set(me["system_roles"]),
                "office": self.office,
                "look": queries.looks.of(self.actor),
                "name_of": queries.screens.names_of(self.actor),
                "capacity_of": queries.screens.capacities_of(self.actor),
                "waiting": counts["inbox"],
                "alarm": queries.worker_health.alarm(self.actor) if ADMIN in me["system_roles"] else None,
                "doubt": self.engine.checkpoints.doubt() if WATCHERS & set(me["system_roles"]) else None,
                "unread": counts["unread"],
            }
        return around


def visit_of(request: Request, engine: Engine, posted: FormData | None = None) -> PageRequest:
    """A request as its page sees it."""
    caller: Caller | None = request.scope.get("state", {}).get("caller")
    if caller is not None and caller.session is None:
        caller = None  # a token is for programs
    # Indonesian until somebody chooses: many office browsers are set to English by whoever installed them.
    english = cookies.read(request, LANGUAGE_COOKIE) == "en"
    secret = caller.session if caller else cookies.read(request, VISITOR_COOKIE)
    return PageRequest(
        request, engine, caller, english, secret or secrets.token_urlsafe(32), posted or FormData()
    )


def own_path(text: str | None) -> str:
    """The path if it is one of ours, else Beranda: nobody is sent elsewhere."""
    if text and len(text) <= 500 and OWN_PATH.fullmatch(text) and not text.startswith("/sign-"):
        return text
    return "/"


def _pieces(posted: FormData) -> Iterator[bytes]:
    for name, value in posted.multi_items():
        if name == REVISION_FIELD:  # it moves on while somebody types
            continue
        yield name.encode("utf-8", "replace")
        if isinstance(value, UploadFile):
            yield (value.filename or "").encode("utf-8", "replace")
            while chunk := value.file.read(CHUNK):
                yield chunk
            value.file.seek(0)
        else:
            yield value.encode("utf-8", "replace")
