"""The editor of an SOP: its draft as the signed table, the drawing beside it, and YAML on a second tab."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from documents.document import map_page
from documents.svg import as_svg
from engine.commands.definitions.drafts import stale
from engine.errors import InvalidInput, NotPrintable
from engine.sop.checks import Loaded
from engine.sop.checks.load import MAX_STEPS
from engine.sop.editing.text import put
from engine.sop.manual import meaning
from engine.sop.source import read_source
from engine.store.sop_drafts import SopDraft
from engine.text.bilingual import Text
from engine.views.definitions import VersionItem
from web import sop_details
from web.kept import CARRIED
from web.page_request import PageRequest
from web.refusals import form_page
from web.sop_sheet import (
    ASSIGNS,
    FIELD_WORDS,
    OTHER,
    PERIODS,
    PERS,
    SPARE,
    UNITS,
    Sheet,
    cell_of,
    sheet_of,
)
from web.sop_sheet_changes import act, differing, merged

MOST_OPEN = 40
"""How many steps have their panels in one page; of a longer SOP it is one at a time."""
UNREADABLE = Text(
    "YAML ini belum dapat dibaca sebagai tabel. Perbaiki barisnya dahulu.",
    "This YAML cannot be read as a table yet. Mend its lines first.",
)


def show(visit: PageRequest) -> Response:
    sop = _sop(visit)
    draft = visit.engine.sop_drafts.get(visit.actor, sop)
    if draft is None:
        versions = visit.engine.queries.definitions.get(visit.actor, sop)["versions"]
        ordered = list(reversed(versions))
        return form_page(visit, "sop_begin.html", sop=sop, versions=ordered, next_version=_next(versions[-1]))
    typed = _typed(visit.posted) if visit.kept else {}
    if visit.query("tab") == "yaml" or "yaml" in typed:
        return _yaml(visit, draft, typed)
    try:
        sheet = sheet_of(draft.text)
    except ValueError:
        return _yaml(visit, draft, typed)
    text, conflict = draft.text, []
    if typed:
        text = _as_typed(draft, typed) or draft.text
        moved = typed.get("shown", draft.digest) != draft.digest
        conflict = differing(draft.text, typed) if moved else []
    shown = replace(sheet, fields={**sheet.fields, **_cells(typed)})
    open_rows = {row.id for row in sheet.rows} if len(sheet.rows) <= MOST_OPEN else {visit.query("row")}
    loaded = visit.engine.definitions.check(visit.actor, text)
    return form_page(
        visit,
        "sop_edit.html",
        draft=draft,
        sheet=shown,
        conflict=[(name, typed[name], sheet.fields[name]) for name in conflict],
        stale=bool(typed) and typed.get("shown", draft.digest) != draft.digest,
        units=_words(visit, {**UNITS, "lain": OTHER}),
        types=_words(visit, FIELD_WORDS),
        assigns=_words(visit, ASSIGNS),
        pers=_words(visit, PERS),
        periods=_words(visit, PERIODS),
        spare=SPARE,
        open_rows=open_rows,
        **_panel(visit, sheet),
        offices=visit.engine.sop_drafts.offices(visit.actor),
        remarks=_remarks(visit, sop, [row.id for row in sheet.rows]),
        **_judged(visit, loaded, [row.id for row in sheet.rows]),
    )


def save(visit: PageRequest) -> Response:
    """Keep what was typed, then do what its button says."""
    sop, do, typed = _sop(visit), visit.text("do"), _typed(visit.posted)
    drafts, actor = visit.engine.sop_drafts, visit.actor
    if do == "begin":
        version = visit.text("version_of")
        text = visit.engine.queries.definitions.version(actor, sop, version)["text"]
        drafts.begin(actor, copied(text, None, visit.text("as_version")), key=visit.key())
        return visit.redirect(f"/sops/{sop}/edit")
    if do == "preview":
        return _preview(visit, sop, typed)
    if do == "undo":
        drafts.undo(actor, sop, visit.text("shown"))
        return visit.redirect(f"/sops/{sop}/edit", said="draft_undone")
    if do == "discard":
        drafts.discard(actor, sop, visit.text("shown"))
        return visit.redirect("/sops", said="draft_dropped")
    draft = drafts.change(actor, sop, lambda there: _changed(there, typed, do))
    if do == "store":
        return _stored(visit, draft)
    if do == "try":
        return visit.redirect(f"/sops/{sop}/try")
    verb, _, name = do.partition(":")
    if verb == "tab":
        return visit.redirect(f"/sops/{sop}/edit", tab=name or None)
    if "yaml" in typed:
        return visit.redirect(f"/sops/{sop}/edit", said="draft_kept", tab="yaml")
    row = name if verb == "row" else typed.get("row") or None
    response = visit.redirect(f"/sops/{sop}/edit", said="draft_kept", row=row)
    assert isinstance(response, RedirectResponse)  # noqa: S101 - it is one
    if name:
        response.headers["location"] += f"#s.{name}"
    return response


def copied(text: str, id: str | None, version: str) -> str:
    """A text as the draft of another version, or of another SOP."""
    text = put(text, ("status",), "draft") if "status" in (read_source(text).data or {}) else text
    text = put(text, ("version",), version) if version else text
    return put(text, ("id",), id) if id else text


def drawing(loaded: Loaded) -> Markup | None:
    """The table with its flowchart; None for what is not whole enough to be drawn."""
    if not loaded.source.readable or len(loaded.definition.steps) > MAX_STEPS:
        return None
    definition = loaded.definition
    try:
        return Markup(as_svg([map_page(definition)], definition.identity.title or ""))  # noqa: S704 - escaped
    except NotPrintable:
        return None
    except Exception:
        if not loaded.errors:
            raise
        return None  # with faults it is good for showing as far as it goes


# --- inside ---


def _changed(draft: SopDraft, typed: Mapping[str, str], do: str) -> str:
    mine = do == "mine"
    if "yaml" in typed:
        if draft.shown(typed.get("shown", "")) != draft.text and not mine:
            raise stale(draft)
        text = typed["yaml"].replace("\r\n", "\n")
        if read_source(text).value(("id",)) not in (draft.id, None):
            said = Text(
                f'id rancangan ini "{draft.id}"; untuk id lain buat SOP baru.',
                f"the id of this draft is {draft.id!r}",
            )
            raise InvalidInput.at("yaml", said)
        return text
    try:
        made = merged(draft.text, draft.shown(typed.get("shown", "")), typed, mine=mine)
        if made is None:
            raise stale(draft)
        then = act(do, typed)
        return then(made) if then else made
    except (ValueError, KeyError) as error:
        raise InvalidInput(UNREADABLE) from error


def _as_typed(draft: SopDraft, typed: Mapping[str, str]) -> str | None:
    try:
        return merged(draft.text, draft.shown(typed.get("shown", "")), typed, mine=True)
    except (InvalidInput, ValueError, KeyError):
        return None


def _preview(visit: PageRequest, sop: str, typed: Mapping[str, str]) -> Response:
    """The drawing and the faults of what is typed, stored nowhere."""
    draft = visit.engine.sop_drafts.get(visit.actor, sop)
    text = (_as_typed(draft, typed) or draft.text) if draft else ""
    loaded = visit.engine.definitions.check(visit.actor, text)
    judged = _judged(visit, loaded, [str(step.get("id")) for step in _steps(text)])
    return JSONResponse({"map": judged["map"], "cells": judged["cells"], "said": judged["summary"]})


def _stored(visit: PageRequest, draft: SopDraft) -> Response:
    """The draft as a version; it is let go of, for the version has its text."""
    loaded = visit.engine.definitions.check(visit.actor, draft.text)
    if loaded.errors:
        raise InvalidInput(
            Text(
                f"Rancangan ini masih memuat {len(loaded.errors)} kesalahan; selnya ditandai.",
                f"This draft still has {len(loaded.errors)} errors; their cells are marked.",
            )
        )
    stored = visit.engine.definitions.store(visit.actor, draft.text, key=visit.key())
    visit.engine.sop_drafts.discard(visit.actor, draft.id, draft.digest)
    return visit.redirect(f"/sops/{stored['id']}/{stored['version']}", said="draft_stored")


def _yaml(visit: PageRequest, draft: SopDraft, typed: Mapping[str, str]) -> Response:
    text = typed.get("yaml", draft.text)
    loaded = visit.engine.definitions.check(visit.actor, text)
    lines = text.count("\n") + 1
    return form_page(
        visit,
        "sop_yaml.html",
        draft=draft,
        yaml=text,
        rows=min(max(lines + 2, 12), 40),
        stale=bool(typed) and typed.get("shown", draft.digest) != draft.digest,
        lines=[
            (problem.line, problem.severity, visit.words.text(problem.message)) for problem in loaded.problems
        ],
        map=drawing(loaded),
    )


def _judged(visit: PageRequest, loaded: Loaded, steps: list[str]) -> dict[str, Any]:
    """What the checker says, by cell, and what has none; the drawing where it can be drawn."""
    cells: dict[str, list[str]] = {}
    for problem in loaded.errors:
        cell = cell_of(problem, steps)
        blank = bool(cell) and problem.code == "missing_key"
        said = visit.words.say("Belum diisi.") if blank else visit.words.text(problem.message)
        cells.setdefault(cell, []).append(said)
    advice = [visit.words.text(problem.message) for problem in loaded.warnings]
    count = len(loaded.errors)
    summary = (
        visit.words.say("{n} hal perlu dilengkapi sebelum dapat disimpan sebagai versi.", n=count)
        if count
        else visit.words.say("Tidak ada kesalahan: dapat disimpan sebagai versi.")
    )
    judged = {"cells": cells, "advice": advice, "summary": summary, "errors": count}
    return {**judged, "map": drawing(loaded)}


def _panel(visit: PageRequest, sheet: Sheet) -> dict[str, Any]:
    """What can be chosen in the panel of a step, and what each of its keys means."""
    choices = {
        "signs": sop_details.SIGNS,
        "decides": sop_details.DECIDES,
        "how_moments": sop_details.MOMENTS,
        "tests": sop_details.TESTS,
        "moments": sheet.moments,
        "asked": sheet.asked,
    }
    panel: dict[str, Any] = {name: _words(visit, texts) for name, texts in choices.items()}
    panel["lengths"] = _words(visit, {unit: UNITS[unit] for unit in ("m", "h", "wd", "cd")})
    as_written = visit.words.text(sop_details.WORDS)
    for name in ("signs", "decides", "how_moments", "tests"):
        panel[name][sop_details.YAML] = as_written
    return {**panel, "means": lambda key: visit.words.text(meaning("Step", key))}


def _remarks(visit: PageRequest, sop: str, steps: list[str]) -> dict[str, list[tuple[str, str]]]:
    """What reviewers wrote to the last version, by step; what is of no row stands at the top."""
    people, remarks = visit.office["people"], dict[str, list[tuple[str, str]]]()
    for remark in visit.engine.definition_readings.to_answer(visit.actor, sop):
        place = remark.step if remark.step in steps else ""
        remarks.setdefault(place, []).append((people.get(remark.account, remark.account), remark.words))
    return remarks


def _next(last: VersionItem) -> str:
    """The version after one: its middle number counts on, or the last one where it never was in force."""
    parts = last["version"].partition("-")[0].split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return "1.1.0"
    major, minor, patch = (int(part) for part in parts)
    if last["status"] in ("draft", "in_review"):
        return f"{major}.{minor}.{patch + 1}"
    return f"{major}.{minor + 1}.0"


def _words(visit: PageRequest, texts: Mapping[str, Text]) -> dict[str, str]:
    return {key: visit.words.text(text) for key, text in texts.items()}


def _steps(text: str) -> list[dict[str, Any]]:
    definition = read_source(text).data
    steps = definition.get("steps") if isinstance(definition, dict) else None
    steps = steps if isinstance(steps, list) else []
    return [step for step in steps if isinstance(step, dict) and step.get("id")]


def _typed(posted: FormData) -> dict[str, str]:
    """What was sent, with the marks of several boxes of one name line by line."""
    typed: dict[str, str] = {}
    for name, value in posted.multi_items():
        if isinstance(value, str):
            typed[name] = f"{typed[name]}\n{value}" if name in typed else value.replace("\r\n", "\n")
    return typed


def _cells(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if name not in CARRIED}


def _sop(visit: PageRequest) -> str:
    visit.engine.definitions.require_author(visit.actor)
    return str(visit.request.path_params["sop"])


PAGES = (("/sops/{sop}/edit", show, save),)
