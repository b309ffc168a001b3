"""What the command line says: verdicts of the verifier in Indonesian, local times, durations."""

import ast
import inspect
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from engine.audit import replay, verifier
from engine.calendar.durations import Duration
from engine.text.dates import console_text
from runtime.cli.errors import in_indonesian as in_indonesian_usage
from runtime.cli.office import local_instant
from runtime.inspection import spelt
from runtime.verdicts import in_indonesian

WITA = ZoneInfo("Asia/Makassar")


def sentences(module: object) -> list[str]:
    """Every text with a space that a module writes, docstrings aside; `7` for what is filled in."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    texts = []
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Constant)]
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in nodes:
        if id(node) in parts | bare:
            continue
        if isinstance(node, ast.JoinedStr):
            texts.append("".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in node.values))
        elif isinstance(node.value, str):
            texts.append(node.value)
    return [text for text in texts if " " in text]


@pytest.mark.parametrize(
    "sentence",
    sentences(verifier) + [f"the stored state differs from the log: {text}" for text in sentences(replay)],
)
def test_every_verdict_of_the_verifier_has_its_indonesian(sentence: str) -> None:
    assert in_indonesian(sentence) != sentence


def test_there_are_verdicts_to_translate() -> None:
    assert len(sentences(verifier)) > 10


def test_a_verdict_keeps_its_numbers() -> None:
    assert (
        in_indonesian("event 4 is missing; 5 stands in its place") == "peristiwa 4 hilang; di tempatnya ada 5"
    )


def test_an_unknown_verdict_stays_as_it_is() -> None:
    assert in_indonesian("something new") == "something new"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-05 08:00", datetime(2026, 1, 5, 0, 0, tzinfo=UTC)),
        ("2026-01-05T08:00", datetime(2026, 1, 5, 0, 0, tzinfo=UTC)),
        ("2026-01-05T08:00Z", datetime(2026, 1, 5, 8, 0, tzinfo=UTC)),
        ("2026-01-05T08:00+07:00", datetime(2026, 1, 5, 1, 0, tzinfo=UTC)),
        ("2026-01-05", datetime(2026, 1, 4, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_an_offset_is_local(text: str, utc: datetime) -> None:
    assert local_instant(text, WITA, "--from") == utc


def test_a_date_that_ends_a_range_includes_its_day() -> None:
    assert local_instant("2026-01-05", WITA, "--to", end_of_day=True) == datetime(2026, 1, 6, tzinfo=WITA)
    assert local_instant("2026-01-05 10:00", WITA, "--to", end_of_day=True).hour == 10


@pytest.mark.parametrize(
    "text", ["", "kemarin", "2026-13-01", "05/01/2026", "9999-12-31", "2026-01-05 25:00"]
)
def test_what_is_no_time_ends_with_2_and_an_example(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        local_instant(text, WITA, "--to", end_of_day=True)
    assert ended.value.exit_code == 2
    assert re.search(r"--to: .* Tulis misalnya 2026-01-05", capsys.readouterr().err)


def test_an_instant_is_shown_with_its_day_and_its_zone() -> None:
    assert console_text(datetime(2026, 1, 12, 15, 30, tzinfo=WITA)) == "Senin 12/01/2026 15:30 WITA"
    assert console_text(datetime(2026, 1, 12, 15, 30, 5, tzinfo=WITA)) == "Senin 12/01/2026 15:30:05 WITA"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1110m", "1.110 menit = 18 jam 30 menit"),
        ("2h", "120 menit = 2 jam"),
        ("30m", "30 menit"),
        ("2wd1h", "60 menit = 1 jam + 2 hari kerja"),
        ("7cd", "7 hari kalender"),
        ("0m", "0 menit"),
    ],
)
def test_standard_times_are_spelt_in_minutes_hours_and_days(written: str, shown: str) -> None:
    assert spelt(Duration.parse(written)) == shown


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("Missing argument 'FILE'.", "Argumen FILE belum ditulis."),
        ("Missing option '--from'.", "Pilihan --from belum ditulis."),
        ("No such option: -q", "Tidak ada pilihan -q."),
        (
            "No such command 'chek'. Did you mean 'check'?",
            "Tidak ada perintah chek. Mungkin maksudnya: check.",
        ),
        ("Got unexpected extra argument(s) (x y)", "Argumen ini berlebih: x y."),
        ("Option '--from' requires an argument.", "Pilihan --from memerlukan nilai."),
        (
            "Invalid value for '--days': Input should be greater than or equal to 1",
            "Nilai --days tidak dapat dipakai: paling sedikit 1.",
        ),
        ("Something new", "Something new"),
    ],
)
def test_a_misused_command_line_is_said_in_indonesian(english: str, indonesian: str) -> None:
    assert in_indonesian_usage(english) == indonesian
