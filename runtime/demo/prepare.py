"""``python -m runtime.demo.prepare CACHE``: the history of the demonstration, while its office is open."""

import os
import signal
import sys
import tempfile
from pathlib import Path

from engine.clock import SystemClock
from runtime.demo.snapshot import keep_history
from runtime.settings import Settings


def main(cache: Path) -> None:
    """Keep the history of this week, without haste."""
    os.nice(10)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as an exception, so that the folder goes too
    with tempfile.TemporaryDirectory(prefix="alur-history-") as parent:
        folder = Path(parent) / "kantor"
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite:///{folder / 'peragaan.db'}",
            log_level="warning",
            second_factor_roles=frozenset(),
        )
        keep_history(settings, folder, SystemClock().now(), cache)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
