"""Playing scenarios: real commands, a throw-away database, a simulated clock; then the comparison."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.access.actor import HOST, Actor
from engine.audit.act import Json
from engine.cases.model import CaseState, Task, TaskStatus
from engine.clock import FakeClock
from engine.commands.cases.completion import Completion
from engine.context import Context, new_id
from engine.engine import Engine
from engine.errors import InvalidInput, NotFound, SopError
from engine.organisation.binding import read_organisation
from engine.sop.model import Definition
from engine.sop.scenarios import Act, Scenario, ScenarioFile, Visit, moment
from engine.store import Store, Tx
from engine.store.catalog import Catalog
from engine.store.files import FileStore
from engine.tables import SOP_CASE
from engine.text.bilingual import Text
from engine.views.timing_log import TimingRow, TimingTotals
from runtime import scenario_diff
from runtime.form_input import entered
from runtime.scenario_diff import place
from runtime.scenario_registers import ScenarioRegisters
from runtime.shipped import FOLDER, plain_data

Found = TypeVar("Found")
Timed = tuple[str, Callable[[], None]]
"""Something that happens, and when."""

PASSWORD = "dipakai hanya dalam latihan"  # noqa: S105 - of a database that lives for one scenario


@dataclass(slots=True)
class Rehearsed:
    """What came out of one scenario: its timing rows and totals, and every difference to what it says."""

    name: str
    rows: list[TimingRow] = field(default_factory=list)
    totals: TimingTotals | None = None
    differences: list[str] = field(default_factory=list)
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A throw-away office with one agency and its definitions, ready to play on."""

    engine: Engine
    clock: FakeClock
    zone: ZoneInfo
    folder: Path = FOLDER

    @classmethod
    def built(
        cls,
        store: Store,
        files: Path,
        scenarios: ScenarioFile,
        folder: Path,
        texts: Sequence[str],
        registers: Sequence[str] = (),
    ) -> "Stage":
        """Load what the scenario file names into an empty, migrated store.

        ``texts`` are definitions; ``registers`` stand behind those whose rows they name.
        """
        clock = FakeClock("2026-01-01T00:00Z")
        office = Context(
            store=store,
            catalog=Catalog(new_id),
            clock=clock,
            files=FileStore(files),
            # Nobody signs in here, and hashing is slow on purpose.
            password_fits=lambda password, stored: password == stored,
            hash_password=lambda password: password,
        )
        engine = Engine(office)
        organisation = read_organisation(
            (folder / scenarios.organisation).read_bytes(), file=scenarios.organisation
        )
        engine.registry.put_organisation(organisation, actor=HOST)
        engine.registry.put_calendars(
            organisation.agency.id,
            plain_data(_beside(folder, scenarios.agency)),
            plain_data(_beside(folder, scenarios.holidays)),
            actor=HOST,
        )
        for text in registers:
            engine.register_files.store(HOST, text, as_demonstration=True)
        for text in texts:
            engine.definitions.store(HOST, text, as_demonstration=True)
        engine.registry.set_passwords(
            {account.username: PASSWORD for account in organisation.accounts}, actor=HOST
        )
        who = scenarios.scenarios[0].start.by if scenarios.scenarios else ""
        ScenarioRegisters(engine, folder, who).fill(scenarios.registers)
        return cls(engine, clock, ZoneInfo(organisation.agency.timezone), folder)

    def copied(self, store: Store) -> "Stage":
        """The same office on a copy of its store, at an hour of its own."""
        here, clock = self.engine.context, FakeClock(self.clock.now())
        office = replace(here, store=store, catalog=here.catalog.copied(), clock=clock)
        return Stage(Engine(office), clock, self.zone, self.folder)

    def instant(self, text: str) -> datetime:
        """The local time that a scenario writes, as an instant."""
        return moment(text).replace(tzinfo=self.zone)


def play(stage: Stage, scenario: Scenario, sop: str) -> Rehearsed:
    """Play one scenario and compare what came out with what it says."""
    return _Player(stage, scenario, sop).play()


def play_together(
    stage: Stage, scenarios: Iterable[tuple[Scenario, str]], before: Callable[[datetime], object]
) -> None:
    """Play scenarios of several SOPs on one stage, act by act as time goes by; nothing is compared.

    ``before`` hears of each instant before the clock stands there.
    """
    players = [_Player(stage, scenario, sop) for scenario, sop in scenarios]
    for at, act in sorted((act for player in players for act in player.acts()), key=lambda item: item[0]):
        instant = stage.instant(at)
        before(instant)
        stage.clock.set(instant)
        act()


class _Player:
    def __init__(self, stage: Stage, scenario: Scenario, sop: str) -> None:
        self.stage = stage
        self.engine = stage.engine
        self.scenario = scenario
        self.sop = sop
        self.registers = ScenarioRegisters(stage.engine, stage.folder, scenario.start.by)
        self.out = Rehearsed(scenario.name)
        self.tasks: dict[int, str] = {}  # index of a visit → the task it turned out to be

    def play(self) -> Rehearsed:
        for at, act in self.acts():
            self.stage.clock.set(self.stage.instant(at))
            act()
        if self.out.case_id is not None:
            self._compare()
        return self.out

    def acts(self) -> list[Timed]:
        """Everything that happens in this scenario, in its order."""
        start = self.scenario.start
        first = (start.at, lambda: self._try("start", start.refused, start.says, self._start))
        return [first, *sorted(self._acts(), key=lambda _act: _act[0])]

    def _start(self) -> None:
        self.registers.fill(self.scenario.registers)
        started = self._start_by(self.scenario.start.by)
        self.out.case_id = started["id"]

    def _start_by(self, who: str) -> Any:
        start = self.scenario.start
        return self.engine.cases.start(
            Actor(who), self.sop, period=start.period, fields=start.fields or {}, parties=start.parties
        )

    def _acts(self) -> Iterator[Timed]:
        for index, visit in enumerate(self.scenario.visits):
            yield visit.claim, lambda i=index, v=visit: self._claim(i, v)  # type: ignore[misc]
            yield visit.finish, lambda i=index, v=visit: self._finish(i, v)  # type: ignore[misc]
        for act in self.scenario.acts:
            where = f"{act.verb} {act.step or ''} {act.at}"
            yield (
                act.at,
                lambda a=act, w=where: self._try(w, a.refused, a.says, lambda: self._do(a)),  # type: ignore[misc]
            )

    def _try(self, where: str, refused: str | None, says: str | None, act: Callable[[], None]) -> None:
        """Do something that may have to be refused, and compare the refusal with what is written."""
        try:
            act()
        except SopError as error:
            if refused is None:
                raise
            words = " ".join(
                [
                    error.message.indonesian,
                    *(fault.message.indonesian for fault in getattr(error, "errors", ())),
                ]
            )
            if error.code != refused:
                self._differs(where, "refused", refused, f"{error.code}: {words}")
            elif says is not None and says not in words:
                self._differs(where, "says", says, words)
        else:
            if refused is not None:
                self._differs(where, "refused", refused, "tidak ditolak")

    # --- one row of the timing table ---

    def _claim(self, index: int, visit: Visit) -> None:
        task = self._open_task(visit)
        self.tasks[index] = task.id
        self.engine.tasks.view(Actor(visit.who), task.id)
        self.engine.tasks.claim(Actor(visit.who), task.id, version=task.version, acting_as=visit.acting_as)

    def _finish(self, index: int, visit: Visit) -> None:
        if visit.fee is not None:
            shown = self.engine.queries.tasks.get(Actor(visit.who), self.tasks[index])
            self._note(place(visit.step, visit.branch), [("fee", visit.fee, shown["fee"])])
        self._complete(visit, self.tasks[index])

    def _complete(self, done: Visit | Act, task_id: str) -> None:
        shown = self.engine.queries.tasks.get(Actor(done.who), task_id)
        everything = tuple(dict.fromkeys(requirement["id"] for requirement in shown["requirements"]))
        self.engine.completion.complete(
            Actor(done.who),
            task_id,
            Completion(
                outcome=done.outcome,
                data=self._entered(done, shown),
                requirements=everything if done.ticks is None else done.ticks,
                reason=done.reason,
                password=PASSWORD if done.signed else None,
                branches=done.branches,
            ),
            version=shown["version"],
        )

    def _entered(self, done: Visit | Act, shown: Mapping[str, Any]) -> dict[str, Json]:
        if shown["approval_of"]:
            return {}
        initial, definition = shown["form"]["initial"] or {}, self._definition(done.case)
        upload = partial(self._upload, done.who)
        return entered(definition, shown["step_id"], initial, done.data or {}, upload)

    def _upload(self, who: str, name: str) -> str:
        return str(self.engine.uploads.put(Actor(who), f"%PDF-1.4\n% {name}\n%%EOF\n".encode(), name)["id"])

    # --- looking things up ---

    def _open_task(self, meant: Visit | Act) -> Task:
        """The open task that this person means; an error that says what is open instead."""
        state, step, branch = self._state(meant.case), meant.step or "", meant.branch
        open_tasks = [task for task in state.open_tasks() if task.step_id == step and task.branch == branch]
        mine = [task for task in open_tasks if task.assignee in (None, meant.who)]
        if not open_tasks:
            opened = ", ".join(place(task.step_id, task.branch) for task in state.open_tasks()) or "-"
            raise InvalidInput(
                Text(
                    f"{place(step, branch)} tidak terbuka; yang terbuka: {opened}.",
                    f"{place(step, branch)} is not open; open are: {opened}",
                )
            )
        day = self.stage.clock.now().astimezone(self.stage.zone).date()
        office = self.engine.context
        organisation = self._read(lambda tx: office.catalog.organisation(tx, state.case.agency))
        seats = organisation.seats_of(meant.who, day)
        return next((task for task in mine if not seats.isdisjoint(task.seats)), (mine or open_tasks)[0])

    def _state(self, sop: str | None = None) -> CaseState:
        """The case as it stands, or its latest child case of an SOP."""
        case_id = self.out.case_id or ""
        if sop is not None:
            of_parent = select(SOP_CASE.c.id).where(SOP_CASE.c.parent_id == case_id, SOP_CASE.c.sop == sop)
            newest = of_parent.order_by(SOP_CASE.c.started_at.desc(), SOP_CASE.c.number.desc())
            case_id = self._read(lambda tx: tx.connection.execute(newest).scalars().first()) or ""
        state = self._read(lambda tx: tx.cases.get(case_id))
        if state is None:
            raise NotFound(Text(f"Berkas {sop or ''} tidak ditemukan.", f"no case {sop or ''} was started"))
        return state

    def _definition(self, sop: str | None) -> Definition:
        case, catalog = self._state(sop).case, self.engine.context.catalog
        return self._read(lambda tx: catalog.compiled(tx, case.agency, case.sop, case.sop_version)).definition

    def _read(self, query: Callable[[Tx], Found]) -> Found:
        return self.engine.context.store.ask(query)

    # --- everything else ---

    def _do(self, act: Act) -> None:
        cases, tasks, reason = self.engine.cases, self.engine.tasks, act.reason or "-"
        case_verbs = {"suspend_case": cases.suspend, "resume_case": cases.resume, "cancel_case": cases.cancel}
        if act.verb in case_verbs:
            case_verbs[act.verb](Actor(act.who), self._state(act.case).case.id, reason=reason)
            return
        if act.verb == "start_case":
            self._start_by(act.who)
            return
        if act.verb == "recall":
            state = self._state(act.case)
            visits = [t for t in state.tasks.values() if (t.step_id, t.branch) == (act.step, act.branch)]
            done = [task for task in visits if task.state is TaskStatus.COMPLETED]
            tasks.recall(Actor(act.who), done[-1].id, reason=act.reason)
            return
        task = self._open_task(act)
        match act.verb:
            case "view":
                tasks.view(Actor(act.who), task.id)
            case "claim":
                tasks.claim(Actor(act.who), task.id, acting_as=act.acting_as)
            case "save" | "progress":
                shown = self.engine.queries.tasks.get(Actor(act.who), task.id)
                keep = tasks.save if act.verb == "save" else tasks.progress
                keep(Actor(act.who), task.id, data=self._entered(act, shown))
            case "release":
                tasks.release(Actor(act.who), task.id, reason=reason)
            case "hold":
                until = self.stage.instant(act.until) if act.until else None
                kind = act.reason_class or "lainnya"
                tasks.hold(Actor(act.who), task.id, reason_class=kind, reason=reason, until=until)
            case "resume":
                tasks.resume(Actor(act.who), task.id)
            case "reassign":
                tasks.reassign(Actor(act.who), task.id, to=act.to or "", reason=reason)
            case "complete":
                self._complete(act, task.id)

    # --- comparing ---

    def _compare(self) -> None:
        reader, case_id = self.scenario.start.by, self.out.case_id or ""
        timing = self.engine.queries.cases.timing(Actor(reader), case_id)
        self.out.rows = timing["items"]
        self.out.totals = timing["totals"]
        case = self.engine.queries.cases.get(Actor(reader), case_id)
        expect, state = self.scenario.expect, self._state()
        self._note("expect", scenario_diff.of_case(expect, case, timing))
        self._note(
            "expect", self._read(lambda tx: list(scenario_diff.of_traces(expect, state, tx.connection)))
        )
        self._note("expect", self.registers.differences(expect.registers))
        for index, visit in enumerate(self.scenario.visits):
            row = self._row(visit, self.tasks[index])
            where = f"{place(visit.step, visit.branch)} kunjungan {row['visit']}"
            self._note(where, scenario_diff.of_visit(visit, row, self.stage.zone))

    def _row(self, visit: Visit, task_id: str) -> TimingRow:
        # By the task: later acts may have started another case of the same SOP.
        state = self._read(lambda tx: tx.cases.of_task(task_id)) or self._state()
        shown = [task.id for task in state.tasks.values() if task.state is not TaskStatus.CANCELLED]
        reader = visit.who if visit.case else self.scenario.start.by
        rows = self.engine.queries.cases.timing(Actor(reader), state.case.id)["items"]
        return rows[shown.index(task_id)]

    def _note(self, where: str, facts: Iterable[scenario_diff.Fact]) -> None:
        for name, wanted, found in facts:
            if wanted is not None and wanted != found:
                self._differs(where, name, wanted, found)

    def _differs(self, where: str, what: str, wanted: Any, found: Any) -> None:
        self.out.differences.append(f"{where}: {what} tertulis {wanted}, hasilnya {found}")


def _beside(folder: Path, name: str) -> Path:
    """A file beside the scenarios, or the shipped one of that name."""
    return folder / name if (folder / name).exists() else FOLDER / name
