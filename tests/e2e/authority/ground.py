"""The ground that the authority matrix is tried on: two agencies with the same ids, every kind of person, and
one object in every state. Nothing that is tried here stays: each request is answered, then undone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select
from starlette.testclient import TestClient

from api.auth import SECURE_COOKIE
from engine.access.actor import HOST
from engine.commands.accounts.second_factor import PURPOSE
from engine.engine import Engine
from engine.organisation import Account, Holding, Position, Unit
from engine.store import IdempotencyKey, Store, Tx
from engine.store.schedules import ScheduledStart
from engine.tables import AUDIT_EVENT, FILE
from runtime.bootstrap import System
from runtime.shipped import FOLDER
from runtime.testing import ADDRESS, client_for
from tests.support.offices import SOP, DemoOffice, findings
from tests.support.registers import NOTES, ROWS_OF_NOTES
from tests.support.two_agencies import PREFIX

T = TypeVar("T")
BIDANG = ("bid-pdn",)
HOLDER, SUPERIOR = "jp.pdn.1", "kabid.pdn"
PERIODS = [f"{year}-Q{quarter}" for year in (2022, 2023, 2024, 2025) for quarter in (1, 2, 3, 4)]

PEOPLE = {
    "holder": HOLDER,
    "colleague": "jp.pdn.2",
    "other_unit": "jp.eks.1",
    "superior": SUPERIOR,
    "other_superior": "kabid.eks",
    "acting": "jp.umum",
    "owner": "kasubbag.perencanaan",
    "head": "kadis",
    "auditor": "auditor",
    "report_reader": "bappelitbangda",
    "author": "penyusun",
    "admin": "admin",
    "other_agency": f"{PREFIX}{HOLDER}",
}
PASSWORD = "kata sandi bersama 1"
STAFF = b"Nama akun;Nama\nbaru.satu;Pegawai Baru\n"
AUTHENTICATOR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACTORS = ("anonymous", *PEOPLE, "disabled", "expired", "read_token")


class Undone(Exception):
    def __init__(self, result: Any) -> None:
        self.result = result


class UndoingStore(Store):
    """Answers as the store beneath it does, but keeps nothing; ``acts`` is what the log would have said."""

    def __init__(self, beneath: Store) -> None:
        super().__init__()
        self.beneath = beneath
        self.acts: list[str] = []

    def execute(self, work: Callable[[Tx], T], *, key: IdempotencyKey | None = None) -> T:
        self._look_again()

        def undone(tx: Tx) -> T:
            newest = select(func.coalesce(func.max(AUDIT_EVENT.c.entry), 0)).scalar_subquery()
            before: int = tx.connection.execute(select(newest)).scalar_one()
            result = work(tx)
            fresh = select(AUDIT_EVENT.c.act).where(AUDIT_EVENT.c.entry > before)
            self.acts += tx.connection.execute(fresh).scalars().all()
            raise Undone(result)

        try:
            return self.beneath.execute(undone, key=key)
        except Undone as stopped:
            result: T = stopped.result
            return result

    def _read(self, query: Callable[[Connection], T]) -> T:
        return self.beneath.read(query)

    def _snapshot(self) -> AbstractContextManager[Connection]:
        return self.beneath._snapshot()

    @property
    def waiting(self) -> int:
        return self.beneath.waiting

    def close(self) -> None:
        self.beneath.close()


@dataclass
class Ground:
    """Two agencies; ``ids`` names an object of each noun in each state."""

    office: DemoOffice
    system: System
    ids: dict[str, dict[str, str]]
    completion: dict[str, Any]
    organisation_file: str
    ended: dict[str, str]
    store: UndoingStore
    clients: dict[str, TestClient] = field(default_factory=dict)

    def client(self, actor: str) -> TestClient:
        """The same person every time; somebody whose session ended answers to nothing."""
        if actor not in self.clients:
            self.clients[actor] = self.fresh(actor)
        return self.clients[actor]

    def fresh(self, actor: str) -> TestClient:
        if actor in PEOPLE:
            return client_for(self.system, PEOPLE[actor])
        bare = TestClient(self.system.app, base_url=ADDRESS, raise_server_exceptions=False)
        if actor in ("disabled", "expired"):
            bare.cookies.set(SECURE_COOKIE, self.ended[actor])
        if actor == "read_token":
            bare.headers["Authorization"] = f"Bearer {self.ids['token']['secret']}"
        return bare


def built(office: DemoOffice) -> Ground:
    """Everything that the matrix needs, in a demonstration office on a Monday morning."""
    _people(office)
    ended = {"expired": office.engine.sign_in.sign_in(HOLDER, office.passwords[HOLDER])}
    office.clock.advance(hours=13)
    ids = {"task": _tasks(office), "case": {}, "session": {}}
    ids["case"] = {
        state: office.task(ids["task"][of]).case_id
        for state, of in (("running", "in_progress"), ("suspended", "suspended"), ("cancelled", "cancelled"))
    }
    ids["case"]["completed"] = _finished(office)
    ids["sheet"] = {"-": office.upload("admin", STAFF, "pegawai.csv")}
    ids["file"] = {"handed_in": _file_of(office, ids["task"]["completed"]), "uploaded": office.upload(HOLDER)}
    ids["notice"] = {"own": office.engine.queries.notices.list(HOLDER)["items"][0]["id"]}
    ids["verb"] = _versions(office)
    ids["token"], ids["session"] = _signed_in(office)
    away = office.engine.absences.enter(
        HOLDER, kind="cuti", valid_from=date(2026, 6, 1), valid_to=date(2026, 6, 5)
    )
    ids["absence"] = {"own": away["id"]}
    ended["disabled"] = _disabled(office)
    office.start(by=f"{PREFIX}kadis")
    _changed(office)
    office.clock.set("2026-03-02T09:00+08:00")
    ids |= _registers(office)
    ids["secret"] = {"valid": _invitation(office), "unknown": "tidak-ada"}
    _begin_second_factors(office)
    store = UndoingStore(office.engine.context.store)
    engine = Engine(replace(office.engine.context, store=store))
    engine.sign_in._admitted = office.engine.sign_in._admitted
    system = replace(office.system, engine=engine)
    filled = office.filled(HOLDER, ids["task"]["in_progress"])
    completion = {"data": filled.data, "requirements": list(filled.requirements or ())}
    organisation = office.engine.queries.organisation.file_of(office.organisation().agency.id)
    return Ground(office, system, ids, completion, organisation, ended, store)


def _people(office: DemoOffice) -> None:
    organisation = office.organisation()
    mandate = Holding(
        id="jp.umum/mandate",
        account="jp.umum",
        position="jp-pdn-1",
        kind="plh",
        valid_from=date(2026, 1, 1),
        order_number="800/01/2026",
    )
    # In the line of the Sekretaris: first who has made what is to be initialled, then somebody else.
    line = [
        Holding(id=f"{name}/line", account=name, position="sekretaris", kind="plh", rank=rank, standing=True)
        for rank, name in enumerate(("kasubbag.perencanaan", "jp.umum"), start=1)
    ]
    left = Holding(id="bekas/1", account="bekas", position="jp-pdn-1")
    office.put_organisation(
        accounts=(
            *organisation.accounts,
            Account("penyusun", "Penyusun SOP", frozenset({"author"})),
            Account("bekas", "Bekas JP"),
        ),
        holdings=(*organisation.holdings, mandate, left, *line),
        # Nothing stands in these: they may end.
        units=(*organisation.units, Unit("unit-kosong", "seksi", "Unit kosong", "bid-eks")),
        positions=(*organisation.positions, Position("jabatan-kosong", "Jabatan kosong", "sek-eks-2")),
    )
    # One password for all, so that a request which asks for it is the same for everybody.
    known = dict.fromkeys((*PEOPLE.values(), "bekas"), PASSWORD)
    office.engine.registry.set_passwords(known, actor=HOST)
    office.passwords = {**office.passwords, **known}


def _invitation(office: DemoOffice) -> str:
    """The secret of a one-time link that nobody has used."""
    accounts = office.engine.accounts
    accounts.create("diundang", "Diundang", by=HOST, agency=office.organisation().agency.id)
    link = accounts.link("diundang", "invite", by=HOST)
    return str(link["url"]).rpartition("/")[2]


def _registers(office: DemoOffice) -> dict[str, dict[str, str]]:
    """A register whose rows are for the people of their unit, with a row in use."""
    stored = office.engine.register_files.store(HOST, NOTES, agency=office.organisation().agency.id)
    report = office.engine.register_imports.read(SUPERIOR, stored["id"], ROWS_OF_NOTES)
    return {
        "register": {"stored": stored["id"]},
        "row": {"live": "2026:c-1"},
        "import": {"read": report["id"]},
    }


def _begin_second_factors(office: DemoOffice) -> None:
    """Everybody has set an authenticator up and not yet confirmed it."""
    keyring, now = office.engine.context.keyring, office.engine.context.machine_clock.now()
    for account in PEOPLE.values():
        sealed = keyring.seal(PURPOSE, account, AUTHENTICATOR.encode())
        office.engine.context.store.execute(
            lambda tx, account=account, sealed=sealed: tx.second_factors.put(account, sealed, now)  # type: ignore[misc]
        )


def _changed(office: DemoOffice) -> None:
    """Since then the Sekretaris is away, the pool has a new position, and a scheduled start was missed."""
    away = {"kind": "cuti", "valid_from": date(2026, 3, 2), "valid_to": date(2026, 3, 6)}
    office.engine.absences.enter("sekdis", **away)
    pool = next(position for position in office.organisation().positions if position.id == "jp-pdn-1")
    new = replace(pool, id="jp-pdn-3", label="JP 3", unit="sek-pdn-3", reports_to="kasi-pdn-3")
    office.put_organisation(positions=(*office.organisation().positions, new))
    now = office.clock.now()
    missed = ScheduledStart(
        agency=office.organisation().agency.id,
        sop=SOP,
        period="2026-Q1",
        state="missed",
        opens_at=now,
        due_at=now,
        noted_at=now,
    )
    office.engine.context.store.execute(lambda tx: tx.schedules.note_start(missed))


def _disabled(office: DemoOffice) -> str:
    secret = office.engine.sign_in.sign_in("bekas", PASSWORD)
    organisation = office.organisation()
    accounts = (replace(account, disabled=account.username == "bekas") for account in organisation.accounts)
    office.put_organisation(accounts=tuple(accounts))
    return secret


def _tasks(office: DemoOffice) -> dict[str, str]:
    """A task of the pool of one Bidang in every state, each in a case of its own."""
    engine, found = office.engine, {}
    for state in (
        *("ready", "in_progress", "on_hold", "completed", "assigned", "cancelled", "suspended"),
        "helped",
    ):
        case_id = _at_s5(office, PERIODS.pop())
        task_id = found[state] = office.open_task(case_id, "s5", "bid-pdn").id
        if state != "ready":
            engine.tasks.claim(HOLDER, task_id)
        if state == "on_hold":
            engine.tasks.hold(HOLDER, task_id, reason_class="menunggu_data", reason="Menunggu data")
        if state in ("completed", "assigned"):
            office.complete(HOLDER, task_id)
        if state == "assigned":
            office.do(SUPERIOR, case_id, "s6", "bid-pdn", outcome="tidak_sesuai", reason="Belum lengkap")
            found[state] = office.open_task(case_id, "s5", "bid-pdn").id
        if state == "cancelled":
            engine.cases.cancel("kadis", case_id, reason="Dobel")
        if state == "suspended":
            engine.cases.suspend("kadis", case_id, reason="Menunggu arahan")
        if state == "helped":
            engine.help.delegate(HOLDER, task_id, to=PEOPLE["colleague"])
    case_id = _at_s8(office)
    found["holder_away"] = office.open_task(case_id, "s8").id
    engine.tasks.claim("sekdis", found["holder_away"])
    return found


def _at_s5(office: DemoOffice, period: str) -> str:
    case_id = office.start(period=period)
    office.do("kadis", case_id, "s1", data=findings(BIDANG))
    office.do("sekdis", case_id, "s2")
    office.do("kasubbag.perencanaan", case_id, "s3")
    office.do(SUPERIOR, case_id, "s4", "bid-pdn")
    return case_id


def _at_s8(office: DemoOffice) -> str:
    case_id = _at_s5(office, PERIODS.pop())
    office.do(HOLDER, case_id, "s5", "bid-pdn")
    office.do(SUPERIOR, case_id, "s6", "bid-pdn", outcome="sesuai")
    office.do("kasubbag.perencanaan", case_id, "s7")
    return case_id


def _finished(office: DemoOffice) -> str:
    case_id = _at_s8(office)
    office.do("sekdis", case_id, "s8", outcome="sesuai")
    office.do("kadis", case_id, "s9")
    return case_id


def draft_of(version: str) -> str:
    """A version of the demonstration's SOP, complete enough to come into force."""
    text = (FOLDER / f"{SOP}.yaml").read_text(encoding="utf-8")
    text = text.replace("version: 1.0.0", f"version: {version}", 1)
    for name in ("number", "created_on", "effective_on"):
        text = text.replace(f"  {name}: null", f'  {name}: "2026-01-05"', 1)
    return text


def _versions(office: DemoOffice) -> dict[str, str]:
    """For each verb of the lifecycle a version that it works on."""
    definitions, found = office.engine.definitions, {}
    steps: dict[str, tuple[str, ...]] = {"submit": (), "approve": ("submit",), "revoke": ()}
    steps |= {"return": ("submit",)}
    steps |= {"make-effective": ("submit", "approve"), "reinstate": ("submit", "approve", "make-effective")}
    for number, (verb, before) in enumerate(steps.items(), 2):
        found[verb] = f"{number}.0.0"
        definitions.store("penyusun", draft_of(found[verb]))
        for item in before:
            definitions.move("penyusun" if item == "submit" else "kadis", SOP, found[verb], item)
    definitions.move(
        "kadis", SOP, "1.0.0", "reinstate"
    )  # the version that has just begun is superseded again
    return found


def _file_of(office: DemoOffice, task_id: str) -> str:
    here = select(FILE.c.id).where(FILE.c.task_id == task_id)
    found: str = office.read(lambda tx: tx.connection.execute(here).scalars().first())
    return found


def _signed_in(office: DemoOffice) -> tuple[dict[str, str], dict[str, str]]:
    """A token and a session of the holder."""
    engine = office.engine
    secret = engine.sign_in.sign_in(HOLDER, office.passwords[HOLDER])
    person = engine.sign_in.person_of_session(secret)
    assert person is not None
    made = engine.tokens.make(person, secret, name="baca", scope="read", expires_in_days=366)
    return {"secret": made["token"], "own": made["id"]}, {"own": str(person.session)}
