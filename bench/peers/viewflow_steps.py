"""Viewflow: a task is assigned and executed as its pages do it, with a boundary timer for its deadline."""

import os
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from walk_file import Timed, options, read_walk


def database_of(url):
    """Django's settings for an SQLAlchemy address."""
    parts = urlsplit(url)
    if parts.scheme.startswith("sqlite"):
        durable = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] if parts.path.startswith("//") else parts.path,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": durable},
        }
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "PASSWORD": parts.password or "",
        "HOST": host,
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
    }


def configure(url):
    settings.configure(
        SECRET_KEY="only for a measurement",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "viewflow",
            "viewflow.workflow",
            "nine_steps",
        ],
        DATABASES={"default": database_of(url)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def walk_case(flow_class, users, process_id, visits, timed):
    from django.db import transaction
    from viewflow.workflow.models import Task
    from viewflow.workflow.status import STATUS

    def activation_of(task_id):
        task = flow_class.task_class.objects.get(pk=task_id)
        return task.flow_task.activation_class(task)

    for visit in visits:
        waiting = Task.objects.filter(process_id=process_id, flow_task_type="HUMAN", status=STATUS.NEW)
        task_id = waiting.values_list("pk", flat=True).get()
        user = users[visit["who"]]
        before = time.perf_counter()
        with flow_class.lock(process_id), transaction.atomic():
            activation_of(task_id).assign(user)
        timed.waited(before)
        before = time.perf_counter()
        with flow_class.lock(process_id), transaction.atomic():
            activation = activation_of(task_id)
            activation.start(None)
            process = activation.process
            process.data = {
                **(process.data or {}),
                visit["step"]: visit["data"],
                "outcome": visit["outcome"],
                "reason": visit["reason"],
            }
            process.save()
            activation.execute()
        timed.waited(before)
        timed.steps += 1


def main():
    given = options()
    url = given.migration
    configure(url)
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from viewflow.workflow.models import Process
    from viewflow.workflow.status import PROCESS

    call_command("migrate", verbosity=0, stdout=sys.stderr)
    postgres = connection.vendor == "postgresql"
    from nine_steps.flows import NineSteps as flow_class

    straight, returned = read_walk(given.walk)
    users = {visit["who"]: None for visit in returned}
    users = {name: User.objects.create(username=name) for name in users}
    start = flow_class.instance.start

    def started(count):
        return [start.run().pk for _ in range(count)]

    warm = Timed()
    for number, process_id in enumerate(started(2)):
        walk_case(flow_class, users, process_id, returned if number % 2 else straight, warm)
    if postgres:
        connection.cursor().execute("ANALYZE")
    cases = started(given.cases)
    timed = Timed()
    for number, process_id in enumerate(cases):
        walk_case(flow_class, users, process_id, returned if number % 2 else straight, timed)
    done = Process.objects.filter(pk__in=cases, status=PROCESS.DONE).count()
    if done != given.cases:
        raise RuntimeError(f"{done} of {given.cases} processes done")
    with connection.cursor() as cursor:
        checked = {}
        for name in ("fsync", "synchronous_commit") if postgres else ("journal_mode", "synchronous"):
            cursor.execute(f"SHOW {name}" if postgres else f"PRAGMA {name}")
            checked[name] = str(cursor.fetchone()[0])
    timed.told(checked)


if __name__ == "__main__":
    os.chdir(Path(__file__).parent)
    main()
