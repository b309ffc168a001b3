"""Nothing of one agency reaches the other: every reading route and page, with ids that are the other's."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from engine.access.actor import HOST
from engine.tables import BRANCH, FILE, MESSAGE, NOTICE, SOP_CASE, TASK
from runtime.shipped import AGENCY, HOLIDAYS, plain_data
from runtime.testing import client_for
from tests.support.offices import SOP, DemoOffice
from tests.support.postgres import DatabaseFactory
from tests.support.registers import NOTES, ROWS_OF_NOTES
from tests.support.two_agencies import PREFIX, TWIN, twins_on, with_two_agencies
from web.app import PAGES

OURS = ("kadis", "sekdis", "jp.psr.1", "auditor", "bappelitbangda", "admin")
SECRET_SOP = "rahasia-kembar"
SECRET_REGISTER = "register_kembar"
PDF = b"%PDF-1.4\nKEMBAR\n%%EOF\n"
# Whom these are open to at all; everybody else is refused before anything is looked up, whatever the id.
CLOSED = {
    re.compile(r"/api/v1/accounts/.*|/accounts/.*|/organisation/.*|.*/migration|/sops/\{sop\}/(edit|try)"): {
        "admin"
    },
    re.compile(r"/api/v1/audit/.*"): {"auditor"},
    re.compile(r"(/api/v1)?/monitoring/.*"): {"kadis", "sekdis", "auditor", "bappelitbangda"},
}
# What must stand in the question before anything is looked up.
NEEDED = {
    "/explain": "?from=2026-01-05T08:00:00%2B08:00&minutes=60",
    "/migration": "?from=1.0.0&to=2.0.0",
}
# Pages that show nothing of an agency but its logo, or sign somebody in.
NOT_ASKED = re.compile(r"/sign-in.*|/hue/.*|/logo/.*|/")


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the other agency has: ids that must not come back, and words that only it uses."""

    case_id: str
    task_id: str
    file_id: str
    notice_id: str
    import_id: str
    ids: frozenset[str]

    def places(self) -> Mapping[str, str]:
        """A foreign value for every placeholder of a path."""
        return {
            "case_id": self.case_id,
            "task_id": self.task_id,
            "file_id": self.file_id,
            "notice_id": self.notice_id,
            "sop": SECRET_SOP,
            "version": "2.0.0",
            "period": "2025-H2",
            "calendar_id": "kalender-kembar",
            "username": f"{PREFIX}jp.psr.1",
            "register_id": SECRET_REGISTER,
            "row_id": "2026:c-1",
            "import_id": self.import_id,
            "stream": f"case:{self.case_id}",
            "seq": "1",
            "hash": sha256(PDF).hexdigest(),
            "unit_id": "bid-kembar",
            "position_id": "jabatan-kembar",
            "team_id": "tim-kembar",
            "account": f"{PREFIX}kadis",
            "number": "1",
            "sheet_id": self.file_id,
            "finding_id": f"{self.case_id}-0123456789ab",
        }


@pytest.fixture
def office(database_factory: DatabaseFactory, tmp_path: Path) -> Iterator[DemoOffice]:
    office = twins_on(database_factory(with_two_agencies), tmp_path / "files")
    yield office
    office.system.close()


@pytest.fixture
def theirs(office: DemoOffice, project: Path) -> Theirs:
    """Both agencies at work; the other one with a finished step, a claimed task, a draft and a secret SOP."""
    office.start()
    text = (project / "sop_definitions/perbaikan-data-kinerja.yaml").read_text(encoding="utf-8")
    secret = text.replace(f"id: {SOP}", f"id: {SECRET_SOP}", 1).replace("version: 1.0.0", "version: 2.0.0", 1)
    office.engine.definitions.store(f"{PREFIX}admin", secret)
    calendars = plain_data(AGENCY)
    calendars["calendars"]["kalender-kembar"] = calendars["calendars"]["asn-5hk"]
    office.engine.registry.put_calendars(TWIN, calendars, plain_data(HOLIDAYS), actor=HOST)
    case_id = office.start(by=f"{PREFIX}kadis", period="2025-Q3")
    office.start(by=f"{PREFIX}kadis", period="2025-Q2")
    office.do(f"{PREFIX}kadis", case_id, "s1")
    task = office.open_task(case_id, "s2")
    office.engine.tasks.claim(f"{PREFIX}sekdis", task.id)
    file_id = office.upload(f"{PREFIX}sekdis", PDF, "KEMBAR.pdf")
    office.engine.cases.suspend(f"{PREFIX}kadis", case_id, reason="KEMBAR")
    office.engine.cases.resume(f"{PREFIX}kadis", case_id, reason="KEMBAR")
    register = NOTES.replace("id: catatan", f"id: {SECRET_REGISTER}", 1).replace("Catatan", "Catatan kembar")
    office.engine.register_files.store(f"{PREFIX}admin", register)
    report = office.engine.register_imports.read(f"{PREFIX}kabid.pdn", SECRET_REGISTER, ROWS_OF_NOTES)

    def found(connection: Any) -> tuple[frozenset[str], str]:
        cases = select(SOP_CASE.c.id).where(SOP_CASE.c.agency == TWIN)
        queries = [cases, select(FILE.c.id).where(FILE.c.uploaded_by.startswith(PREFIX))]
        queries += [select(table.c.id).where(table.c.case_id.in_(cases)) for table in (TASK, BRANCH)]
        queries += [
            select(table.c.id).where(table.c.account.startswith(PREFIX)) for table in (NOTICE, MESSAGE)
        ]
        notice = select(NOTICE.c.id).where(NOTICE.c.account.startswith(PREFIX)).limit(1)
        ids = {id for query in queries for id in connection.execute(query).scalars()}
        return frozenset(ids), str(connection.execute(notice).scalar_one())

    ids, notice_id = office.engine.context.store.read(found)
    return Theirs(case_id, task.id, file_id, notice_id, report["id"], ids)


def said(answer: Response) -> str:
    """Headers and body as text, whatever the body is packed in."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            parts = [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        return "\n".join((head, *parts))
    return f"{head}\n{answer.text}"


def leaks(answer: Response, theirs: Theirs, asked: str = "") -> list[str]:
    """What of the other agency an answer says, but for what was asked for by name."""
    text = said(answer)
    for piece in re.split(r"[/?&=]", asked):
        text = text.replace(piece, "") if len(piece) > 3 else text
    found = sorted(id for id in theirs.ids if id in text)
    return [*found, *re.findall(r".{0,60}kembar.{0,60}", text, re.I)]


def reading_routes(office: DemoOffice) -> list[str]:
    described = office.system.app.openapi()["paths"]
    pages = [path for path, get, _ in PAGES if get is not None and not NOT_ASKED.fullmatch(path)]
    return [*(path for path, calls in described.items() if "get" in calls), *pages]


def queries_of(office: DemoOffice, path: str, theirs: Theirs) -> Iterator[str]:
    """The route as it is, and with every search that could reach the other agency."""
    yield ""
    described = office.system.app.openapi()["paths"].get(path, {}).get("get", {}).get("parameters", [])
    known = {item["name"] for item in described if item["in"] == "query"} or {"q", "sop", "view"}
    given = {
        "q": ("q=Triwulan+II",),
        "sop": (f"sop={SECRET_SOP}", f"sop={SOP}&step=s2"),
        "view": ("view=unit", "view=done"),
        "stream": (
            f"stream=case:{theirs.case_id}",
            f"stream=organisation:{TWIN}",
            f"stream=definition:{TWIN}:{SECRET_SOP}",
        ),
        "format": ("format=csv", "format=xlsx"),
        "account": (f"account={PREFIX}kadis", "account=kadis"),
        "from": ("from=2026-01-05T08:00:00%2B08:00&minutes=60",),
        "limit": ("limit=100",),
    }
    yield from (query for name in sorted(known & set(given)) for query in given[name])


def test_no_list_page_count_or_export_says_anything_of_the_other_agency(
    office: DemoOffice, theirs: Theirs
) -> None:
    for who in OURS:
        client = client_for(office.system, who)
        answered = 0
        for path in reading_routes(office):
            for query in queries_of(office, path, theirs) if "{" not in path else ():
                asked = f"{path}?{query}" if query else path
                answer = client.get(asked, follow_redirects=False)
                assert answer.status_code < 500, (who, asked)
                assert leaks(answer, theirs, query) == [], (who, asked)
                answered += answer.status_code == 200
        assert answered > 20, who


def test_an_id_of_the_other_agency_is_as_unknown_as_one_that_nobody_has(
    office: DemoOffice, theirs: Theirs
) -> None:
    places = theirs.places()
    nowhere = {name: str(uuid.uuid4()) if len(value) == 36 else "tidak-ada" for name, value in places.items()}
    nowhere |= {
        "version": places["version"],
        "period": places["period"],
        "stream": f"case:{uuid.uuid4()}",
        "seq": places["seq"],
        "number": places["number"],
    }
    nowhere["hash"] = sha256(b"another").hexdigest()
    for who in OURS:
        client = client_for(office.system, who)
        for path in reading_routes(office):
            # A one-time link belongs to whoever holds it, and every agency has every year and the guide.
            if "{" not in path or "{secret}" in path or "{year}" in path or "{page}" in path:
                continue
            query = next((needed for end, needed in NEEDED.items() if path.endswith(end)), "")
            asked, unknown = path.format(**places) + query, path.format(**nowhere) + query
            answer, other = client.get(asked), client.get(unknown)
            closed = any(paths.fullmatch(path) and who not in some for paths, some in CLOSED.items())
            # Whether a file was signed is answered for every file.
            there = 200 if path == "/verifikasi/{hash}" else 404
            assert answer.status_code == other.status_code == (403 if closed else there), (who, asked)
            assert leaks(answer, theirs, asked) == [], (who, asked)
            assert shape(answer, asked) == shape(other, unknown), (who, asked)


def shape(answer: Response, asked: str) -> tuple[str, list[str]]:
    """An answer without what it repeats of the question and what differs each time."""
    text = answer.text
    for piece in (*asked.split("/"), answer.headers.get("X-Request-ID", "-")):
        text = text.replace(piece, "…") if len(piece) > 3 else text
    return re.sub(r'name="(csrf|key|mark)" value="[^"]*"', "", text), sorted(answer.headers.keys())


def test_every_verb_on_a_task_of_the_other_agency_meets_nothing(office: DemoOffice, theirs: Theirs) -> None:
    client = client_for(office.system, "sekdis")
    before = office.rows()
    for path, calls in office.system.app.openapi()["paths"].items():
        for method in sorted(set(calls) & {"post", "put", "delete"}):
            names = set(re.findall(r"{(\w+)}", path))
            if not names or not names <= {"case_id", "task_id", "notice_id"}:
                continue
            body = bodies(calls[method], office)
            answer = client.request(method.upper(), path.format(**theirs.places()), json=body)
            assert answer.status_code == 404, (path, answer.text)
            assert leaks(answer, theirs, path.format(**theirs.places())) == [], path
    assert office.rows() == before


def bodies(call: Mapping[str, Any], office: DemoOffice) -> dict[str, Any] | None:
    """The least body that a call takes, so that nothing but the object can be the reason against it."""
    content = call.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    schemas = office.system.app.openapi()["components"]["schemas"]
    schema = content["schema"]
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    samples = {"string": "menunggu_data", "integer": 1, "object": {}, "array": []}
    required = schema.get("required", [])
    return {name: samples[schema["properties"][name].get("type", "object")] for name in required}


def test_the_other_agency_itself_finds_all_of_it(office: DemoOffice, theirs: Theirs) -> None:
    client: TestClient = client_for(office.system, f"{PREFIX}auditor")
    listed = {item["id"] for item in client.get("/api/v1/cases?q=Triwulan+II").json()["items"]}
    assert theirs.case_id in listed
    assert client.get(f"/api/v1/tasks/{theirs.task_id}").status_code == 200
    assert client.get(f"/api/v1/definitions/{SECRET_SOP}").status_code == 200
    assert client.get("/api/v1/calendars/kalender-kembar").status_code == 200
    assert leaks(client.get("/api/v1/timing-log?format=xlsx"), theirs)
    assert leaks(client.get("/api/v1/audit/export"), theirs)
    assert leaks(client.get("/inbox"), theirs)
