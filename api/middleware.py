"""What every request passes first: a safe connection, who is asking, how fast, from where, how much.

Also what every answer carries: a request id and the headers that keep browsers careful.
"""

import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import auth
from api.admission import Admission, Turn
from api.auth import Caller
from api.bodies import ClientGone, whole_body
from api.errors import InsecureConnection, NotBegun, UnexpectedFault, problem
from api.limits import UNDER_WAY, AtOnce, too_many
from api.role_permissions import require_right
from documents.intake.archive import MOST_BYTES as LARGEST_PAPER
from engine.access.rate_limit import RateLimit
from engine.commands.accounts.sign_in import SignIn
from engine.errors import FieldError, InvalidInput, NotFound, SopError, Unavailable
from engine.sop.registers.sheet import MOST_BYTES as LARGEST_IMPORT
from engine.store.files import LIMIT as LARGEST_FILE
from engine.text.bilingual import Text

PREFIX = "/api/v1/"
# What nobody has to be signed in for: signing in, and setting a password with a one-time link.
OPEN = frozenset({("POST", "/api/v1/session")})
OPEN_LINK = re.compile(r"/api/v1/invitations/[A-Za-z0-9_-]{1,100}")
# What the interface is, for everybody.
DESCRIPTION = "/api/v1/openapi.json"
# Watched from outside, often over plain http inside a network; they hold no personal data.
STATIC = "/static/"
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
# Pages ask these by themselves, so they do not show that somebody is there.
UNATTENDED = frozenset({"/api/v1/events/inbox"})
# Watchdogs must see a busy process; streams stay open for long and do little.
FREE = PROBES | UNATTENDED

LARGEST_BODY = 1024 * 1024
LARGEST_DEFINITION = 256 * 1024
MULTIPART_MARGIN = 64 * 1024
REGISTER_IMPORT = re.compile(r"/api/v1/registers/[^/]+/imports")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?", re.I)

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"

log = logging.getLogger("alur.http")


class Gate:
    """ASGI middleware around the whole application, pages included."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        sign_in: SignIn,
        rate: RateLimit,
        admission: Admission,
        is_begun: Callable[[], bool],
    ) -> None:
        self.app = app
        self.sign_in = sign_in
        self.admission = admission
        self.under_way = AtOnce(UNDER_WAY)
        self.rate = rate
        self.is_begun = is_begun
        self._begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        turn = self.admission.turn(scope["method"], scope["path"])
        answering = _Answering(connection, send, turn)
        scope.setdefault("state", {})["request_id"] = answering.request_id
        try:
            if scope["path"] not in FREE:
                await turn.take()
            await self._check(connection)
            caller: Caller | None = scope["state"].get("caller")
            with self.under_way.one_more(caller.actor.account) if caller else nullcontext():
                async with self._body_of(connection, turn, receive) as body:
                    await self.app(scope, body, answering)
        except ClientGone:
            log.info("the client left before its request was whole")
        except SopError as error:
            await answering.refuse(error)
        except Exception:
            log.exception("fault", extra={"request_id": answering.request_id})
            await answering.refuse(
                UnexpectedFault(
                    Text(
                        f"Kesalahan program. Sampaikan nomor ini: {answering.request_id}",
                        f"a fault of the program; tell this id: {answering.request_id}",
                    )
                )
            )
        finally:
            turn.give_back()

    async def _check(self, connection: HTTPConnection) -> None:
        """Note who is asking, None for nobody; raises what refuses the request."""
        scope = connection.scope
        method, path = scope["method"], scope["path"]
        if path in PROBES or path == DESCRIPTION:
            return
        if scope["scheme"] != "https" and not LOOPBACK.fullmatch(connection.headers.get("host", "")):
            raise InsecureConnection(
                Text(
                    "Gunakan https; http biasa hanya untuk komputer ini sendiri.",
                    "use https; plain http is for this machine only",
                )
            )
        if not path.startswith(STATIC):
            await self._require_begun()
        caller = None
        if auth.has_credentials(connection):
            alive = path not in UNATTENDED
            caller = await run_in_threadpool(auth.identify, connection, self.sign_in, alive=alive)
        scope["state"]["caller"] = caller
        is_api = path.startswith(PREFIX) or path == PREFIX.rstrip("/")
        unsafe = method not in auth.SAFE_METHODS
        is_open = (method, path) in OPEN or (method == "POST" and OPEN_LINK.fullmatch(path) is not None)
        if is_api and caller is None and not is_open:
            raise auth.not_signed_in()
        if caller is not None and not self.rate.admits(caller.actor.account):
            raise too_many()
        if unsafe:
            if auth.bearer_secret(connection) is None:
                auth.require_own_origin(connection, self.sign_in.context.public_url)
            if caller is not None:
                auth.require_scope(caller, method)
                if is_api and caller.session is not None and not is_open:
                    auth.require_csrf_token(connection, caller.session)
                # A role that sleeps gives no right, and takes away as if it were awake.
                require_right(caller.person.system_roles | caller.person.dormant, method, path)
        _require_sayable(scope)

    async def _require_begun(self) -> None:
        """Nothing is offered before somebody has set the office up on its host."""
        if not self._begun:
            try:
                self._begun = await run_in_threadpool(self.is_begun)
            except Unavailable:
                return  # whatever needs the database says so itself
        if not self._begun:
            raise NotBegun(
                Text(
                    "Kantor ini belum disiapkan. Jalankan `alur init` di peladen, lalu buka halaman"
                    " ini lagi. Tidak ada akun bawaan, dan penyiapan lewat web tidak ada.",
                    "this office is not set up: run `alur init` on its host. There is no default"
                    " account and no set-up over the web",
                )
            )

    @asynccontextmanager
    async def _body_of(
        self, connection: HTTPConnection, turn: Turn, receive: Receive
    ) -> AsyncIterator[Receive]:
        """The request's body, waited for without a place; that of a question is nobody's concern."""
        if connection.scope["method"] in auth.SAFE_METHODS:
            yield receive
            return
        turn.give_back()
        known = connection.scope["state"].get("caller") is not None
        limit = _limit_of(connection.scope["path"]) if known else LARGEST_BODY
        announced = connection.headers.get("content-length", "0")
        async with whole_body(receive, announced, limit) as again:
            await turn.take()
            yield again


class _Answering:
    """Sends an answer with its headers, and knows whether it has begun.

    With the first piece of it the work is done: its place is free while the client reads.
    """

    def __init__(self, connection: HTTPConnection, send: Send, turn: Turn) -> None:
        given = connection.headers.get("x-request-id", "")
        self.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        self._connection = connection
        self._send = send
        self._turn = turn
        self._begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._connection.scope["scheme"] == "https":
                headers.setdefault("Strict-Transport-Security", HSTS)
            headers["X-Request-ID"] = self.request_id
        else:
            self._turn.give_back()
        await self._send(message)

    async def refuse(self, error: SopError) -> None:
        if self._begun:
            return

        async def unread() -> Message:
            return {"type": "http.disconnect"}

        await problem(error, self._connection)(self._connection.scope, unread, self)


def _limit_of(path: str) -> int:
    if path == f"{PREFIX}files":
        return LARGEST_FILE + MULTIPART_MARGIN
    if REGISTER_IMPORT.fullmatch(path):
        return LARGEST_IMPORT + MULTIPART_MARGIN
    if path == f"{PREFIX}definitions/import":
        return LARGEST_PAPER + MULTIPART_MARGIN
    if path.startswith(PREFIX):
        return LARGEST_DEFINITION if path.startswith(f"{PREFIX}definitions") else LARGEST_BODY
    # Pages send their forms with the files in them.
    return LARGEST_FILE + MULTIPART_MARGIN + LARGEST_BODY


def _require_sayable(scope: Scope) -> None:
    if "\x00" in scope["path"]:
        raise NotFound(Text("Alamat ini tidak ada.", "no such path"))
    if b"%00" in scope.get("query_string", b"") or b"\x00" in scope.get("query_string", b""):
        said, english = "Memuat karakter yang tidak sah.", "Contains characters that are not allowed."
        raise InvalidInput(Text(said, english), errors=[FieldError("", Text(said, english))])
