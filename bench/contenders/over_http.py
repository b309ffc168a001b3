"""Our engine over HTTP: the same steps as requests of signed-in people to a real server."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.auth import CSRF_HEADER, LOOPBACK_COOKIE, csrf_token
from bench import office
from bench.contenders import options_of, result
from bench.contenders.ours import Act, checked, walk_all
from bench.open_tasks import SEEDED, seed
from bench.walk import RETURNED, Visit, steps_of

PATIENCE_SECONDS = 20


class Client:
    """One connection that is kept; every person has a session of their own."""

    def __init__(self, port: int, sessions: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = {
            who: {
                "Cookie": f"{LOOPBACK_COOKIE}={secret}",
                CSRF_HEADER: csrf_token(secret),
                "Content-Type": "application/json",
            }
            for who, secret in sessions.items()
        }

    def act(self, verb: str, visit: Visit, task_id: str, body: dict[str, Any]) -> dict[str, Any]:
        path = f"/api/v1/tasks/{task_id}/{verb}"
        self.connection.request("POST", path, json.dumps(body), self.headers[visit.who])
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {answer.status} {said.decode()}")
        told: dict[str, Any] = json.loads(said)
        return told


def acts_over(port: int, sessions: dict[str, str]) -> Callable[[], Act]:
    return lambda: Client(port, sessions).act


@contextmanager
def serving(database_url: str, files: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "bench.contenders.server", database_url, str(files), str(port)]
    server = subprocess.Popen(command)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def main(arguments: list[str]) -> dict[str, Any]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    passwords = json.loads((files / "passwords.json").read_text(encoding="utf-8"))
    with office.opened(options.database, files) as engine:
        pattern, _ = office.start_cases(engine, 1)
    seed(options.migration, SEEDED, case_id=pattern[0], account="kabid.psr", position="kabid-psr")
    with office.opened(options.database, files) as engine:
        warm, warm_files = office.start_cases(engine, 2 * options.clients)
        cases, given = office.start_cases(engine, options.cases)
        people = {visit.who for visit in RETURNED}
        sessions = {who: engine.sign_in.sign_in(who, passwords[who]) for who in people}
    with serving(options.database, files) as port:
        acts = acts_over(port, sessions)
        walk_all(acts, options.database, passwords, warm, warm_files, options.clients)
        took, waits = walk_all(acts, options.database, passwords, cases, given, options.clients)
    with office.opened(options.database, files) as engine:
        state = checked(engine, cases)
    return result(steps_of(options.cases), took, waits, state)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
