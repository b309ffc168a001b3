"""The templates: escaped always, and an unknown name in them is an error."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.permissions.verbs import TASK_VERBS
from engine.text import states
from engine.text.log_names import FOR_PROGRAMS

HERE = Path(__file__).parent
STATIC = HERE / "static"

TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def static_path(name: str) -> str:
    """The address of a static file; it changes with its content, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


TEMPLATES.globals["pico_css"] = static_path("pico-2.1.1.min.css")
# Named by the style sheet as well, so its version is in its name.
TEMPLATES.globals["face"] = "/static/public-sans-5.3.0.woff2"
TEMPLATES.globals["favicon"] = static_path("alur.svg")
TEMPLATES.globals["alur_css"] = static_path("alur.css")
TEMPLATES.globals["forms_js"] = static_path("forms.js")
TEMPLATES.globals["alur_js"] = static_path("alur.js")
TEMPLATES.globals["editor_js"] = static_path("editor.js")
TEMPLATES.globals["TASK_VERBS"] = TASK_VERBS
TEMPLATES.globals["FOR_PROGRAMS"] = FOR_PROGRAMS
TEMPLATES.globals |= {
    name: getattr(states, name)
    for name in (
        "APPROVALS", "TASK_STATES", "CASE_STATES", "DEFINITION_STATES", "BRANCH_STATES", "SLA", "FLAGS",
        "HOLD_REASONS", "NOTICES", "CREDENTIALS", "ACTING", "ABSENCES", "MANDATES", "STANDINGS",
        "SYSTEM_ROLES", "STAGES",
    )
}  # fmt: skip


def _asked(given: Mapping[str, str], more: Mapping[str, str]) -> str:
    """What a page is asked for, with some of it otherwise; what is empty is left out."""
    return urlencode({name: value for name, value in {**given, **more}.items() if value})


TEMPLATES.filters["asked"] = _asked
