"""Playing scenarios: real commands, a throw-away database, a simulated clock; then the comparison."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.catalog import Catalog
from engine.clock import FakeClock
from engine.commands.completion import Completion
from engine.engine import Engine
from engine.errors import InvalidInput, NotFound, SopError
from engine.files import FileStore
from engine.office import Office, new_id
from engine.organisation.reading import read_organisation
from engine.sop.model import Definition, Field
from engine.sop.scenarios import Act, Scenario, ScenarioFile, Visit, moment
from engine.state import CaseState, Json, Task, TaskStatus
from engine.store import Store, Tx, open_store
from runtime.shipped import FOLDER, plain_data

PASSWORD = "dipakai hanya dalam latihan"  # noqa: S105 - of a database that lives for one scenario


@dataclass(slots=True)
class Rehearsed:
    """What came out of one scenario: its timing rows and totals, and every difference to what it says."""

    name: str
    rows: list[dict[str, Json]] = field(default_factory=list)
    totals: dict[str, Json] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A throw-away office with one agency and its definitions, ready to play on."""

    engine: Engine
    clock: FakeClock
    zone: ZoneInfo

    @classmethod
    def built(
        cls, store: Store, files: Path, scenarios: ScenarioFile, folder: Path, texts: list[str]
    ) -> "Stage":
        """Load what the scenario file names into an empty, migrated store."""
        clock = FakeClock("2026-01-01T00:00Z")
        office = Office(
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
        engine.registry.put_organisation(organisation)
        engine.registry.put_calendars(
            organisation.agency.id,
            plain_data(_beside(folder, scenarios.agency)),
            plain_data(_beside(folder, scenarios.holidays)),
        )
        for text in texts:
            engine.definitions.store(None, text, as_demonstration=True)
        engine.registry.set_passwords({account.username: PASSWORD for account in organisation.accounts})
        return cls(engine, clock, ZoneInfo(organisation.agency.timezone))


def rehearse(scenarios: ScenarioFile, folder: Path, texts: list[str]) -> Iterator[Rehearsed]:
    """Play every scenario of a file, each on a database of its own in memory."""
    for scenario in scenarios.scenarios:
        with tempfile.TemporaryDirectory() as files:
            store = open_store("sqlite://")
            try:
                stage = Stage.built(store, Path(files), scenarios, folder, texts)
                yield play(stage, scenario, scenarios.sop)
            finally:
                store.close()


def play(stage: Stage, scenario: Scenario, sop: str) -> Rehearsed:
    """Play one scenario and compare what came out with what it says."""
    return _Player(stage, scenario, sop).play()


class _Player:
    def __init__(self, stage: Stage, scenario: Scenario, sop: str) -> None:
        self.stage = stage
        self.engine = stage.engine
        self.scenario = scenario
        self.sop = sop
        self.out = Rehearsed(scenario.name)
        self.tasks: dict[int, str] = {}  # index of a visit → the task it turned out to be

    def play(self) -> Rehearsed:
        start = self.scenario.start
        self._set_clock(start.at)
        started = self.engine.cases.start(
            start.by, self.sop, period=start.period, fields=start.fields or {}, parties=start.parties
        )
        self.out.case_id = started["id"]
        for at, act in sorted(self._acts(), key=lambda each: each[0]):
            self._set_clock(at)
            act()
        self._compare()
        return self.out

    def _acts(self) -> Iterator[tuple[str, Callable[[], None]]]:
        for index, visit in enumerate(self.scenario.visits):
            yield visit.claim, lambda i=index, v=visit: self._claim(i, v)  # type: ignore[misc]
            yield visit.finish, lambda i=index, v=visit: self._finish(i, v)  # type: ignore[misc]
        for act in self.scenario.acts:
            yield act.at, lambda a=act: self._act(a)  # type: ignore[misc]

    # --- one row of the timing table ---

    def _claim(self, index: int, visit: Visit) -> None:
        task = self._open_task(visit.step, visit.branch, visit.who)
        self.tasks[index] = task.id
        self.engine.tasks.view(visit.who, task.id)
        self.engine.tasks.claim(visit.who, task.id, version=task.version, acting_as=visit.acting_as)

    def _finish(self, index: int, visit: Visit) -> None:
        self._complete(
            visit.who, self.tasks[index], visit.outcome, visit.data, visit.reason, visit.ticks, visit.branches
        )

    def _complete(
        self,
        who: str,
        task_id: str,
        outcome: str | None,
        data: Any,
        reason: str | None,
        ticks: tuple[str, ...] | None = None,
        branches: tuple[str, ...] = (),
    ) -> None:
        shown = self.engine.queries.tasks.get(who, task_id)
        filled = self._filled(shown["step_id"], shown["form"]["initial"] or {}, data or {}, who)
        everything = tuple(dict.fromkeys(each["id"] for each in shown["requirements"]))
        self.engine.completing.complete(
            who,
            task_id,
            Completion(
                outcome=outcome,
                data=filled,
                requirements=everything if ticks is None else ticks,
                reason=reason,
                password=PASSWORD,
                branches=branches,
            ),
            version=shown["version"],
        )

    def _open_task(self, step: str, branch: str | None, who: str) -> Task:
        """The open task that this person means; an error that says what is open instead."""
        state = self._state()
        found = [task for task in state.open_tasks() if task.step_id == step and task.branch == branch]
        mine = [task for task in found if task.assignee in (None, who)]
        if not found:
            opened = ", ".join(_name(task) for task in state.open_tasks()) or "-"
            raise InvalidInput(
                message_id=f"{_at(step, branch)} tidak terbuka; yang terbuka: {opened}.",
                message_en=f"{_at(step, branch)} is not open; open are: {opened}",
            )
        day = self.stage.clock.now().astimezone(self.stage.zone).date()
        office = self.engine.office
        organisation = office.store.read(
            lambda connection: office.catalog.organisation(Tx(connection), state.case.agency)
        )
        seats = organisation.seats_of(who, day)
        return next((task for task in mine if not seats.isdisjoint(task.seats)), (mine or found)[0])

    def _state(self) -> CaseState:
        state = self.engine.office.store.read(lambda connection: Tx(connection).case(self.out.case_id or ""))
        if state is None:
            raise NotFound(message_id="Berkas tidak ditemukan.", message_en="the case was never started")
        return state

    # --- form data ---

    def _filled(
        self, step_id: str, initial: Mapping[str, Json], data: Mapping[str, Any], who: str
    ) -> dict[str, Json]:
        definition = self._definition()
        form = definition.forms.get(definition.step(step_id).form or "")
        fields = {each.id: each for each in form.fields} if form else {}
        filled = dict(initial)
        for name, value in data.items():
            one = fields.get(name)
            if one is not None and one.type == "table" and isinstance(value, list):
                filled[name] = self._rows(one, initial.get(name) or [], value, who)
            else:
                filled[name] = self._value(one, value, who)
        return filled

    def _rows(self, table: Field, initial: list[Json], given: list[Any], who: str) -> list[Json]:
        columns = {column.id: column for column in table.columns}
        rows: list[Json] = []
        for index in range(max(len(initial), len(given))):
            row = dict(initial[index]) if index < len(initial) else {}
            for name, value in (given[index] if index < len(given) else {}).items():
                row[name] = self._value(columns.get(name), value, who)
            rows.append(row)
        return rows

    def _value(self, one: Field | None, value: Any, who: str) -> Json:
        if one is not None and one.type == "file" and isinstance(value, str):
            return self._upload(who, value)
        if one is not None and one.type == "evidence" and isinstance(value, list):
            return [
                {"url": each} if str(each).startswith("https://") else {"file": self._upload(who, str(each))}
                for each in value
            ]
        return value

    def _upload(self, who: str, name: str) -> str:
        uploaded = self.engine.uploads.put(who, f"%PDF-1.4\n% {name}\n%%EOF\n".encode(), name)
        return str(uploaded["id"])

    def _definition(self) -> Definition:
        office, case = self.engine.office, self._state().case
        return office.store.read(
            lambda connection: office.catalog.compiled(Tx(connection), case.sop, case.sop_version)
        ).definition

    # --- everything else ---

    def _act(self, act: Act) -> None:
        try:
            self._do(act)
        except SopError as error:
            if act.refused is None:
                raise
            if error.code != act.refused:
                self._differs(f"{act.verb} {act.at}", "refused", act.refused, error.code)
        else:
            if act.refused is not None:
                self._differs(f"{act.verb} {act.at}", "refused", act.refused, "tidak ditolak")

    def _do(self, act: Act) -> None:
        cases, tasks, reason = self.engine.cases, self.engine.tasks, act.reason or "-"
        case_id = self.out.case_id or ""
        case_verbs = {"suspend_case": cases.suspend, "resume_case": cases.resume, "cancel_case": cases.cancel}
        if act.verb in case_verbs:
            case_verbs[act.verb](act.who, case_id, reason=reason)
            return
        if act.verb == "recall":
            done = [
                task
                for task in self._state().visits_of(act.step or "", act.branch)
                if task.state is TaskStatus.COMPLETED
            ]
            tasks.recall(act.who, done[-1].id, reason=act.reason)
            return
        task = self._open_task(act.step or "", act.branch, act.who)
        match act.verb:
            case "claim":
                tasks.claim(act.who, task.id, acting_as=act.acting_as)
            case "release":
                tasks.release(act.who, task.id, reason=reason)
            case "hold":
                until = self._instant(act.until) if act.until else None
                kind = act.reason_class or "lainnya"
                tasks.hold(act.who, task.id, reason_class=kind, reason=reason, until=until)
            case "resume":
                tasks.resume(act.who, task.id)
            case "reassign":
                tasks.reassign(act.who, task.id, to=act.to or "", reason=reason)
            case "complete":
                self._complete(act.who, task.id, act.outcome, act.data, act.reason)

    def _set_clock(self, text: str) -> None:
        self.stage.clock.set(self._instant(text))

    def _instant(self, text: str) -> datetime:
        return moment(text).replace(tzinfo=self.stage.zone)

    # --- comparing ---

    def _compare(self) -> None:
        reader = self.scenario.start.by
        timing = self.engine.queries.cases.timing(reader, self.out.case_id or "")
        self.out.rows = timing["rows"]
        self.out.totals = timing["totals"]
        case = self.engine.queries.cases.get(reader, self.out.case_id or "")
        expect = self.scenario.expect
        happened = [_at(row["step_id"], row["branch"]) for row in self.out.rows]
        facts: list[tuple[str, Any, Any]] = [
            ("state", expect.state, case["state"]),
            ("result", expect.result, case["result"]),
            ("path", list(expect.path) or None, happened),
            ("title", expect.title, case["title"]),
            ("deviation", expect.deviation, "deviation" in case["flags"]),
            ("children", expect.children, len(case["children"])),
        ]
        if expect.open is not None:
            opened = sorted(_at(task["step_id"], task["branch"]) for task in case["open_tasks"])
            facts.append(("open", sorted(expect.open), opened))
        facts += [(name, getattr(expect, name), found) for name, found in self.out.totals.items()]
        for name, wanted, found in facts:
            if wanted is not None and wanted != found:
                self._differs("expect", name, wanted, found)
        self._compare_visits()

    def _compare_visits(self) -> None:
        by_id = {task.id: index for index, task in enumerate(self._shown_tasks())}
        for index, visit in enumerate(self.scenario.visits):
            row = self.out.rows[by_id[self.tasks[index]]]
            where = f"{_at(visit.step, visit.branch)} kunjungan {row['visit']}"
            facts: list[tuple[str, Any, Any]] = [
                ("visit", visit.visit, row["visit"]),
                ("waiting", visit.waiting, row["waiting_minutes"]),
                ("working", visit.working, row["working_minutes"]),
                ("standard", visit.standard, row["standard_minutes"]),
                ("late", visit.late, row["late_minutes"]),
                ("ready", visit.ready, self._local(row["ready_at"])),
                ("due", visit.due, self._local(row["due_at"])),
            ]
            for name, wanted, found in facts:
                if wanted is not None and wanted != found:
                    self._differs(where, name, wanted, found)

    def _shown_tasks(self) -> list[Task]:
        return [task for task in self._state().tasks.values() if task.state is not TaskStatus.CANCELLED]

    def _local(self, text: str | None) -> str | None:
        if text is None:
            return None
        local = datetime.fromisoformat(text).astimezone(self.stage.zone)
        return local.strftime("%Y-%m-%d %H:%M" if local.second == 0 else "%Y-%m-%d %H:%M:%S")

    def _differs(self, where: str, what: str, wanted: Any, found: Any) -> None:
        self.out.differences.append(f"{where}: {what} tertulis {wanted}, hasilnya {found}")


def _at(step: str, branch: str | None) -> str:
    return f"{step}@{branch}" if branch else step


def _name(task: Task) -> str:
    return _at(task.step_id, task.branch)


def _beside(folder: Path, name: str) -> Path:
    """A file beside the scenarios, or the shipped one of that name."""
    return folder / name if (folder / name).exists() else FOLDER / name
