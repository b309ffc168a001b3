"""The office itself: read by everybody in it, kept by administrators, as a file or piece by piece."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.definitions import Yaml
from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import organisation as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.commands.organisation.organisation_files import foreseen_view
from engine.views.organisation import Changed, Organisation

EXAMPLE: dict[str, Any] = {
    "schema": "org/v1",
    "agency": {
        "id": "kantor",
        "label": "Kantor Contoh",
        "short": "Kantor",
        "timezone": "Asia/Makassar",
        "calendar": "asn-5hk",
    },
    "positions": [{"id": "kepala", "label": "Kepala Kantor", "unit": "kantor", "roles": ["kepala_dinas"]}],
    "accounts": [{"username": "kepala", "label": "Kepala Kantor", "holds": ["kepala"]}],
}
AS_YAML: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/yaml": {
                "schema": {"description": "An organisation (org/v1)."},
                "examples": {"organisation": {"value": EXAMPLE}},
            }
        },
    }
}
FILE: dict[str, Any] = {"content": {"text/yaml": {"schema": {"description": "An organisation (org/v1)."}}}}

router = APIRouter(prefix="/organisation", tags=["organisation"], route_class=StrictRoute)


@router.get("", response_model=Organisation, responses=ALWAYS)
def get(asked: Reading) -> Response:
    """Your agency: units, positions, holders, mandates, teams, and who is away."""
    return answer(asked.engine.queries.organisation.get(asked.actor))


@router.get("/file", responses={**ALWAYS, 200: FILE}, response_class=Response)
def file(asked: Reading) -> Response:
    """Your agency as an `org/v1` file, without absences; administrators and auditors."""
    text, version = asked.engine.queries.organisation.file(asked.actor)
    headers = {
        "Content-Disposition": "attachment; filename=organisasi.yaml",
        "ETag": f'"{version}"',
    }
    return Response(text, 200, headers, "text/yaml; charset=utf-8")


@router.post("", response_model=Changed, responses=CHANGING, openapi_extra=AS_YAML)
def load(asked: Changing, text: Yaml, query: Annotated[shapes.LoadQuery, Query()]) -> Response:
    """Make your agency as a file says; with `dry_run` only tell what would change. Administrators."""
    files = asked.engine.organisation_files
    if query.dry_run:
        return answer(foreseen_view(files.foresee(asked.actor, text)))
    return done(files.load(asked.actor, text, version=query.version, key=asked.key))


@router.put("/units/{unit_id}", response_model=Changed, responses=CHANGING)
def put_unit(asked: Changing, unit_id: str, body: shapes.UnitBody) -> Response:
    """A new unit, or a known one as it is from now on; administrators."""
    return done(asked.engine.structure.put_unit(asked.actor, unit_id, **body.model_dump(), key=asked.key))


@router.post("/units/{unit_id}/end", response_model=Changed, responses=CHANGING)
def end_unit(asked: Changing, unit_id: str, body: shapes.EndBody) -> Response:
    """The last day of a unit; 409 while anything in it goes on longer. Administrators."""
    return done(asked.engine.structure.end_unit(asked.actor, unit_id, last=body.last, key=asked.key))


@router.put("/positions/{position_id}", response_model=Changed, responses=CHANGING)
def put_position(asked: Changing, position_id: str, body: shapes.PositionBody) -> Response:
    """A new position, or a known one as it is from now on; administrators."""
    structure = asked.engine.structure
    return done(structure.put_position(asked.actor, position_id, **body.model_dump(), key=asked.key))


@router.post("/positions/{position_id}/end", response_model=Changed, responses=CHANGING)
def end_position(asked: Changing, position_id: str, body: shapes.EndBody) -> Response:
    """The last day of a position and of everybody in it; administrators."""
    structure = asked.engine.structure
    return done(structure.end_position(asked.actor, position_id, last=body.last, key=asked.key))


@router.put("/teams/{team_id}", response_model=Changed, responses=CHANGING)
def put_team(asked: Changing, team_id: str, body: shapes.TeamBody) -> Response:
    """A new team, or a known one as it is from now on; administrators."""
    return done(asked.engine.structure.put_team(asked.actor, team_id, **body.model_dump(), key=asked.key))


@router.post("/holdings", status_code=201, response_model=Changed, responses=CHANGING)
def appoint(asked: Changing, body: shapes.HoldingBody) -> Response:
    """Name a definitive holder of a position; administrators."""
    return done(asked.engine.holdings.appoint(asked.actor, **body.model_dump(), key=asked.key), 201)


@router.post("/mandates", status_code=201, response_model=Changed, responses=CHANGING)
def give_mandate(asked: Changing, body: shapes.MandateBody) -> Response:
    """Let somebody act as a position (Plt., Plh.): its holder, his superior, or an administrator."""
    return done(asked.engine.holdings.give_mandate(asked.actor, **body.model_dump(), key=asked.key), 201)


@router.post("/holdings/{account}/{number}/order", response_model=Changed, responses=CHANGING)
def put_order(asked: Changing, account: str, number: str, body: shapes.OrderBody) -> Response:
    """The number and file of an order that came later; `account/number` is the holding's id."""
    holdings = asked.engine.holdings
    return done(holdings.put_order(asked.actor, f"{account}/{number}", **body.model_dump(), key=asked.key))


@router.post("/holdings/{account}/{number}/end", response_model=Changed, responses=CHANGING)
def end_holding(asked: Changing, account: str, number: str, body: shapes.EndBody) -> Response:
    """The last day of a holder or a mandate; `account/number` is the holding's id."""
    holdings = asked.engine.holdings
    return done(holdings.end(asked.actor, f"{account}/{number}", last=body.last, key=asked.key))
