"""Plain data becomes dataclasses by their hints; every broken value is told and the rest is still read."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import pytest

from engine.calendar.durations import Duration
from engine.sop.binding import read
from engine.sop.diagnostics import Problem
from engine.sop.source import read_source
from engine.sop.vocabulary import Basis, Mark, Setting, Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    SHORT: ClassVar[str] = "name"
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    UNLESS: ClassVar[tuple[str, tuple[str, ...]]] = ("from", ("time",))
    id: Slug
    title: str | None = None
    open: bool = False
    count: int | None = None
    share: float | None = None
    colour: Literal["red", "green"] | None = None
    words: tuple[str, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    pair: tuple[str, Duration] | None = None
    named: dict[Slug, Leaf] = field(default_factory=dict)
    basis: Basis | dict[str, Basis] | None = None
    when: Annotated[str, Mark.CEL] | None = None
    on: Annotated[str, Mark.DATE] | None = None
    version: Annotated[str, Mark.SEMVER] | None = None
    at: Annotated[str, Mark.REF] | None = None
    time: Annotated[Duration | None, Mark.TIME] = None
    by: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    set: dict[str, Setting] = field(default_factory=dict)
    limit: Annotated[float | str | None, Mark.ANY] = None
    from_: str | None = None


def reading(text: str) -> tuple[Tree, list[Problem]]:
    problems: list[Problem] = []
    return read(Tree, read_source(text), problems), problems


def sound(text: str) -> Tree:
    tree, problems = reading(f"id: t\ntime: none\n{text}")
    assert problems == []
    return tree


def fault(text: str) -> tuple[int, int, str, str]:
    _, problems = reading(f"id: t\ntime: none\n{text}")
    (problem,) = problems
    return problem.line, problem.column, problem.path, problem.code


def test_every_kind_of_value_is_read() -> None:
    tree = sound(
        "title: Judul\nopen: true\ncount: 3\nshare: 2\ncolour: red\nwords: [a, b]\n"
        "leaves: [x, {name: y, size: 2}]\n"
        "pair: [a, 3wd]\nnamed: {k: {name: z}}\nbasis: {time: source}\nwhen: a > 1\non: 2026-01-05\n"
        "version: 1.2.3\nat: s1.a\nby: kasi\nset: {x: 1, y: true, z: null, w: kata}\n"
        "limit: 2026-01-01\nfrom: q\n"
    )
    assert tree.leaves == (Leaf(name="x"), Leaf(name="y", size=2))
    assert tree.pair == ("a", Duration.parse("3wd"))
    assert tree.named == {"k": Leaf(name="z")}
    assert tree.basis == {"time": "source"}
    assert tree.by == ("kasi",)
    assert tree.set == {"x": 1, "y": True, "z": None, "w": "kata"}
    assert (tree.share, tree.limit, tree.from_) == (2, "2026-01-01", "q")


def test_what_the_file_leaves_out_or_writes_empty_gets_its_default() -> None:
    assert sound("") == sound("title:\nwords: null\nopen: ~\n") == Tree(id="t")


def test_a_duration_may_be_the_word_none() -> None:
    assert sound("").time is None
    assert reading("id: t\ntime: 1wd4h\n")[0].time == Duration.parse("1wd4h")


@pytest.mark.parametrize(
    ("text", "column", "path", "code"),
    [
        ("title: 12", 8, "title", "quote_text"),
        ("title: true", 8, "title", "quote_text"),
        ("title: [a]", 8, "title", "wrong_type"),
        ('title: "a\\x07"', 8, "title", "control_character"),
        ("open: ya", 7, "open", "wrong_type"),
        ("count: 1.5", 8, "count", "wrong_type"),
        ("count: true", 8, "count", "wrong_type"),
        ("count: 0123", 8, "count", "wrong_type"),
        ("share: banyak", 8, "share", "wrong_type"),
        ("colour: gren", 9, "colour", "unknown_word"),
        ("colour: [red]", 9, "colour", "wrong_type"),
        ("words: a", 8, "words", "wrong_type"),
        ("words: [a, 2]", 12, "words[1]", "quote_text"),
        ("words: {a: b}", 8, "words", "wrong_type"),
        ("leaves: [x, {size: 2}]", 13, "leaves[1].name", "missing_key"),
        ("leaves: [x, {name: y, sise: 2}]", 23, "leaves[1].sise", "unknown_key"),
        ("leaves: [[x]]", 10, "leaves[0]", "wrong_type"),
        ("pair: [a]", 7, "pair", "wrong_type"),
        ("pair: [a, 3]", 11, "pair[1]", "bad_duration"),
        ("named: {1a: {name: z}}", 9, 'named["1a"]', "bad_id"),
        ("basis: tebakan", 8, "basis", "unknown_word"),
        ("basis: {time: tebakan}", 15, "basis.time", "unknown_word"),
        ('when: ""', 7, "when", "missing_value"),
        (f"when: {'a' * 501}", 7, "when", "expression_too_long"),
        ("when: true", 7, "when", "quote_text"),
        ("on: 2026-13-01", 5, "on", "bad_date"),
        ("on: 5 Januari", 5, "on", "bad_date"),
        ("version: 1.10", 10, "version", "quote_text"),
        ("version: 1.0", 10, "version", "quote_text"),
        ("at: s1..a", 5, "at", "bad_reference"),
        ("by: [a, b c]", 9, "by[1]", "bad_id"),
        ("by: {a: b}", 5, "by", "wrong_type"),
        ("set: {x: [1]}", 10, "set.x", "wrong_type"),
        ("limit: {a: 1}", 8, "limit", "wrong_type"),
        ("titel: x", 1, "titel", "unknown_key"),
    ],
)
def test_a_broken_value_is_told_at_its_place(text: str, column: int, path: str, code: str) -> None:
    assert fault(text) == (3, column, path, code)


def test_an_unknown_key_suggests_the_close_one() -> None:
    _, problems = reading("id: t\ntime: none\ntitel: x\n")
    assert 'Maksud Anda "title"?' in problems[0].message.indonesian


def test_a_text_that_looks_like_a_number_is_told_how_to_write_it() -> None:
    _, problems = reading("id: t\ntime: none\ntitle: 1.10\n")
    assert 'title: "1.10"' in problems[0].message.indonesian


def test_a_key_that_a_comma_cut_off_is_explained() -> None:
    _, problems = reading("id: t\ntime: none\nnamed: {k: {name: a (b, c) d}}\n")
    assert "beri tanda kutip" in problems[0].message.indonesian


def test_a_missing_key_is_told_at_its_parent() -> None:
    _, problems = reading("title: x\n")
    assert [(p.line, p.column, p.path, p.code) for p in problems] == [
        (1, 1, "id", "missing_key"),
        (1, 1, "time", "missing_key"),
    ]


def test_a_key_is_not_missed_where_another_stands_for_it() -> None:
    assert reading("id: t\nfrom: x\n")[1] == []


def test_a_required_key_that_is_written_empty_is_told_at_its_value() -> None:
    _, problems = reading("id:\ntime: none\n")
    assert [(p.line, p.column, p.code) for p in problems] == [(1, 4, "missing_value")]


def test_all_faults_are_told_in_one_run_and_the_rest_is_read() -> None:
    tree, problems = reading("id: t\ntime: 30\nopen: ya\ncount: 2\nwords: [a, 2, c]\ntitel: x\n")
    assert [p.code for p in problems] == ["bad_duration", "wrong_type", "quote_text", "unknown_key"]
    assert (tree.count, tree.words) == (2, ("a", "", "c"))


def test_what_the_source_refused_is_not_told_twice() -> None:
    source = read_source("id: t\ntime: none\ntitle: !x y\nleaves: [*a]\nnamed: *b\n")
    problems: list[Problem] = []
    tree = read(Tree, source, problems)
    assert problems == []
    assert tree == Tree(id="t", leaves=(Leaf(name=""),))


def test_a_file_that_is_no_mapping_gives_an_empty_object_and_one_problem() -> None:
    tree, problems = reading("- a\n")
    assert tree.id == ""
    assert [p.code for p in problems] == ["wrong_type"]


def test_text_is_normalised_so_that_equal_looks_equal() -> None:
    assert sound("title: Cafe\u0301\n").title == "Caf\u00e9"


def test_an_object_can_be_read_from_inside_a_file() -> None:
    problems: list[Problem] = []
    source = read_source("here:\n  - {name: x, siz: 1}\n")
    assert read(Leaf, source, problems, at=("here", 0)) == Leaf(name="x")
    assert problems[0].path == "here[0].siz"
