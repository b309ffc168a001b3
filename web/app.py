"""All pages as one application below the API: it answers what the routes of the API leave over."""

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Match, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import auth
from api.errors import NoSuchMethod, NotSignedIn, UnexpectedFault
from engine.engine import Engine
from engine.errors import InvalidInput, NotFound, SopError
from engine.text.bilingual import Text
from web import (
    absence,
    account,
    accounts,
    batch,
    calendars,
    case_file,
    case_start,
    cases,
    exports,
    files,
    findings,
    guide,
    inbox,
    insight,
    installed,
    invitation,
    kept,
    monitoring,
    notices,
    operation,
    organisation,
    organisation_changes,
    preferences,
    reassessment,
    register_imports,
    registers,
    schedules,
    second_factor,
    session,
    single_sign_on,
    sop_drafts,
    sop_editor,
    sop_lifecycle,
    sop_links,
    sop_trial,
    sops,
    staff_import,
    style,
    takeover,
    tasks,
    teams,
    timing_log,
    tokens,
    unit_board,
    verification,
    what_if,
)
from web.page_endpoint import Page, PageEndpoint
from web.page_request import PageRequest, own_path, visit_of
from web.refusals import error_page
from web.static_files import KeptFiles
from web.templating import STATIC

if TYPE_CHECKING:
    from identity.oidc import Provider

NOT_PAGES = ("/api/", "/healthz", "/readyz", "/metrics")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self';"
    " img-src 'self' data:; frame-src 'self'; form-action 'self'; manifest-src 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)

log = logging.getLogger("alur.pages")

# (path, GET, POST); what is not a door is for whoever has signed in, whatever its own function asks.
DOORS: tuple[Page, ...] = (
    *session.PAGES,
    *single_sign_on.PAGES,
    *invitation.PAGES,
    *verification.PAGES,
    *installed.DOORS,
)
PAGES: tuple[Page, ...] = (
    *DOORS,
    *inbox.PAGES,
    *batch.PAGES,
    *unit_board.PAGES,
    *case_start.PAGES,
    *schedules.PAGES,
    *calendars.PAGES,
    *cases.PAGES,
    *case_file.PAGES,
    *tasks.PAGES,
    *sop_drafts.PAGES,
    *sop_links.PAGES,
    *sop_editor.PAGES,
    *sop_trial.PAGES,
    *sop_lifecycle.PAGES,
    *what_if.PAGES,
    *sops.PAGES,
    *takeover.PAGES,
    *reassessment.PAGES,
    *timing_log.PAGES,
    *insight.PAGES,
    *findings.PAGES,
    *monitoring.PAGES,
    *exports.PAGES,
    *notices.PAGES,
    *operation.PAGES,
    *account.PAGES,
    *absence.PAGES,
    *second_factor.PAGES,
    *tokens.PAGES,
    *accounts.PAGES,
    *preferences.PAGES,
    *kept.PAGES,
    *files.PAGES,
    *organisation.PAGES,
    *organisation_changes.PAGES,
    *teams.PAGES,
    *staff_import.PAGES,
    *guide.PAGES,
    *style.PAGES,
    *registers.PAGES,
    *register_imports.PAGES,
)

# Files to save are sent while they are read: they hold no snapshot.
TO_SAVE: tuple[Page, ...] = (*files.PAGES[:2], *timing_log.PAGES[1:], *exports.PAGES, registers.PAGES[2])


def add_pages(app: FastAPI, engine: Engine, provider: "Provider | None" = None) -> None:
    """Let the pages answer every path that no route of the application has.

    ``provider`` is where people may sign in without a password of ours.
    """
    app.state.provider = provider
    pages, otherwise = Pages(engine, app), app.router.default

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        no_page = scope["type"] != "http" or _is_no_page(scope["path"])
        await (otherwise if no_page else pages.app)(scope, receive, send)

    app.router.default = answer
    app.state.refusal_page = pages.refused_before


class Pages:
    """The routes of all pages, and every refusal as a page."""

    def __init__(self, engine: Engine, app: FastAPI) -> None:
        self.engine = engine
        self.app = Starlette(
            routes=[Mount("/static", KeptFiles(directory=STATIC)), *map(self._route, PAGES)],
            middleware=[Middleware(_Guard, pages=self)],
            exception_handlers={SopError: self._sop_error, HTTPException: self._of_framework},
        )
        self.app.router.redirect_slashes = False
        self.app.state = app.state

    def refusal(self, error: SopError, connection: HTTPConnection) -> Response:
        """A refusal as a page; who is not signed in goes to sign in, and comes back to what was read."""
        if isinstance(error, NotSignedIn) and connection.scope["path"] != "/sign-in":
            reading = connection.scope["method"] in auth.SAFE_METHODS
            path = connection.url.path
            back = f"{path}?{connection.url.query}".rstrip("?") if reading else self._address(path)
            shown = PageRequest(Request(connection.scope), self.engine, None, False, "")
            return shown.redirect("/sign-in", next=own_path(back), said=None if reading else "ended")
        visit = visit_of(Request(connection.scope), self.engine)
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
        visit = visit_of(Request(connection.scope), self.engine)
        response = error_page(replace(visit, caller=None), error)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    def fault(self, connection: HTTPConnection, number: str) -> Response:
        """The page of a fault of the program, which the log has under this number."""
        said = f"Kesalahan program. Sampaikan nomor ini: {number}"
        return self.refusal(
            UnexpectedFault(Text(said, f"A fault of the program. Tell this number: {number}")), connection
        )

    # --- inside ---

    def _route(self, page: Page) -> Route:
        endpoint = PageEndpoint(self.engine, page, page in DOORS, page in TO_SAVE, self._address)
        methods = [name for name, handler in zip(("GET", "POST"), page[1:], strict=True) if handler]
        return Route(page[0], endpoint.answer, methods=methods)

    def _address(self, path: str) -> str:
        """The page that a form belongs to: its own address, or the nearest one above that can be read."""
        routes = self.app.router.routes
        while path:
            scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
            if any(route.matches(scope)[0] is Match.FULL for route in routes):
                return path
            path = path.rpartition("/")[0]
        return "/"

    def _sop_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, SopError)  # noqa: S101 - it is registered for these
        return self.refusal(error, request)

    def _of_framework(self, request: Request, error: Exception) -> Response:
        """What the framework refuses by itself: an unknown path or method, a form that cannot be read."""
        assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
        if error.status_code == 404:
            return self.refusal(NotFound(Text("Halaman ini tidak ada.", "There is no such page.")), request)
        if error.status_code == 405:
            said = Text("Alamat ini tidak dapat dibuka seperti itu.", "This address cannot be opened so.")
            return self.refusal(NoSuchMethod(said, allow=(error.headers or {}).get("Allow", "GET")), request)
        unread = Text("Formulir ini tidak dapat dibaca.", f"This form cannot be read: {error.detail}")
        return self.refusal(InvalidInput(unread), request)


class _Guard:
    """Around every page: what a browser may do with it, and a fault of the program as a page."""

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self.app, self.pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message).setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except Exception:
            if begun:
                raise
            number = str(scope.get("state", {}).get("request_id", ""))
            log.exception("fault", extra={"request_id": number})
            response = await run_in_threadpool(self.pages.fault, Request(scope), number)
            await response(scope, receive, guarded)


def _is_no_page(path: str) -> bool:
    return path == "/api" or path.startswith(NOT_PAGES)
