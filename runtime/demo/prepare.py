"""``python -m runtime.demo.prepare CACHE``: the history of the demonstration, while its office is open."""

import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

from engine.clock import SystemClock
from runtime.demo.snapshot import keep_history
from runtime.settings import Settings


def main(cache: Path) -> None:
    """Keep the history of this week, without haste, while the office that asked for it is open."""
    os.nice(10)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as an exception, so that the folder goes too
    threading.Thread(target=_end_with_the_office, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="alur-history-") as parent:
        folder = Path(parent) / "kantor"
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite:///{folder / 'peragaan.db'}",
            log_level="warning",
            second_factor_roles=frozenset(),
        )
        keep_history(settings, folder, SystemClock().now(), cache)


def _end_with_the_office() -> None:
    """The office holds our standard input open and says nothing there: its end closes it, however it ends."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
