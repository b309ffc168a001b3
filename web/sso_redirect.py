"""On to the identity provider and back: the page that leads there, and what the browser keeps meanwhile.

A form may not redirect to another site (Content-Security-Policy), so a page of ours leads on by itself.
"""

from typing import TYPE_CHECKING

from starlette.responses import Response

from api import cookies
from engine.errors import NotFound
from engine.text.bilingual import Text
from identity.attempt import MINUTES, Attempt, not_begun_here, sealed, unsealed
from web.page_request import PageRequest

if TYPE_CHECKING:
    from identity.oidc import Provider

COOKIE = "alur_attempt"


def provider_of(visit: PageRequest) -> "Provider":
    """The provider that is set up; without one there are no such pages."""
    if visit.provider is None:
        raise NotFound(Text("Halaman ini tidak ada.", "There is no such page."))
    return visit.provider


def onward(visit: PageRequest, url: str, why: str, *, back: str | None = None) -> Response:
    """The page that leads to the provider: at once, and by a link where the browser does not follow."""
    return visit.page("onward.html", url=url, why=why, back=back)


def keep_attempt(visit: PageRequest, response: Response, content: str) -> None:
    cookies.put(response, visit.request, COOKIE, content, seconds=MINUTES * 60)


def content_of(visit: PageRequest, attempt: Attempt) -> str:
    """What this browser keeps of an attempt: sealed. Raises `KeyMissing`."""
    return sealed(attempt, provider_of(visit).registration.issuer, visit.engine.context.keyring)


def attempt_of(visit: PageRequest) -> Attempt:
    """The attempt that this browser began. Raises `NotProven`."""
    content = cookies.read(visit.request, COOKIE)
    if content is None:
        raise not_begun_here()
    office = visit.engine.context
    return unsealed(content, provider_of(visit).registration.issuer, office.keyring, office.machine_clock)


def forget_attempt(visit: PageRequest, response: Response) -> None:
    cookies.drop(response, visit.request, COOKIE)
