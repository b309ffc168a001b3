"""Running `alur` as people do, in a process of its own, and in this one where only its words matter."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from runtime.cli import app, main
from tests.support.forked import Forked
from tests.support.postgres import DatabaseUrls

PROJECT = Path(__file__).resolve().parents[2]


def alur(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A process of its own: exit codes, streams and folders as on an installed system."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
    process = Forked(main, list(map(str, arguments)), cwd=cwd, env={**known, **(env or {})})
    said, errors = process.communicate()
    return subprocess.CompletedProcess([], process.wait(), said, errors)


def said(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Result:
    """The same in this process, faster; an exception that got out of it is a fault of the command line."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def settings_of(urls: DatabaseUrls, files: Path) -> dict[str, str]:
    """The settings of an installation on this database, as environment."""
    found = {
        "ALUR_DATABASE_URL": urls.database_url,
        "ALUR_FILES_DIR": str(files),
        "ALUR_KEY_FILE": str(files.with_suffix(".key")),
    }
    apart = urls.migration_url != urls.database_url
    return found | ({"ALUR_MIGRATION_URL": urls.migration_url} if apart else {})
