"""Every column that can hold a text is known: erasing blanks it, or it stays and is told, or names nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, create_engine, insert, select, text, update

from engine.errors import InvalidInput
from engine.store.erased_words import STAYING
from engine.tables import METADATA
from tests.integration.test_erasure import BASIS, CANARY
from tests.support.offices import DemoOffice

pytestmark = pytest.mark.on("sqlite")

WHO = "jp.umum"
ERASED = {
    "account": "label nip contact",
    "audit_detail": "body salt",
    "branch": "item",
    "confirmation": "entered",
    "digest_entry": "text",
    "explanation": "text",
    "file": "name",
    "idempotency": "answer",
    "identity_link": "subject",
    "kept_form": "content",
    "message": "error",
    "notice": "text",
    "preference": "addresses",
    "register_import": "content",
    "review_remark": "words",
    "session": "agent address id_token",
    "sop_case": "title search_text fields parties values",
    "sop_draft": "text earlier scenarios",
    "task": "reason draft data replaced",
    "timer": "error",
    "token": "name",
    "verdict": "note action",
}
ROWS = {"register_cell": "word", "register_row": "search", "register_row_version": "content reason"}
"""What goes with a row of a register, which is erased by itself (tests/integration/test_registers.py)."""
NOBODY = {
    "absence": "kind agency id account entered_by",
    "account": "username agency password_hash system_roles locale",
    "acknowledgement": "agency sop version account",
    "agency": "id label short timezone calendar mail_domain logo",
    "audit_checkpoint": "origin note peaks keys",
    "audit_detail": "stream",
    "audit_event": "stream prev hash body act account",
    "audit_head": "stream hash",
    "audit_leaf": "leaf",
    "branch": "id case_id block key unit state",
    "calendar_version": "agency calendar version data decree_number decree_date decree_issuer decree_title",
    "candidate": "task_id seat agency case_number",
    "case_member": "case_id seat agency",
    "confirmation": "session task_id attempt_hash",
    "confirmed_start": "agency sop period calendar calendar_version sop_version confirmed_by",
    "counter": "agency series",
    "definition": "agency id version status content_hash",
    "delivery": "notice_id channel account message_id",
    "digest_entry": "timer_id account notice_id",
    "explanation": "finding agency case_id account position",
    "file": "id sha256 media_type uploaded_by case_id task_id",
    "heartbeat": "worker boot",
    "holding": "agency id account position kind order_file sops",
    "idempotency": "account key body_hash",
    "identity_link": "issuer account",
    "invitation": "secret_hash account purpose made_by",
    "kept_form": "account address",
    "message": "id channel account state",
    "meta": "key value",
    "notice": "id account kind case_id task_id stage",
    "position": "agency id label unit level roles reports_to",
    "preference": "account pace digest_at channels quiet_from quiet_to",
    "recovery_code": "account hash",
    "register_cell": "agency register_id field row_id",
    "register_file": "agency register_id sha256",
    "register_import": "id agency register_id account",
    "register_row": "agency register_id id",
    "register_row_version": "agency register_id row_id act account position case_id task_id",
    "review_remark": "id agency sop version step account",
    "scheduled_start": "agency sop period state case_id message_id message_en",
    "second_factor": "account secret",
    "session": "secret_hash id account stage way_in",
    "sign_in_failure": "key name_hash",
    "sop_case": "id number agency sop sop_version definition_hash period state result started_by documents"
    " parent_id parent_task_id parent_row corrects_id audit_head",
    "sop_draft": "agency id changed_by",
    "summary": "agency policy",
    "task": "id case_id branch_id branch step_id state group_id approval_of seats position acting_kind"
    " assignee helper helped_by waived origin_id returned_by held_class resume_to calendar_version outcome"
    " scope pending_next escalation_stage ticks agency sop case_number",
    "team": "agency id label decree chair members accounts terms",
    "timer": "case_id subject stage state recipients",
    "token": "id secret_hash account scope",
    "unit": "agency id type label parent",
    "verdict": "agency period sop account position",
}
"""Names of things and of accounts, words of the office, and hashes."""
NUMBERS = ("Integer", "BigInteger", "Boolean", "Instant", "Date", "DateTime", "Float")


def texts(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if type(column.type).__name__ not in NUMBERS]


def test_every_column_that_can_hold_a_text_is_known() -> None:
    stays = {table.name: " ".join(columns) for table, columns in STAYING.values()}
    known = [
        f"{table}.{column}"
        for group in (ERASED, ROWS, NOBODY, stays)
        for table, columns in group.items()
        for column in columns.split()
    ]
    there = [f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in texts(table)]
    assert sorted(known) == sorted(there)


def canary(column: Column[Any]) -> Any:
    if column.name == "earlier":
        return [CANARY]
    return {"x": CANARY} if type(column.type).__name__ == "StoredJson" else CANARY


def filled(table: Table, given: dict[str, Any]) -> dict[str, Any]:
    """A row with the canary wherever one may stand."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = type(column.type).__name__
        if column.name in ERASED.get(table.name, "").split():
            row[column.name] = canary(column)
        elif column.name in given:
            row[column.name] = given[column.name]
        elif not column.nullable:
            usual = {"Instant": datetime(2026, 1, 5, tzinfo=UTC), "Boolean": False, "StoredJson": {}}
            row[column.name] = usual.get(kind, 1 if kind in NUMBERS else () if kind == "Names" else "x")
    return row


def plant(connection: Connection, case_id: str, task_id: str) -> None:
    """The canary in every column that is blanked, of this case and of this person, past all guards."""
    connection.execute(text("PRAGMA ignore_check_constraints = ON"))
    triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for trigger in connection.execute(triggers).scalars().all():
        connection.execute(text(f'DROP TRIGGER "{trigger}"'))
    given = {"case_id": case_id, "task_id": task_id, "account": WHO, "agency": "disdag-banggai", "state": "x"}
    for table in METADATA.sorted_tables:
        columns = ERASED.get(table.name, "").split()
        if table.name in ("account", "sop_case", "task", "file"):
            own = table.c.username == WHO if table.name == "account" else None
            own = table.c.id == case_id if table.name == "sop_case" else own
            own = table.c.case_id == case_id if own is None else own
            values = {name: canary(table.c[name]) for name in columns}
            connection.execute(update(table).where(own).values(values))
        elif columns and table.name != "audit_detail":
            more = {
                "branch": {"state": "done", "id": "b", "ordinal": 999},
                "digest_entry": {"timer_id": "planted/planted"},
            }
            more["timer"] = {"subject": "planted", "stage": "planted", "state": "fired"}
            connection.execute(insert(table).values(filled(table, given | more.get(table.name, {}))))


def holding(connection: Connection) -> set[str]:
    """The columns in which the canary stands."""
    return {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in texts(table)
        if any(
            CANARY in (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
            for value in connection.execute(select(column)).scalars()
        )
    }


def test_what_is_erased_stands_in_none_of_them(office: DemoOffice) -> None:
    case_id = office.start()
    office.finish(case_id)
    task_id = next(iter(office.state(case_id).tasks))
    database = create_engine(office.urls.migration_url)
    with database.begin() as connection:
        plant(connection, case_id, task_id)
        wanted = {f"{table}.{column}" for table, columns in ERASED.items() for column in columns.split()}
        assert holding(connection) == wanted - {"audit_detail.body", "audit_detail.salt"}
    with pytest.raises(InvalidInput, match="do not name"):
        office.engine.erasure.erase("account", WHO, f"Permintaan {CANARY}")
    office.engine.erasure.erase("account", WHO, BASIS)
    office.engine.erasure.erase("case", case_id, BASIS)
    with database.connect() as connection:
        assert holding(connection) == set()
    database.dispose()
