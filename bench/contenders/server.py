"""The server that the HTTP contender talks to: our application on uvicorn, in a process of its own."""

import gc
import sys
from pathlib import Path

import uvicorn

from api.app import build
from bench import office

NO_LIMIT = 1_000_000  # of requests a second for each account: one person stands for many here


def main(database_url: str, files: str, port: str) -> None:
    with office.opened(database_url, Path(files)) as engine:
        app = build(engine, requests_per_second=NO_LIMIT)
        gc.collect()
        gc.freeze()
        uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
