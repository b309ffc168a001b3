"""SpiffWorkflow: at every step the workflow is read from its row, restored, moved on and stored again."""

import io
import json
import sqlite3
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from walk_file import Timed, options, read_walk

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SCHEMA = """
CREATE TABLE workflow (id INTEGER PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE task (workflow INTEGER NOT NULL, name TEXT NOT NULL, visit INTEGER NOT NULL, assignee TEXT,
  claimed_at TEXT, finished_at TEXT, due_at TEXT, PRIMARY KEY (workflow, name, visit));
CREATE TABLE event (id INTEGER PRIMARY KEY, workflow INTEGER NOT NULL, act TEXT NOT NULL, at TEXT NOT NULL,
  account TEXT NOT NULL, data TEXT);
"""


def drawn():
    """The nine steps as BPMN: user tasks in a row, gateways behind the sixth and the eighth."""
    nodes, flows = ['<startEvent id="start"/>'], []

    def flow(source, target, condition=""):
        name = f"{source}_to_{target}"
        inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        flows.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
        )
        return name

    nodes += [f'<userTask id="s{number}" name="s{number}"/>' for number in range(1, 10)]
    flow("start", "s1")
    for number in (1, 2, 3, 4, 5, 7):
        flow(f"s{number}", f"s{number + 1}")
    for gate, step, back, on in (("checked", "s6", "s5", "s7"), ("initialled", "s8", "s7", "s9")):
        flow(step, gate)
        other = flow(gate, back)
        flow(gate, on, "outcome == 'sesuai'")
        nodes.append(f'<exclusiveGateway id="{gate}" default="{other}"/>')
    nodes.append('<endEvent id="end"/>')
    flow("s9", "end")
    inside = "".join(nodes + flows)
    return (
        f'<definitions xmlns="{BPMN}" id="d" targetNamespace="bench">'
        f'<process id="nine_steps" isExecutable="true">{inside}</process></definitions>'
    )


def specification():
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(drawn().encode())))
    return parser.get_spec("nine_steps")


class Office:
    def __init__(self, database):
        self.database = database
        self.serializer = BpmnWorkflowSerializer()
        self.specification = specification()

    def start(self):
        workflow = BpmnWorkflow(self.specification)
        workflow.do_engine_steps()
        cursor = self.database.execute(
            "INSERT INTO workflow (state) VALUES (?)", (self.serializer.serialize_json(workflow),)
        )
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        self._open(cursor.lastrowid, ready[0].task_spec.name, 1)
        return cursor.lastrowid

    def _open(self, workflow, name, visit):
        due = datetime.now(UTC).isoformat()
        self.database.execute(
            "INSERT INTO task (workflow, name, visit, due_at) VALUES (?, ?, ?, ?)",
            (workflow, name, visit, due),
        )

    def _event(self, workflow, act, account, data=None):
        values = (workflow, act, datetime.now(UTC).isoformat(), account, data)
        self.database.execute(
            "INSERT INTO event (workflow, act, at, account, data) VALUES (?, ?, ?, ?, ?)", values
        )

    def claim(self, workflow, name, visit, who):
        now = datetime.now(UTC).isoformat()
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute(
            "UPDATE task SET assignee = ?, claimed_at = ? WHERE workflow = ? AND name = ? AND visit = ?",
            (who, now, workflow, name, visit),
        )
        self._event(workflow, "claim", who)
        self.database.execute("COMMIT")

    def complete(self, workflow, name, visit, who, handed_in, visits):
        self.database.execute("BEGIN IMMEDIATE")
        [state] = self.database.execute("SELECT state FROM workflow WHERE id = ?", (workflow,)).fetchone()
        restored = self.serializer.deserialize_json(state)
        [task] = restored.get_tasks(state=TaskState.READY, manual=True)
        task.data[name] = handed_in["data"]
        task.data["outcome"] = handed_in["outcome"]
        task.run()
        restored.do_engine_steps()
        now = datetime.now(UTC).isoformat()
        self.database.execute(
            "UPDATE task SET finished_at = ? WHERE workflow = ? AND name = ? AND visit = ?",
            (now, workflow, name, visit),
        )
        self.database.execute(
            "UPDATE workflow SET state = ? WHERE id = ?", (self.serializer.serialize_json(restored), workflow)
        )
        self._event(workflow, "complete", who, json.dumps(handed_in))
        following = [
            get_task.task_spec.name for get_task in restored.get_tasks(state=TaskState.READY, manual=True)
        ]
        for item in following:
            visits[item] = visits.get(item, 0) + 1
            self._open(workflow, item, visits[item])
        self.database.execute("COMMIT")
        return restored.is_completed()


def walk_case(office, workflow, visits, timed):
    done, seen = False, {"s1": 1}
    for visit in visits:
        name = visit["step"]
        before = time.perf_counter()
        office.claim(workflow, name, seen[name], visit["who"])
        timed.waited(before)
        before = time.perf_counter()
        done = office.complete(workflow, name, seen[name], visit["who"], visit, seen)
        timed.waited(before)
        timed.steps += 1
    return done


def main():
    given = options()
    path = urlsplit(given.database).path
    database = sqlite3.connect(path[1:] if path.startswith("//") else path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.executescript(SCHEMA)
    office = Office(database)
    straight, returned = read_walk(given.walk)
    for number in range(2):
        walk_case(office, office.start(), returned if number % 2 else straight, Timed())
    cases = [office.start() for _ in range(given.cases)]
    timed = Timed()
    done = [
        walk_case(office, workflow, returned if number % 2 else straight, timed)
        for number, workflow in enumerate(cases)
    ]
    if sum(done) != given.cases:
        raise RuntimeError(f"{sum(done)} of {given.cases} workflows done")
    names = ("journal_mode", "synchronous")
    timed.told({name: str(database.execute(f"PRAGMA {name}").fetchone()[0]) for name in names})


if __name__ == "__main__":
    main()
