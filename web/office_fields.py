"""Fields that forms about the office share: days, an order with its file, a place in the line."""

from datetime import date

from starlette.datastructures import UploadFile

from engine.errors import InvalidInput
from engine.text.bilingual import Text
from web.files import keep
from web.forms.binding import day_of
from web.page_request import PageRequest


def day(visit: PageRequest, name: str, *, needed: bool = False) -> date | None:
    """A posted day; an empty one is None, where it is not needed."""
    text = visit.text(name).strip()
    if not text and not needed:
        return None
    try:
        day = date.fromisoformat(day_of(text))
    except ValueError:
        raise InvalidInput.at(name, Text("Pilih tanggalnya.", "Choose the day.")) from None
    if not 1970 <= day.year <= 9998:
        raise InvalidInput.at(name, Text("Tahunnya di luar jangkauan.", "The year is out of reach."))
    return day


def order_file(visit: PageRequest) -> str | None:
    """The id of the order that was posted along, or that came with the same form when it was refused."""
    upload = visit.posted.get("order_file.upload")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return visit.text("order_file") or None
    return keep(visit, upload, "order_file.upload")


def rank_in_line(visit: PageRequest) -> int:
    """A place in the line of substitutes; the first where none is written."""
    rank = visit.text("rank").strip() or "1"
    if not rank.isdecimal() or len(rank) > 2:
        raise InvalidInput.at("rank", Text("Tulis angka 1 sampai 99.", "Write a number from 1 to 99."))
    return int(rank)
