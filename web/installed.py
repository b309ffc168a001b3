"""Alur on the home screen of a phone or PC."""

import json

from starlette.responses import Response

from web.page_request import PageRequest
from web.templating import TEMPLATES

SHOWN = {
    "name": "Alur",
    "short_name": "Alur",
    "description": "Menjalankan SOP dan mencatat setiap langkahnya.",
    "lang": "id",
    "start_url": "/",
    "scope": "/",
    "display": "standalone",
    "background_color": "#f6f7f9",
    "theme_color": "#14507e",
}


def manifest(visit: PageRequest) -> Response:
    """What a browser installs."""
    del visit
    icon = {"src": TEMPLATES.globals["favicon"], "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return Response(json.dumps({**SHOWN, "icons": [icon]}), media_type="application/manifest+json")


DOORS = (("/manifest.webmanifest", manifest, None),)
