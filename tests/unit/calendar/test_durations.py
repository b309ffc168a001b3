import pytest

from engine.calendar.durations import Duration
from engine.errors import BadDuration, InvalidInput


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", Duration(minutes=30)),
        ("2h", Duration(minutes=120)),
        ("1wd", Duration(working_days=1)),
        ("7cd", Duration(calendar_days=7)),
        ("1wd4h", Duration(minutes=240, working_days=1)),
        ("1cd2wd3h4m", Duration(minutes=184, working_days=2, calendar_days=1)),
        ("1h30m", Duration(minutes=90)),
        ("0m", Duration()),
        ("99999m", Duration(minutes=99999)),
        ("30s", Duration(seconds=30)),
        ("1m90s", Duration(minutes=2, seconds=30)),
    ],
)
def test_text_is_read_as_an_official_means_it(text: str, expected: Duration) -> None:
    assert Duration.parse(text) == expected


@pytest.mark.parametrize("text", ["0m", "90m", "120m", "2h", "1wd", "7cd", "1wd4h", "1wd240m", "1cd1wd30m"])
def test_text_is_written_again_as_its_author_wrote_it(text: str) -> None:
    assert str(Duration.parse(text)) == text


@pytest.mark.parametrize("text", ["0m", "90m", "2h", "1wd", "7cd", "1wd4h", "1cd1wd30m", "1m30s"])
def test_canonical_text_comes_back_from_the_numbers_alone(text: str) -> None:
    read = Duration.parse(text)
    assert str(Duration(read.minutes, read.working_days, read.calendar_days, read.seconds)) == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "m", "30", "30 m", " 30m", "30m\n", "1wd 4h", "-1m", "+1m", "1.5h", "1,5h", "100000m", "1e3m",
     "30M", "30min", "1d", "1w", "30m30m", "1wd1h1wd", "٣m", "P1D", "1wd4h5"],
)  # fmt: skip
def test_text_that_is_no_duration_is_refused_with_both_messages(text: str) -> None:
    with pytest.raises(BadDuration) as refused:
        Duration.parse(text)
    assert refused.value.text == text
    assert "1wd4h" in refused.value.message.indonesian
    assert "1wd4h" in refused.value.message.english
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, InvalidInput)


@pytest.mark.parametrize("value", [30, None, 1.5, True, ["30m"], b"30m"])
def test_anything_but_text_is_refused(value: object) -> None:
    with pytest.raises(BadDuration):
        Duration.parse(value)  # type: ignore[arg-type]


def test_times_multiplies_every_part_and_refuses_odd_counts() -> None:
    assert Duration.parse("1cd1wd4h").times(3) == Duration.parse("3cd3wd12h")
    assert str(Duration.parse("45m").times(2)) == "90m"
    assert Duration.parse("1wd").times(0).is_zero
    assert Duration.parse("45s").times(4) == Duration.parse("3m")
    assert Duration.parse("45s") + Duration.parse("30s") == Duration.parse("1m15s")
    for odd in (-1, 1.5, True):
        with pytest.raises(BadDuration):
            Duration.parse("1wd").times(odd)  # type: ignore[arg-type]


def test_durations_add_part_by_part() -> None:
    assert Duration.parse("1wd") + Duration.parse("1wd30m") == Duration.parse("2wd30m")
    assert not (Duration.parse("0m") + Duration.parse("1cd")).is_zero
