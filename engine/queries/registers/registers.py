"""The registers of an agency, each as the person who asks may use it; figures of groups of rows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from engine.access.actor import Actor, AnyActor, accepts_names
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.queries.readings import asked
from engine.queries.registers.filters import Filters, wanted_rows
from engine.sop.field_types import NUMBERS
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.sop.registers.row import RegisterRow
from engine.store import Tx
from engine.store.account_guards import active, agency_named
from engine.store.register_access import RegisterAccess, found, opened
from engine.store.register_page import RegisterPage, Wanted
from engine.store.register_writes import word_of
from engine.tables.columns import json_text
from engine.text.bilingual import Text
from engine.views import registers as shapes
from engine.views.parts import Page

DIGITS = Decimal("0.0001")


@accepts_names
class RegisterQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def list(self, actor: AnyActor, *, agency: str | None = None) -> Page[shapes.RegisterItem]:
        """The registers that this person may see, by their labels."""

        def query(tx: Tx) -> Page[shapes.RegisterItem]:
            home = active(tx, actor).agency if isinstance(actor, Actor) else agency_named(tx, agency)
            now = self.context.clock.now()
            items = []
            for register in tx.registers.ids(home):
                access = found(tx, self.context.catalog, actor, register, now, home)
                if access is not None and access.rights.is_shown:
                    items.append(_item(access))
            return {"items": sorted(items, key=lambda item: item["label"].casefold()), "next": None}

        return self.context.store.ask(query)

    def get(self, actor: AnyActor, register: str, *, agency: str | None = None) -> shapes.Register:
        """One register with its columns."""

        def query(tx: Tx) -> shapes.Register:
            access = opened(tx, self.context.catalog, actor, register, self.context.clock.now(), agency)
            definition = access.register
            return {
                **_item(access),
                "version": tx.registers.version(access.agency, register) or 0,
                "title": definition.title,
                "key": list(definition.key),
                "unit": definition.unit,
                "columns": [_column(definition, column) for column in definition.columns],
                "profiles": [
                    {"id": id, "ask": list(profile.ask)} for id, profile in definition.imports.items()
                ],
                "retention": str(definition.retention) if definition.retention else None,
            }

        return self.context.store.ask(query)

    def summary(
        self,
        actor: Actor,
        register: str,
        filters: Filters,
        *,
        by: Sequence[str],
        sum: Sequence[str] = (),
        average: Sequence[str] = (),
    ) -> shapes.RegisterSummary:
        """How many rows each group has, with totals and averages of numbers; nulls are left out."""

        def query(tx: Tx) -> shapes.RegisterSummary:
            access = opened(tx, self.context.catalog, actor, register, self.context.clock.now())
            access.require_rows()
            for name in by:
                _stored(access.register, name, "by")
            for path, names in (("sum", sum), ("average", average)):
                for name in names:
                    if _stored(access.register, name, path).type not in NUMBERS:
                        raise _wrong(path, Text(f"{name} bukan angka.", f"{name} is no number."))
            wanted = wanted_rows(access, filters)
            page = RegisterPage(tx, access.agency, access.register, wanted)
            rows_of: dict[tuple[str, ...], list[RegisterRow]] = {}
            for match in page.rows(None, None):
                key = tuple(_alike(match.row.values.get(name)) for name in by)
                rows_of.setdefault(key, []).append(match.row)
            groups = [_group(by, rows, sum, average) for rows in rows_of.values()]
            groups.sort(key=lambda group: [_sortable(group["group"][name]) for name in by])
            return {"groups": groups}

        return asked(self.context, actor, f"register:{register}", query)


def _item(access: RegisterAccess) -> shapes.RegisterItem:
    definition, tx, agency = access.register, access.tx, access.agency
    rights = access.rights
    count = (
        RegisterPage(tx, agency, definition, Wanted(units=rights.units)).count() if rights.sees_rows else 0
    )
    return {
        "id": definition.id,
        "label": definition.label,
        "revision": tx.registers.revision(agency, definition.id),
        "count": count,
        "may": list(rights.may),
    }


def _column(register: RegisterDefinition, column: Column) -> shapes.RegisterColumn:
    return {
        "id": column.id,
        "type": column.type,
        "label": column.label,
        "help": column.help,
        "required": column.required,
        "min": column.min,
        "max": column.max,
        "options": list(column.options),
        "items": list(column.items),
        "unit_type": column.unit_type,
        "register": column.register,
        "given": column.is_given,
        "written_by": list(register.writers_of(column.id)),
        "personal": column.personal,
        "retired": column.retired,
    }


def _stored(register: RegisterDefinition, name: str, path: str) -> Column:
    column = register.by_id.get(name)
    if column is None or column.lookup is not None:
        known = ", ".join(register.stored)
        raise _wrong(
            path, Text(f'Kolom "{name}" tidak ada. Yang ada: {known}.', f"No column {name!r}: {known}.")
        )
    return column


def _group(
    by: Sequence[str],
    rows: Sequence[RegisterRow],
    sums: Sequence[str],
    averages: Sequence[str],
) -> shapes.RowGroup:
    numbers = {
        name: [Decimal(str(value)) for row in rows if (value := row.values.get(name)) is not None]
        for name in dict.fromkeys((*sums, *averages))
    }
    return {
        "group": {name: rows[0].values.get(name) for name in by},
        "count": len(rows),
        "totals": {name: _plain(sum(numbers[name], Decimal())) if numbers[name] else None for name in sums},
        "averages": {
            name: _plain(sum(numbers[name], Decimal()) / len(numbers[name])) if numbers[name] else None
            for name in averages
        },
        "filled": {name: len(given) for name, given in numbers.items()},
    }


def _plain(number: Decimal) -> int | float:
    """Rounded as every figure is: to four decimals, half away from zero."""
    exact = number.quantize(DIGITS, rounding="ROUND_HALF_UP")
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _alike(value: Any) -> str:
    """One spelling for values that are equal, lists among them."""
    return json_text(value) if isinstance(value, list) else "" if value is None else word_of(value)


def _sortable(value: Any) -> tuple[bool, bool, float, str]:
    number = isinstance(value, int | float)
    return value is None, not number, float(value) if number else 0.0, str(value)


def _wrong(path: str, message: Text) -> InvalidInput:
    return InvalidInput(message, errors=[FieldError(path, message)])
