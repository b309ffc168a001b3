"""Every route and page as one request that would succeed for whoever may make it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pyotp
from starlette.testclient import TestClient

from api.auth import CSRF_HEADER
from engine.commands.definitions.migrations import Wish
from engine.errors import StorageFull
from engine.organisation.look import logo_hash
from engine.text.bilingual import Text
from runtime.shipped import demonstration_organisation
from tests.e2e.authority.ground import AUTHENTICATOR, HOLDER, PASSWORD, STAFF, Ground, draft_of
from tests.support.form_filling import PDF
from tests.support.paper import DOCX, ROWS, word
from tests.support.registers import NOTES, ROWS_OF_NOTES
from web.app import PAGES

Sent = dict[str, Any]
ANY = "-"
AS_YAML = {"Content-Type": "text/yaml"}
OF_CASES = ("suspend", "resume", "cancel")
# What fills a path besides the ids of the ground.
NAMED = {
    "hue": "250",
    "sha256": logo_hash(demonstration_organisation().agency.logo or ""),
    "sop": "perbaikan-data-kinerja",
    "version": "1.0.0",
    "calendar_id": "asn-5hk",
    "year": "2027",
    "period": "2026-Q1",
    "unit_id": "unit-kosong",
    "position_id": "jabatan-kosong",
    "team_id": "tim-sakip",
    "account": "jp.umum",
    "number": "mandate",
    "username": HOLDER,
    "start_id": "perbaikan-data-kinerja:2026-Q1",
    "timer_id": "00000000-0000-4000-8000-000000000001",
    "register_id": "catatan",
    "stream": "organisation:disdag-banggai",
    "seq": "1",
    "finding_id": "00000000-0000-4000-8000-000000000003-0123456789ab",
    "hash": "0" * 64,
    "page": "staf",
    "message_id": "00000000-0000-4000-8000-000000000002",
}
NOUNS = {
    f"{noun}_id": noun for noun in ("task", "case", "file", "notice", "token", "session", "absence", "sheet")
}
# What is moved through its lifecycle is a version on which exactly this verb works.
NOUNS["verb"] = "verb"
NOUNS["secret"] = "secret"
NOUNS |= {"row_id": "row", "import_id": "import", "register_id": "register"}
# From a draft, which no case runs on, to the version in force: the plan is empty, and may be applied.
BETWEEN = {"from": "2.0.0", "to": "1.0.0"}
# The inbox that is taken over is that of somebody who is away.
ABSENT = "sekdis"
# It never ends by itself, and stands outside the description of the API.
STREAM = "GET /api/v1/events/inbox"
# Secrets are not objects that a route names.
STATES = {"token": ("own",)}


def routes(ground: Ground) -> Iterator[str]:
    """Every operation of the API and every method of every page, as ``METHOD path``."""
    for path, operations in ground.system.app.openapi()["paths"].items():
        for method in operations:
            yield f"{method.upper()} {path}"
    yield STREAM
    for path, get, post in PAGES:
        yield from (f"{method} {path}" for method, there in (("GET", get), ("POST", post)) if there)


def states(ground: Ground, route: str) -> tuple[str, ...]:
    """The states of the object that a route names; one dash where it names none."""
    noun = _noun(route)
    if noun is None:
        return (ANY,)
    return STATES.get(noun) or tuple(ground.ids[noun])


def ask(ground: Ground, client: TestClient, route: str, state: str) -> Any:
    """The answer to this route on the object in this state; redirects are answers too.

    Of a page's form nothing can be kept here, so that a refusal answers with its own status.
    """
    method, template = route.split(" ")
    noun = _noun(route)
    filled = {**NAMED, **({f"{noun}_id": ground.ids[noun][state]} if noun else {})}
    if "/monitoring/" in template:
        filled |= {"period": "2026-H1"}
    if noun == "verb":
        filled |= {"verb": state, "version": ground.ids[noun][state]}
    if template.startswith("/take-over/"):
        filled |= {"username": ABSENT}
    if noun == "secret":
        filled["secret"] = ground.ids[noun][state]
    path = re.sub(r"\{(\w+)\}", lambda found: filled[found.group(1)], template)
    sent = dict(BODIES[route](ground, state)) if route in BODIES else _example(ground, route, state)
    if method == "POST" and not path.startswith("/api/"):
        sent = _as_form(client, sent)
    full = StorageFull(Text("Penyimpanan penuh.", "the disk is full"))
    with patch("api.events.LOOKS", 1), patch("web.page_endpoint.keep", side_effect=full):
        return client.request(method, path, follow_redirects=False, **sent)


def _example(ground: Ground, route: str, state: str) -> Sent:
    """The body that the description of the API shows for a route, with the version that the object has."""
    method, path = route.split(" ")
    description = ground.system.app.openapi()
    operation = description["paths"].get(path, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return {}
    # A body that may be left out stands beside null.
    named = [content["schema"], *content["schema"].get("anyOf", ())]
    shape_name = next(item["$ref"].rpartition("/")[2] for item in named if "$ref" in item)
    shape = description["components"]["schemas"][shape_name]
    body = dict(next(iter(shape.get("examples", ())), {}))
    noun = _noun(route)
    if "version" in shape["properties"] and noun in VERSIONS:
        body |= VERSIONS[noun](ground, state)
    return {"json": body}


def _noun(route: str) -> str | None:
    return next((noun for name, noun in NOUNS.items() if f"{{{name}}}" in route), None)


def _as_form(client: TestClient, sent: Sent) -> Sent:
    """A posted page carries the token of its session, or what a visitor's own cookie gives."""
    token = client.headers.get(CSRF_HEADER, "none")
    fields = {"csrf": token, **sent.get("json", {})}
    files = {"files": sent["files"]} if "files" in sent else {}
    return {"data": {name: str(value) for name, value in fields.items()}, **files}


def _version(ground: Ground, state: str) -> dict[str, Any]:
    return {"version": ground.office.task(ground.ids["task"][state]).version}


def _case_version(ground: Ground, state: str) -> dict[str, Any]:
    return {"version": ground.office.state(ground.ids["case"][state]).case.version}


VERSIONS = {"task": _version, "case": _case_version, "row": lambda _ground, _state: {"version": 1}}


def _on_task(**given: Any) -> Callable[[Ground, str], Sent]:
    return lambda ground, state: {"json": {**_version(ground, state), **given}}


def _on_case(**given: Any) -> Callable[[Ground, str], Sent]:
    return lambda ground, state: {"json": {**_case_version(ground, state), **given}}


def _completion(ground: Ground, state: str) -> Sent:
    return {"json": {**_version(ground, state), **ground.completion}}


def _always(**sent: Any) -> Callable[[Ground, str], Sent]:
    return lambda _ground, _state: sent


def _code(ground: Ground, _state: str) -> Sent:
    """What the authenticator that everybody has begun to set up shows now."""
    now = ground.office.engine.context.machine_clock.now()
    return {"json": {"code": pyotp.TOTP(AUTHENTICATOR).at(now)}}


def _planned(ground: Ground) -> dict[str, Any]:
    wish = Wish(sop="perbaikan-data-kinerja", old=BETWEEN["from"], new=BETWEEN["to"])
    return {**BETWEEN, "digest": ground.office.engine.migrations.foreseen("admin", wish)["digest"]}


def _foreseen(ground: Ground) -> dict[str, Any]:
    return {"digest": ground.office.engine.reassessment.foreseen("admin")["digest"]}


# Whom duties that are kept apart keep from the task of the absent holder.
APART = "kasubbag.perencanaan"


def _small_form(verb: str, **fields: str) -> Callable[[Ground, str], Sent]:
    """The form of a small act on the page of a task, whose controls are named after the verb."""
    return _on_task(**{f"{verb}.{name}": value for name, value in fields.items()})


HOLD = {"reason_class": "menunggu_data", "reason": "Menunggu data"}
REASSIGN = {"to": "jp.pdn.2", "reason": "Berbagi tugas"}
DELEGATE = {"to": "jp.pdn.2", "note": "Mohon bantu baris 1"}
MANDATE = {
    "position": "kepala-dinas",
    "substitute": "sekdis",
    "mandate_kind": "plh",
    "mandate_from": "2026-07-01",
    "mandate_to": "2026-07-05",
    "order_number": "800/12/2026",
}
DRAFT = draft_of("6.0.0")
NEW_PASSWORD = "kuda lumping biru sembilan"
API = "/api/v1"
BODIES: dict[str, Callable[[Ground, str], Sent]] = {
    "POST /calendars/years/{year}": _always(
        json={"number": "SKB 1", "date": "2026-01-02", "days": "2027-01-01 nasional Tahun Baru"}
    ),
    "POST /schedules": _always(
        json={
            "sop": NAMED["sop"],
            "date": "2026-Q1 2026-03-16T08:00:00+08:00 2026-04-07T16:00:00+08:00",
        }
    ),
    f"POST {API}/tasks/{{task_id}}/claim": _on_task(),
    f"POST {API}/tasks/{{task_id}}/save": _on_task(data={}),
    f"POST {API}/tasks/{{task_id}}/progress": _on_task(data={}),
    f"POST {API}/tasks/{{task_id}}/hold": _on_task(**HOLD),
    f"POST {API}/tasks/{{task_id}}/delegate": _on_task(**DELEGATE),
    f"POST {API}/tasks/{{task_id}}/waive": _on_task(account=APART, reason="Tidak ada orang lain"),
    f"POST {API}/tasks/{{task_id}}/reassign": _on_task(**REASSIGN),
    f"POST {API}/tasks/{{task_id}}/complete": _completion,
    f"GET {API}/export": _always(params={"format": "xes"}),
    "GET /export": _always(params={"format": "xes"}),
    f"POST {API}/cases": _always(json={"sop": "perbaikan-data-kinerja", "period": "2020-Q1"}),
    **{
        f"POST {API}/cases/{{case_id}}/{verb}": _on_case(reason="Arahan")
        for verb in ("suspend", "resume", "cancel")
    },
    f"POST {API}/session": _always(json={"username": "kadis", "password": "salah sekali ini"}),
    f"POST {API}/files": _always(files={"file": ("bukti.pdf", PDF, "application/pdf")}),
    f"POST {API}/definitions": _always(content=DRAFT, headers={"Content-Type": "text/yaml"}),
    f"POST {API}/registers": _always(content=NOTES + "retention: null\n", headers=AS_YAML),
    f"POST {API}/registers/{{register_id}}/imports": _always(
        files={"file": ("catatan.csv", ROWS_OF_NOTES, "text/csv")}
    ),
    "POST /registers/{register_id}/add": _always(
        json={"values.tahun": "2026", "values.kode": "c-9", "values.unit": "bid-pdn"}
    ),
    "POST /registers/{register_id}/rows/{row_id}": _always(
        json={"do": "retire", "version": 1, "reason": "Tidak dipakai"}
    ),
    "POST /registers/{register_id}/imports/{import_id}": _always(json={"do": "confirm"}),
    f"POST {API}/registers/check": _always(content=NOTES, headers=AS_YAML),
    f"GET {API}/definitions/{{sop}}/migration": _always(params=BETWEEN),
    f"POST {API}/definitions/{{sop}}/migration": lambda ground, _: {"json": _planned(ground)},
    f"POST {API}/definitions/{{sop}}/versions/{{version}}/{{verb}}": _always(json={"reason": "Arahan"}),
    f"POST {API}/definitions/import": _always(files={"file": ("sop.docx", word(ROWS), DOCX)}),
    f"POST {API}/definitions/check": _always(content=DRAFT, headers={"Content-Type": "text/yaml"}),
    f"GET {API}/take-overs/preview": _always(params={"account": ABSENT}),
    f"POST {API}/take-overs": _always(json={"account": ABSENT, "reason": "Cuti sakit"}),
    f"POST {API}/organisation/reassessment": lambda ground, _: {"json": _foreseen(ground)},
    f"POST {API}/organisation": lambda ground, _: {
        "content": ground.organisation_file,
        "headers": {"Content-Type": "text/yaml"},
        "params": {"dry_run": "true"},
    },
    f"POST {API}/schedules/starts/{{start_id}}/start": _always(json={}),
    f"GET {API}/escalation/preview": _always(params={"sop": "perbaikan-data-kinerja", "step": "s8"}),
    f"GET {API}/calendars/suggestion": _always(params={"year": 2027}),
    f"GET {API}/calendars/{{calendar_id}}/explain": _always(
        params={"from": "2026-01-05T08:00:00+08:00", "minutes": 30}
    ),
    "POST /conformance/{finding_id}": _always(json={"text": "Rapat dicatat sesudah libur"}),
    "GET /api/v1/monitoring": _always(params={"period": "2026-H1"}),
    "POST /monitoring/{period}/{sop}": _always(json={"runs_well": "yes"}),
    "POST /sops/import": _always(files={"file": ("sop.docx", word(ROWS), DOCX)}),
    f"POST {API}/cases/{{case_id}}/notes": _always(json={"text": "Sudah lengkap?"}),
    "POST /cases/{case_id}/notes": _always(json={"text": "Sudah lengkap?"}),
    "POST /verifikasi": _always(files={"file": ("bukti.pdf", PDF, "application/pdf")}),
    "POST /files": _always(files={"file": ("bukti.pdf", PDF, "application/pdf")}),
    "POST /sops/new": _always(json={"title": "SOP lain", "source": "template:cuti"}),
    "POST /sops/{sop}/edit": _always(json={"do": "begin", "version_of": "1.0.0", "as_version": "3.0.0"}),
    "POST /sops/{sop}/try": _always(json={"do": "start"}),
    "GET /sops/{sop}/migration": _always(params=BETWEEN),
    "POST /sops/{sop}/migration": lambda ground, _: {"json": _planned(ground)},
    "POST /sops/{sop}/{version}": _always(json={"do": "acknowledge"}),
    "POST /sops/drafts": _always(json={"yaml": DRAFT}),
    "POST /sign-in": _always(json={"username": "kadis", "password": "salah sekali ini"}),
    "POST /language": _always(json={"language": "id"}),
    **{f"POST /tasks/{{task_id}}/{verb}": _on_task() for verb in ("claim", "resume", "recall", "substitute")},
    "POST /tasks/{task_id}": _on_task(do="save"),
    "POST /tasks/{task_id}/release": _small_form("release", reason="Salah ambil"),
    "POST /tasks/{task_id}/hold": _small_form("hold", **HOLD),
    "POST /tasks/{task_id}/reassign": _small_form("reassign", **REASSIGN),
    "POST /tasks/{task_id}/delegate": _small_form("delegate", helper="jp.pdn.2", note="Mohon bantu baris 1"),
    "POST /tasks/{task_id}/waive": _small_form("waive", waived=APART, reason="Tidak ada orang lain"),
    "POST /reassessment": lambda ground, _: {"json": _foreseen(ground)},
    "POST /take-over/{username}": _always(json={"reason": "Cuti sakit"}),
    "POST /absence": _always(json={"kind": "cuti", "valid_from": "2026-07-01", "do": "enter"}),
    "POST /absence/mandates": _always(json=MANDATE),
    "POST /account": _always(json={"label": "Nama baru"}),
    "POST /accounts": _always(json={"username": "baru", "label": "Akun baru"}),
    "POST /organisation/units": _always(json={"label": "Seksi Baru", "type": "seksi"}),
    "POST /organisation/units/{unit_id}": _always(json={"label": "Unit kosong", "type": "seksi"}),
    "POST /organisation/teams": _always(json={"label": "Tim Baru"}),
    "POST /organisation/teams/{team_id}": _always(json={"label": "Tim SAKIP"}),
    "POST /organisation/positions": _always(json={"label": "Jabatan baru", "unit": "bid-pdn"}),
    "POST /organisation/positions/{position_id}": _always(json={"label": "Kosong", "unit": "bid-pdn"}),
    "POST /organisation/positions/{position_id}/holders": _always(json={"holder": "jp.pdn.2"}),
    f"POST {API}/organisation/staff": _always(
        files={"file": ("pegawai.csv", STAFF, "text/csv")}, params={"dry_run": "true"}
    ),
    "POST /organisation/staff": _always(files={"file": ("pegawai.csv", STAFF, "text/csv")}),
    "POST /organisation/staff/{sheet_id}": lambda ground, _: {
        "json": {"version": ground.office.organisation().version}
    },
    "POST /invitations": _always(json={"accounts": "jp.pdn.2"}),
    "POST /organisation/holdings/{account}/{number}": _always(json={"order_number": "800/3/2026"}),
    "POST /tasks/{task_id}/resolve": _on_task(),
    **{
        f"POST /cases/{{case_id}}/{verb}": _on_case(reason="Arahan")
        for verb in ("suspend", "resume", "cancel")
    },
    f"POST {API}/me/password": _always(json={"old_password": PASSWORD, "password": NEW_PASSWORD}),
    f"POST {API}/me/second-factor": _always(json={"password": PASSWORD}),
    f"PUT {API}/me/second-factor": _code,
    f"POST {API}/invitations/{{secret}}": _always(json={"password": NEW_PASSWORD}),
    "POST /account/password": _always(
        json={"old_password": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    ),
    "POST /account/second-factor": _always(json={"password": PASSWORD}),
    "POST /account/second-factor/confirm": _code,
    "POST /invitation/{secret}": _always(json={"password": NEW_PASSWORD, "again": NEW_PASSWORD}),
    "POST /account/tokens": _always(json={"name": "program", "scope": "read", "days": 7}),
}
