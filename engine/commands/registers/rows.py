"""Rows changed by hand: added, changed, retired, restored, and blanked where they are personal."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.access.actor import Actor, accepts_names
from engine.audit.act import Act, Json
from engine.commands.inputs import an_object, required_text
from engine.context import Context
from engine.errors import (
    ActionNotAvailable,
    FieldError,
    InvalidInput,
    KeyTaken,
    NotAllowed,
    StaleVersion,
)
from engine.permissions.rules import Acting
from engine.sop.forms.register_row import checked_row
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow, Values, is_same, row_id
from engine.store import IdempotencyKey, Tx
from engine.store.register_access import RegisterAccess, opened
from engine.store.register_view import row_view
from engine.store.register_writes import RowWrite
from engine.text.bilingual import Text
from engine.views.registers import RegisterRow as ShownRow
from engine.views.registers import WrittenRow


@dataclass(frozen=True, slots=True)
class _Edit:
    """One act by hand on one row, under the lock of its register."""

    access: RegisterAccess
    actor: Actor
    now: datetime

    def require_editor(self, values: Values) -> Acting:
        """The position in which this person edits a row with these values, else `NotAllowed`."""
        acting = self.access.rights.edits_as(values)
        if acting is None:
            raise NotAllowed(
                Text(
                    f"Anda tidak dapat mengubah baris ini pada register {self.access.register.label}.",
                    f"{self.actor.account!r} may not edit this row of {self.access.register.id!r}",
                )
            )
        return acting

    def row(self, id: str, version: int | None) -> tuple[RegisterRow, Acting]:
        """A row as the caller saw it; `StaleVersion` carries it as it is where it has moved on."""
        row = self.access.require_row(id)
        acting = self.require_editor(row.values)
        if version is not None and row.version != version:
            raise StaleVersion(
                Text(
                    "Baris ini sudah diubah orang lain. Lihat isinya yang sekarang, lalu ulangi.",
                    f"row {id!r} is at version {row.version}, not {version}",
                ),
                current=dict(self.view(row)),
            )
        return row, acting

    def write(self, verb: str, write: RowWrite, acting: Acting, reason: str | None = None) -> WrittenRow:
        access = self.access
        access.tx.registers.write(
            access.agency, access.register, [write], self.act(verb, write.id, acting, reason)
        )
        return self.written(write.id)

    def act(self, verb: str, row: str, acting: Acting, reason: str | None) -> Act:
        return Act(
            name=f"register.{verb}",
            at=self.now,
            account=self.actor.account,
            position=acting.position,
            acting_kind=acting.kind,
            subject=row,
            details={"reason": reason} if reason else {},
        )

    def written(self, id: str) -> WrittenRow:
        access = self.access
        row = access.tx.registers.row(access.agency, access.register.id, id)
        assert row is not None  # noqa: S101 - it was written in this transaction
        revision = access.tx.registers.revision(access.agency, access.register.id)
        return {**self.view(row), "revision": revision}

    def view(self, row: RegisterRow) -> ShownRow:
        access = self.access
        acts = access.tx.registers.last_acts(access.agency, access.register.id, [row])
        return row_view(access, row, acts[row.id])


@accepts_names
class RegisterRows:
    """Every act is one event; whoever saw an older version is told, and nothing is lost."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def add(
        self, actor: Actor, register: str, values: Mapping[str, Json], *, key: IdempotencyKey | None = None
    ) -> WrittenRow:
        """A new row; 409 `key_taken` where there is one of this key, retired or not."""
        given = an_object(values, "values")

        def work(tx: Tx) -> WrittenRow:
            edit = self._edit(tx, actor, register)
            access = edit.access
            if not access.rights.may:
                edit.require_editor({})
            stored = checked_row(access.register, given, None, access.lookup)
            acting = edit.require_editor(stored)
            id = require_id(access.register, stored)
            there = tx.registers.row(access.agency, access.register.id, id)
            if there is not None:
                shown = edit.view(there) if access.rights.sees(there.values) else {"row": id}
                raise KeyTaken(
                    Text(
                        f"Baris {id} sudah ada" + (" (dinonaktifkan)." if there.retired else "."),
                        f"row {id!r} exists already",
                    ),
                    current=dict(shown),
                )
            return edit.write("add", RowWrite(id, None, stored), acting)

        return self.context.store.execute(work, key=key)

    def change(
        self,
        actor: Actor,
        register: str,
        row: str,
        values: Mapping[str, Json],
        *,
        version: int,
        reason: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> WrittenRow:
        """Give columns of a row other values; those that are not named stay."""
        given, why = an_object(values, "values"), required_text(reason, "reason")

        def work(tx: Tx) -> WrittenRow:
            edit = self._edit(tx, actor, register)
            old, _ = edit.row(row, version)
            _require_not_retired(old)
            faults = written_by_sops(edit.access.register, given, old.values)
            if faults:
                said = Text("Sebagian kolom hanya diubah oleh SOP.", "some columns are changed by SOPs only")
                raise InvalidInput(said, errors=faults)
            stored = checked_row(edit.access.register, given, old, edit.access.lookup)
            acting = edit.require_editor(stored)
            return edit.write("change", RowWrite(row, old, stored), acting, why)

        return self.context.store.execute(work, key=key)

    def retire(
        self,
        actor: Actor,
        register: str,
        row: str,
        *,
        version: int,
        reason: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> WrittenRow:
        """Take a row out of use; it stays, with its history."""
        return self._move(actor, register, row, version, reason, key, retired=True)

    def restore(
        self,
        actor: Actor,
        register: str,
        row: str,
        *,
        version: int,
        reason: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> WrittenRow:
        """Bring a retired row back into use."""
        return self._move(actor, register, row, version, reason, key, retired=False)

    def erase(
        self,
        actor: Actor,
        register: str,
        row: str,
        *,
        columns: Collection[str],
        reason: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> WrittenRow:
        """Blank personal columns in the row, in its history and beside its events, for good."""
        why = required_text(reason, "reason")

        def work(tx: Tx) -> WrittenRow:
            edit = self._edit(tx, actor, register)
            old, acting = edit.row(row, None)
            _require_personal(edit.access.register, columns)
            act = edit.act("erase", row, acting, why)
            tx.registers.erase(edit.access.agency, edit.access.register, old, columns, act)
            return edit.written(row)

        return self.context.store.execute(work, key=key)

    def _move(
        self,
        actor: Actor,
        register: str,
        row: str,
        version: int,
        reason: str | None,
        key: IdempotencyKey | None,
        *,
        retired: bool,
    ) -> WrittenRow:
        why = required_text(reason, "reason")

        def work(tx: Tx) -> WrittenRow:
            edit = self._edit(tx, actor, register)
            old, acting = edit.row(row, version)
            if old.retired == retired:
                state = "sudah dinonaktifkan" if retired else "masih dipakai"
                raise ActionNotAvailable(
                    Text(
                        f"Baris ini {state}.", f"row {row!r} is {'retired' if retired else 'in use'} already"
                    ),
                    current=dict(edit.view(old)),
                )
            verb = "retire" if retired else "restore"
            return edit.write(verb, RowWrite(row, old, old.values, retired), acting, why)

        return self.context.store.execute(work, key=key)

    def _edit(self, tx: Tx, actor: Actor, register: str) -> _Edit:
        now = self.context.clock.now()
        access = opened(tx, self.context.catalog, actor, register, now)
        access.require_rows()
        tx.registers.lock(access.agency, register)
        return _Edit(access, actor, now)


def require_id(register: RegisterDefinition, values: Values) -> str:
    """The id that the key gives; `InvalidInput` where the key is no id."""
    id = row_id(register, values)
    if id is None:
        message = Text(
            "Kunci baris ini terlalu panjang atau tidak lengkap.", "The key is too long or incomplete."
        )
        raise InvalidInput(message, errors=[FieldError(f"values.{name}", message) for name in register.key])
    return id


def written_by_sops(register: RegisterDefinition, given: Values, before: Values) -> list[FieldError]:
    """A fault at every column that only SOPs change in a row that is there."""
    faults = []
    for name, value in given.items():
        column = register.by_id.get(name)
        if column is None or name in register.key or is_same(value, before.get(name)):
            continue
        writers = register.writers_of(name)
        if writers and not column.is_given:
            sops = ", ".join(writers)
            told = Text(
                f"{column.label} hanya diubah oleh SOP {sops}.", f"Only the SOP {sops} changes {name}."
            )
            faults.append(FieldError(f"values.{name}", told))
    return faults


def _require_not_retired(row: RegisterRow) -> None:
    if row.retired:
        raise ActionNotAvailable(
            Text(
                "Baris ini dinonaktifkan. Aktifkan kembali sebelum mengubahnya.",
                f"row {row.id!r} is retired; restore it first",
            ),
            current={"row": row.id, "version": row.version, "retired": True},
        )


def _require_personal(register: RegisterDefinition, columns: Collection[str]) -> None:
    personal = [column.id for column in register.columns if column.personal]
    if not columns or not set(columns) <= set(personal):
        known = ", ".join(personal) or "-"
        message = Text(f"Pilih kolom pribadi: {known}.", f"Choose personal columns: {known}.")
        raise InvalidInput(message, errors=[FieldError("columns", message)])
    keys = set(columns) & set(register.key)
    if keys:
        message = Text("Kunci baris tidak dapat dihapus.", "The key of a row cannot be erased.")
        raise InvalidInput(message, errors=[FieldError("columns", message)])
