"""YAML is read as 1.2, with places, and refused within its limits before anything is built."""

import pytest
import yaml

from engine.sop.source import MAX_NODES, Source, read_source


def codes(source: Source) -> list[str]:
    return [problem.code for problem in source.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("13:00", "13:00"),
        ("1_000", "1_000"),
        ("2026-01-05", "2026-01-05"),
        ("0123", "0123"),
        ("198501012010011001", 198501012010011001),
        ("9" * 25, 1e25),
        ("1.0.0", "1.0.0"),
        ("=", "="),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-", [None]),
        ("+", "+"),
        ("'12'", "12"),
        ('"true"', "true"),
        ('"null"', "null"),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(written: str, value: object) -> None:
    text = f"a:\n  {written}\n" if written == "-" else f"a: {written}\n"
    source = read_source(text)
    assert source.problems == ()
    found = source.data["a"]
    assert (found, type(found)) == (value, type(value))


def test_the_key_no_stays_a_text() -> None:
    assert read_source("no: 1\non: 2\ny: 3\n").data == {"no": 1, "on": 2, "y": 3}


def test_the_raw_text_of_a_number_is_kept() -> None:
    source = read_source("version: 1.10\nprinted: 3.1\n")
    assert source.raw[("version",)] == "1.10"
    assert source.raw[("printed",)] == "3.1"


@pytest.mark.parametrize("written", [".inf", "-.INF", ".nan", "1e999"])
def test_a_number_that_is_not_finite_is_refused(written: str) -> None:
    source = read_source(f"a: {written}\nb: 1\n")
    assert codes(source) == ["not_finite"]
    assert source.data == {"a": None, "b": 1}


def test_places_count_from_one_in_lines_and_characters() -> None:
    source = read_source("a: 1\nb:\n  - x\n  - {é: 2, d: [3]}\n")
    assert source.place(()) == (1, 1)
    assert source.place(("b", 0)) == (3, 5)
    assert source.key_place(("b", 1, "d")) == (4, 12)
    assert source.place(("b", 1, "d", 0)) == (4, 16)


def test_the_place_of_what_is_not_written_is_that_of_its_parent() -> None:
    source = read_source("a:\n  b: 1\n")
    assert source.place(("a", "missing", "deeper")) == (2, 3)
    assert not source.has(("a", "missing"))


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("a: 1\na: 2\n", 2, 1, "duplicate_key"),
        ("a: &x 1\n", 1, 4, "anchor"),
        ("a: 1\nb: *x\n", 2, 4, "alias"),
        ("a: {<<: {b: 1}}\n", 1, 5, "merge_key"),
        ("when: !x\n", 1, 7, "tag"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, 4, "tag"),
        ("a: ! b\n", 1, 4, "tag"),
        ("1: b\n", 1, 1, "key_not_text"),
        ("true: b\n", 1, 1, "key_not_text"),
        ("? [a]\n: b\n", 1, 3, "key_not_text"),
    ],
)
def test_what_is_not_plain_data_is_refused_at_its_place(text: str, line: int, column: int, code: str) -> None:
    source = read_source(text)
    problem = source.problems[0]
    assert (problem.line, problem.column, problem.code) == (line, column, code)
    assert source.readable


def test_a_duplicate_key_names_the_first_place_and_the_first_value_stays() -> None:
    source = read_source("a:\n  x: 1\n  x: 2\n")
    assert source.data == {"a": {"x": 1}}
    assert "baris 2 kolom 3" in source.problems[0].message.indonesian


def test_a_tag_is_explained_as_an_unquoted_expression() -> None:
    (problem,) = read_source("when: !tertutup ya\n").problems
    assert "'!tertutup ya'" in problem.message.indonesian


def test_everything_that_yaml_refuses_is_told_at_once() -> None:
    source = read_source("a: &x 1\nb: !t 2\nb: 3\n4: 5\nc: .nan\n")
    assert codes(source) == ["anchor", "tag", "duplicate_key", "key_not_text", "not_finite"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("# only a comment\n", "empty_file"),
        ("--- \n", "empty_file"),
        ("a: 1\n---\nb: 2\n", "several_documents"),
        (b"a: \xff\n", "not_utf8"),
        ("a: b\n".encode("utf-16"), "not_utf8"),
        ("a: \x00\n", "control_character"),
        ("a: \ud800\n", "control_character"),
        ("a: b\x85c\n", "control_character"),
        ("%TAG !a! tag:x\n--- a\n", "directive"),
        ("a: [1, 2\n", "yaml_syntax"),
        ("a: b: c\n", "yaml_syntax"),
        ("a: 'x\n", "yaml_syntax"),
        ("a:\n\t- b\n", "yaml_syntax"),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_problem(text: str | bytes, code: str) -> None:
    source = read_source(text)
    assert codes(source) == [code]
    assert not source.readable


def test_a_syntax_error_has_its_place_and_both_languages() -> None:
    (problem,) = read_source("a: 1\nb: c: d\n").problems
    assert (problem.line, problem.column) == (2, 5)
    assert "tidak dapat dibaca" in problem.message.indonesian
    assert "cannot be read" in problem.message.english


def test_an_unquoted_expression_that_breaks_yaml_gets_a_hint() -> None:
    (problem,) = read_source("rules:\n  - {when: !x > 1, require: y}\n").problems
    assert "harus diberi tanda kutip" in problem.message.indonesian


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read_source(b"\xef\xbb\xbfa: 1\n").data == {"a": 1}


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "too_deep"),
        ("{a: " * 65_000, "too_deep"),
        ("- " * 100_000, "too_deep"),
        ("? " * 100_000, "too_deep"),
        ("\n".join(" " * i + "a:" for i in range(600)), "too_deep"),
        ("- a\n" * 60_000, "too_many_nodes"),
        ("{" + "a," * 100_000, "too_many_nodes"),
        ("a: " + "x" * 300_000, "file_too_large"),
        ("%TAG !a! x\n" * 20_000 + "--- a", "directive"),
        (LAUGHS, "anchor"),
    ],
    ids=[
        "brackets",
        "braces",
        "dashes",
        "questions",
        "indentation",
        "items",
        "keys",
        "size",
        "tags",
        "laughs",
    ],
)
def test_a_bomb_is_refused(text: str, code: str) -> None:
    assert codes(read_source(text))[0] == code


def test_nesting_of_32_levels_is_still_read_and_33_is_not() -> None:
    assert read_source("[" * 32 + "]" * 32).problems == ()
    assert codes(read_source("[" * 33 + "]" * 33)) == ["too_deep"]


def test_as_many_nodes_as_the_limit_are_still_read() -> None:
    assert read_source("- a\n" * (MAX_NODES - 1)).problems == ()
    assert codes(read_source("- a\n" * MAX_NODES)) == ["too_many_nodes"]


def test_a_file_of_exactly_256_kib_is_still_read() -> None:
    whole = "a: " + "x" * (256 * 1024 - 3)
    assert read_source(whole).problems == ()
    assert codes(read_source(whole + "x")) == ["file_too_large"]
    assert codes(read_source(whole[:-1] + "é")) == ["file_too_large"]


def test_the_parser_without_libyaml_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: [1, 'x', {b: no}]\nc: >-\n  lipat\n  dua\nd: ~\na: !x 2\ne: &y 1.10\n"
    fast = read_source(text)
    monkeypatch.setattr("engine.sop.source.LOADER", yaml.Loader)
    slow = read_source(text)
    assert (slow.data, slow.problems, slow.raw) == (fast.data, fast.problems, fast.raw)
    assert slow.places == fast.places
    assert codes(read_source("[" * 100_000)) == ["too_deep"]


def test_a_control_character_in_a_message_is_shown_not_sent() -> None:
    (problem,) = read_source('"\\e[31m": 1\n"\\e[31m": 2\n').problems
    assert "\x1b" not in problem.render("f")
