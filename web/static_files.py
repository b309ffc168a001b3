"""Static files: kept by browsers for good, since their addresses change with their content; texts compressed.

Pages are not: what they repeat of a request, beside the token of their forms, would tell that token to
whoever counts the bytes.
"""

import gzip
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

TEXTS = frozenset({".css", ".js", ".svg"})
TAKES_GZIP = re.compile(r"(?:^|[ ,])(?:gzip|\*)(?! *; *q=0(?:\.0*)? *(?:,|$))", re.I)


class KeptFiles(StaticFiles):
    """A folder of such files."""

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if Path(full_path).suffix in TEXTS:
            response.headers["Vary"] = "Accept-Encoding"
            if response.status_code == 200 and TAKES_GZIP.search(
                Headers(scope=scope).get("Accept-Encoding", "")
            ):
                kept = {name: response.headers[name] for name in ("Content-Type", "Last-Modified", "Vary")}
                small = _compressed(str(full_path), stat_result.st_mtime_ns)
                response = Response(small, headers={**kept, "Content-Encoding": "gzip"})
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@lru_cache(maxsize=32)
def _compressed(path: str, _changed_at: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)
