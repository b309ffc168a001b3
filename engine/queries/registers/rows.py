"""Rows of a register for one person: pages by filters, one row, what it was, figures of groups."""

import builtins
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.access.actor import Actor, AnyActor, accepts_names
from engine.context import Context
from engine.errors import InvalidInput
from engine.queries.pages import decode, page, page_size, unknown_cursor
from engine.queries.readings import asked
from engine.queries.registers.filters import Filters, wanted_rows
from engine.queries.registers.retention import due_rows
from engine.queries.registers.work import work_of
from engine.sop.field_types import NUMBERS
from engine.sop.forms.definition import FormDefinition
from engine.sop.forms.register_row import judged_row
from engine.sop.forms.schema import form_schema
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.sop.registers.row import RegisterRow, is_same
from engine.store import Tx
from engine.store.register_access import RegisterAccess, opened
from engine.store.register_page import FoundRow, Position, RegisterPage, Wanted
from engine.store.register_view import row_view
from engine.store.registers import RowVersion
from engine.text.bilingual import Text
from engine.text.numbers import LARGEST_WHOLE
from engine.views import registers as shapes
from engine.views.parts import Page

MOST_EXPORTED = 100_000


@accepts_names
class RowQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def list(
        self,
        actor: AnyActor,
        register: str,
        filters: Filters | None = None,
        *,
        agency: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[shapes.RegisterRow]:
        """One page of the rows that fit and that this person may see."""
        size = page_size(limit)

        def query(tx: Tx) -> Page[shapes.RegisterRow]:
            access = self._opened(tx, actor, register, agency)
            wanted = wanted_rows(access, filters or Filters())
            after = _position(cursor, access.register.by_id.get(wanted.sort or ""))
            matches = RegisterPage(tx, access.agency, access.register, wanted).rows(after, size + 1)
            items = self._views(access, actor, [match.row for match in matches[:size]], wanted)
            return page(items, _place(matches[size - 1]) if len(matches) > size else None)

        return asked(self.context, actor, f"register:{register}", query)

    def get(self, actor: Actor, register: str, row: str) -> shapes.RegisterRow:
        """One row as it stands."""

        def query(tx: Tx) -> shapes.RegisterRow:
            access = self._opened(tx, actor, register)
            return self._views(access, actor, [access.require_row(row)], Wanted())[0]

        return asked(self.context, actor, f"row:{row}", query)

    def form(self, actor: Actor, register: str, row: str | None = None) -> shapes.RowForm:
        """What this person fills in of a row, a new one or one that is there, and what stands there now."""

        def query(tx: Tx) -> shapes.RowForm:
            access = self._opened(tx, actor, register)
            definition = access.register
            old = access.require_row(row) if row is not None else None
            columns = [column for column in definition.columns if _is_typed(definition, column, old)]
            fields = tuple(column.as_field() for column in columns)
            values, _ = judged_row(definition, {}, old, access.lookup)
            acting = access.rights.edits_as(old.values) if old else bool(access.rights.may)
            return {
                "may": bool(acting),
                "schema": form_schema(FormDefinition(fields), {}, access.lookup),
                "values": {field.id: values[field.id] for field in fields},
            }

        return self.context.store.ask(query)

    def history(
        self,
        actor: AnyActor,
        register: str,
        row: str,
        *,
        agency: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> shapes.RowHistory:
        """What every act made of a row, newest first."""
        size, after = page_size(limit), decode(cursor, 1)
        if after is not None and type(after[0]) is not int:
            raise unknown_cursor()

        def query(tx: Tx) -> shapes.RowHistory:
            access = self._opened(tx, actor, register, agency)
            there = access.require_row(row)
            versions = tx.registers.history(access.agency, access.register.id, there.id)
            numbers = tx.registers.case_numbers({version.case_id for version in versions if version.case_id})
            before = [None, *versions]
            items = [
                _revision(access, was, now, numbers)
                for was, now in zip(before, versions, strict=False)
                if after is None or now.version < after[0]  # type: ignore[operator]
            ]
            items.reverse()
            further = page(items[:size], [items[size - 1]["version"]] if len(items) > size else None)
            return {"items": further["items"], "next": further["next"]}

        return asked(self.context, actor, f"row:{row}", query)

    def every(
        self,
        actor: AnyActor,
        register: str,
        filters: Filters | None = None,
        *,
        agency: str | None = None,
    ) -> tuple[RegisterDefinition, Sequence[RegisterRow]]:
        """The definition and all rows that fit and that this person may see, to save them as a file."""

        def query(tx: Tx) -> tuple[RegisterDefinition, Sequence[RegisterRow]]:
            access = self._opened(tx, actor, register, agency)
            wanted = wanted_rows(access, filters or Filters())
            matches = RegisterPage(tx, access.agency, access.register, wanted).rows(None, MOST_EXPORTED + 1)
            if len(matches) > MOST_EXPORTED:
                raise InvalidInput(
                    Text(
                        f"Lebih dari {MOST_EXPORTED} baris. Persempit dengan saringan.",
                        f"more than {MOST_EXPORTED} rows; filter them",
                    )
                )
            return access.register, [match.row for match in matches]

        return asked(self.context, actor, f"register:{register}", query)

    def past_retention(self, actor: Actor, register: str) -> builtins.list[shapes.DueRow]:
        """The retired rows past their retention that this person may see; nothing happens to them."""

        def query(tx: Tx) -> builtins.list[shapes.DueRow]:
            access = self._opened(tx, actor, register)
            return due_rows(tx, access.agency, access.register, access.day, access.rights.sees)

        return asked(self.context, actor, f"register:{register}", query)

    def revision_on(self, actor: Actor, register: str, day: date) -> int:
        """The revision that a register had at the end of a day where the agency is."""

        def query(tx: Tx) -> int:
            access = self._opened(tx, actor, register)
            zone = ZoneInfo(access.organisation.agency.timezone)
            end = datetime.combine(day, time(), zone) + timedelta(days=1) - timedelta(microseconds=1)
            return tx.registers.revision_at(access.agency, access.register.id, end)

        return self.context.store.ask(query)

    # --- inside ---

    def _opened(self, tx: Tx, actor: AnyActor, register: str, agency: str | None = None) -> RegisterAccess:
        access = opened(tx, self.context.catalog, actor, register, self.context.clock.now(), agency)
        access.require_rows()
        return access

    def _views(
        self, access: RegisterAccess, actor: AnyActor, rows: Sequence[RegisterRow], wanted: Wanted
    ) -> builtins.list[shapes.RegisterRow]:
        acts = access.tx.registers.last_acts(access.agency, access.register.id, rows)
        cases = {act.case_id for act in acts.values() if act.case_id}
        work = (
            work_of(self.context, access.tx, actor, cases)
            if isinstance(actor, Actor) and wanted.revision is None
            else {}
        )
        return list(_with_work(access, rows, acts, work))


def _with_work(
    access: RegisterAccess,
    rows: Sequence[RegisterRow],
    acts: Mapping[str, RowVersion],
    work: Mapping[str, shapes.RowWork],
) -> Iterator[shapes.RegisterRow]:
    for row in rows:
        act = acts[row.id]
        view = row_view(access, row, act)
        if act.case_id is not None and act.case_id in work:
            view["work"] = work[act.case_id]
        yield view


def _revision(
    access: RegisterAccess, was: RowVersion | None, now: RowVersion, numbers: Mapping[str, str]
) -> shapes.RowRevision:
    before = was.content if was else {}
    changed = [
        name for name in access.register.stored if not is_same(before.get(name), now.content.get(name))
    ]
    return {
        "revision": now.revision,
        "version": now.version,
        "at": now.at.astimezone(ZoneInfo(access.organisation.agency.timezone)).isoformat(),
        "account": now.account,
        "position": now.position,
        "act": now.act,
        "case_number": numbers.get(now.case_id) if now.case_id else None,
        "reason": now.reason,
        "retired": now.retired,
        "changes": {name: [before.get(name), now.content.get(name)] for name in changed},
    }


def _is_typed(register: RegisterDefinition, column: Column, old: RegisterRow | None) -> bool:
    """Whether a person gives this column, in a row that is there or in a new one."""
    if column.is_given or column.retired:
        return False
    return old is None or not (column.id in register.key or register.writers_of(column.id))


def _position(cursor: str | None, sort: Column | None) -> Position | None:
    position = decode(cursor, 2)
    if position is None:
        return None
    place, id = position
    if not isinstance(id, str) or not (place is None or _is_place(place, sort)):
        raise unknown_cursor()
    if any(isinstance(part, str) and ("\x00" in part or not part.isprintable()) for part in position):
        raise unknown_cursor()
    return place, id


def _is_place(place: object, sort: Column | None) -> bool:
    """Whether a list that is sorted by this column may have ended here."""
    if sort is None or not (sort.type in NUMBERS or sort.type == "datetime"):
        return sort is not None and isinstance(place, str)
    return type(place) in (int, float) and abs(place) <= LARGEST_WHOLE  # type: ignore[arg-type]


def _place(match: FoundRow) -> Sequence[Any]:
    return [match.place, match.row.id]
