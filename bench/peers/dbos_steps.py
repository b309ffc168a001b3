"""DBOS: every step of a workflow waits for a message; the client sends it and waits until it is recorded."""

import threading
import time

from dbos import DBOS
from sqlalchemy import create_engine, text
from walk_file import Timed, options, read_walk

WAIT_SECONDS = 60
recorded = {}  # workflow → raised when the step that its message asked for is durable


@DBOS.step()
def record(step, data):
    return {"step": step, "data": data}


@DBOS.workflow()
def nine_steps(visits):
    done = []
    for index, visit in enumerate(visits):
        message = DBOS.recv(topic=f"visit-{index}", timeout_seconds=WAIT_SECONDS)
        done.append(record(visit["step"], message)["step"])
        recorded[DBOS.workflow_id].release()
    return done


def started(straight, returned, count):
    handles = []
    for number in range(count):
        visits = returned if number % 2 else straight
        handle = DBOS.start_workflow(nine_steps, visits)
        recorded[handle.get_workflow_id()] = threading.Semaphore(0)
        handles.append((handle, visits))
    return handles


def walk(handles, timed):
    for handle, visits in handles:
        for index, visit in enumerate(visits):
            before = time.perf_counter()
            DBOS.send(handle.get_workflow_id(), visit["data"], topic=f"visit-{index}")
            if not recorded[handle.get_workflow_id()].acquire(timeout=WAIT_SECONDS):
                raise RuntimeError("a step was not recorded in time")
            timed.waited(before)
            timed.steps += 1


def main():
    given = options()
    url = given.migration.replace("postgresql+psycopg://", "postgresql://")
    DBOS(config={"name": "nine-steps", "system_database_url": url, "log_level": "ERROR"})
    DBOS.launch()
    straight, returned = read_walk(given.walk)
    walk(started(straight, returned, 2), Timed())
    timed, done = Timed(), 0
    # As many at once as its pool of threads holds: the others would only wait to begin.
    for first in range(0, given.cases, 10):
        handles = started(straight, returned, min(10, given.cases - first))
        walk(handles, timed)
        done += sum(handle.get_result() == [visit["step"] for visit in visits] for handle, visits in handles)
    if done != given.cases:
        raise RuntimeError(f"{done} of {given.cases} workflows done")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        names = ("fsync", "synchronous_commit")
        checked = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in names}
    timed.told(checked)
    DBOS.destroy()


if __name__ == "__main__":
    main()
