"""Who is asking, as HTTP carries it: cookies, bearer tokens, the CSRF token and the checks of origin."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api import cookies
from api.errors import Forged, NotSignedIn
from engine.access.actor import Actor
from engine.commands.accounts.place import Place
from engine.commands.accounts.sessions import Person, derived
from engine.commands.accounts.sign_in import SignIn
from engine.errors import NotAllowed
from engine.text.bilingual import Text

LOOPBACK_COOKIE = "alur_session"
SECURE_COOKIE = f"{cookies.BOUND}{LOOPBACK_COOKIE}"
DEVICE_COOKIE = "alur_device"
DEVICE_SECONDS = 365 * 24 * 3600
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking; ``session`` is the secret of the cookie, None with a token."""

    person: Person
    session: str | None

    @property
    def actor(self) -> Actor:
        return self.person.actor

    @property
    def csrf_token(self) -> str | None:
        return csrf_token(self.session) if self.session is not None else None


def identify(connection: HTTPConnection, sign_in: SignIn, *, alive: bool = True) -> Caller | None:
    """Whose request this is; looks into the database. A token counts more than a cookie, even a bad one."""
    secret = bearer_secret(connection)
    if secret is not None:
        person = sign_in.person_of_token(secret)
        return Caller(person, None) if person else None
    session = session_secret(connection)
    known = sign_in.person_of_session(session, alive=alive) if session else None
    return Caller(known, session) if known else None


def has_credentials(connection: HTTPConnection) -> bool:
    return bearer_secret(connection) is not None or bool(session_secret(connection))


def bearer_secret(connection: HTTPConnection) -> str | None:
    """The token of an ``Authorization`` header; empty when the header is of another kind."""
    header = connection.headers.get("authorization")
    if header is None:
        return None
    kind, _, secret = header.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def session_secret(connection: HTTPConnection) -> str | None:
    return cookies.read(connection, LOOPBACK_COOKIE)


def csrf_token(session: str) -> str:
    """What a page of this session sends along with everything that changes something."""
    return derived(session, "csrf")


def require_own_origin(connection: HTTPConnection, public_url: str | None) -> None:
    """Forged where the browser says that another site made the request.

    Over https the address is the one that is set, where one is; what the request calls us proves nothing.
    """
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    own = f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    if public_url is not None and connection.url.scheme == "https":
        own = "{0.scheme}://{0.netloc}".format(urlsplit(public_url))
    if site not in (None, "same-origin", "none") or (origin is not None and origin.lower() != own.lower()):
        raise Forged(
            Text(
                "Permintaan ini tidak berasal dari halaman Alur sendiri.",
                f"the request came from another origin ({origin or site})",
            )
        )


def require_csrf_token(connection: HTTPConnection, session: str) -> None:
    """Forged where the header does not carry the token of this session."""
    if not is_csrf_token(connection.headers.get(CSRF_HEADER), session):
        raise Forged(
            Text(
                f"Kirim juga {CSRF_HEADER} dari jawaban GET /api/v1/me.",
                f"send the {CSRF_HEADER} that GET /api/v1/me gives",
            )
        )


def is_csrf_token(given: str | None, session: str) -> bool:
    # Hashed first, so that the comparison takes as long whatever is given.
    return given is not None and derived(given, "compare") == derived(csrf_token(session), "compare")


def require_scope(caller: Caller, method: str) -> None:
    if caller.person.scope == "read" and method not in SAFE_METHODS:
        raise NotAllowed(Text("Token ini hanya untuk membaca.", "this token may only read"))


def set_session_cookie(response: Response, request: HTTPConnection, secret: str) -> None:
    cookies.put(response, request, LOOPBACK_COOKIE, secret)


def clear_session_cookie(response: Response, request: HTTPConnection) -> None:
    cookies.drop(response, request, LOOPBACK_COOKIE)


def known_device(connection: HTTPConnection) -> str:
    """What this browser keeps of earlier sign-ins; empty where there was none."""
    return cookies.read(connection, DEVICE_COOKIE) or ""


def remember_device(response: Response, request: HTTPConnection, sign_in: SignIn, account: str) -> None:
    """Let the browser keep that this account has signed in there, with its password."""
    kept = sign_in.device_of(account, Place(device=known_device(request)))
    if kept is not None:
        cookies.put(response, request, DEVICE_COOKIE, kept, seconds=DEVICE_SECONDS)


def caller_of(request: HTTPConnection) -> Caller:
    """The caller that the gate has found."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        raise not_signed_in()
    return caller


def not_signed_in() -> NotSignedIn:
    return NotSignedIn(
        Text(
            "Masuk dahulu: sesi tidak ada atau sudah berakhir.",
            "sign in first: there is no session or token, or it has ended",
        )
    )
