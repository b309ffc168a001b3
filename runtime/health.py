"""What a watchdog asks for: whether the process lives, whether it can work, what it has counted.

Outside ``/api/v1`` and without sign-in; no answer here holds personal data.
"""

import hmac
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.context import Context
from engine.errors import SopError
from engine.queries.worker.operation import OperationQueries
from migrations import current_revision, newest_revision
from runtime.database_probe import database_file
from runtime.observability import Metrics
from runtime.settings import Settings

RETRY = {"Retry-After": "2"}
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


class Health:
    """The three answers of one system."""

    def __init__(self, settings: Settings, office: Context, metrics: Metrics) -> None:
        self._settings = settings
        self._office = office
        self._metrics = metrics
        self._file: tuple[int, int] | None = None

    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.alive, include_in_schema=False),
            Route("/readyz", self.ready, include_in_schema=False),
            Route("/metrics", self.counted, include_in_schema=False),
        ]

    async def alive(self, _: Request) -> Response:
        """The process answers; that is all."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """The database answers, has this program's schema, and deadlines are watched; 503 otherwise."""
        checks = await run_in_threadpool(self._checks)
        good = set(checks.values()) == {"ok"}
        content = {"status": "ready" if good else "not_ready", "checks": checks}
        return JSONResponse(content, 200 if good else 503, None if good else RETRY)

    def _checks(self) -> dict[str, str]:
        """What is ready; a file that was moved away is written to until the process ends, and then lost."""
        stands = database_file(self._settings)
        self._file = self._file or stands
        moved = {"database": "moved"} if stands != self._file else {}
        return readiness(self._office) | moved

    async def counted(self, request: Request) -> Response:
        """The metrics, for whoever knows the token; without a token for this machine only."""
        if not self._may_look(request):
            return JSONResponse({"status": "not_allowed"}, 403)
        return Response(
            await run_in_threadpool(self._metrics.shown), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    def _may_look(self, request: Request) -> bool:
        token = self._settings.metrics_token
        if token is not None:
            given = request.headers.get("authorization", "").encode("utf-8", "replace")
            return hmac.compare_digest(given, f"Bearer {token.get_secret_value()}".encode())
        # Behind a proxy everybody seems to come from this machine.
        if self._settings.proxies or any(name in request.headers for name in FORWARDED):
            return False
        return request.client is None or _is_here(request.client.host)


def readiness(office: Context) -> dict[str, str]:
    """Each check with ``ok`` or what is wrong, in a word for programs."""

    def ask(connection: Connection) -> str:
        return "ok" if current_revision(connection) == newest_revision() else "other_revision"

    try:
        schema = office.store.read(ask)
        return {"database": "ok", "schema": schema, **(_workers(office) if schema == "ok" else {})}
    except SopError as error:
        return {"database": error.code, "schema": "unknown"}


def _workers(office: Context) -> dict[str, str]:
    """What is wrong with the workers that watch deadlines; nothing before the first of them has ticked."""
    pulse = OperationQueries(office).pulse()
    if pulse.last_tick is not None and not pulse.ticking:
        return {"workers": "silent"}
    return {} if pulse.punctual or pulse.last_tick is None else {"workers": "behind"}


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return True  # a socket file, or a client in this very process
