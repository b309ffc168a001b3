"""What can be seen from outside of a serving process: log lines with request ids, metrics, traces.

Prometheus counts what happens; a gauge that the database knows better is asked for when somebody looks.
"""

import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import PREFIX, PROBES, REQUEST_ID
from engine.engine import Engine
from engine.errors import SopError, Unavailable
from engine.queries.worker.backlog import backlog
from engine.text.bilingual import Text
from runtime.logging import request_id

LOG = logging.getLogger("alur.requests")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN_ROUTE = "unknown"
NOUNS = ("cases", "tasks", "completion", "definitions", "registry", "uploads", "mark_read", "sign_in")
QUESTIONS = frozenset({"person_of_session", "person_of_token", "admit"})
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

ONE_TIME_LINK = re.compile(r"(?is)(invitation[^/\\]*[/\\]).+")

disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The numbers of one system; several processes share them through a folder."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        # With a shared folder the registry of this process is not what is shown.
        counted = None if SHARED_FOLDER in os.environ else self._registry
        self.requests = Histogram(
            "alur_http_request_seconds",
            "Time until the answer began, by route and status.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=counted,
        )
        self.turned_away = Counter(
            "alur_http_turned_away", "Requests refused because too many were under way.", registry=counted
        )
        self.commands = Counter(
            "alur_commands", "Commands by verb and result.", ("verb", "result"), registry=counted
        )
        if counted is None:
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]

    def watch(self, engine: Engine) -> None:
        """Count the commands of an engine, and show where its office stands."""
        self._registry.register(_Standing(engine))
        for noun in NOUNS:
            desk = getattr(engine, noun)
            for name in dir(desk):
                verb = getattr(desk, name)
                if (
                    not name.startswith("_")
                    and name not in QUESTIONS
                    and callable(verb)
                    and name != "context"
                ):
                    setattr(desk, name, self._counted(f"{noun}.{name}", verb))

    def shown(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)

    def _counted(self, name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(verb)
        def counted(*given: Any, **named: Any) -> Any:
            result = "fault"
            try:
                answer = verb(*given, **named)
                result = "ok"
            except SopError as error:
                result = error.code
                raise
            finally:
                self.commands.labels(name, result).inc()
            return answer

        return counted


class _Standing(Collector):
    """Open and overdue tasks, and what waits for the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        store = self._engine.context.store
        yield GaugeMetricFamily(
            "alur_store_waiting",
            "Units of work that wait for the database or use it now.",
            value=store.waiting,
        )
        try:
            counts = backlog(self._engine.context)
        except Unavailable:
            return
        for name, value, about in (
            ("open", counts.open, "Tasks that are open."),
            ("overdue", counts.overdue, "Open tasks whose deadline has passed."),
            ("unclaimed", counts.unclaimed, "Open tasks that nobody has taken past their pickup limit."),
        ):
            yield GaugeMetricFamily(f"alur_tasks_{name}", about, value=value)


class Observed:
    """ASGI middleware around everything: an id for each request; a log line and a number for each answer."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = MutableHeaders(scope=scope)
        given = headers.get("x-request-id", "")
        chosen = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        headers["x-request-id"] = chosen
        token = request_id.set(chosen)
        began = time.perf_counter()
        status = 0
        took = 0.0

        async def answering(message: Message) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":
                status, took = message["status"], time.perf_counter() - began
            await send(message)

        try:
            await self.app(scope, receive, answering)
        finally:
            self._tell(scope, status, took)
            request_id.reset(token)

    def _tell(self, scope: Scope, status: int, took: float) -> None:
        if scope["path"] in PROBES and status < 400:
            return
        route = _template(scope)
        # Anybody may send any method: what is no known word must not become a label of its own.
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.requests.labels(method, route, str(status)).observe(took)
        LOG.info(
            "%s %s %d",
            method,
            route,
            status,
            extra={
                "path": discreet(scope["path"])[:200],
                "status": status,
                "milliseconds": round(took * 1000, 1),
            },
        )


def discreet(path: str) -> str:
    """A path as others may read it: without what makes a one-time link work, however it is spelt."""
    return ONE_TIME_LINK.sub(r"\1…", path)


def _template(scope: Scope) -> str:
    """``/api/v1/tasks/{task_id}/claim``; one word for whatever no route matched."""
    path: str = getattr(scope.get("route"), "path", UNKNOWN_ROUTE)
    # A route below a router knows its own part only.
    under = path.startswith("/") and not path.startswith(PREFIX) and scope["path"].startswith(PREFIX)
    return f"{PREFIX.rstrip('/')}{path}" if under else path


def trace_to(endpoint: str) -> None:
    """Send the spans that FastAPI makes to a collector. `Unavailable` without the extra `otel`."""
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise Unavailable(
            Text(
                "ALUR_TELEMETRY_ENDPOINT diisi, tetapi OpenTelemetry tidak terpasang. Pasang"
                ' dengan `pip install "alur[otel]"`, atau kosongkan pengaturan itu.',
                "telemetry_endpoint is set without the extra 'otel'; install alur[otel] or unset it",
            )
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "alur"}))
    # Made here, for the class it is made from is there with the extra only.
    discretion = type("Discretion", (SpanProcessor,), {"on_start": _be_discreet})
    provider.add_span_processor(discretion())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)


def _be_discreet(_processor: object, span: Any, **_: Any) -> None:
    """Take out of a span what a log line does not say either: one-time links, and every query."""
    attributes = span.attributes or {}
    if "url.path" in attributes:
        span.set_attribute("url.path", discreet(str(attributes["url.path"])))
    if "url.query" in attributes:
        span.set_attribute("url.query", "…")
