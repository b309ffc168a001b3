"""The names that exist at one place of a definition, and of what kind they are; values are not known here.

A definition with faults (unknown steps, missing forms) is tolerated: reporting them is the checker's work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from engine.sop.defaults import carried, form_fields, is_recorded
from engine.sop.field_types import FIELD_TYPES
from engine.sop.model import Block, Definition, Field, Step
from engine.sop.table_sources import register_behind

KindName = Literal["number", "text", "boolean", "date", "instant", "list", "rows", "map", "any"]
Where = Literal["form", "column", "row", "outcome", "step", "branches", "start", "party", "case"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a name holds; ``members`` are the columns of rows or the names inside a map.

    ``open``: there are more members than are known here, those of a register that lies elsewhere.
    """

    name: KindName
    members: "Mapping[str, Kind]" = field(default_factory=lambda: MappingProxyType({}))
    open: bool = False


NUMBER, TEXT, BOOLEAN = Kind("number"), Kind("text"), Kind("boolean")
DATE, INSTANT, LIST, ANY = Kind("date"), Kind("instant"), Kind("list"), Kind("any")

_SUMMARY = Kind(
    "rows", {"group": ANY, "label": TEXT, "count": NUMBER, "totals": ANY, "averages": ANY, "filled": ANY}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression or reference stands.

    ``form``: a field of the step's form; ``column``: a column of the table ``name``; ``row``: its
    ``rows_where``; ``outcome``: ``set``, ``start_sop``, deviations, judged when the step is completed;
    ``step``: ``when``, ``due``, ``fee``, judged before it is carried out; ``branches``: the filter over the
    branches of block ``name``; ``start``: the form at the start (its tables: ``column`` and ``row``
    without a step); ``party``: a field of the party ``name``; ``case``: title, milestones, fees.
    """

    where: Where
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A tree of names; an open one may have more than are known."""

    names: Mapping[str, Kind]
    open: bool = False

    def resolve(self, path: Sequence[str]) -> Kind | None:
        """The kind that a path leads to; None when a part of it does not exist. Rows are not entered."""
        kind = Kind("map", self.names, self.open)
        for name in path:
            if kind.name == "any":
                return ANY
            member = kind.members.get(name) if kind.name == "map" else None
            if member is None:
                return ANY if kind.open and kind.name == "map" else None
            kind = member
        return kind

    def known_at(self, path: Sequence[str]) -> tuple[str, ...]:
        """The names that may follow a path."""
        kind = self.resolve(path)
        return tuple(kind.members) if kind else ()


Registers = Mapping[str, Kind]
"""Registers by their id: what a row of each holds."""


def scope_for(
    definition: Definition, step_id: str | None, place: Place, registers: Registers | None = None
) -> Scope:
    """The names in scope at a place of a step (None: of the definition as a whole).

    Without ``registers`` what their columns are called is not known, and every name may be one.
    """
    names = _Names(definition, registers)
    members = names.at(step_id, place)
    return Scope(MappingProxyType(members), names.is_open(step_id, place))


def kind_of(
    definition: Definition, form_field: Field, step_id: str | None, registers: Registers | None = None
) -> Kind:
    """The kind of a field, a table with the columns that it carries on from earlier steps."""
    return _Names(definition, registers).kind(form_field, step_id)


class _Names:
    """Builds the tree; every table is followed through ``rows_from`` at most once around."""

    def __init__(self, definition: Definition, registers: Registers | None = None) -> None:
        self.definition = definition
        self.registers = registers
        self.steps = {step.id: step for step in definition.steps}
        self.following: set[tuple[str | None, str]] = set()

    def at(self, step_id: str | None, place: Place) -> dict[str, Kind]:
        step = self.steps.get(step_id or "")
        block_id = place.name if place.where == "branches" else self.block_of(step_id)
        names = {"case": self.case(), "now": INSTANT, "today": DATE, "visits": NUMBER}
        open_branches = Kind("map", {"open": NUMBER})
        names["block"] = Kind("map", dict.fromkeys(self.definition.blocks, open_branches))
        names["milestone"] = Kind("map", dict.fromkeys(self.definition.sla.milestones, INSTANT))
        names["task"] = Kind("map", {"holder": TEXT, "position": TEXT, "group": LIST})
        names |= {other.id: self.step(other) for other in self.definition.steps}
        names |= self.branch(self.definition.blocks.get(block_id or ""))
        own = self.own(step, place)
        if place.where in ("form", "column", "row", "outcome") and step is not None:
            names["outcome"] = TEXT
        names |= {field.id: self.kind(field, step_id) for field in own}
        table = next((field for field in own if field.id == place.name), None)
        if table is not None and place.where == "column":
            names |= self.columns(table, step_id)
        if table is not None and place.where == "row":
            carried = self.carried(table, step_id)
            members = carried or self.columns(table, step_id)
            names["row"] = Kind("map", members, self.has_more(table))
        return names

    def is_open(self, step_id: str | None, place: Place) -> bool:
        """Whether the plain names may be columns of a register that is not known here."""
        step = self.steps.get(step_id or "")
        tables = [field for field in self.own(step, place) if field.id == place.name]
        return place.where == "column" and any(self.has_more(table) for table in tables)

    def has_more(self, table: Field) -> bool:
        """Whether the rows of a table come from a register that is not known here."""
        source = register_behind(self.definition, table)
        return source is not None and source.register not in (self.registers or {})

    def own(self, step: Step | None, place: Place) -> tuple[Field, ...]:
        """The fields that stand by their plain names."""
        case = self.definition.case
        if place.where == "party":
            return case.parties.get(place.name or "", ())
        if place.where == "start" or (step is None and place.where in ("column", "row", "form")):
            return case.fields
        if step is None or place.where in ("step", "branches", "case"):
            return ()
        return self.fields(step)

    def fields(self, step: Step) -> tuple[Field, ...]:
        return form_fields(self.definition, step)

    def step(self, step: Step) -> Kind:
        own = {field.id: self.kind(field, step.id) for field in self.fields(step)}
        recorded = {"done_at": INSTANT} if is_recorded(self.definition, step) else {}
        about = {"outcome": TEXT, "started": INSTANT, "finished": INSTANT, "done": BOOLEAN}
        return Kind("map", own | recorded | about)

    def case(self) -> Kind:
        case = self.definition.case
        known = dict.fromkeys(self.written("case"), ANY)
        known |= {"period": TEXT, "number": TEXT, "result": TEXT, "received": INSTANT, "started": INSTANT}
        known["started_by"] = TEXT
        known["fields"] = Kind("map", {field.id: self.kind(field, None) for field in case.fields})
        parties = {
            role: Kind("map", {field.id: self.kind(field, None) for field in fields})
            for role, fields in case.parties.items()
        }
        return Kind("map", known | {"parties": Kind("map", parties)})

    def branch(self, block: Block | None) -> dict[str, Kind]:
        known = {"unit": TEXT, "id": TEXT}
        each = block.for_each if block else None
        if each is None or not each.rows:
            return {"branch": Kind("map", known)}
        item = self.item(each.rows)
        names = {"branch": Kind("map", known | {"item": item}), "item": item}
        return names | {each.as_: item} if each.as_ else names

    def item(self, rows: str) -> Kind:
        """The columns of a rows block's table, plus those that some ``set`` writes."""
        path = rows.split(".")
        table = self.table(path)
        known = dict.fromkeys(self.written("item"), ANY) | self.source(path)
        return Kind("map", known, table is not None and self.has_more(table))

    def block_of(self, step_id: str | None) -> str | None:
        return self.definition.block_of(step_id) if step_id else None

    def written(self, root: str) -> Iterator[str]:
        """The names that some ``set`` or numbering writes under ``case`` or ``item``."""
        roots = {root}
        if root == "item":
            each = (block.for_each for block in self.definition.blocks.values())
            roots |= {loop.as_ for loop in each if loop and loop.as_} | {"branch.item"}
        for target in self.targets():
            head, _, name = target.rpartition(".")
            if head in roots and name:
                yield name

    def targets(self) -> Iterator[str]:
        for step in self.definition.steps:
            yield from (*step.set, *carried(self.definition, step))
            if step.numbering:
                yield step.numbering.set or f"case.{step.numbering.series}"
            yield from (target for start in step.start_sop for target in start.returns)
            for outcome in step.outcomes.values():
                yield from outcome.set
                yield from (target for start in outcome.start_sop for target in start.returns)
        for deviation in self.definition.deviations.paths:
            yield from deviation.set

    def kind(self, field: Field, step_id: str | None) -> Kind:
        if field.type == "table":
            return Kind("rows", self.columns(field, step_id), self.has_more(field))
        if field.type == "summary":
            return _SUMMARY
        known = FIELD_TYPES.get(field.type)
        return Kind(known.holds) if known else ANY

    def columns(self, table: Field, step_id: str | None) -> dict[str, Kind]:
        """All columns of a table: the carried ones, its own, ``row``, and what surrounds it."""
        columns: dict[str, Kind] = {"row": TEXT} | self.carried(table, step_id)
        if table.rows:
            columns["label"] = TEXT
        block = self.definition.blocks.get(self.block_of(step_id) or "")
        if block is not None:
            columns["branch"] = Kind("map", {"unit": TEXT, "id": TEXT})
        each = [block.for_each for block in self.definition.blocks.values()]
        if any(loop and loop.rows == f"{step_id}.{table.id}" for loop in each):
            columns |= dict.fromkeys(self.written("item"), ANY)
        return columns | {column.id: self.kind(column, step_id) for column in table.columns}

    def carried(self, table: Field, step_id: str | None) -> dict[str, Kind]:
        """The columns that the rows bring along from the table or register they come from."""
        source = table.rows_from
        if source is not None and source.register is not None:
            register = (self.registers or {}).get(source.register)
            return {"row": TEXT, source.register: TEXT, **(register.members if register else {})}
        key = (step_id, table.id)
        if source is None or not source.from_ or key in self.following:
            return {}
        self.following.add(key)
        try:
            return self.source(source.from_.split("."))
        finally:
            self.following.discard(key)

    def source(self, path: list[str]) -> dict[str, Kind]:
        table = self.table(path)
        return self.columns(table, None if path[0] == "case" else path[0]) if table else {}

    def table(self, path: list[str]) -> Field | None:
        """The table that a path leads to."""
        if path[:2] == ["case", "fields"] and len(path) == 3:
            fields = self.definition.case.fields
        elif len(path) == 2 and path[0] in self.steps:
            fields = self.fields(self.steps[path[0]])
        else:
            return None
        return next((field for field in fields if field.id == path[-1] and field.type == "table"), None)
