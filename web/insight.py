"""Wawasan: how work goes, by SOP, step, unit and month, with the SOP's own table as a map of heat."""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup
from starlette.responses import Response

from api.schemas.insight import InsightQuery
from documents.svg import State
from engine.views.insight import Insight, StepFigures
from web.log_filter import asked
from web.page_request import PageRequest
from web.sops import drawn

Heat = Callable[[StepFigures], float]
LAYERS: Mapping[str, Heat] = {
    "waiting": lambda step: float(step["waiting"]["p90"] or 0),
    "working": lambda step: float(step["working"]["p90"] or 0),
    "returns": lambda step: float(step["returns"]),
    "late": lambda step: step["late_share"],
}
"""How hot a step is in each layer of the map; time by its ninth decile."""
HEATS: Sequence[State] = ("heat1", "heat2", "heat3", "heat4")


def show(visit: PageRequest) -> Response:
    picked = asked(visit, InsightQuery, "layer", look_back=True)
    insight = visit.engine.queries.insight(visit.actor, picked.wanted)
    layer = picked.given["layer"] or "waiting"
    return visit.page(
        "insight.html",
        insight=insight,
        given=picked.given,
        query=picked.query,
        layer=layer,
        layers=tuple(LAYERS),
        map=_heat(visit, insight, layer),
        sops=visit.engine.queries.screens.sop_titles(visit.actor),
        widest=max((_widest(step) for step in insight["steps"]), default=0),
    )


def _widest(step: StepFigures) -> int:
    """How long the bar of a step is, its standard included."""
    spent = (step["waiting"]["p50"] or 0) + (step["working"]["p50"] or 0)
    return max(spent, step["standard"] or 0)


def _heat(visit: PageRequest, insight: Insight, layer: str) -> Markup | None:
    """The table of the one SOP that was asked for, its steps coloured by quarters of the hottest."""
    if not insight["steps"] or not insight["sops"]:
        return None
    sop_figures = insight["sops"][0]
    heat = LAYERS[layer]
    hottest = max(heat(step) for step in insight["steps"])
    states: dict[str, State] = {
        str(step["step_id"]): HEATS[min(3, int(4 * heat(step) / hottest))]
        for step in insight["steps"]
        if hottest and heat(step)
    }
    sop = visit.engine.queries.definitions.version(visit.actor, sop_figures["sop"], sop_figures["version"])
    return drawn(sop, states)


PAGES = (("/insight", show, None),)
