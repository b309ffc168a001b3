"""Every page: who may open it, what it never does, and that everybody can use it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tests.e2e.web.visiting import Html, Visitor
from tests.support.offices import SOP, DemoOffice
from web import inbox
from web.app import PAGES
from web.page_request import LANGUAGE_COOKIE

WEB = Path(inbox.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
# What administrators open, and the way to a provider that this office does not have.
ELSEWHERE = {
    *("/operation", "/operation/preview", "/accounts"),
    *("/sign-in/oidc", "/sign-in/oidc/callback", "/sign-in/oidc/signed-out"),
    "/export",  # has to be told what
}


@pytest.fixture
def paths(office: DemoOffice) -> list[str]:
    """The address of every page that can be opened, on a case with branches, returns and documents."""
    case_id = office.at_paraf()
    tasks = [f"/tasks/{task_id}" for task_id in office.state(case_id).tasks]
    plain = [path for path, get, _ in PAGES if get and "{" not in path and path not in ELSEWHERE]
    return [
        *plain,
        "/inbox?view=unit",
        "/inbox?view=done",
        "/notices?state=unread",
        f"/cases/new/{SOP}",
        f"/cases/{case_id}",
        f"/cases/{case_id}/audit",
        *tasks,
    ]


def test_every_page_opens_for_the_head_of_the_office(office: DemoOffice, paths: list[str]) -> None:
    visitor = Visitor(office, "kadis")
    found = {path: visitor.get(path).status_code for path in paths}
    moved = dict.fromkeys(("/sign-in", "/sign-in/code"), 303)  # whoever is signed in goes on
    of_authors = dict.fromkeys(("/sops/import", "/sops/drafts", "/sops/new"), 403)
    office_pages = (
        "/organisation/units",
        "/organisation/teams",
        "/organisation/positions",
        "/organisation/staff",
        "/invitations",
    )
    of_administrators = dict.fromkeys(office_pages, 403)
    assert found == {**dict.fromkeys(paths, 200), **moved, **of_authors, **of_administrators}


def test_what_a_person_may_not_see_is_not_there(office: DemoOffice) -> None:
    case_id = office.at_paraf()
    stranger = Visitor(office, "jp.eks.1")
    file_id = office.upload("kadis")
    tasks = [f"/tasks/{task_id}" for task_id in office.state(case_id).tasks]
    hidden = [f"/cases/{case_id}", f"/cases/{case_id}/audit", f"/files/{file_id}", *tasks]
    assert {path: stranger.get(path).status_code for path in hidden} == dict.fromkeys(hidden, 404)
    for path in ("/timing-log", "/timing-log.csv", "/timing-log.xlsx"):
        assert stranger.get(path).status_code == 403


def test_a_refusal_is_a_page_in_the_engines_own_words_with_a_way_back(office: DemoOffice) -> None:
    shown = Visitor(office, "jp.eks.1").get("/timing-log")
    assert "Log waktu hanya untuk auditor dan atasan." in shown.text
    assert 'href="/inbox"' in shown.text


@pytest.mark.parametrize(
    "path", ["/tidak-ada", "/tasks/x", "/cases/x", "/files/x", "/static/x.css", "/tasks/%ff"]
)
def test_what_is_not_there_is_a_page_of_its_own(office: DemoOffice, path: str) -> None:
    shown = Visitor(office, "kadis").get(path)
    assert shown.status_code == 404
    assert shown.headers["content-type"].startswith("text/html")


def test_paths_of_the_api_stay_problems(office: DemoOffice) -> None:
    shown = Visitor(office, "kadis").get("/api/v1/tidak-ada")
    assert shown.status_code == 404
    assert shown.headers["content-type"] == "application/problem+json"


def test_every_page_forbids_foreign_scripts_frames_and_forms(office: DemoOffice, paths: list[str]) -> None:
    visitor = Visitor(office, "kadis")
    for path in [*paths, "/tidak-ada", "/tasks/x"]:
        headers = visitor.get(path).headers
        if "." not in path:
            policy = headers["content-security-policy"]
            assert "default-src 'none'; style-src 'self'" in policy, path
            assert "script-src 'self'; connect-src 'self';" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_no_template_writes_unescaped_text_or_holds_script_or_style() -> None:
    forbidden = re.compile(r"\|\s*safe\b|autoescape|<script|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
    own = re.compile(r'<script type="module" src="\{\{ (alur|forms|editor)_js \}\}"></script>')
    texts = {path.name: own.sub("", path.read_text(encoding="utf-8")) for path in TEMPLATES}
    found = {name: forbidden.findall(text) for name, text in texts.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_every_control_has_a_label_and_every_id_is_there_once(office: DemoOffice, paths: list[str]) -> None:
    faults = {}
    for who in ("kadis", "sekdis", "jp.psr.1", "auditor"):
        visitor = Visitor(office, who)
        for path in paths:
            shown = visitor.get(path)
            if shown.status_code != 200 or "." in path:
                continue
            html = Html(shown.text)
            twice = {id for id in html.ids if html.ids.count(id) > 1}
            if html.unlabelled or twice:
                faults[who, path] = (html.unlabelled, twice)
    assert faults == {}


def test_every_page_has_one_heading_a_title_and_a_language(office: DemoOffice, paths: list[str]) -> None:
    visitor = Visitor(office, "kadis")
    for path in paths:
        shown = visitor.get(path)
        if shown.status_code == 200 and "." not in path:
            tags = Html(shown.text).tags
            assert [name for name, _ in tags].count("h1") == 1, path
            assert ("html", {"lang": "id"}) in tags
            assert re.search(r"<title>.+ · Alur</title>", shown.text)


def test_lists_without_anything_say_so(office: DemoOffice) -> None:
    visitor = Visitor(office, "kabid.eks")
    for path in ("/inbox", "/inbox?view=unit", "/inbox?view=done", "/cases", "/timing-log", "/notices"):
        assert 'class="empty big"' in visitor.get(path).text, path


def test_a_filter_without_hits_offers_to_clear_it(office: DemoOffice) -> None:
    office.start()
    assert "Hapus saringan" in Visitor(office, "kadis").get("/inbox?q=tidak+ada").text
    assert "PDK-2026-0001" in Visitor(office, "kadis").get("/inbox?q=pdk").text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_word_of_a_page_is_in_one_language_only(template: Path) -> None:
    """Words that stand in a template as they are: between its tags, or where a tag holds some."""
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    between = re.sub(r'<[^>]*>|\b[\w-]+="[^"]*"', " ", text)
    within = re.findall(r'\b(?:alt|title|placeholder|aria-label|aria-description)="([^"]*)"', text)
    plain = {word for part in (between, *within) for word in re.findall(r"[^\W\d_]{2,}", part)}
    assert plain <= {
        "Alur",
        "SOP",
        "NIP",
        "SHA",
        "CSV",
        "XLSX",
        "PDF",
        "XES",
        "OCEL",
        "BPMN",
        "PNML",
        "https",
    }


def test_a_page_in_english_keeps_what_the_sop_says(office: DemoOffice) -> None:
    office.start()
    visitor = Visitor(office, "kadis")
    visitor.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    shown = visitor.get("/inbox").text
    assert "My tasks" in shown
    assert "Meneliti data kinerja dan memerintahkan verifikasi ulang" in shown


def test_a_page_in_english_says_in_english_why_something_cannot_be_done(office: DemoOffice) -> None:
    task = office.open_task(office.start(), "s1")
    visitor = Visitor(office, "auditor")
    assert "Auditor tidak mengerjakan tugas" in visitor.get(f"/tasks/{task.id}").text
    visitor.client.cookies.set(f"__Host-{LANGUAGE_COOKIE}", "en")
    assert "An auditor never does the office's work" in unescape(visitor.get(f"/tasks/{task.id}").text)


def test_the_numbers_of_the_server_name_a_page_by_its_route_and_no_case(office: DemoOffice) -> None:
    visitor = Visitor(office, "kadis")
    case_id = office.start()
    visitor.get(f"/cases/{case_id}")
    numbers = visitor.get("/metrics").text
    assert 'route="/cases/{case_id}"' in numbers
    assert case_id not in numbers


def test_static_files_may_be_kept_because_their_address_changes(office: DemoOffice) -> None:
    visitor = Visitor(office)
    address = re.search(r'href="(/static/alur\.css\?v=\w+)"', visitor.get("/sign-in").text)
    assert address is not None
    shown = visitor.get(address.group(1))
    assert shown.status_code == 200
    assert "immutable" in shown.headers["cache-control"]


def test_static_files_do_not_lead_out_of_their_folder(office: DemoOffice) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"):
        assert Visitor(office).get(path).status_code == 404
