"""Importing a file into a register: read and reported on, then confirmed as one act, or dropped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.access.actor import AnyActor, accepts_names, account_of
from engine.audit.act import Act, Json
from engine.commands.inputs import an_object
from engine.commands.registers.rows import written_by_sops
from engine.context import Context, new_id
from engine.errors import FieldError, InvalidInput, NotAllowed, RegisterChanged
from engine.sop.forms.register_row import judged_row
from engine.sop.registers.lines import Decimal, Line, Reading
from engine.sop.registers.row import RegisterRow, is_same, row_id
from engine.sop.registers.sheet import read_sheet
from engine.store import IdempotencyKey, Tx
from engine.store.register_access import RegisterAccess, opened
from engine.store.register_imports import StoredImport, report_of
from engine.store.register_writes import RowWrite, stored_values
from engine.text.bilingual import Text
from engine.views.registers import ConfirmedImport, ImportReport


@accepts_names
class RegisterImports:
    """A report stores no row; one that the register has left behind is made afresh, never written."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def read(
        self,
        actor: AnyActor,
        register: str,
        content: bytes,
        *,
        profile: str | None = None,
        given: Mapping[str, Json] | None = None,
        decimal: Decimal = "point",
        agency: str | None = None,
        english: bool = False,
    ) -> ImportReport:
        """What the lines of a CSV or XLSX file would do; the first page of the report."""
        set_beside = an_object(given or {}, "set")
        sheet = read_sheet(content)
        now = self.context.clock.now()

        def work(tx: Tx) -> ImportReport:
            access = self._editable(tx, actor, register, agency)
            reading = Reading(access.register, profile, set_beside, decimal, access.labels)
            report = self._report(access, new_id(), reading.lines(sheet))
            tx.register_imports.put(report, access.agency, register, account_of(actor), now)
            return report_of(report, register, english=english)

        return self.context.store.execute(work)

    def confirm(
        self,
        actor: AnyActor,
        register: str,
        import_id: str,
        *,
        skip_errors: bool = False,
        agency: str | None = None,
        english: bool = False,
        key: IdempotencyKey | None = None,
    ) -> ConfirmedImport:
        """Write what the report says, as one act.

        `InvalidInput` where lines are wrong and not to be skipped; `RegisterChanged` carries a fresh report
        where the register has moved since.
        """
        now = self.context.clock.now()

        def work(tx: Tx) -> ConfirmedImport:
            access = self._editable(tx, actor, register, agency)
            revision = tx.registers.lock(access.agency, register)
            report = tx.register_imports.require(import_id, access.agency, register, account_of(actor))
            if report.revision != revision:
                raise _MovedOn
            counts = report.content["counts"]
            if counts["errors"] and not skip_errors:
                raise _has_errors(counts["errors"], report)
            writes = _writes(access, report)
            capacity = (
                access.rights.edits_as({}) or access.rights.edits_as(writes[0].values) if writes else None
            )
            act = Act(
                name="register.import",
                at=now,
                account=account_of(actor),
                position=capacity.position if capacity else None,
                acting_kind=capacity.kind if capacity else None,
                subject=register,
                facts={"lines": counts["rows"], "skipped": counts["errors"]},
            )
            written = tx.registers.write(access.agency, access.register, writes, act)
            tx.register_imports.drop(import_id)
            counted = {name: counts[name] for name in ("added", "changed", "unchanged", "errors")}
            return {"id": import_id, "register": register, "revision": written or revision, **counted}  # type: ignore[typeddict-item]

        try:
            return self.context.store.execute(work, key=key)
        except _MovedOn:
            fresh = self._again(actor, register, import_id, agency, english)
        raise RegisterChanged(
            Text(
                "Register ini berubah sejak laporan dibuat. Periksa laporan yang baru, lalu konfirmasi lagi.",
                f"register {register!r} has moved since the report; look at the fresh one and confirm again",
            ),
            current=dict(fresh),
        )

    def drop(self, actor: AnyActor, register: str, import_id: str, *, agency: str | None = None) -> None:
        """Forget a report."""

        def work(tx: Tx) -> None:
            access = self._editable(tx, actor, register, agency)
            tx.register_imports.require(import_id, access.agency, register, account_of(actor))
            tx.register_imports.drop(import_id)

        self.context.store.execute(work)

    def _again(
        self, actor: AnyActor, register: str, import_id: str, agency: str | None, english: bool
    ) -> ImportReport:
        """The report of the same lines on the register as it is now."""
        now = self.context.clock.now()

        def work(tx: Tx) -> ImportReport:
            access = self._editable(tx, actor, register, agency)
            old = tx.register_imports.require(import_id, access.agency, register, account_of(actor))
            report = self._report(access, import_id, _lines(old))
            tx.register_imports.put(report, access.agency, register, account_of(actor), now)
            return report_of(report, register, english=english)

        return self.context.store.execute(work)

    def _editable(self, tx: Tx, actor: AnyActor, register: str, agency: str | None) -> RegisterAccess:
        access = opened(tx, self.context.catalog, actor, register, self.context.clock.now(), agency)
        access.require_import()
        return access

    def _report(self, access: RegisterAccess, id: str, lines: Sequence[Line]) -> StoredImport:
        items = list(_judged(access, lines))
        verdicts = [item["verdict"] for item in items]
        names = {"added": "add", "changed": "change", "unchanged": "same", "errors": "error"}
        counts = {"rows": len(items)} | {name: verdicts.count(verdict) for name, verdict in names.items()}
        kept = [
            {
                "line": line.number,
                "cells": dict(line.cells),
                "faults": [[f.path, f.message.indonesian, f.message.english] for f in line.faults],
            }
            for line in lines
        ]
        revision = access.tx.registers.revision(access.agency, access.register.id)
        return StoredImport(id, revision, {"counts": counts, "items": items, "lines": kept})


class _MovedOn(Exception):
    """The register is at another revision than the report."""


def _lines(report: StoredImport) -> list[Line]:
    return [
        Line(
            line["line"],
            line["cells"],
            tuple(FieldError(path, Text(said, english)) for path, said, english in line["faults"]),
        )
        for line in report.content["lines"]
    ]


def _judged(access: RegisterAccess, lines: Sequence[Line]) -> Iterator[Mapping[str, Any]]:
    """The verdict of every line, in the order of the file."""
    register = access.register
    ids = [row_id(register, line.cells) for line in lines]
    there = access.tx.registers.rows(access.agency, register.id, [id for id in ids if id is not None])
    seen: dict[str, int] = {}
    for line, id in zip(lines, ids, strict=True):
        yield _one(access, line, id, there.get(id) if id else None, seen)
        if id is not None:
            seen.setdefault(id, line.number)


def _one(
    access: RegisterAccess, line: Line, id: str | None, old: RegisterRow | None, seen: Mapping[str, int]
) -> Mapping[str, Any]:
    register = access.register
    if old is not None and access.rights.edits_as(old.values) is None:
        # Nothing else is told of it: a fault of its cells would tell what stands there.
        return _of_another_unit(access, line, id)
    unread = {fault.path for fault in line.faults}
    values, wrong = judged_row(register, line.cells, old, access.lookup)
    faults = [*line.faults, *(f for f in wrong if _column(f.path) not in unread)]
    if old is not None:
        faults += written_by_sops(register, line.cells, old.values)
    if id in seen:
        first = seen[id or ""]
        told = Text(f"Kuncinya sama dengan baris {first} berkas ini.", f"It has the key of line {first}.")
        faults.append(FieldError(register.key[0], told))
    if old is not None and old.retired:
        told = Text("Baris ini dinonaktifkan.", "This row is retired.")
        faults.append(FieldError(register.key[0], told))
    if not faults and access.rights.edits_as(values) is None:
        told = Text("Unit ini bukan unit Anda.", "This unit is not yours.")
        faults.append(FieldError(register.unit or register.key[0], told))
    before = old.values if old else {}
    changes = {
        name: [before.get(name), values.get(name)]
        for name in register.stored
        if not is_same(before.get(name), values.get(name))
    }
    right = id is not None and not faults
    if id is not None and right:
        access.registers.remember(register.id, RegisterRow(id, values))
    verdict = "error" if not right else "add" if old is None else "change" if changes else "same"
    return {
        "line": line.number,
        "verdict": verdict,
        "row": id,
        "changes": changes if right else {},
        "values": stored_values(values) if verdict in ("add", "change") else None,
        "messages": [[_column(f.path), f.message.indonesian, f.message.english] for f in faults],
    }


def _of_another_unit(access: RegisterAccess, line: Line, id: str | None) -> Mapping[str, Any]:
    column = access.register.unit or access.register.key[0]
    message = [column, "Baris ini milik unit lain.", "This row is of another unit."]
    return {
        "line": line.number,
        "verdict": "error",
        "row": id,
        "changes": {},
        "values": None,
        "messages": [message],
    }


def _writes(access: RegisterAccess, report: StoredImport) -> list[RowWrite]:
    """What a report writes: it was judged at this very revision, so only rights are asked again."""
    items = [item for item in report.content["items"] if item["values"] is not None]
    there = access.tx.registers.rows(access.agency, access.register.id, [item["row"] for item in items])
    writes = [RowWrite(item["row"], there.get(item["row"]), item["values"]) for item in items]
    for write in writes:
        states = (write.values, write.old.values) if write.old else (write.values,)
        if any(access.rights.edits_as(values) is None for values in states):
            raise NotAllowed(
                Text("Sebagian baris bukan lagi milik unit Anda.", "some rows are of your unit no more")
            )
    return writes


def _column(path: str) -> str:
    return path.removeprefix("values").removeprefix(".").partition("[")[0]


def _has_errors(count: int, report: StoredImport) -> InvalidInput:
    wrong = [item for item in report.content["items"] if item["verdict"] == "error"]
    faults = [
        FieldError(f"items.{item['line']}.{column}", Text(said, english))
        for item in wrong[:100]
        for column, said, english in item["messages"]
    ]
    return InvalidInput(
        Text(
            f"{count} baris keliru. Perbaiki berkasnya, atau lewati baris itu.",
            f"{count} lines are wrong; mend the file, or skip them",
        ),
        errors=faults,
    )
