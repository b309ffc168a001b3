"""What a killed backup left is removed by the next one, and nobody's work under way."""

import os
from pathlib import Path

from runtime.backup.staging import staging


def test_a_folder_is_gone_afterwards_and_what_was_abandoned_before(tmp_path: Path) -> None:
    abandoned = tmp_path / ".alur-backup-killed"
    abandoned.mkdir()
    (abandoned / "database").write_text("half")
    other = tmp_path / ".alur-restore-killed"
    other.mkdir()
    with staging(tmp_path, "backup") as folder:
        assert sorted(os.listdir(tmp_path)) == sorted([folder.name, other.name])
        (folder / "archive").write_text("whole")
    assert os.listdir(tmp_path) == [other.name]


def test_the_folder_of_a_command_under_way_is_left_alone(tmp_path: Path) -> None:
    with staging(tmp_path, "backup") as first, staging(tmp_path, "backup") as second:
        assert first != second
        assert first.exists()
