"""What forms look up, answered from the organisation and the store."""

import re
from collections.abc import Mapping
from datetime import date

from engine.access.actor import Actor
from engine.audit.act import Json
from engine.cases.context import DecisionContext
from engine.cases.documents import documents_of, files_in
from engine.cases.task_context import TaskContext
from engine.organisation.coverage import away_until
from engine.permissions.rules import Permissions
from engine.sop.registers.reader import RegisterReader
from engine.store import Tx

FILE_ID = re.compile(r"[0-9a-f-]{36}")


class OfficeLookup:
    """Looks up what a form names: units, positions, people and files, as of today."""

    def __init__(
        self, tx: Tx, context: DecisionContext, task: TaskContext | None, account: str | None
    ) -> None:
        self._tx = tx
        self._context = context
        self._task = task
        self._account = account

    @property
    def registers(self) -> RegisterReader:
        return self._context.registers

    def unit(self, id: str, /) -> str | None:
        unit = self._context.organisation.unit(id)
        return unit.label if unit else None

    def position(self, id: str, /) -> str | None:
        position = self._context.organisation.position(id)
        return position.label if position else None

    def account(self, id: str, /) -> str | None:
        account = self._context.organisation.account(id)
        return account.label if account and not account.disabled else None

    def read_files(self, data: Mapping[str, Json]) -> None:
        """Look up in one question every file that the data of the form names, before it is checked."""
        if self._task is not None:
            sheet = self._task.form
            named = files_in(sheet.fields, data, sheet.carried)
            self._tx.uploads.named([name for name in named if FILE_ID.fullmatch(name)])

    def file(self, id: str, /) -> str | None:
        """A file that this person uploaded, or that belongs to this case."""
        record = self._tx.uploads.get(id)
        if record is None:
            return None
        mine = record.uploaded_by == self._account and record.case_id is None
        here = self._task is not None and record.case_id == self._task.state.case.id
        return record.name if mine or here or self._passed_on(id) else None

    def units_of_type(self, type: str, /) -> Mapping[str, str]:
        organisation = self._context.organisation
        return {unit: organisation.label_of(unit) for unit in organisation.units_of_type(type)}

    def participants(self) -> Mapping[str, str]:
        """The people of the step's executor and participant roles in this branch."""
        if self._task is None:
            return {}
        task = self._task.task
        permissions = Permissions(self._task.case, Actor(self._account or ""))
        seats = (*task.seats, *sorted(permissions.involved(task)))
        organisation, day = self._context.organisation, self._context.local_day
        people = organisation.people_of(seats, day)
        return {name: organisation.person_label(name) for name in people}

    def away(self, account: str, /) -> tuple[bool, date | None]:
        return away_until(self._context.organisation, account, self._context.local_day)

    def _passed_on(self, id: str) -> bool:
        if self._task is None:
            return False
        documents = documents_of(self._context.definition, self._task.state)
        return any(id in files for files in documents.values())
