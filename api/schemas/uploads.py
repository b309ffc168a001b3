"""How the description of the API shows a form with one file in it."""

from typing import Any

FILE = {"type": "string", "contentMediaType": "application/octet-stream"}


def form_with_file(kind: str, beginning: str, /, **fields: Any) -> dict[str, Any]:
    """The body of a route, with an example of a ``kind`` of file; ``fields`` may stand beside it."""
    schema = {
        "type": "object",
        "properties": {"file": FILE, **fields},
        "required": ["file"],
        "additionalProperties": False,
    }
    content = {"schema": schema, "examples": {kind: {"value": {"file": beginning}}}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": content}}}
