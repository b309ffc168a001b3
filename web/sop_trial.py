"""Trying a draft out: a walk with a clock of its own and chosen outcomes, kept as a scenario beside it."""

from collections.abc import Callable
from datetime import datetime
from math import inf, isfinite
from typing import Any

from starlette.responses import Response

from engine.errors import InvalidInput, NotFound
from engine.queries.definitions.trials import Next, TrialPage
from engine.sop.defaults import form_fields
from engine.sop.model import Field
from engine.sop.scenarios import Scenario, ScenarioFile, load_scenarios, moment
from engine.sop.serialise import yaml_of
from engine.sop.source import read_source
from engine.store.sop_drafts import SopDraft
from engine.text.bilingual import Text
from web.forms.binding import day_of, instant_of
from web.forms.periods import spoken_period
from web.page_request import PageRequest
from web.refusals import form_page

TYPED = ("text", "textarea", "number", "money", "percent", "date", "choice", "boolean", "user", "unit")
MOST = 50


def show(visit: PageRequest) -> Response:
    draft = _draft(visit)
    scenarios = _scenarios(draft)
    chosen = visit.query("n") or ""
    at = int(chosen) if chosen.isdecimal() and int(chosen) < len(scenarios) else None
    scenario = scenarios[at] if at is not None else None
    page = visit.engine.queries.trials.of(visit.actor, draft.text, scenario)
    return form_page(
        visit,
        "sop_trial.html",
        draft=draft,
        scenarios=[scenario.name for scenario in scenarios],
        at=at,
        scenario=scenario,
        page=page,
        fields=_start_fields(page) if page else [],
        typed=_given_back(visit, "step" not in visit.posted),
        cards=[_card(visit, page, next_step) for next_step in page.open] if page else [],
        first_period=_first_period(visit, page),
    )


def act(visit: PageRequest) -> Response:
    draft, do = _draft(visit), visit.text("do")
    file = read_source(draft.scenarios).data or _empty(draft)
    scenarios: list[dict[str, Any]] = file["scenarios"]
    at = int(visit.text("n")) if visit.text("n").isdecimal() else len(scenarios)
    if do == "start":
        if len(scenarios) >= MOST:
            said = Text(f"Paling banyak {MOST} percobaan.", f"At most {MOST} trials.")
            raise InvalidInput.at("name", said)
        at = len(scenarios)
        scenarios.append(_begun(visit, draft, [scenario["name"] for scenario in scenarios]))
    elif at >= len(scenarios):
        raise NotFound(Text("Percobaan ini tidak ada.", "There is no such trial."))
    elif do == "act":
        scenarios[at].setdefault("visits", []).append(_visit(visit, draft))
    elif do == "back" and scenarios[at].get("visits"):
        scenarios[at]["visits"].pop()
    elif do == "drop":
        scenarios.pop(at)
    _expect(visit, draft, file, at)
    visit.engine.sop_drafts.keep_scenarios(visit.actor, draft.id, yaml_of(file) if scenarios else "")
    where = {"n": str(at)} if do != "drop" else {}
    return visit.redirect(f"/sops/{draft.id}/try", **where)


# --- inside ---


def _draft(visit: PageRequest) -> SopDraft:
    sop = str(visit.request.path_params["sop"])
    visit.engine.definitions.require_author(visit.actor)
    draft = visit.engine.sop_drafts.get(visit.actor, sop)
    if draft is None:
        raise NotFound(Text(f'Rancangan SOP "{sop}" tidak ada.', f"no draft of {sop!r}"))
    return draft


def _scenarios(draft: SopDraft) -> tuple[Scenario, ...]:
    file = _file(draft.scenarios)
    return file.scenarios if file else ()


def _file(text: str) -> ScenarioFile | None:
    return load_scenarios(text, None, file="scenarios.yaml")[0] if text else None


def _empty(draft: SopDraft) -> dict[str, Any]:
    return {"schema": "scenarios/v1", "sop": draft.id, "organisation": "organisasi.yaml", "scenarios": []}


def _begun(visit: PageRequest, draft: SopDraft, taken: list[str]) -> dict[str, Any]:
    name = " ".join(visit.text("name").split()) or visit.words.say("Percobaan {n}", n=len(taken) + 1)
    if name in taken:
        raise InvalidInput.at("name", Text("Nama itu sudah dipakai.", "That name is taken."))
    page = visit.engine.queries.trials.of(visit.actor, draft.text, None)
    if page is None or not visit.text("by"):
        raise InvalidInput.at("by", Text("Pilih siapa yang memulai.", "Choose who starts."))
    start: dict[str, Any] = {"at": _moment(visit, "at"), "by": visit.text("by")}
    if visit.text("period"):
        start["period"] = spoken_period(visit.text("period"))
    fields = page.start_data | _typed(visit, page.definition.case.fields)
    if fields:
        start["fields"] = fields
    if page.parties:
        start["parties"] = page.parties
    return {"name": name, "start": start, "expect": {"state": "running"}}


def _visit(visit: PageRequest, draft: SopDraft) -> dict[str, Any]:
    page = visit.engine.queries.trials.of(visit.actor, draft.text, None)
    step = (
        next((step for step in page.definition.steps if step.id == visit.text("step")), None)
        if page
        else None
    )
    if page is None or step is None:
        raise InvalidInput.at("step", Text("Langkah ini tidak ada lagi.", "This step is there no more."))
    claim, finish = _moment(visit, "claim"), _moment(visit, "finish")
    if finish < claim:
        raise InvalidInput.at("finish", Text("Selesai sebelum diambil.", "Finished before it was claimed."))
    made: dict[str, Any] = {"step": step.id, "who": visit.text("who"), "claim": claim, "finish": finish}
    for key in ("branch", "outcome", "reason"):
        if visit.text(key).strip():
            made[key] = visit.text(key).strip()
    shown = {name.removeprefix("shown.") for name in visit.posted if name.startswith("shown.")}
    rest = {name: visit.text(f"shown.{name}") for name in shown}
    data = {name: read_source(f"x: {text}").value(("x",)) for name, text in rest.items() if text}
    data |= _typed(visit, form_fields(page.definition, step))
    return made | ({"data": data} if data else {})


def _expect(visit: PageRequest, draft: SopDraft, file: dict[str, Any], at: int) -> None:
    """What came out of a walk is what its scenario expects from now on."""
    if at >= len(file["scenarios"]):
        return
    read = _file(yaml_of(file))
    page = visit.engine.queries.trials.of(visit.actor, draft.text, read.scenarios[at]) if read else None
    if page is None or page.trial is None or page.trial.state is None or page.trial.fault is not None:
        return
    case, trial = page.trial.state.case, page.trial
    expect: dict[str, Any] = {"state": str(case.state), "visits": len(trial.done)}
    if case.result:
        expect["result"] = case.result
    if trial.open:
        expect["open"] = sorted(_place(place.step_id, place.branch) for place in trial.open)
    elif trial.done:
        expect["path"] = [_place(place.step_id, place.branch) for place in trial.done]
    file["scenarios"][at]["expect"] = expect


def _place(step: str, branch: str | None) -> str:
    return f"{step}@{branch}" if branch else step


def _moment(visit: PageRequest, name: str) -> str:
    """A day and a time as people type them, in the form of scenarios."""
    try:
        at = datetime.fromisoformat(instant_of(visit.text(name), visit.words.zone))
        text = f"{at.astimezone(visit.words.zone):%Y-%m-%d %H:%M}"
        moment(text)
    except ValueError:
        raise InvalidInput.at(
            name, Text("Tulis tanggal dan jamnya.", "Write the date and the time.")
        ) from None
    return text


def _typed(visit: PageRequest, fields: tuple[Field, ...]) -> dict[str, Any]:
    """What was typed into the plain fields of a form; the others keep their examples."""
    data: dict[str, Any] = {}
    for field in fields:
        text = visit.text(f"data.{field.id}").strip()
        if field.type == "boolean" and f"asked.{field.id}" in visit.posted:
            data[field.id] = text == "on"
        elif text and field.type in ("number", "money", "percent"):
            try:
                number = float(text.replace(".", "").replace(",", ".") if "," in text else text)
            except ValueError:
                number = inf
            if not isfinite(number):
                raise InvalidInput.at(f"data.{field.id}", Text("Tulis bilangan.", "Write a number."))
            data[field.id] = int(number) if number == int(number) else number
        elif text:
            data[field.id] = day_of(text) if field.type == "date" else text
    return data


def _first_period(visit: PageRequest, page: TrialPage | None) -> str:
    """The first period of the year in which the trial begins, in words; none where the SOP has no periods."""
    if page is None or page.definition.case.period is None:
        return ""
    part = {"month": "-01", "quarter": "-Q1", "semester": "-H1", "year": ""}
    year = page.opening.astimezone(visit.words.zone).year
    return visit.words.period(f"{year}{part[page.definition.case.period.type]}")


def _start_fields(page: TrialPage) -> list[tuple[Field, Any]]:
    return [
        (field, page.start_data[field.id])
        for field in page.definition.case.fields
        if _is_typed(field, page.start_data)
    ]


def _card(visit: PageRequest, page: TrialPage, next_step: Next) -> dict[str, Any]:
    step = page.definition.step(next_step.stop.step_id)
    fields = form_fields(page.definition, step)
    people = visit.office["people"]
    mine = (visit.text("step"), visit.text("branch")) == (step.id, next_step.stop.branch or "")
    return {
        "stop": next_step.stop,
        "typed": _given_back(visit, mine),
        "label": page.labels[step.id],
        "number": step.printed or step.number,
        "people": {name: people.get(name, name) for name in next_step.stop.who},
        "claim": visit.words.figures(next_step.claim.isoformat()),
        "finish": visit.words.figures(next_step.finish.isoformat()),
        "outcomes": {name: way.label for name, way in step.outcomes.items()},
        "fields": [(field, next_step.data[field.id]) for field in fields if _is_typed(field, next_step.data)],
        "others": {
            field.id: yaml_of({"x": next_step.data[field.id]}).partition(":")[2].strip()
            for field in fields
            if field.id in next_step.data and field.type not in (*TYPED, "table")
        },
    }


def _given_back(visit: PageRequest, mine: bool) -> Callable[[str, str], str]:
    """What was typed into one of the page's forms and refused, else what it begins with."""
    return lambda name, begins: visit.text(name) if mine and name in visit.posted else begins


def _is_typed(field: Field, data: dict[str, Any]) -> bool:
    return field.type in TYPED and field.id in data


PAGES = (("/sops/{sop}/try", show, act),)
