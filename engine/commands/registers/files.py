"""Storing the file of a register, with the rows that it begins with."""

from datetime import datetime

from engine.access.actor import Actor, AnyActor, SystemActor, accepts_names, account_of, require_role
from engine.audit.act import Act
from engine.commands.notices.notice import auditors_of, notice_of, tell
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.organisation.model import ADMIN
from engine.sop.checks.findings import Surroundings
from engine.sop.checks.register_file import LoadedRegister, load_register, require_register
from engine.sop.editing.text import remove
from engine.sop.forms.register_row import judged_row
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow, row_id
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active, agency_named
from engine.store.register_reader import RowLookup, StoredRegisters
from engine.store.register_writes import RowWrite
from engine.text.bilingual import Text
from engine.views.registers import StoredRegisterFile

KEEPERS = frozenset({"author", ADMIN})


@accepts_names
class RegisterFiles:
    """A stored text never changes; the last version counts, and what rows stand on stays in it."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def store(
        self,
        actor: AnyActor,
        text: str | bytes,
        *,
        agency: str | None = None,
        dry_run: bool = False,
        as_demonstration: bool = False,
        key: IdempotencyKey | None = None,
    ) -> StoredRegisterFile:
        """Store a version and add its initial rows whose key is missing; with ``dry_run`` only say so.

        The host, which is no account, names the agency, unless there is only one; a demonstration is told to
        nobody. DefinitionError carries every problem of the text, InvalidInput what rows do not allow.
        """
        now = self.context.clock.now()

        def work(tx: Tx) -> StoredRegisterFile:
            home = agency_named(tx, agency) if isinstance(actor, SystemActor) else self._keeper(tx, actor)
            loaded = require_register(text, file="register.yaml", **self._around(tx, home))
            register = loaded.register
            written = _without_rows(text if isinstance(text, str) else text.decode("utf-8"))
            if not dry_run:
                tx.registers.lock(home, register.id)
            stored = tx.registers.latest(home, register.id)
            _require_compatible(self.context.catalog.register(tx, home, register.id), register, tx, home)
            rows = self._initial(tx, home, register, now)
            same = stored is not None and stored.text == written and not rows
            version = (stored.version if stored else 0) + (0 if same else 1)
            revision = tx.registers.revision(home, register.id)
            if not same and not dry_run:
                act = Act(
                    name="register.store",
                    at=now,
                    account=account_of(actor),
                    subject=register.id,
                    facts={"version": version},
                )
                revision = tx.registers.put(home, register, written, rows, act)
                if not as_demonstration:
                    self._tell(tx, home, register, actor, now)
            return {
                "id": register.id,
                "label": register.label,
                "version": version,
                "revision": revision,
                "rows_added": len(rows),
                "stored": not same and not dry_run,
                "warnings": [problem.message.indonesian for problem in loaded.warnings],
            }

        if dry_run:
            return self.context.store.ask(work)
        return self.context.store.execute(work, key=key)

    def check(self, actor: Actor, text: str | bytes) -> LoadedRegister:
        """What is wrong with a text, beside the registers and roles of the person's agency."""

        def query(tx: Tx) -> LoadedRegister:
            return load_register(text, file="register.yaml", **self._around(tx, active(tx, actor).agency))

        return self.context.store.ask(query)

    def _around(self, tx: Tx, agency: str) -> Surroundings:
        registers = {
            name: self.context.catalog.register(tx, agency, name) for name in tx.registers.ids(agency)
        }
        organisation = self.context.catalog.organisation(tx, agency)
        return {
            "registers": {name: stored for name, stored in registers.items() if stored is not None},
            "organisation_roles": {role for position in organisation.positions for role in position.roles},
        }

    def _keeper(self, tx: Tx, actor: Actor) -> str:
        """The agency of an author or administrator; `NotAllowed` for everybody else."""
        person = active(tx, actor)
        refusal = Text(
            "Hanya penyusun SOP atau administrator yang dapat menyimpan berkas register.",
            f"{actor.account!r} is neither an author nor an administrator",
        )
        require_role(actor, person.system_roles, KEEPERS, refusal)
        return person.agency

    def _initial(self, tx: Tx, agency: str, register: RegisterDefinition, now: datetime) -> list[RowWrite]:
        """The rows of the file whose key is missing; what is wrong with them stops the file."""
        organisation = self.context.catalog.organisation(tx, agency)
        registers = StoredRegisters(tx, agency, lambda name: self._defined(tx, agency, name, register))
        lookup = RowLookup(tx, organisation, registers, None, self.context.day_in(organisation, now))
        writes: dict[str, RowWrite] = {}
        faults: list[FieldError] = []
        named = {id: row for row in register.rows if (id := row_id(register, row)) is not None}
        there = tx.registers.rows(agency, register.id, named)
        for place, row in enumerate(register.rows):
            id = row_id(register, row)
            if id in there or id in writes:
                continue
            values, wrong = judged_row(register, row, None, lookup)
            faults += [FieldError(f"rows[{place}].{fault.path}", fault.message) for fault in wrong]
            id = row_id(register, values)
            if id is not None:
                writes[id] = RowWrite(id, None, values)
                registers.remember(register.id, RegisterRow(id, values))
        if faults:
            count = len(faults)
            raise InvalidInput(
                Text(f"Baris awal memuat {count} kesalahan.", f"the initial rows have {count} faults"),
                errors=faults,
            )
        return list(writes.values())

    def _defined(self, tx: Tx, agency: str, name: str, new: RegisterDefinition) -> RegisterDefinition | None:
        return new if name == new.id else self.context.catalog.register(tx, agency, name)

    def _tell(
        self, tx: Tx, agency: str, register: RegisterDefinition, actor: AnyActor, now: datetime
    ) -> None:
        organisation = self.context.catalog.organisation(tx, agency)
        who = organisation.person_label(actor.account) if isinstance(actor, Actor) else "Peladen Alur"
        who_en = organisation.person_label(actor.account) if isinstance(actor, Actor) else "The host"
        said = Text(
            f"{who} menyimpan versi baru register {register.label}. Lihat Jalannya waktu.",
            f"{who_en} has stored a new version of register {register.label}. See How time works.",
        )
        language = self.context.catalog.language_of
        told = [
            notice_of(auditor, "mandate", said.to(language(tx, auditor)), now)
            for auditor in auditors_of(organisation)
        ]
        tell(self.context, tx, told)


def _without_rows(text: str) -> str:
    """The file as it is kept: its rows are rows from then on, and a second copy could never be erased."""
    return remove(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), ("rows",))


def _require_compatible(old: RegisterDefinition | None, new: RegisterDefinition, tx: Tx, agency: str) -> None:
    """`InvalidInput` for what a new version takes away from rows that are stored."""
    if old is None or tx.registers.is_empty(agency, old.id):
        return
    faults = []
    if old.key != new.key:
        faults.append(
            FieldError(
                "key",
                Text("Kunci tidak dapat diubah selama ada baris.", "The key stays while there are rows."),
            )
        )
    for column in old.columns:
        now = new.by_id.get(column.id)
        if now is None:
            faults.append(
                FieldError(
                    f"columns.{column.id}",
                    Text(
                        f"Kolom {column.label} masih dipakai baris yang ada; tandai retired: true.",
                        f"Column {column.id} has rows; mark it retired: true instead.",
                    ),
                )
            )
        elif now.type != column.type or (now.lookup is None) != (column.lookup is None):
            faults.append(
                FieldError(
                    f"columns.{column.id}.type",
                    Text(
                        f"Jenis kolom {column.label} tidak dapat diubah selama ada baris ({column.type}).",
                        f"The type of column {column.id} stays {column.type} while there are rows.",
                    ),
                )
            )
    if faults:
        said = Text("Register ini sudah berisi; perubahannya tidak dapat disimpan.", "the register has rows")
        raise InvalidInput(said, errors=faults)
