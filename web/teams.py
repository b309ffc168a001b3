"""Teams as an administrator keeps them: who they are now, or from a day on."""

from starlette.responses import Response

from engine.errors import NotFound
from engine.text.bilingual import Text
from engine.views.organisation import Team
from web.office_fields import day
from web.organisation import PLACE
from web.organisation_changes import kept_office, named, told_of_change
from web.page_request import PageRequest
from web.refusals import form_page


def new(visit: PageRequest) -> Response:
    """An empty form."""
    return _page(visit, None)


def add(visit: PageRequest) -> Response:
    known = {team["id"] for team in kept_office(visit)["teams"]}
    return _put(visit, visit.text("id").strip() or named(visit.text("label"), known))


def show(visit: PageRequest) -> Response:
    team_id = str(visit.request.path_params["team_id"])
    known = {team["id"]: team for team in kept_office(visit)["teams"]}
    if team_id not in known:
        raise NotFound(Text("Tim ini tidak ada.", f"no team {team_id!r}"))
    return _page(visit, known[team_id])


def change(visit: PageRequest) -> Response:
    return _put(visit, str(visit.request.path_params["team_id"]))


def _page(visit: PageRequest, team: Team | None) -> Response:
    organisation = kept_office(visit)
    sent = visit.posted if "label" in visit.posted else None
    before = dict(team) if team else {}
    for name in ("decree_date", "valid_from", "valid_to"):
        before[name] = visit.words.typed_day(before.get(name))
    return form_page(
        visit,
        "office_team.html",
        team=team,
        terms=[*team["terms"], team] if team and (team["terms"] or team["valid_from"]) else [],
        positions=organisation["positions"],
        people=[person for person in organisation["accounts"] if not person["disabled"]],
        members=sent.getlist("members") if sent else before.get("members", ()),
        accounts=sent.getlist("accounts") if sent else before.get("accounts", ()),
        typed={**before, **dict(visit.posted)},
    )


def _put(visit: PageRequest, team_id: str) -> Response:
    def chosen(name: str) -> list[str]:
        return [value for value in visit.posted.getlist(name) if isinstance(value, str) and value]

    done = visit.engine.structure.put_team(
        visit.actor,
        team_id,
        label=visit.text("label"),
        decree_number=visit.text("decree_number").strip() or None,
        decree_date=day(visit, "decree_date"),
        chair=visit.text("chair") or None,
        members=chosen("members"),
        accounts=chosen("accounts"),
        valid_from=day(visit, "valid_from"),
        valid_to=day(visit, "valid_to"),
        key=visit.key(),
    )
    return told_of_change(visit, f"{PLACE}/teams/{team_id}", done)


PAGES = (
    (f"{PLACE}/teams", new, add),
    (f"{PLACE}/teams/{{team_id}}", show, change),
)
