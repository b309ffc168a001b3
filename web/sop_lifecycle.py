"""A version on its way: remarks in review, approval, coming into force, what changed, moving its cases."""

import json
from typing import Any

from markupsafe import Markup
from pydantic import ValidationError
from starlette.responses import Response

from api.schemas.migrations import MigrationQuery
from api.validation_errors import as_invalid_input
from documents.document import map_page
from documents.svg import State, as_svg
from engine.commands.definitions.migrations import Wish
from engine.errors import Conflict, InvalidInput, SopError
from engine.sop.checks import Loaded, load_definition
from engine.sop.diff import DefinitionDiff, definition_diff
from engine.text.bilingual import Text
from engine.views.definitions import DefinitionVersion
from web.page_request import PageRequest
from web.refusals import form_page
from web.sop_sheet import CHANGES, NOUNS

VERBS = {
    "submit": Text("Ajukan untuk ditinjau", "Submit for review"),
    "approve": Text("Sahkan", "Approve"),
    "return": Text("Kembalikan kepada penyusun", "Send back to the author"),
    "make-effective": Text("Berlakukan", "Bring into force"),
    "revoke": Text("Cabut", "Revoke"),
    "reinstate": Text("Berlakukan kembali", "Bring into force again"),
}


def around(visit: PageRequest, sop: DefinitionVersion) -> dict[str, Any]:
    """What the page of a version shows beside its table."""
    versions = visit.engine.queries.definitions.get(visit.actor, sop["id"])["versions"]
    others = [version["version"] for version in versions if version["version"] != sop["version"]]
    moves = visit.engine.definitions.moves(visit.actor, sop["id"], sop["version"])
    earlier = [version["version"] for version in versions if version["status"] == "superseded"]
    return {
        "versions": versions,
        "others": others,
        "moves": {verb: visit.words.text(VERBS[verb]) for verb in moves},
        "earlier": earlier[-1] if earlier and sop["status"] in ("effective", "revoked") else None,
        "readings": visit.engine.definition_readings.of(visit.actor, sop["id"], sop["version"]),
        "labels": {step["id"]: f"{step['number']}. {step['label']}" for step in sop["steps"]},
    }


def act(visit: PageRequest) -> Response:
    """Move a version, remark on it, or acknowledge it."""
    sop, version = (str(visit.request.path_params[name]) for name in ("sop", "version"))
    do, here = visit.text("do"), f"/sops/{sop}/{version}"
    if do == "remark":
        words, step = visit.text("words"), visit.text("step")
        visit.engine.definition_readings.remark(visit.actor, sop, version, step, words, key=visit.key())
        return visit.redirect(here, said="remarked")
    if do == "acknowledge":
        visit.engine.definition_readings.acknowledge(visit.actor, sop, version, key=visit.key())
        return visit.redirect(here, said="acknowledged")
    reason = visit.text("reason").strip() or None
    if do == "revoke" and reason is None:
        raise InvalidInput.at("reason", Text("Tulis alasan pencabutannya.", "Write why it is revoked."))
    visit.engine.definitions.move(visit.actor, sop, version, do, reason=reason, key=visit.key())
    return visit.redirect(here, said=f"definition_{do}")


# --- what changed ---


def changes(visit: PageRequest) -> Response:
    """Two versions side by side; what changed is marked in the list and in both drawings."""
    sop, version = (str(visit.request.path_params[name]) for name in ("sop", "version"))
    versions = [
        version["version"] for version in visit.engine.queries.definitions.get(visit.actor, sop)["versions"]
    ]
    others = [other for other in versions if other != version]
    before = visit.query("from") or next((other for other in reversed(others)), version)
    old, new = (_loaded(visit, sop, which) for which in (before, version))
    diff = definition_diff(old.as_written, new.as_written)
    return visit.page(
        "sop_changes.html",
        sop=sop,
        title=new.definition.identity.title,
        version=version,
        before=before,
        others=others,
        rows=_rows(visit, diff),
        old_map=_marked(old, diff),
        new_map=_marked(new, diff),
    )


def _loaded(visit: PageRequest, sop: str, version: str) -> Loaded:
    text = visit.engine.queries.definitions.version(visit.actor, sop, version)["text"]
    return load_definition(text, file=sop)


def _marked(loaded: Loaded, diff: DefinitionDiff) -> Markup:
    states: dict[str, State] = dict.fromkeys(diff.steps(), "changed")
    title = loaded.definition.identity.title
    return Markup(as_svg([map_page(loaded.definition)], title, states=states))  # noqa: S704 - it is escaped


def _rows(visit: PageRequest, diff: DefinitionDiff) -> list[dict[str, str]]:
    """One row for each change: its place in plain words, what kind it is, before and after."""
    rows = [_row(visit, path, "added", "", "") for path in diff.added]
    rows += [_row(visit, path, "removed", "", "") for path in diff.removed]
    rows += [
        _row(visit, change["path"], change["kind"], _short(change["old"]), _short(change["new"]))
        for change in diff.changed
    ]
    return rows


def _row(visit: PageRequest, path: str, kind: str, old: str, new: str) -> dict[str, str]:
    parts = [visit.words.text(NOUNS[part]) if part in NOUNS else part for part in path.split(".")]
    return {"place": " › ".join(parts), "kind": visit.words.text(CHANGES[kind]), "old": old, "new": new}


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- moving its cases ---


def migration(visit: PageRequest) -> Response:
    """What would become of each open case of a version, to be applied as it is shown."""
    sop = str(visit.request.path_params["sop"])
    visit.engine.definitions.require_author(visit.actor)
    versions = [
        version["version"] for version in visit.engine.queries.definitions.get(visit.actor, sop)["versions"]
    ]
    wish, plan, labels = _wish(visit, sop), None, {}
    refusal: SopError | None = None
    if wish is not None:
        try:
            plan = visit.engine.migrations.foreseen(visit.actor, wish, english=visit.english)
        except (Conflict, InvalidInput) as error:
            refusal = error
    if wish is not None and plan is not None:
        for version in (wish.old, wish.new):
            for step in visit.engine.queries.definitions.version(visit.actor, sop, version)["steps"]:
                labels[step["id"]] = f"{step['number']}. {step['label']}"
    return form_page(
        visit, "sop_migration.html", refusal, sop=sop, versions=versions, wish=wish, plan=plan, labels=labels,
        title=visit.engine.queries.screens.sop_titles(visit.actor).get(sop, sop),
        maps=" ".join(f"{a}={b}" for a, b in wish.steps.items()) if wish else "",
    )  # fmt: skip


def migrate(visit: PageRequest) -> Response:
    sop = str(visit.request.path_params["sop"])
    wish = _asked(sop, dict(visit.posted.items()))
    done = visit.engine.migrations.apply(
        visit.actor, wish, visit.text("digest"), english=visit.english, key=visit.key()
    )
    return visit.redirect(f"/sops/{sop}/{wish.new}", said="migrated", about=str(done["applied"]))


def _wish(visit: PageRequest, sop: str) -> Wish | None:
    if not (visit.query("from") and visit.query("to")):
        return None
    return _asked(sop, {name: visit.query(name) or "" for name in ("from", "to", "map", "clock", "case")})


def _asked(sop: str, given: dict[str, Any]) -> Wish:
    pairs = str(given.get("map") or "").replace(",", " ").split()
    if any(pair.count("=") != 1 or pair.startswith("=") or pair.endswith("=") for pair in pairs):
        raise InvalidInput.at("map", Text("Tulis seperti s5=s5a.", "Write it as s5=s5a."))
    steps = dict(pair.split("=") for pair in pairs)
    clock = given.get("clock") or "keep"
    if clock not in ("keep", "remaining", "full"):
        raise InvalidInput.at("clock", Text("Pilih salah satu.", "Choose one of them."))
    ends = {name: given.get(name) or "" for name in ("from", "to")}
    try:
        asked = MigrationQuery.model_validate({**ends, "clock": clock})
    except ValidationError as error:
        raise as_invalid_input(error) from error
    return Wish(
        sop=sop, old=asked.from_, new=asked.to, case=given.get("case") or None, steps=steps, clock=asked.clock
    )


PAGES = (
    ("/sops/{sop}/migration", migration, migrate),
    ("/sops/{sop}/{version}/changes", changes, None),
)
