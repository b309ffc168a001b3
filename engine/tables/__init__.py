"""The schema: SQLModel tables, constraints, indexes, and the triggers that guard them. No statements here."""

from sqlmodel import SQLModel

from engine.tables import (
    assessments,
    audit,
    calendars,
    cases,
    counters,
    definitions,
    factors,
    identities,
    organisation,
    outbox,
    registers,
    requests,
    schedules,
    sessions,
    timers,
    uploads,
)
from engine.tables.columns import Instant, Names, OneOf, StoredJson, table

METADATA = SQLModel.metadata

SOP_CASE = table("sop_case")
BRANCH = table("branch")
TASK = table("task")
CANDIDATE = table("candidate")
CASE_MEMBER = table("case_member")
NOTICE = table("notice")
AGENCY = table("agency")
UNIT = table("unit")
POSITION = table("position")
HOLDING = table("holding")
ABSENCE = table("absence")
TEAM = table("team")
ACCOUNT = table("account")
DEFINITION = table("definition")
SOP_DRAFT = table("sop_draft")
REVIEW_REMARK = table("review_remark")
ACKNOWLEDGEMENT = table("acknowledgement")
CALENDAR_VERSION = table("calendar_version")
FILE = table("file")
IDEMPOTENCY = table("idempotency")
COUNTER = table("counter")
META = table("meta")
AUDIT_EVENT = table("audit_event")
AUDIT_DETAIL = table("audit_detail")
AUDIT_HEAD = table("audit_head")
AUDIT_LEAF = table("audit_leaf")
AUDIT_CHECKPOINT = table("audit_checkpoint")
SESSION = table("session")
TOKEN = table("token")
IDENTITY_LINK = table("identity_link")
TIMER = table("timer")
DIGEST_ENTRY = table("digest_entry")
HEARTBEAT = table("heartbeat")
OUTAGE = table("outage")
DELIVERY = table("delivery")
MESSAGE = table("message")
PREFERENCE = table("preference")
SCHEDULED_START = table("scheduled_start")
SUMMARY = table("summary")
CONFIRMED_START = table("confirmed_start")
INVITATION = table("invitation")
SECOND_FACTOR = table("second_factor")
RECOVERY_CODE = table("recovery_code")
SIGN_IN_FAILURE = table("sign_in_failure")
CONFIRMATION = table("confirmation")
KEPT_FORM = table("kept_form")
EXPLANATION = table("explanation")
VERDICT = table("verdict")
REGISTER_FILE = table("register_file")
REGISTER_ROW = table("register_row")
REGISTER_ROW_VERSION = table("register_row_version")
REGISTER_CELL = table("register_cell")
REGISTER_IMPORT = table("register_import")

__all__ = [
    "ABSENCE",
    "ACCOUNT",
    "AGENCY",
    "AUDIT_CHECKPOINT",
    "AUDIT_DETAIL",
    "AUDIT_EVENT",
    "AUDIT_HEAD",
    "AUDIT_LEAF",
    "BRANCH",
    "CALENDAR_VERSION",
    "CANDIDATE",
    "CASE_MEMBER",
    "CONFIRMATION",
    "CONFIRMED_START",
    "COUNTER",
    "DEFINITION",
    "DELIVERY",
    "DIGEST_ENTRY",
    "EXPLANATION",
    "FILE",
    "HEARTBEAT",
    "HOLDING",
    "IDEMPOTENCY",
    "IDENTITY_LINK",
    "INVITATION",
    "KEPT_FORM",
    "MESSAGE",
    "META",
    "METADATA",
    "NOTICE",
    "OUTAGE",
    "POSITION",
    "PREFERENCE",
    "RECOVERY_CODE",
    "REGISTER_CELL",
    "REGISTER_FILE",
    "REGISTER_IMPORT",
    "REGISTER_ROW",
    "REGISTER_ROW_VERSION",
    "SCHEDULED_START",
    "SECOND_FACTOR",
    "SESSION",
    "SIGN_IN_FAILURE",
    "SOP_CASE",
    "SUMMARY",
    "TASK",
    "TEAM",
    "TIMER",
    "TOKEN",
    "UNIT",
    "VERDICT",
    "Instant",
    "Names",
    "OneOf",
    "StoredJson",
    "assessments",
    "audit",
    "calendars",
    "cases",
    "counters",
    "definitions",
    "factors",
    "identities",
    "organisation",
    "outbox",
    "registers",
    "requests",
    "schedules",
    "sessions",
    "timers",
    "uploads",
]
