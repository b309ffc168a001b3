"""Forty strings that other programs would run, in every field that a person or a file fills."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from itertools import cycle
from typing import Any
from xml.etree import ElementTree

import pytest
from httpx2 import Response

from engine.queries.worker.messages import OutgoingMessage
from engine.sop.serialise import yaml_of
from engine.sop.source import read_source
from notifications.delivery import Delivery
from notifications.mail import composed
from runtime.shipped import FOLDER
from tests.e2e.web.test_every_form import forms
from tests.e2e.web.test_every_page import NOBODY, walks
from tests.e2e.web.visiting import Visitor
from tests.support.form_filling import PDF
from tests.support.offices import SOP, DemoOffice

MARK = "zqx"
STRINGS = (
    f"<{MARK}>",
    f'"><{MARK} on{MARK}=1>',
    f"'><{MARK} on{MARK}=1>",
    f'" on{MARK}="1',
    f"' on{MARK}='1",
    f"` on{MARK}=`1",
    f"x on{MARK}=1",
    f"</title><{MARK}>",
    f"</textarea><{MARK}>",
    f"</option></select><{MARK}>",
    f"</script><{MARK}>",
    f"</style><{MARK}>",
    f"--><{MARK}>",
    f"]]><{MARK}>",
    f"<svg/on{MARK}=1>",
    f"<svg><{MARK}/>",
    f"<img src=x on{MARK}=1>",
    f"<{MARK}/x=",
    f"<{MARK.upper()}>",
    f"&lt;{MARK}&gt;",
    f"&#60;{MARK}&#62;",
    f"%3C{MARK}%3E",
    rf"\u003c{MARK}\u003e",
    f"javascript:{MARK}()",
    f"JaVaScRiPt:{MARK}()",
    f"data:text/html,<{MARK}>",
    f"//{MARK}.example/",
    f"url(javascript:{MARK})",
    f"}}*{{x:{MARK}}}",
    f"{{{{7*7}}}}{MARK}",
    f"${{7*7}}{MARK}",
    f"{{% raw %}}{MARK}",
    f"#{{7*7}}{MARK}",
    f"=cmd|' /C {MARK}'!A0",
    f"+1+{MARK}",
    f"-1-{MARK}",
    f"@SUM({MARK})",
    f"＝{MARK}()",
    f"'; DROP TABLE {MARK};--",
    f"%_{MARK}\\",
)
BAD = "perbaikan-jahat"
MACHINE = ("when", "rows_where", "require", "set", "id", "schema", "version")
FORMULA = re.compile(r"[\s'\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
RUNS = re.compile(r"\s*(javascript|data|vbscript):", re.I)


def test_there_are_forty_of_them() -> None:
    assert len(set(STRINGS)) == 40


class Born(HTMLParser):
    """Elements, attributes and addresses of a page that came out of a string."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if MARK in tag:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if MARK in name or name.startswith("on") or name in ("style", "srcdoc"):
                self.found.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "formaction", "data") and (
                RUNS.match(value or "") or (value or "").startswith("//")
            ):
                self.found.append(f"<{tag} {name}={value}>")


def born(shown: Response) -> list[str]:
    """What is wrong with an answer: a page, a drawing, a table, a workbook, or a head of its own."""
    kind = shown.headers.get("content-type", "")
    found = [f"header {name}" for name in shown.headers if MARK in name.lower()]
    if shown.status_code >= 500:
        found.append(str(shown.status_code))
    if "html" in kind:
        found += Born(shown.text).found
        found += re.findall(rf"<[^>]{{0,3}}{MARK}[^&]", shown.text, re.I)
    elif "svg" in kind:
        found += [e.tag for e in ElementTree.fromstring(shown.content).iter() if MARK in str(e.tag)]
    elif "csv" in kind:
        rows = csv.reader(io.StringIO(shown.content.decode("utf-8-sig")))
        found += [cell for row in rows for cell in row if FORMULA.match(cell) and MARK in cell.lower()]
    if shown.content[:4] == b"PK\x03\x04":
        found += in_package(shown.content)
    return found


def in_package(content: bytes) -> list[str]:
    """What was born in the parts of a document or workbook."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                for element in ElementTree.fromstring(package.read(name)).iter():
                    if MARK in element.tag or element.tag.endswith("}f"):
                        found.append(f"{name}: {element.tag}")
                    found += [f"{name}: {key}" for key in element.attrib if MARK in key]
    return found


def spoilt(value: Any, key: str, strings: Iterator[str]) -> Any:
    """The file with a string behind every text that people read."""
    if isinstance(value, dict):
        return {name: spoilt(inner, name, strings) for name, inner in value.items()}
    if isinstance(value, list):
        return [spoilt(inner, key, strings) for inner in value]
    if isinstance(value, str) and " " in value and key not in MACHINE:
        return f"{value} {next(strings)}"
    return value


class Box:
    """A channel of letters that keeps them."""

    name = "mail"
    gathers = True
    needs_address = False
    kinds: frozenset[str] | None = None

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    def deliver(self, outgoing: OutgoingMessage) -> None:
        self.letters.append(composed(outgoing, "alur@office.example", "https://office.example"))

    def close(self) -> None:
        pass


def letters(office: DemoOffice) -> list[bytes]:
    """Every letter that was written to anybody, as it goes to the server of the mail."""
    box = Box()
    office.clock.advance(hours=1)
    Delivery(office.engine, {"mail": box}).run()
    assert any(MARK in str(message_from_bytes(one, policy=default)) for one in box.letters)
    return box.letters


def in_letter(letter: bytes) -> list[str]:
    """What was born in the head or in the page of a letter."""
    read = message_from_bytes(letter, policy=default)
    found = [name for name in read if MARK in name.lower() or name.lower() == "set-cookie"]
    page = read.get_body(("html",))
    return [*found, *(Born(page.get_content()).found if page is not None else ["no page"])]


@pytest.fixture
def bad(office: DemoOffice) -> DemoOffice:
    """The office with strings in the names of its units, positions, accounts and teams, and in an SOP."""
    object.__setattr__(office.engine.context, "channels", {"mail": None})
    strings = cycle(STRINGS)
    now = office.organisation()
    office.put_organisation(
        agency=replace(now.agency, label=f"{now.agency.label} {next(strings)}"),
        units=tuple(replace(one, label=f"{one.label} {next(strings)}") for one in now.units),
        positions=tuple(replace(one, label=f"{one.label} {next(strings)}") for one in now.positions),
    )
    data = read_source((FOLDER / f"{SOP}.yaml").read_bytes(), file="x").data | {"id": BAD}
    text = yaml_of(spoilt(data, "", strings))
    office.engine.definitions.store("admin", text, as_demonstration=True)
    return office


def pages(office: DemoOffice, visitors: dict[str, Visitor]) -> dict[str, list[str]]:
    """All pages of everybody, and those of a case of the spoilt SOP with files and notes of such names."""
    case_id = office.start(sop=BAD)
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    rows = [
        {"unit": unit, "subjek": text, "uraian": text}
        for unit, text in zip(cycle(("bid-psr", "bid-pkm")), STRINGS[:6], strict=False)
    ]
    office.complete("kadis", task.id, data={"baris_salah": rows, "perintah": " ".join(STRINGS)})
    office.engine.notes.write("kadis", case_id, text="\n".join(STRINGS))
    second = office.open_task(case_id, "s2")
    office.engine.tasks.claim("sekdis", second.id)
    office.engine.tasks.hold("sekdis", second.id, reason_class="menunggu_data", reason=" ".join(STRINGS))
    for name in ("<zqx>.pdf", '"><zqx onzqx=1>.pdf', "zqx\r\nSet-Cookie: zqx=1.pdf", "=zqx.pdf"):
        office.upload("sekdis", PDF, name)
    found = walks(office)
    sop = f"/sops/{BAD}/1.0.0"
    found["kadis"] += [
        *(f"/cases/{case_id}{part}" for part in ("", "/audit", "/file", "/map")),
        *(f"/tasks/{one}" for one in (task.id, second.id)),
        *(sop, f"{sop}/document?format=svg", f"{sop}/document?format=docx", f"/insight?sop={BAD}"),
        *(f"/cases/new/{BAD}", "/timing-log.csv", "/timing-log.xlsx", "/timing-log/report.xlsx"),
        *("/organisation", "/registers/tindak_lanjut/export?format=csv", "/monitoring.xlsx?period=2026-H1"),
    ]
    visitors |= {who: Visitor(office, who) if who != NOBODY else Visitor(office) for who in found}
    return found


def test_no_string_becomes_an_element_an_attribute_an_address_or_a_formula(bad: DemoOffice) -> None:
    faults: list[str] = []
    visitors: dict[str, Visitor] = {}
    found = pages(bad, visitors)
    every = " ".join(STRINGS)
    each = cycle(STRINGS)
    sent = 0
    for met in forms(bad, found):
        # All at once, which most fields hand back as too long; then one of them, which many keep.
        for fill in (lambda: every, lambda: next(each)):
            data = dict(met.form.fields) | {name: fill() for name in met.texts}
            answer = met.visitor.client.post(met.form.action, data=data)
            back = answer.headers.get("location", "").partition("#")[0]
            shown = met.visitor.get(back) if back.startswith("/") else answer
            faults += [f"{met.who} {met.form.action}: {fault}" for fault in (*born(answer), *born(shown))]
            sent += bool(met.texts)
    read = 0
    for who, paths in found.items():
        for path in paths:
            shown = visitors[who].get(path)
            read += MARK in shown.text if "html" in shown.headers.get("content-type", "") else 0
            faults += [f"{who} {path}: {fault}" for fault in born(shown)]
    faults += [f"letter: {fault}" for letter in letters(bad) for fault in in_letter(letter)]
    assert faults == []
    assert sent > 60
    assert read > 60
