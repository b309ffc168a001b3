"""A law of the pages: a form sent back as it was shown gives the data that it was shown for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import FormData

from engine.sop.forms import FormDefinition, form_schema
from engine.sop.model import Document, Field
from engine.sop.registers.reader import NO_REGISTERS
from tests.e2e.web.visiting import Html
from web.forms import Drawing, Reader, controls_of
from web.localizer import Localizer
from web.templating import TEMPLATES

ZONE = ZoneInfo("Asia/Makassar")
WORDS = Localizer(english=False, zone=ZONE)
PAGE = TEMPLATES.from_string(
    '{% from "fields.html" import field with context %}'
    '<form action="/x">{% for one in controls %}{{ field(one) }}{% endfor %}</form>'
)
PEOPLE = {"jp.1": "JP Satu", "jp.2": "JP <b>Dua</b>"}
FILES = {"f1": "nota.pdf", "f2": '"><script>.pdf'}
OFFICE: Mapping[str, Any] = {"accounts": PEOPLE, "positions": {"kadis": "Kepala"}, "units": {"bid": "Bidang"}}
ITEMS = ('Lengkap & "benar"', "Disertai <bukti>", "Sesuai 'rincian'")


class OneOffice:
    registers = NO_REGISTERS

    def unit(self, id: str, /) -> str | None:
        return dict(OFFICE["units"]).get(id)

    def position(self, id: str, /) -> str | None:
        return dict(OFFICE["positions"]).get(id)

    def account(self, id: str, /) -> str | None:
        return PEOPLE.get(id)

    def file(self, id: str, /) -> str | None:
        return FILES.get(id)

    def units_of_type(self, _: str, /) -> Mapping[str, str]:
        return dict(OFFICE["units"])

    def participants(self) -> Mapping[str, str]:
        return PEOPLE

    def away(self, account: str, /) -> tuple[bool, date | None]:
        return account == "nobody", None


def field(type: Any, **rest: Any) -> Field:
    return Field(id=type, type=type, label=f"Isian <{type}>", **rest)


PLAIN = (
    field("text"),
    field("textarea"),
    field("number"),
    field("percent"),
    field("money"),
    field("date"),
    field("datetime"),
    field("period"),
    field("year"),
    field("boolean"),
    field("choice", options=ITEMS),
    field("checklist", items=ITEMS),
    field("user"),
    field("users", from_="participants"),
    field("position"),
    field("positions"),
    field("unit", unit_type="bidang"),
    field("units"),
    field("file"),
    field("evidence", kinds=ITEMS, document="bukti"),
    field("reference"),
)
SHEET = FormDefinition((*PLAIN, Field(id="baris", type="table", label="Baris", add_rows=True, columns=PLAIN)))
SHEET = FormDefinition(SHEET.fields, documents={"bukti": Document(label="Bukti", allow_url=True)})

visible = st.characters(exclude_categories=("C", "Zl", "Zp"))
words = st.text(visible, min_size=1, max_size=20).map(str.strip).filter(bool)
lines = st.lists(words, min_size=1, max_size=3).map("\n".join)
numbers = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(-7e13, 7e13, allow_nan=False).filter(lambda x: x != int(x)),
)
seconds = st.integers(631_152_000, 3_786_912_000)  # 1990 to 2090
instants = seconds.map(lambda second: datetime.fromtimestamp(second, ZONE).isoformat())
evidence = st.fixed_dictionaries({}, optional={"kind": st.sampled_from(ITEMS)}).flatmap(
    lambda kind: st.one_of(
        st.sampled_from(sorted(FILES)).map(lambda id: {"file": id, **kind}),
        st.just({"url": 'https://situs.example/?a=1&b="2"', **kind}),
    )
)


def some_of(values: Any) -> Any:
    return st.lists(st.sampled_from(sorted(values)), unique=True)


VALUES: Mapping[str, Any] = {
    "text": words,
    "textarea": lines,
    "number": numbers,
    "percent": numbers,
    "money": numbers,
    "date": st.dates().map(str),
    "datetime": instants,
    "period": st.sampled_from(["2026-Q1", "2026-H2", "2026-01", "2026"]),
    "year": st.integers(1900, 2999),
    "boolean": st.booleans(),
    "choice": st.sampled_from(ITEMS),
    "checklist": some_of(ITEMS),
    "user": st.sampled_from(sorted(PEOPLE)),
    "users": some_of(PEOPLE),
    "position": st.just("kadis"),
    "positions": some_of(["kadis"]),
    "unit": st.just("bid"),
    "units": some_of(["bid"]),
    "file": st.sampled_from(sorted(FILES)),
    "evidence": st.lists(evidence, max_size=3),
    "reference": words,
}
names = st.text(alphabet="f.0129baristevdncoul-", max_size=30)
MANY = frozenset({"checklist", "users", "positions", "units"})
records = st.fixed_dictionaries(
    {name: value if name in (*MANY, "evidence") else st.none() | value for name, value in VALUES.items()}
)
rows = st.lists(st.builds(lambda id, record: {"row": id, **record}, words, records), max_size=3)


def shown(data: Mapping[str, Any]) -> str:
    drawing = Drawing(
        words=WORDS,
        office=OFFICE,
        file_name=FILES.get,
        faults={},
        shown=lambda _, value: str(value),
        labels={},
        remarks={},
    )
    controls = controls_of(SCHEMA, data, drawing, "f", "data")
    return PAGE.render(controls=controls, _=WORDS.say, w=WORDS)


SCHEMA = form_schema(SHEET, {}, OneOffice())


def as_sets(value: Any, name: str = "") -> Any:
    """Data where the order of what is ticked does not matter: a page has the order of its boxes."""
    if isinstance(value, dict):
        return {key: as_sets(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return frozenset(value) if name in MANY else [as_sets(item) for item in value]
    return value


@settings(max_examples=60, deadline=None)
@given(records, rows)
def test_a_form_sent_back_as_it_was_shown_gives_the_same_data(
    record: dict[str, Any], table: list[dict[str, Any]]
) -> None:
    data = {**record, "baris": table}
    html = Html(shown(data))
    posted = FormData([*html.forms[0].fields])
    reader = Reader(posted, ZONE, lambda *_: "")
    assert as_sets(reader.record(SCHEMA, "f", "data")) == as_sets(data)
    assert not [name for name, _ in html.tags if name in ("script", "b", "bukti")]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, st.text(max_size=10))))
def test_whatever_is_posted_is_read_without_a_fault_of_the_program(posted: list[tuple[str, str]]) -> None:
    read = Reader(FormData([*posted]), ZONE, lambda *_: "").record(SCHEMA, "f", "data")
    assert set(read) == {one.id for one in SHEET.fields}
