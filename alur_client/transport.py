"""How the interface is asked: with a key where something changes, again where the server is away or busy."""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Self
from uuid import uuid4

import httpx2

ATTEMPTS = 4
LONGEST_WAIT = 30.0


class Problem(Exception):
    """What the server refused: a stable ``code``, ``errors`` by field, ``current`` with the state now."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {said.get('code')}: {said.get('detail')}")
        self.status = status
        self.code = str(said.get("code"))
        self.errors: list[dict[str, str]] = list(said.get("errors", []))
        self.current: dict[str, Any] = dict(said.get("current", {}))


class Transport:
    """One server, asked as the owner of a token."""

    def __init__(self, address: str, token: str, *, http: httpx2.Client | None = None) -> None:
        self._http = http or httpx2.Client(base_url=address, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _all(self, path: str, wanted: Mapping[str, str]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._get(path, {**wanted, "limit": "100", **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _get(self, path: str, wanted: Mapping[str, str] | None = None) -> Any:
        return self._ask("GET", path, params=wanted)

    def _post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask for something to be done; what is None is left out."""
        given = {name: value for name, value in (body or {}).items() if value is not None}
        return self._ask("POST", path, **({"json": given} if body is not None else {}))

    def _put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Ask for a change; here None says something."""
        return self._ask("PUT", path, json=body)

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        """Ask, and ask again where the server is away or busy: the key makes that safe."""
        headers = self._headers | ({} if method == "GET" else {"Idempotency-Key": str(uuid4())})
        headers |= given.pop("headers", {})
        for attempt in range(1, ATTEMPTS + 1):
            answer = self._http.request(method, f"/api/v1/{path}", headers=headers, **given)
            if answer.status_code not in (429, 503) or attempt == ATTEMPTS:
                break
            time.sleep(min(float(answer.headers.get("retry-after", 1)), LONGEST_WAIT))
        if answer.is_success:
            return answer.json() if answer.content else None
        kind = answer.headers.get("content-type", "")
        raise Problem(answer.status_code, answer.json() if "json" in kind else {"detail": answer.text[:200]})
