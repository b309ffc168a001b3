"""How a person wants to be told; everybody their own."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Reading
from api.responses import answer, done
from api.schemas import people as shapes
from api.schemas.problems import ALWAYS, CHANGING
from api.strict_json import StrictRoute
from engine.views.notices import Preferences

router = APIRouter(prefix="/preferences", tags=["notifications"], route_class=StrictRoute)


@router.get("", response_model=Preferences, responses=ALWAYS)
def get(asked: Reading) -> Response:
    """Your choices."""
    return answer(asked.engine.preferences.of(asked.actor))


@router.put("", response_model=Preferences, responses=CHANGING)
def put(asked: Changing, body: shapes.PreferencesBody) -> Response:
    """Change what is given and keep the rest; null goes back to what holds without a choice."""
    return done(
        asked.engine.preferences.choose(asked.actor, key=asked.key, **body.model_dump(exclude_unset=True))
    )
