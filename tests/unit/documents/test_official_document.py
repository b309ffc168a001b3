"""The official document: what the table says, where symbols and arrows stand, what each output carries."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import labels
from documents.chart import drawn
from documents.content import Content, Way
from documents.document import document, document_pages
from documents.drawing import PAPERS, Arrow, Page, Point, Shape
from documents.face import missing, width, wrap
from engine.errors import NotPrintable, TooManyColumns
from engine.sop.checks import load_definition
from engine.sop.model import Definition, Role
from runtime.shipped import definition_files
from tests.support.random_procedures import random_procedure

FOLDER = Path(__file__).parents[3] / "sop_definitions"
NINE_STEPS = (FOLDER / "perbaikan-data-kinerja.yaml").read_bytes()
SVG = "{http://www.w3.org/2000/svg}"


def definition(text: bytes = NINE_STEPS) -> Definition:
    return load_definition(text, file="sop.yaml").definition


def changed(*swaps: tuple[str, str]) -> Definition:
    text = NINE_STEPS.decode()
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new, 1)
    return definition(text.encode())


# --- what the table says ---


def test_first_and_last_are_capsules_decisions_diamonds_and_all_else_boxes() -> None:
    kinds = {act.step: act.kind for act in Content(definition()).acts.values()}
    assert [step for step, kind in kinds.items() if kind == "capsule"] == ["s1", "s9"]
    assert [step for step, kind in kinds.items() if kind == "diamond"] == ["s6", "s8"]


def test_a_decision_says_yes_and_no_and_where_each_leads() -> None:
    content = Content(definition())
    assert Way("s6", "s7", "Ya") in content.ways
    assert Way("s6", "s5", "Tidak", back=True) in content.ways
    assert content.words("s6") == "Keputusan langkah 6; Ya: ke 7; Tidak: kembali ke 5"


def test_only_roles_that_do_or_take_part_have_a_column() -> None:
    extra = changed(
        ("roles: ", "roles: "), ("  kepala_dinas: ", "  tamu: {label: Tamu, per: agency}\n  kepala_dinas: ")
    )
    assert "tamu" in extra.roles
    assert "tamu" not in Content(extra).lanes
    assert Content(extra).lanes == Content(definition()).lanes


@pytest.mark.parametrize("spelt", [str, str.upper, "{}\N{NO-BREAK SPACE}".format, "  {} ".format])
def test_roles_that_the_paper_calls_alike_share_a_column(spelt: Callable[[str], str]) -> None:
    office = Content(definition())
    first, second = office.lanes[:2]
    label = spelt(office.definition.roles[first].label)
    roles = {
        role: replace(found, label=label) if role == second else found
        for role, found in office.definition.roles.items()
    }
    shared = Content(replace(office.definition, roles=roles))
    assert shared.lanes == tuple(role for role in office.lanes if role != second)
    marks = {act.step: act.executors for act in office.acts.values()}
    assert {act.step: act.executors for act in shared.acts.values()} == {
        step: tuple(first if role == second else role for role in executors)
        for step, executors in marks.items()
    }


def test_a_row_of_nobody_has_no_mark_no_column_and_the_arrows_pass_it() -> None:
    text = """
schema: sop/v1
id: uji
version: 1.0.0
identity: {title: Uji}
roles: {lain: {label: Lain}, staf: {label: Staf}, kepala: {label: Kepala}}
triggers: [{type: manual, by: [staf]}]
steps:
  - {id: mulai, activity: Mulai, kind: auto, time: none}
  - {id: s1, activity: Menyusun, executor: staf, time: 1h}
  - {id: catatan, activity: Catatan, kind: auto, time: none}
  - id: s2
    activity: Memeriksa
    executor: kepala
    time: 1h
    outcomes:
      ya: {label: Ya, to: tahu}
      tidak: {label: Tidak, to: s1, return: true, reason: required}
  - {id: tahu, activity: Diketahui, kind: auto, time: none, participants: [staf]}
  - {id: selesai, activity: Selesai, kind: auto, time: none}
"""
    content = Content(definition(text.encode()))
    assert [row.activity for row in content.rows if not row.acts] == ["Mulai", "Catatan", "Selesai"]
    assert content.lanes == ("staf", "kepala")
    assert set(content.ways) == {
        Way("s1", "s2"),
        Way("s2", "tahu", "Ya"),
        Way("s2", "s1", "Tidak", back=True),
    }
    assert [content.acts[step].kind for step in ("s1", "s2", "tahu")] == ["capsule", "diamond", "capsule"]
    pages = drawn(content, PAPERS["a4"])
    assert [fault for page in pages for fault in faults(page)] == []
    assert {shape.step for page in pages for shape in page.shapes} == {"s1", "s2", "tahu"}
    assert document(definition(text.encode()), text.encode(), "pdf").startswith(b"%PDF-")


def test_a_step_that_is_done_again_leads_to_itself_by_pentagons() -> None:
    nine = definition()
    again = replace(nine.steps[5].outcomes["sesuai"], label="Ulangi", to="s6")
    step = replace(nine.steps[5], outcomes={**nine.steps[5].outcomes, "ulang": again})
    pages = drawn(Content(replace(nine, steps=(*nine.steps[:5], step, *nine.steps[6:]))), PAPERS["f4"])
    arrows = {(arrow.source, arrow.target) for page in pages for arrow in page.arrows}
    assert {("s6", "connector"), ("connector", "s6")} <= arrows
    assert [fault for page in pages for fault in faults(page)] == []


def test_times_by_category_and_the_calendar_of_a_step_are_printed() -> None:
    text = (Path(__file__).parents[3] / "docs/language/examples/gangguan-layanan.yaml").read_bytes()
    content = Content(definition(text))
    times = {row.acts[0].step: row.time for row in content.rows}
    assert (
        times["jaringan"] == "mendesak: 120 menit; sedang: 240 menit; lainnya: 480 menit (kalender jaga-24)"
    )
    assert times["aplikasi"] == "mendesak: 60 menit; lainnya: 1 hari kerja (kalender jaga-24)"
    assert times["catat"] == "15 menit"


def test_the_arrows_of_a_line_that_waits_come_from_the_lines_before_it() -> None:
    text = (Path(__file__).parents[3] / "docs/language/examples/gangguan-layanan.yaml").read_bytes()
    content = Content(definition(text))
    assert [(way.source, way.target) for way in content.ways] == [
        ("catat", "jaringan"),
        ("catat", "aplikasi"),
        ("jaringan", "uji"),
        ("aplikasi", "data"),
        ("data", "uji"),
        ("uji", "tutup"),
    ]


def test_a_table_of_rows_of_nobody_is_printed_without_a_symbol() -> None:
    nine = definition()
    empty = replace(nine, steps=(replace(nine.steps[0], kind="auto", executor=(), participants=()),))
    assert [page.shapes for page in drawn(Content(empty), PAPERS["f4"])] == [()]


def test_an_outcome_in_the_words_of_the_paper_where_yes_and_no_say_too_little() -> None:
    ways = {(way.source, way.target): way.label for way in Content(random_procedure(3)).ways if way.label}
    for way in Content(definition()).ways:
        assert way.label in ("", "Ya", "Tidak")
    for label in ways.values():
        assert " — " not in label


def test_time_is_printed_as_the_paper_has_it() -> None:
    said = changed(("time: 120m", "time: 120m\n    time_text: 1-3 Hari"))
    assert Content(said).rows[0].time == "1-3 Hari"
    assert Content(definition()).rows[0].time == "120 menit"


# --- where things stand ---


def through(arrow: Arrow, shape: Shape) -> bool:
    """Whether an arrow crosses the inside of a symbol."""
    for (x1, y1), (x2, y2) in pairwise(arrow.points):
        left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
        (x, y), w, h = shape.centre, shape.width / 2 - 0.05, shape.height / 2 - 0.05
        if left < x + w and right > x - w and top < y + h and bottom > y - h:
            return True
    return False


def stretches(arrow: Arrow) -> list[tuple[Point, Point]]:
    return [(min(pair), max(pair)) for pair in pairwise(arrow.points)]


def overlap(one: tuple[Point, Point], two: tuple[Point, Point]) -> bool:
    (a1, b1), (a2, b2) = one
    (c1, d1), (c2, d2) = two
    if abs(a1 - a2) < 1e-6 and abs(c1 - c2) < 1e-6 and abs(a1 - c1) < 1e-6:
        return min(b2, d2) - max(b1, d1) > 0.01
    if abs(b1 - b2) < 1e-6 and abs(d1 - d2) < 1e-6 and abs(b1 - d1) < 1e-6:
        return min(a2, c2) - max(a1, c1) > 0.01
    return False


def faults(page: Page) -> list[str]:
    found = [
        f"{arrow.source}->{arrow.target} through {shape.step} {shape.kind}"
        for arrow in page.arrows
        for shape in page.shapes
        if through(arrow, shape)
    ]
    for one, two in combinations(page.arrows, 2):
        kin = one.source == two.source or one.target == two.target
        if not kin and any(overlap(a, b) for a in stretches(one) for b in stretches(two)):
            found.append(f"{one.source}->{one.target} runs along {two.source}->{two.target}")
    table = page.tables[0]
    borders = [table.y + sum(table.rows[: index + 1]) for index in range(len(table.rows))]
    for arrow in page.arrows:
        for (_, y1), (_, y2) in stretches(arrow):
            if abs(y1 - y2) < 1e-6 and any(abs(y1 - border) < 0.5 for border in borders):
                found.append(f"{arrow.source}->{arrow.target} along a border")
        for (x1, y1), (x2, y2) in pairwise(arrow.points):
            if abs(x1 - x2) > 1e-6 and abs(y1 - y2) > 1e-6:
                found.append(f"{arrow.source}->{arrow.target} is not right-angled")
    return found


def holds(seed: int, paper: str) -> None:
    """Every way of a random procedure is drawn; none through a symbol, on a border or along a stranger."""
    content = Content(random_procedure(seed))
    pages = drawn(content, PAPERS[paper])
    assert [fault for page in pages for fault in faults(page)] == []
    symbols = {shape.step for page in pages for shape in page.shapes if shape.kind != "pentagon"} - {"end"}
    assert symbols == set(content.acts)
    arrows = {(arrow.source, arrow.target) for page in pages for arrow in page.arrows}
    for way in content.ways:
        in_two_parts = {(way.source, "connector"), ("connector", way.target)}
        assert (way.source, way.target) in arrows or in_two_parts <= arrows, way


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(PAPERS)))
def test_every_way_is_drawn_and_none_through_a_symbol_on_a_border_or_along_a_stranger(
    seed: int, paper: str
) -> None:
    holds(seed, paper)


@pytest.mark.soak
def test_five_hundred_random_procedures_on_two_papers() -> None:
    for seed in range(1_000_000, 1_000_500):
        holds(seed, "f4")
        holds(seed, "a4")


@pytest.mark.parametrize("path", [*definition_files(FOLDER), *definition_files(FOLDER / "templates")])
def test_the_words_of_a_way_stand_over_no_symbol_and_no_other_words(path: Path) -> None:
    for page in document_pages(definition(path.read_bytes())):
        words = [labels.box_of_words(arrow.label, arrow.label_at) for arrow in page.arrows if arrow.label]
        symbols = [labels.box_of(shape) for shape in page.shapes]
        assert [box for box in words if any(labels.meet(box, symbol) for symbol in symbols)] == []
        assert [pair for pair in combinations(words, 2) if labels.meet(*pair)] == []


def test_a_way_over_a_page_break_ends_in_a_pentagon_and_goes_on_from_one() -> None:
    long = random_procedure(11)
    pages = drawn(Content(long), PAPERS["a4"])
    assert len(pages) > 1
    letters = [shape.letter for page in pages for shape in page.shapes if shape.kind == "pentagon"]
    assert letters
    assert all(letters.count(letter) == 2 for letter in letters)


def test_words_fill_their_column_and_no_more() -> None:
    text = "Kepala Dinas meneliti data kinerja seluruh Pegawai " * 5
    lines = wrap(text, 40.0, 8.0)
    assert " ".join(lines).split() == text.split()
    assert all(width(line, 8.0) <= 40.0 for line in lines)
    assert all(width(line, 8.0) <= 10.0 for line in wrap("Pertanggungjawabannya", 10.0, 8.0))


def test_more_actors_than_the_paper_has_room_for_are_told() -> None:
    nine = definition()
    roles = {f"r{n}": Role(label=f"Jabatan {n}", per="agency") for n in range(60)}
    step = nine.steps[3]
    many = replace(
        nine,
        roles={**nine.roles, **roles},
        steps=(*nine.steps[:3], replace(step, participants=tuple(roles)), *nine.steps[4:]),
    )
    with pytest.raises(TooManyColumns):
        document_pages(many, "a4")


def test_a_letter_that_the_face_lacks_is_named() -> None:
    assert missing("Kepala Dinas — é ≥") == frozenset()
    with pytest.raises(NotPrintable, match="漢"):
        document_pages(changed(("title: Mekanisme", "title: 漢 Mekanisme")))


# --- the outputs ---


def test_the_svg_names_every_symbol_and_arrow_and_runs_nothing() -> None:
    root = ElementTree.fromstring(document(definition(), NINE_STEPS, "svg"))
    groups = [group for group in root.iter(f"{SVG}g") if group.get("data-kind")]
    kinds = [group.get("data-kind") for group in groups]
    assert (kinds.count("capsule"), kinds.count("diamond")) == (2, 2)
    assert {group.get("data-role") for group in groups if group.get("data-step") == "s4"} == {
        "kepala_bidang",
        "kepala_seksi",
        "jabatan_pelaksana",
    }
    arrows = {(path.get("data-from"), path.get("data-to")) for path in root.iter(f"{SVG}path")} - {
        (None, None)
    }
    assert arrows == {(way.source, way.target) for way in Content(definition()).ways}
    assert not list(root.iter(f"{SVG}script"))
    assert all(text.get("textLength") for text in root.iter(f"{SVG}text"))


def test_the_pdf_is_the_same_bytes_each_time_and_carries_the_yaml() -> None:
    made = document(definition(), NINE_STEPS, "pdf")
    assert made == document(definition(), NINE_STEPS, "pdf")
    assert made.startswith(b"%PDF-")
    assert b"pdfaid" in made or b"PDF/A" in made or b"/AFRelationship" in made


def test_the_word_document_is_whole_and_the_same_bytes_each_time() -> None:
    made = document(definition(), NINE_STEPS, "docx", "a4")
    assert made == document(definition(), NINE_STEPS, "docx", "a4")
    with zipfile.ZipFile(BytesIO(made)) as archive:
        text = archive.read("word/document.xml").decode()
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
    assert text.count('prst="flowChartDecision"') == 2
    assert "Keputusan langkah 6; Ya: ke 7; Tidak: kembali ke 5" in text
    words = "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", text))
    assert "langsung memerintahkan" in words
