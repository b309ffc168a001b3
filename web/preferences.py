"""How one wants copies of notices: at once or once a day, by which channels, and when not."""

from typing import Any

from starlette.responses import Response

from engine.notices.channels import CHANNELS, PERSONAL
from web.page_request import PageRequest
from web.refusals import form_page


def show(visit: PageRequest) -> Response:
    chosen = {**visit.engine.preferences.of(visit.actor), **(_posted(visit) if visit.kept else {})}
    return form_page(
        visit,
        "preferences.html",
        chosen=chosen,
        channels=CHANNELS,
        set_up=[name for name in PERSONAL if name in visit.engine.context.channels],
        wanted=PERSONAL if chosen["channels"] is None else chosen["channels"],
    )


def choose(visit: PageRequest) -> Response:
    """Keep the choices of the page; what is ticked everywhere counts for channels to come as well."""
    visit.engine.preferences.choose(visit.actor, key=visit.key(), **_posted(visit))
    return visit.redirect("/account/notifications", said="chosen")


def _posted(visit: PageRequest) -> dict[str, Any]:
    channels = [channel for channel in PERSONAL if channel in visit.posted.getlist("channels")]
    addresses = {channel: visit.text(f"addresses.{channel}").strip() for channel in PERSONAL}
    return {
        "pace": visit.text("pace") or None,
        "digest_at": _clock(visit.text("digest_at")),
        "channels": None if len(channels) == len(PERSONAL) else channels,
        "quiet_from": _clock(visit.text("quiet_from")),
        "quiet_to": _clock(visit.text("quiet_to")),
        "addresses": {name: address for name, address in addresses.items() if address},
    }


def _clock(text: str) -> str | None:
    """A time as people type it, ``7.30``, with a colon; nothing where nothing was typed."""
    hour, _, minute = text.strip().replace(".", ":").partition(":")
    return f"{hour:0>2}:{minute}" if minute else text.strip() or None


PAGES = (("/account/notifications", show, choose),)
