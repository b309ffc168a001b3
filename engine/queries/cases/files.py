"""Files: who may read which."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.access.actor import Actor, accepts_names
from engine.cases.documents import documents_of
from engine.cases.model import CaseState
from engine.context import Context
from engine.errors import Erased, NotFound
from engine.organisation.mandate_rules import reads_order
from engine.permissions.rules import Permissions
from engine.queries.readings import asked
from engine.store import FileRecord, StoredAccount, Tx
from engine.store.register_access import found
from engine.text.bilingual import Text
from engine.text.dates import instant_text


@accepts_names
class FileQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def get(self, actor: Actor, file_id: str) -> FileRecord:
        """A file that this person uploaded, of a case that he sees, or that a task shows with which he helps.

        NotFound for every other.
        """
        return self.context.store.ask(lambda tx: self._seen(tx, actor, file_id))

    def download(self, actor: Actor, file_id: str) -> FileRecord:
        """A file as `get`, before its bytes are given out. Raises `Erased` where they were erased."""

        def query(tx: Tx) -> FileRecord:
            file = self._seen(tx, actor, file_id)
            if not file.name and (event := tx.erasures.that_took_file(file_id)) is not None:
                raise _erased(event, self.context.zone_of(self.context.organisation_of(tx, actor)))
            return file

        return asked(self.context, actor, f"file:{file_id}", query)

    def _seen(self, tx: Tx, actor: Actor, file_id: str) -> FileRecord:
        person, file = tx.accounts.get(actor.account), tx.uploads.get(file_id)
        if file is None or person is None or person.disabled or not self._sees(tx, actor, person, file):
            raise NotFound(
                Text("Berkas unggahan tidak ditemukan.", f"no file {file_id!r} that this person may see")
            )
        return file

    def _sees(self, tx: Tx, actor: Actor, person: StoredAccount, file: FileRecord) -> bool:
        return (
            self._is_own_order(tx, actor, person, file)
            or self._sees_work(tx, actor, file)
            or self._stands_in_a_row(tx, actor, person, file)
        )

    def _stands_in_a_row(self, tx: Tx, actor: Actor, person: StoredAccount, file: FileRecord) -> bool:
        """Whether a row of a register that this person may see holds it."""
        now = self.context.clock.now()
        for register in tx.registers.ids(person.agency):
            access = found(tx, self.context.catalog, actor, register, now)
            if access is None or not access.rights.sees_rows:
                continue
            for column in access.register.columns:
                if column.type in ("file", "evidence"):
                    named = {column.id: file.id}
                    rows = tx.registers.matching(person.agency, register, named, retired_too=True)
                    if any(access.rights.sees(row.values) for row in rows):
                        return True
        return False

    def _is_own_order(self, tx: Tx, actor: Actor, person: StoredAccount, file: FileRecord) -> bool:
        """Whether it is the order of a mandate that concerns this person."""
        organisation = self.context.catalog.organisation(tx, person.agency)
        day = self.context.day_in(organisation)
        orders = (holding for holding in organisation.holdings if holding.order_file == file.id)
        return any(reads_order(organisation, actor, holding, day) for holding in orders)

    def _sees_work(self, tx: Tx, actor: Actor, file: FileRecord) -> bool:
        if file.case_id is None:
            return file.uploaded_by == actor.account
        home = tx.cases.get(file.case_id)
        if home is not None and (file.uploaded_by == actor.account or self._reads(tx, actor, home, file)):
            return True
        children = tx.case_batch.in_turn(tx.cases.child_ids(file.case_id))
        return any(self._passed_on(tx, actor, child, file) for child in children)

    def _reads(self, tx: Tx, actor: Actor, state: CaseState, file: FileRecord) -> bool:
        """Whether this person sees what is in the file's case, or the one task that shows the file."""
        permissions = self._authority(tx, actor, state)
        if permissions.sees_content() or file.task_id in {task.id for task in permissions.informed_of()}:
            return True
        return any(
            file.id in _documents(permissions)
            or file.task_id in {task.id, *(earlier.id for earlier in state.handed_in_before(task))}
            for task in permissions.helps_with()
        )

    def _passed_on(self, tx: Tx, actor: Actor, state: CaseState, file: FileRecord) -> bool:
        """Whether a case that was given the file at its start shows it to this person."""
        permissions = self._authority(tx, actor, state)
        seen = permissions.sees_content() or permissions.helps_with()
        return bool(seen) and file.id in _documents(permissions)

    def _authority(self, tx: Tx, actor: Actor, state: CaseState) -> Permissions:
        case = self.context.catalog.case_context(tx, state, self.context.clock.now())
        return Permissions(case, actor)


def _erased(event: Mapping[str, Any], zone: ZoneInfo) -> Erased:
    at = instant_text(datetime.fromisoformat(event["at"]), zone)
    basis = event["facts"]["basis"]
    return Erased(
        Text(
            f"Isi berkas ini dihapus pada {at.indonesian}, dasar: {basis}.",
            f"this file was erased on {at.english}, basis: {basis}",
        )
    )


def _documents(permissions: Permissions) -> set[str]:
    named = documents_of(permissions.case.definition, permissions.state)
    return {id for ids in named.values() for id in ids}
