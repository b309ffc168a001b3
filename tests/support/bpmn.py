"""What programs of others do with our BPMN: hold it against the schema of the OMG, and execute it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import SpiffWorkflow.bpmn.parser
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


@cache
def _schema() -> etree.XMLSchema:
    folder = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema"
    return etree.XMLSchema(etree.parse(str(folder / "BPMN20.xsd")))


def bpmn_faults(bpmn: str) -> list[str]:
    """What the schema of the OMG finds wrong."""
    schema = _schema()
    schema.validate(etree.fromstring(bpmn.encode()))
    return [str(error) for error in schema.error_log]


def executed(
    bpmn: str, process: str, answer: Callable[[str, int], Mapping[str, Any]], **data: Any
) -> list[str]:
    """Which steps SpiffWorkflow goes through; ``answer`` gives the data of each visit of a step."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(bpmn.encode()))
    spec = parser.get_spec(process)
    workflow = BpmnWorkflow(spec, parser.get_subprocess_specs(process))
    gone: list[str] = []
    while not workflow.is_completed():
        workflow.do_engine_steps()
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        if not ready:
            assert workflow.is_completed(), "the process is stuck"
            break
        step = ready[0].task_spec.bpmn_id.removeprefix("step_")
        gone.append(step)
        assert len(gone) < 500, "the process does not end"
        ready[0].data.update({**data, **answer(step, gone.count(step))})
        ready[0].run()
    return gone
