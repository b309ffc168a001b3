"""What an application gets so that it can be operated: health, metrics, request ids."""

from fastapi import FastAPI

from engine.engine import Engine
from runtime.health import Health
from runtime.observability import Metrics, Observed
from runtime.settings import Settings


def made_operable(app: FastAPI, settings: Settings, engine: Engine) -> FastAPI:
    """The same application; what is added last stands outermost."""
    metrics = Metrics()
    metrics.watch(engine)
    app.router.routes[:0] = Health(settings, engine.context, metrics).routes()
    app.state.admission.turned_away = metrics.turned_away.inc
    app.add_middleware(Observed, metrics=metrics)
    return app
