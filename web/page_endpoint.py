"""What one page answers: it is read with what is kept for it, and its form is done or kept."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api import auth, cookies
from api.errors import Forged, NotSignedIn
from engine.access.actor import Actor
from engine.engine import Engine
from engine.errors import NotAllowed, NotFound, SopError
from engine.text.bilingual import Text
from web.kept import MARK_FIELD, KeptRedirect, autosave, form_name, keep, kept
from web.page_request import CSRF_FIELD, VISITOR_COOKIE, PageRequest, own_path, visit_of
from web.refusals import handed_back

AUTOSAVE = "autosave"
MOST_FIELDS, MOST_FILES = 20_000, 200
Handler = Callable[[PageRequest], Response]
Page = tuple[str, Handler | None, Handler | None]
"""An address and what it does when it is read and when a form is posted to it."""


@dataclass(frozen=True)
class PageEndpoint:
    """The functions of one page; every form is kept but that of a door, which nobody has passed yet."""

    engine: Engine
    page: Page
    is_door: bool
    is_to_save: bool
    address_of: Callable[[str], str]

    async def answer(self, request: Request) -> Response:
        if request.method in auth.SAFE_METHODS:
            return await run_in_threadpool(self._shown, request)
        async with request.form(
            max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=256 * 1024
        ) as form:
            return await run_in_threadpool(self._done, request, form)

    def _shown(self, request: Request) -> Response:
        """A page as it is read, all of it in one snapshot."""
        drawn = partial(self._drawn, request)
        return drawn() if self.is_to_save else self.engine.context.store.look(drawn)

    def _drawn(self, request: Request) -> Response:
        """A page with what is kept for it."""
        visit, show = visit_of(request, self.engine), self.page[1]
        assert show is not None  # noqa: S101 - the route lists GET
        if self.is_door:
            return _known(visit, show(visit))
        kept_form = kept(visit, request.url.path)
        if kept_form is None:
            return show(visit)
        try:
            response = show(replace(visit, kept=kept_form, posted=kept_form.form))
        except (NotFound, NotAllowed) as error:
            return handed_back(visit, error, kept_form)
        for form in kept_form.empty:
            self.engine.kept_forms.forget(visit.actor, request.url.path, form)
        return response

    def _done(self, request: Request, posted: FormData) -> Response:
        """What a posted form does; what is refused is kept, and shown by the page that it belongs to."""
        visit, do = visit_of(request, self.engine, posted), self.page[2]
        assert do is not None  # noqa: S101 - the route lists POST
        if self.is_door:
            return self._through_door(visit, do)
        address = self.address_of(request.url.path)
        try:
            if visit.caller is None:
                raise auth.not_signed_in()
            _require_own_form(visit)
            response = autosave(visit, address) if visit.text("do") == AUTOSAVE else do(visit)
        except SopError as error:
            return self._refused(visit, address, error)
        except Exception:
            self._keep_quietly(visit, address)
            raise
        if not isinstance(response, KeptRedirect) and response.status_code == 303:
            self._forget(visit, address)
        return response

    def _through_door(self, visit: PageRequest, do: Handler) -> Response:
        """A form of whoever need not be signed in; one that has expired is no dead end."""
        try:
            _require_own_form(visit)
        except Forged:
            if self.page[1] is not None:
                raise
            return visit.redirect(self.address_of(visit.request.url.path), said="expired")
        return _known(visit, do(visit))

    def _refused(self, visit: PageRequest, address: str, error: SopError) -> Response:
        """Keep a refused form for whoever it is from; raises the refusal where nothing can be kept."""
        ended = isinstance(error, NotSignedIn | Forged)
        owner = self._owner(visit) if ended else visit.actor
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

    def _owner(self, visit: PageRequest) -> Actor | None:
        return self.engine.kept_forms.marked(visit.text(MARK_FIELD))

    def _keep_quietly(self, visit: PageRequest, address: str) -> None:
        """Keep the form that met a fault of the program, where that can be done."""
        with suppress(Exception):  # the first fault is the one to tell
            keep(visit, address, "ended")

    def _forget(self, visit: PageRequest, address: str) -> None:
        """Let go of what was kept, once the same form was done: others of its page stay."""
        kept_forms, form = self.engine.kept_forms, form_name(visit, address)
        if form in kept_forms.kept(visit.actor, address):
            kept_forms.forget(visit.actor, address, form)


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
