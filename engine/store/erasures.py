"""Blanking what tells who somebody is: statements of `alur audit erase`, within one transaction."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, String, Table, delete, or_, select, type_coerce, update

from engine.audit.act import Act
from engine.audit.chain import Head
from engine.audit.events import (
    ERASURE,
    assessment_stream,
    case_stream,
    organisation_stream,
    preference_stream,
)
from engine.reminders.timers import timer_id
from engine.store.accounts import StoredAccount
from engine.store.erased_words import forget_explanations, rename, staying, words_about, written
from engine.store.statements import write_all
from engine.store.transaction import Transaction
from engine.tables import (
    ACCOUNT,
    AUDIT_DETAIL,
    AUDIT_EVENT,
    BRANCH,
    CONFIRMATION,
    DIGEST_ENTRY,
    EXPLANATION,
    FILE,
    IDEMPOTENCY,
    IDENTITY_LINK,
    INVITATION,
    KEPT_FORM,
    MESSAGE,
    NOTICE,
    PREFERENCE,
    REGISTER_ROW_VERSION,
    SESSION,
    SOP_CASE,
    TASK,
    TIMER,
    TOKEN,
)
from engine.tables.conditions import OPEN_TASK, meets
from engine.text.visible import search_text

Details = dict[str, list[int]]
WITH_REASONS = ("calendar", "definition", "schedule")
"""The kinds of an agency's streams beside whose events stand reasons alone."""


@dataclass(slots=True)
class Goes:
    """What an erasure takes: details by stream, notices and uploads by id, bytes by hash; what holds it up.

    ``values`` are texts that must stand nowhere afterwards, ``shared`` bytes that other uploads still need.
    """

    details: Details = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)  # how many of which kind name the person
    held: list[str] = field(default_factory=list)  # details under a legal hold

    def facts(self, basis: str) -> dict[str, Any]:
        return {
            "basis": basis,
            "hashes": self.hashes,
            "things": {"notice": self.notices, "file": self.files},
        }


class ErasureStore:
    """Finds what an erasure takes, and takes it."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit
        self.revisions = transaction.revisions

    # --- what goes ---

    def of_case(self, case_id: str) -> Goes:
        stream = case_stream(case_id)
        goes = Goes(details={stream: self._details(stream)})
        for explained in self._ids(EXPLANATION, EXPLANATION.c.case_id == case_id, "agency"):
            beside = assessment_stream(explained)
            goes.details[beside] = self._details(beside, lambda _, detail: _explains(detail, case_id))
        goes.notices = self._ids(NOTICE, NOTICE.c.case_id == case_id)
        self._add_files(goes, FILE.c.case_id == case_id)
        return self._held(goes)

    def of_file(self, file_id: str, case_id: str | None) -> Goes:
        goes = Goes()
        if case_id is not None:
            stream = case_stream(case_id)
            goes.details = {stream: self._details(stream, lambda said, _: file_id in _handed_in(said))}
        self._add_files(goes, FILE.c.id == file_id)
        return self._held(goes)

    def of_account(self, person: StoredAccount, known: Sequence[str] = ()) -> Goes:
        """``known`` are texts that stood in the tables before."""
        name = person.username
        row = self.connection.execute(
            select(ACCOUNT.c.label, ACCOUNT.c.nip, ACCOUNT.c.contact).where(ACCOUNT.c.username == name)
        ).one()
        goes = Goes(values=[value for value in row if value and value != name])
        links = select(IDENTITY_LINK.c.subject).where(IDENTITY_LINK.c.account == name)
        goes.values += self.connection.execute(links).scalars()
        addresses = select(PREFERENCE.c.addresses).where(PREFERENCE.c.account == name)
        for stored_addresses in self.connection.execute(addresses).scalars():
            goes.values += [value for value in (stored_addresses or {}).values() if value]
        goes.values = list(dict.fromkeys([*goes.values, *known]))
        for stream in self._streams_of(person.agency, name):
            kept = self._details(stream, lambda _, beside: _concerns(beside, name, goes.values))
            if stream == preference_stream(name):
                kept = self._details(stream)
            if kept:
                goes.details[stream] = kept
        goes.words = words_about(self.connection, goes.values)
        about = [NOTICE.c.text.contains(value, autoescape=True) for value in goes.values]
        goes.notices = self._ids(NOTICE, or_(NOTICE.c.account == name, *about))
        return self._held(goes)

    def holds_tasks(self, username: str) -> bool:
        """Whether an open task is this person's."""
        held = select(TASK.c.id).where(TASK.c.assignee == username, meets(TASK, OPEN_TASK)).limit(1)
        return self.connection.execute(held).first() is not None

    def stays_in(self, values: Collection[str]) -> dict[str, int]:
        """How many rows and files of registers and texts of SOPs hold one of these texts, and keep it."""
        return staying(self.connection, values)

    def written_rows(self, case_id: str) -> int:
        """How many rows of registers a case has written, which outlive it."""
        rows = select(REGISTER_ROW_VERSION.c.row_id, REGISTER_ROW_VERSION.c.register_id)
        return len(
            self.connection.execute(rows.where(REGISTER_ROW_VERSION.c.case_id == case_id).distinct()).all()
        )

    def mentions(self, values: Collection[str]) -> int:
        """How many cases hold one of these texts: what people have typed stays until the case is erased."""
        if not values:
            return 0
        rows = select(AUDIT_DETAIL.c.stream, AUDIT_DETAIL.c.body).where(
            AUDIT_DETAIL.c.stream.startswith(case_stream("")), AUDIT_DETAIL.c.body.is_not(None)
        )
        bodies = self.connection.execute(rows, execution_options={"yield_per": 1000})
        return len({stream for stream, body in bodies if _holds(body, values)})

    def _streams_of(self, agency: str, username: str) -> Iterator[str]:
        yield from (organisation_stream(agency), preference_stream(username))
        stream = AUDIT_EVENT.c.stream
        theirs = [
            stream.endswith(f":{agency}", autoescape=True),
            *(stream.startswith(f"{kind}:{agency}:", autoescape=True) for kind in WITH_REASONS),
        ]
        heads = select(stream).where(AUDIT_EVENT.c.seq == 1, or_(*theirs))
        others = set(self.connection.execute(heads).scalars()) - {organisation_stream(agency)}
        yield from sorted(others)

    def _details(self, stream: str, chosen: Any = lambda *_: True) -> list[int]:
        query = (
            select(AUDIT_DETAIL.c.seq, AUDIT_EVENT.c.body, AUDIT_DETAIL.c.body.label("beside"))
            .join(
                AUDIT_EVENT,
                (AUDIT_EVENT.c.stream == AUDIT_DETAIL.c.stream) & (AUDIT_EVENT.c.seq == AUDIT_DETAIL.c.seq),
            )
            .where(AUDIT_DETAIL.c.stream == stream, AUDIT_DETAIL.c.body.is_not(None))
            .order_by(AUDIT_DETAIL.c.seq)
        )
        return [seq for seq, said, beside in self.connection.execute(query) if chosen(said, beside)]

    def _held(self, goes: Goes) -> Goes:
        for stream, numbers in goes.details.items():
            held = select(AUDIT_DETAIL.c.seq).where(
                AUDIT_DETAIL.c.stream == stream,
                AUDIT_DETAIL.c.seq.in_(numbers),
                AUDIT_DETAIL.c.erasable.is_(False),
            )
            goes.held += [f"{stream} {seq}" for seq in self.connection.execute(held).scalars()]
        return goes

    def _ids(self, table: Table, which: ColumnElement[bool], column: str = "id") -> list[str]:
        query = select(table.c[column]).where(which).order_by(table.c[column]).distinct()
        return list(self.connection.execute(query).scalars())

    def _add_files(self, goes: Goes, which: ColumnElement[bool]) -> None:
        goes.files = self._ids(FILE, which)
        mine = self.connection.execute(select(FILE.c.sha256).where(which).distinct()).scalars().all()
        needed = select(FILE.c.sha256).where(
            FILE.c.sha256.in_(mine), FILE.c.id.not_in(goes.files), FILE.c.name != ""
        )
        goes.shared = sorted(set(self.connection.execute(needed).scalars()))
        goes.hashes = sorted(set(mine) - set(goes.shared))

    # --- taking it ---

    def take_case(self, case_id: str, act: Act, goes: Goes, basis: str) -> None:
        """Blank a case with all that stands beside it, by one event of its own."""
        stream = case_stream(case_id)
        head = self.audit.case_head(case_id, lock=True) or Head()
        told = replace(act, name=ERASURE, facts={**act.facts, **goes.facts(basis), "details": goes.details})
        moved, writes = self.audit.event(stream, head, told, (), None)
        write_all(self.connection, writes)
        self._blank(goes)
        run = self.connection.execute
        nothing = {"reason": None, "draft": None, "data": None, "replaced": None, "audit_seq": moved.seq}
        run(update(TASK).where(TASK.c.case_id == case_id).values(nothing))
        items = (BRANCH.c.case_id == case_id) & BRANCH.c.item.is_not(None)
        run(update(BRANCH).where(items).values(item={}, audit_seq=moved.seq))
        tasks = self._ids(TASK, TASK.c.case_id == case_id)
        run(delete(CONFIRMATION).where(CONFIRMATION.c.task_id.in_(tasks)))
        for id in (case_id, *tasks):
            run(delete(KEPT_FORM).where(KEPT_FORM.c.address.contains(id, autoescape=True)))
        forget_explanations(self.connection, case_id)
        mine = TIMER.c.case_id == case_id
        timers = [timer_id(*timer) for timer in run(select(TIMER.c.subject, TIMER.c.stage).where(mine))]
        run(update(TIMER).where(mine).values(error=None))
        run(update(DIGEST_ENTRY).where(DIGEST_ENTRY.c.timer_id.in_(timers)).values(text=""))
        self._forget_answers([case_id, *tasks, *goes.files])
        number = run(select(SOP_CASE.c.number).where(SOP_CASE.c.id == case_id)).scalar_one()
        values = {"title": number, "search_text": search_text(number, number)}
        values |= {"audit_seq": moved.seq, "audit_head": moved.hash}
        blank: dict[str, Any] = {"fields": {}, "parties": {}, "values": {}}
        run(update(SOP_CASE).where(SOP_CASE.c.id == case_id).values(values | blank))

    def take_file(self, agency: str, act: Act, goes: Goes, basis: str) -> None:
        with self._told(agency, act, goes, basis):
            self._blank(goes)
        self._forget_answers(goes.files)

    def take_account(self, person: StoredAccount, act: Act, goes: Goes, basis: str) -> None:
        """Leave of an account its user name alone."""
        name, run = person.username, self.connection.execute
        with self._told(person.agency, act, goes, basis):
            self._blank(goes)
            values = {"label": name, "nip": None, "contact": None}
            run(update(ACCOUNT).where(ACCOUNT.c.username == name).values(values))
            run(update(PREFERENCE).where(PREFERENCE.c.account == name).values(addresses={}))
            for table in (TOKEN, INVITATION):
                run(delete(table).where(table.c.account == name))
            rename(self.connection, goes.values, name)
        run(update(MESSAGE).where(MESSAGE.c.account == name).values(error=None))
        run(delete(KEPT_FORM).where(KEPT_FORM.c.account == name))
        run(delete(SESSION).where(SESSION.c.account == name))
        run(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.account == name))
        self._forget_answers(goes.values)
        self.revisions.forget(person.agency)

    def _told(self, agency: str, act: Act, goes: Goes, basis: str) -> Any:
        act = replace(act, facts={**act.facts, **goes.facts(basis)})
        return self.audit.erasure(organisation_stream(agency), goes.details, act)

    def _blank(self, goes: Goes) -> None:
        run = self.connection.execute
        for stream, numbers in goes.details.items():
            beside = (AUDIT_DETAIL.c.stream == stream) & AUDIT_DETAIL.c.seq.in_(numbers)
            run(update(AUDIT_DETAIL).where(beside).values(salt=None, body=None))
        run(update(NOTICE).where(NOTICE.c.id.in_(goes.notices)).values(text=""))
        run(update(FILE).where(FILE.c.id.in_(goes.files)).values(name=""))

    def _forget_answers(self, parts: Sequence[str]) -> None:
        """Drop the answers kept for repeated requests that hold one of these texts."""
        answer = type_coerce(IDEMPOTENCY.c.answer, String)
        for part in parts:
            holds = answer.contains(written(part), autoescape=True)
            self.connection.execute(delete(IDEMPOTENCY).where(holds))

    def last(self, stream: str) -> Mapping[str, Any] | None:
        """The last event of a stream that erased something."""
        mine = (AUDIT_EVENT.c.stream == stream) & (AUDIT_EVENT.c.act == ERASURE)
        query = select(AUDIT_EVENT.c.body).where(mine).order_by(AUDIT_EVENT.c.seq.desc()).limit(1)
        body = self.connection.execute(query).scalar_one_or_none()
        return None if body is None else json.loads(body)

    def that_took_file(self, file_id: str) -> Mapping[str, Any] | None:
        """The event that erased an upload."""
        return next(
            (erasure for erasure in self.done() if file_id in erasure["facts"]["things"]["file"]), None
        )

    def that_took_account(self, username: str) -> Mapping[str, Any] | None:
        """The last event that erased who an account is."""
        mine = ("account", username)
        took = (
            erasure for erasure in self.done() if (erasure["facts"].get("target"), erasure["subject"]) == mine
        )
        return max(took, key=lambda erasure: str(erasure["at"]), default=None)

    def done(self) -> list[Mapping[str, Any]]:
        """Every event that erased something, oldest first: of what, when and on what basis."""
        query = select(AUDIT_EVENT.c.body).where(AUDIT_EVENT.c.act == ERASURE).order_by(AUDIT_EVENT.c.entry)
        return [json.loads(body) for body in self.connection.execute(query).scalars()]


def _handed_in(said: bytes) -> Collection[str]:
    files = json.loads(said)["facts"].get("files", {})
    return files if isinstance(files, dict) else ()


def _concerns(beside: bytes, username: str, values: Collection[str]) -> bool:
    changes = json.loads(beside).get("changes", ())
    mine = any((change["kind"], change["id"]) == ("account", username) for change in changes)
    return mine or _holds(beside, values)


def _holds(body: bytes, values: Collection[str]) -> bool:
    return any(written(value).encode() in body for value in values)


def _explains(beside: bytes, case_id: str) -> bool:
    """Whether a detail holds an explanation of a finding of a case; the findings bear its id."""
    changes = json.loads(beside).get("changes", ())
    return any(
        change["kind"] == "explanation" and str(change["id"]).startswith(case_id) for change in changes
    )
