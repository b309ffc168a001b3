"""All pages as one ASGI application that answers what the API's routes leave over."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from api import auth, cookies
from api.auth import Caller
from api.errors import Forged, NoSuchMethod, NotSignedIn, UnexpectedFault
from engine.engine import Engine
from engine.errors import InvalidInput, NotFound, SopError
from engine.text.bilingual import Text
from web import (
    absence,
    account,
    accounts,
    calendars,
    case_start,
    cases,
    files,
    inbox,
    invitation,
    notices,
    operation,
    preferences,
    reassessment,
    schedules,
    second_factor,
    session,
    single_sign_on,
    takeover,
    tasks,
    timing_log,
    tokens,
)
from web.kept import MARK_FIELD, KeptRedirect, keep, kept
from web.page_request import CSRF_FIELD, LANGUAGE_COOKIE, PageRequest, own_path
from web.refusals import error_page, handed_back
from web.templating import STATIC

if TYPE_CHECKING:
    from identity.oidc import Provider

VISITOR_COOKIE = "alur_visitor"
NOT_PAGES = ("/api/", "/healthz", "/readyz", "/metrics")
MOST_FIELDS, MOST_FILES = 20_000, 200
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
Handler = Callable[[PageRequest], Response]
Endpoint = Callable[[Request], Awaitable[Response]]

log = logging.getLogger("alur.pages")

# (path, GET, POST); what is not a door is for whoever has signed in, whatever its own function asks.
Page = tuple[str, Handler | None, Handler | None]
DOORS: tuple[Page, ...] = (*session.PAGES, *single_sign_on.PAGES, *invitation.PAGES)
PAGES: tuple[Page, ...] = (
    *DOORS,
    *inbox.PAGES,
    *case_start.PAGES,
    *schedules.PAGES,
    *calendars.PAGES,
    *cases.PAGES,
    *tasks.PAGES,
    *takeover.PAGES,
    *reassessment.PAGES,
    *timing_log.PAGES,
    *notices.PAGES,
    *operation.PAGES,
    *account.PAGES,
    *absence.PAGES,
    *second_factor.PAGES,
    *tokens.PAGES,
    *accounts.PAGES,
    *preferences.PAGES,
    *files.PAGES,
)


# Pages that draw what was typed again: what is refused there is kept, and the browser goes back to the page.
KEEPING: tuple[Page, ...] = (*case_start.PAGES, *cases.PAGES, *tasks.PAGES, schedules.PAGES[-1])

# Files to save are sent while they are read: they hold no snapshot.
TO_SAVE: tuple[Page, ...] = (*files.PAGES, *timing_log.PAGES[1:])


def add_pages(app: FastAPI, engine: Engine, provider: "Provider | None" = None) -> None:
    """Let the pages answer every path that no route of the application has.

    ``provider`` is where people may sign in without a password of ours.
    """
    app.state.provider = provider
    pages = Pages(engine, app)
    app.router.default = pages
    app.state.refusal_page = pages.refused_before


class _Static(StaticFiles):
    """Static files under addresses that change with their content."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        response = super().file_response(*given, **named)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class _Page(Route):
    """The route of one page."""

    def __init__(self, path: str, endpoint: Endpoint, methods: list[str]) -> None:
        super().__init__(path, endpoint, methods=methods)
        self.endpoint: Endpoint = endpoint


class Pages:
    """Finds the page of a path, checks its form, and shows every refusal as a page."""

    def __init__(self, engine: Engine, app: FastAPI) -> None:
        self.engine = engine
        self.otherwise = app.router.default
        self.routes: list[Mount | _Page] = [
            Mount("/static", _Static(directory=STATIC)),
            *(_Page(page[0], self._endpoint(page), _methods(page)) for page in PAGES),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_no_page(scope["path"]):
            await self.otherwise(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request, scope, receive, send)
        except SopError as error:
            response = await run_in_threadpool(self.refusal, error, request)
        except Exception:
            number = str(scope.get("state", {}).get("request_id", ""))
            log.exception("fault", extra={"request_id": number})
            fault = UnexpectedFault(
                Text(
                    f"Kesalahan program. Sampaikan nomor ini: {number}",
                    f"A fault of the program. Tell this number: {number}",
                )
            )
            response = await run_in_threadpool(self.refusal, fault, request)
        if response is not None:
            await _guarded(response)(scope, receive, send)

    def refusal(self, error: SopError, connection: HTTPConnection) -> Response:
        """A refusal as a page; who is not signed in goes to sign in, and comes back to what was read."""
        if isinstance(error, NotSignedIn) and connection.scope["path"] != "/sign-in":
            reading = connection.scope["method"] in auth.SAFE_METHODS
            back = f"{connection.url.path}?{connection.url.query}".rstrip("?") if reading else "/inbox"
            shown = PageRequest(Request(connection.scope), self.engine, None, False, "")
            return shown.redirect("/sign-in", next=own_path(back), said=None if reading else "ended")
        visit = _visit(Request(connection.scope), self.engine, FormData())
        try:
            return self.engine.context.store.look(partial(error_page, visit, error))
        except SopError:  # such as a database that is away: nothing of the person can be shown
            return error_page(replace(visit, caller=None), error)

    def refused_before(self, error: SopError, connection: HTTPConnection) -> Response | None:
        """The same for what is refused before a page is found; None where no page was asked for.

        Runs where nothing may wait for the database, so the page does not know who is asking.
        """
        if _is_no_page(connection.scope["path"]):
            return None
        visit = _visit(Request(connection.scope), self.engine, FormData())
        return _guarded(error_page(replace(visit, caller=None), error))

    # --- inside ---

    async def _answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """The answer of a page; None for a static file, which answers by itself."""
        known: list[str] = []
        for route in self.routes:
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child, route=route)  # metrics and log lines name the route, not the path
                if isinstance(route, Mount):
                    await self._static(route, scope, receive, send)
                    return None
                return await route.endpoint(request)
            if match is Match.PARTIAL and isinstance(route, _Page):
                known += sorted(route.methods or ())
        if known:
            raise _no_such_method(known)
        raise NotFound(Text("Halaman ini tidak ada.", "There is no such page."))

    async def _static(self, mount: Mount, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await mount.app(scope, receive, send)
        except HTTPException:
            raise NotFound(Text("Berkas ini tidak ada.", "There is no such file.")) from None

    def _endpoint(self, page: Page) -> Endpoint:
        _, get, post = page

        async def endpoint(request: Request) -> Response:
            handler = get if request.method in auth.SAFE_METHODS else post
            assert handler is not None  # noqa: S101 - the route lists no other method
            if page not in DOORS and _caller_of(request) is None and (handler is get or page not in KEEPING):
                raise auth.not_signed_in()  # before a form of files is taken in
            if handler is get:
                return await run_in_threadpool(self._shown, page, request)
            async with request.form(
                max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=256 * 1024
            ) as form:
                return await run_in_threadpool(self._done, page, request, form)

        async def readable(request: Request) -> Response:
            try:
                return await endpoint(request)
            except HTTPException as error:
                raise InvalidInput(
                    Text("Formulir ini tidak dapat dibaca.", f"This form cannot be read: {error.detail}")
                ) from error

        return readable

    def _shown(self, page: Page, request: Request) -> Response:
        """A page as it is read, all of it in one snapshot."""
        drawn = partial(self._drawn, page, request)
        return drawn() if page in TO_SAVE else self.engine.context.store.look(drawn)

    def _drawn(self, page: Page, request: Request) -> Response:
        """A page with what is kept for it."""
        visit, show = _visit(request, self.engine, FormData()), page[1]
        assert show is not None  # noqa: S101 - the route lists GET
        if page not in KEEPING or visit.caller is None:
            return _known(visit, show(visit))
        found = kept(visit, request.url.path)
        try:
            return show(visit if found is None else replace(visit, kept=found, posted=found.form))
        except NotFound as error:
            if found is None:
                raise
            return handed_back(visit, error, found)

    def _done(self, page: Page, request: Request, posted: FormData) -> Response:
        """What a posted form does; what is refused is kept, and shown by the page that it belongs to."""
        visit, do = _visit(request, self.engine, posted), page[2]
        assert do is not None  # noqa: S101 - the route lists POST
        if page not in KEEPING:
            _require_own_form(visit)
            return _known(visit, do(visit))
        address = self._address(request.url.path)
        try:
            if visit.caller is None:
                raise auth.not_signed_in()
            _require_own_form(visit)
            response = do(visit)
        except SopError as error:
            return self._refused(visit, address, error)
        if not isinstance(response, KeptRedirect) and response.status_code == 303:
            self.engine.kept_forms.forget(visit.actor, address)
        return response

    def _refused(self, visit: PageRequest, address: str, error: SopError) -> Response:
        """Keep a refused form for whoever it is from; raises the refusal where nothing can be kept."""
        ended = isinstance(error, NotSignedIn | Forged)
        owner = self.engine.kept_forms.marked(visit.text(MARK_FIELD)) if ended else visit.actor
        if owner is None:
            raise error
        try:
            keep(visit, address, "ended" if ended else "refused", None if ended else error, owner=owner)
        except SopError:
            raise error from None
        if visit.caller is None:
            return visit.redirect("/sign-in", next=own_path(address), said="ended_kept")
        if owner.account != visit.actor.account:
            raise error
        return KeptRedirect(address)

    def _address(self, path: str) -> str:
        """The page that a form belongs to: its own address, or the nearest one above that can be read."""
        while path:
            scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
            if any(route.matches(scope)[0] is Match.FULL for route in self.routes):
                return path
            path = path.rpartition("/")[0]
        return "/inbox"


def _is_no_page(path: str) -> bool:
    return path == "/api" or path.startswith(NOT_PAGES)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def _visit(request: Request, engine: Engine, posted: FormData) -> PageRequest:
    caller = _caller_of(request)
    # Indonesian until somebody chooses: many office browsers are set to English by whoever installed them.
    english = cookies.read(request, LANGUAGE_COOKIE) == "en"
    secret = caller.session if caller else cookies.read(request, VISITOR_COOKIE)
    return PageRequest(request, engine, caller, english, secret or secrets.token_urlsafe(32), posted)


def _caller_of(request: Request) -> Caller | None:
    """Who is signed in to pages: with a session, for a token is for programs."""
    caller: Caller | None = request.scope.get("state", {}).get("caller")
    return caller if caller is not None and caller.session is not None else None


def _known(visit: PageRequest, response: Response) -> Response:
    """An answer that lets a visitor's forms be told from those of others before anybody has signed in."""
    if visit.caller is None and cookies.read(visit.request, VISITOR_COOKIE) != visit.secret:
        cookies.put(response, visit.request, VISITOR_COOKIE, visit.secret)
    return response


def _require_own_form(visit: PageRequest) -> None:
    given = visit.text(CSRF_FIELD)
    if not auth.is_csrf_token(given, visit.secret):
        raise Forged(
            Text(
                "Formulir ini sudah kedaluwarsa. Buka lagi halamannya, lalu ulangi.",
                "This form has expired. Open its page again and repeat.",
            )
        )


def _methods(page: Page) -> list[str]:
    _, get, post = page
    return [*(["GET"] if get else []), *(["POST"] if post else [])]


def _no_such_method(known: list[str]) -> NoSuchMethod:
    return NoSuchMethod(
        Text("Alamat ini tidak dapat dibuka seperti itu.", "This address cannot be opened so."),
        allow=", ".join(dict.fromkeys(known)),
    )
