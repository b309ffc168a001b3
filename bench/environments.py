"""The peers' environments: made with pip in a cache folder outside the repository, if pip finds an index."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).resolve().parent / "peers"
MAKING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer: its script in ``bench/peers`` and what its environment holds."""

    name: str
    script: str
    packages: tuple[str, ...]


VIEWFLOW = Peer("viewflow", "viewflow_steps.py", ("django-viewflow==2.4.*", "psycopg[binary]==3.3.*"))
SPIFF = Peer("spiff", "spiff_steps.py", ("SpiffWorkflow==3.2.*",))
DBOS = Peer("dbos", "dbos_steps.py", ("dbos==3.4.*", "psycopg[binary]==3.3.*"))


def cache() -> Path:
    return Path(os.environ.get("ALUR_BENCH_CACHE") or Path.home() / ".cache" / "alur-bench")


def python_of(peer: Peer, *, make: bool = True) -> Path | None:
    """The peer's interpreter, its environment made at first use; None when it cannot be had."""
    folder = cache() / peer.name
    python = folder / "bin" / "python"
    if not _works(python, peer) and make:
        print(f"making the environment of {peer.name} in {folder}", file=sys.stderr)
        made = _quietly([sys.executable, "-m", "venv", str(folder)])
        if not (made and _quietly([str(python), "-m", "pip", "install", "--quiet", *peer.packages])):
            return None
    return python if _works(python, peer) else None


def _works(python: Path, peer: Peer) -> bool:
    package = peer.packages[0].partition("==")
    check = (
        f"import importlib.metadata as m; assert m.version({package[0]!r}).startswith({package[2][:-1]!r})"
    )
    return python.exists() and _quietly([str(python), "-c", check])


def _quietly(command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=MAKING_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
