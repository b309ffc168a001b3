"""Settings are parts side by side: each name once, each with its sentence, read from all three places."""

from collections import Counter
from pathlib import Path

import pytest

from runtime.settings import Settings


def test_every_setting_is_declared_in_one_part_and_says_what_it_is() -> None:
    names = Counter(name for part in Settings.__bases__ for name in part.model_fields)
    assert names == dict.fromkeys(Settings.model_fields, 1)
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_an_argument_beats_the_environment_and_that_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alur.env").write_text(
        "ALUR_PORT=8001\nALUR_MAIL_HOST=a.example\nALUR_MAIL_FROM=a@a.example\n"
    )
    monkeypatch.setenv("ALUR_MAIL_HOST", "b.example")
    settings = Settings(mail_port=25)
    assert (settings.port, settings.mail_host, settings.mail_port) == (8001, "b.example", 25)
