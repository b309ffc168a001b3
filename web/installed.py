"""Alur on the home screen of a phone or PC, and in the colour and with the logo of its agency."""

import hashlib
import json

from starlette.responses import FileResponse, HTMLResponse, Response

from engine.errors import NotFound
from engine.organisation.look import HUES
from engine.text.bilingual import Text
from web.hue import style_of
from web.localizer import Localizer
from web.page_request import OUTSIDE, PageRequest
from web.templating import STATIC, TEMPLATES

FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}
"""What stands under an address made of its content never changes."""
MOST_DIGITS = 3
BOTH = [
    (words.language, words.say)
    for words in (Localizer(english=english, zone=OUTSIDE) for english in (False, True))
]
OFFLINE = TEMPLATES.get_template("offline.html").render(both=BOTH)
TEMPLATES.globals["offline_js"] = f"/offline.js?v={hashlib.sha256(OFFLINE.encode()).hexdigest()[:12]}"
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


def hue(visit: PageRequest) -> Response:
    """The style sheet of a hue: made of the address alone."""
    asked = str(visit.request.path_params["hue"])
    if not asked.isdecimal() or len(asked) > MOST_DIGITS or int(asked) not in HUES:
        raise NotFound(Text("Rona ini tidak ada.", "a hue is a whole number from 0 to 359"))
    return Response(style_of(int(asked)), media_type="text/css", headers=FOR_GOOD)


def logo(visit: PageRequest) -> Response:
    """The logo with this hash."""
    picture = visit.engine.queries.looks.logo(str(visit.request.path_params["sha256"]))
    return Response(picture, media_type="image/png", headers=FOR_GOOD)


def offline(visit: PageRequest) -> Response:
    """The page that a browser shows while nothing can be reached; the same for everybody."""
    del visit
    return HTMLResponse(OFFLINE)


def worker(visit: PageRequest) -> Response:
    """The program that shows it, for every page: so it lies at the root."""
    del visit
    return FileResponse(STATIC / "offline.js")


DOORS = (
    ("/offline", offline, None),
    ("/offline.js", worker, None),
    ("/manifest.webmanifest", manifest, None),
    ("/hue/{hue}.css", hue, None),
    ("/logo/{sha256}.png", logo, None),
)
