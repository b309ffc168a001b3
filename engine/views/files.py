"""Uploaded files. Pure."""

from engine.views.parts import Shape


class StoredFile(Shape):
    id: str
    sha256: str
    name: str
    size: int
    media_type: str
