"""The printed procedure as a Viewflow flow class; steps 6 and 8 decide through a gate."""

from datetime import timedelta

from django.db import connection
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process

DEADLINE = timedelta(days=3)


def view(_request):
    raise NotImplementedError  # the pages themselves are not what is measured


def step(following):
    return flow.View(view).OnTimeout(DEADLINE, this.escalate, interrupting=False).Next(following)


def agreed(activation):
    return activation.process.data["outcome"] == "sesuai"


class NineSteps(flow.Flow):
    process_class = Process
    lock_impl = lock.SelectForUpdateLock(nowait=False) if connection.vendor == "postgresql" else lock.NoLock()
    start = flow.StartHandle().Next(this.s1)
    s1 = step(this.s2)
    s2 = step(this.s3)
    s3 = step(this.s4)
    s4 = step(this.s5)
    s5 = step(this.s6)
    s6 = step(this.checked)
    checked = flow.If(agreed).Then(this.s7).Else(this.s5)
    s7 = step(this.s8)
    s8 = step(this.initialled)
    initialled = flow.If(agreed).Then(this.s9).Else(this.s7)
    s9 = step(this.end)
    end = flow.End()
    escalate = flow.Function(this.note).Next(this.late)
    late = flow.End()

    def note(self, activation):
        pass
