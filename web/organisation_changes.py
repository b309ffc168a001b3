"""Units, positions and their holders as an administrator keeps them, one at a time."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from starlette.responses import Response

from engine.errors import InvalidInput, NotFound
from engine.text.bilingual import Text
from engine.views.organisation import Changed, Organisation, Position, Unit
from web.office_fields import day, order_file
from web.organisation import PLACE, in_order
from web.page_request import PageRequest
from web.refusals import form_page, told

Part = TypeVar("Part", Unit, Position)
UNIT_TYPES = ("sekretariat", "bidang", "seksi", "sub_bagian", "upt")
LEVELS = ("II", "III", "IV", "pelaksana")
LONGEST_ID = 40
HELD = {"valid_from": "holds_from", "valid_to": "holds_to"}
"""What the form of an appointment calls its days, beside those of the position."""


def new_unit(visit: PageRequest) -> Response:
    """An empty form; ``parent`` may be asked for beforehand."""
    return _unit_page(visit, None)


def add_unit(visit: PageRequest) -> Response:
    known = {unit["id"] for unit in kept_office(visit)["units"]}
    return _put_unit(visit, visit.text("id").strip() or named(visit.text("label"), known))


def one_unit(visit: PageRequest) -> Response:
    return _unit_page(visit, _param(visit, "unit_id"))


def change_unit(visit: PageRequest) -> Response:
    return _put_unit(visit, _param(visit, "unit_id"))


def end_unit(visit: PageRequest) -> Response:
    id = _param(visit, "unit_id")
    done = visit.engine.structure.end_unit(visit.actor, id, last=day(visit, "last"), key=visit.key())
    return told_of_change(visit, PLACE, done)


def new_position(visit: PageRequest) -> Response:
    """An empty form; its ``unit`` may be asked for beforehand."""
    return _position_page(visit, None)


def add_position(visit: PageRequest) -> Response:
    known = {position["id"] for position in kept_office(visit)["positions"]}
    return _put_position(visit, visit.text("id").strip() or named(visit.text("label"), known))


def one_position(visit: PageRequest) -> Response:
    return _position_page(visit, _param(visit, "position_id"))


def change_position(visit: PageRequest) -> Response:
    return _put_position(visit, _param(visit, "position_id"))


def end_position(visit: PageRequest) -> Response:
    id = _param(visit, "position_id")
    done = visit.engine.structure.end_position(visit.actor, id, last=day(visit, "last"), key=visit.key())
    return told_of_change(visit, PLACE, done)


def appoint(visit: PageRequest) -> Response:
    """Name a definitive holder; an order that comes along belongs to whoever enters it."""
    id = _param(visit, "position_id")
    done = visit.engine.holdings.appoint(
        visit.actor,
        holder=visit.text("holder"),
        position=id,
        valid_from=day(visit, "holds_from"),
        valid_to=day(visit, "holds_to"),
        order_number=visit.text("order_number") or None,
        order_file=order_file(visit),
        key=visit.key(),
    )
    return told_of_change(visit, f"{PLACE}/positions/{id}", done)


def one_holding(visit: PageRequest) -> Response:
    id = _holding_id(visit)
    held = next((holding for holding in kept_office(visit)["holdings"] if holding["id"] == id), None)
    if held is None:
        raise NotFound(Text("Pejabat atau mandat ini tidak ada.", f"no holding {id!r}"))
    return form_page(visit, "office_holding.html", held=held, typed=visit.posted)


def put_order(visit: PageRequest) -> Response:
    done = visit.engine.holdings.put_order(
        visit.actor,
        _holding_id(visit),
        order_number=visit.text("order_number") or None,
        order_file=order_file(visit),
        key=visit.key(),
    )
    return told_of_change(visit, f"{PLACE}/holdings/{_holding_id(visit)}", done)


def end_holding(visit: PageRequest) -> Response:
    done = visit.engine.holdings.end(
        visit.actor, _holding_id(visit), last=day(visit, "last"), key=visit.key()
    )
    return told_of_change(visit, PLACE, done)


def named(label: str, known: Collection[str]) -> str:
    """An id for something that is called so, which nothing else has."""
    words = re.sub(r"[^a-z0-9]+", "-", label.casefold()).strip("-")[:LONGEST_ID].strip("-")
    if not words:
        raise InvalidInput.at("label", Text("Tulis namanya.", "Write its name."))
    first = words if words[0].isalpha() else f"u-{words}"
    number, id = 1, first
    while id in known:
        number += 1
        id = f"{first}-{number}"
    return id


def _unit_page(visit: PageRequest, id: str | None) -> Response:
    organisation = kept_office(visit)
    unit = _of(organisation["units"], id, Text("Unit ini tidak ada.", f"no unit {id!r}"))
    types = dict.fromkeys([*(unit["type"] for unit in organisation["units"]), *UNIT_TYPES])
    before = {**_shown(unit), "parent": unit["parent"] if unit else visit.query("in")}
    return form_page(
        visit,
        "office_unit.html",
        unit=unit,
        parents=[(unit, depth) for unit, depth in in_order(organisation["units"]) if unit["id"] != id],
        types=list(types),
        typed={**before, **dict(visit.posted)},
        agency=organisation["agency"],
    )


def _position_page(visit: PageRequest, id: str | None) -> Response:
    organisation = kept_office(visit)
    position = _of(organisation["positions"], id, Text("Jabatan ini tidak ada.", f"no position {id!r}"))
    before = {**_shown(position), "unit": position["unit"] if position else visit.query("in")}
    chosen = (
        visit.posted.getlist("roles") if "label" in visit.posted else (position["roles"] if position else [])
    )
    appointing = visit.kept is not None and visit.kept.sent_to.endswith("/holders")
    told_of = told(visit, visit.kept.refusal) if visit.kept else {}
    roles = dict(visit.engine.queries.definitions.roles(visit.actor))
    roles |= {
        role: role for other in organisation["positions"] for role in other["roles"] if role not in roles
    }
    return form_page(
        visit,
        "office_position.html",
        position=position,
        held=[holding for holding in organisation["holdings"] if holding["position"] == id],
        units=list(in_order(organisation["units"])),
        others=[other for other in organisation["positions"] if other["id"] != id],
        levels=LEVELS,
        roles=sorted(roles.items(), key=lambda role: role[1].casefold()),
        chosen=chosen,
        people=visit.engine.queries.coverage.desk(visit.actor)["substitutes"],
        typed={**before, **dict(visit.posted)},
        agency=organisation["agency"],
        told={HELD.get(path, path) if appointing else path: words for path, words in told_of.items()},
    )


def _put_unit(visit: PageRequest, id: str) -> Response:
    done = visit.engine.structure.put_unit(
        visit.actor,
        id,
        type=visit.text("type").strip(),
        label=visit.text("label"),
        parent=visit.text("parent") or None,
        valid_from=day(visit, "valid_from"),
        valid_to=day(visit, "valid_to"),
        key=visit.key(),
    )
    return told_of_change(visit, PLACE, done)


def _put_position(visit: PageRequest, id: str) -> Response:
    more = [role for role in re.split(r"[\s,;]+", visit.text("other_roles")) if role]
    ticked = [role for role in visit.posted.getlist("roles") if isinstance(role, str)]
    done = visit.engine.structure.put_position(
        visit.actor,
        id,
        label=visit.text("label"),
        unit=visit.text("unit"),
        level=visit.text("level").strip() or None,
        roles=list(dict.fromkeys([*ticked, *more])),
        reports_to=visit.text("reports_to") or None,
        valid_from=day(visit, "valid_from"),
        valid_to=day(visit, "valid_to"),
        key=visit.key(),
    )
    return told_of_change(visit, f"{PLACE}/positions/{id}", done)


def kept_office(visit: PageRequest) -> Organisation:
    """The own agency, for whoever keeps it; NotAllowed for anybody else."""
    return visit.engine.queries.organisation.to_keep(visit.actor)


def _of(known: Sequence[Part], id: str | None, unknown: Text) -> Part | None:
    part = next((part for part in known if part["id"] == id), None)
    if id is not None and part is None:
        raise NotFound(unknown)
    return part


def _shown(part: Unit | Position | None) -> Mapping[str, Any]:
    return part or {"valid_from": None, "valid_to": None}


def told_of_change(visit: PageRequest, address: str, done: Changed) -> Response:
    """On to a page that says what happened, and whether work is left without anybody."""
    said = "office_stranded" if done["stranded"] else "office_changed"
    return visit.redirect(address, said=said)


def _param(visit: PageRequest, name: str) -> str:
    return str(visit.request.path_params[name])


def _holding_id(visit: PageRequest) -> str:
    return f"{_param(visit, 'account')}/{_param(visit, 'number')}"


PAGES = (
    (f"{PLACE}/units", new_unit, add_unit),
    (f"{PLACE}/units/{{unit_id}}", one_unit, change_unit),
    (f"{PLACE}/units/{{unit_id}}/end", None, end_unit),
    (f"{PLACE}/positions", new_position, add_position),
    (f"{PLACE}/positions/{{position_id}}", one_position, change_position),
    (f"{PLACE}/positions/{{position_id}}/end", None, end_position),
    (f"{PLACE}/positions/{{position_id}}/holders", None, appoint),
    (f"{PLACE}/holdings/{{account}}/{{number}}", one_holding, put_order),
    (f"{PLACE}/holdings/{{account}}/{{number}}/end", None, end_holding),
)
