"""An SOP as BPMN 2.0 with its diagram: what a modeller draws and an engine of others executes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.sop.defaults import lines_of, number_on_paper
from engine.sop.machine import END, JOIN, OutcomeRule, SopMachine
from engine.sop.model import Block, Definition, Step
from reports.processes.diagram import Flow, Node, Scope, placed
from reports.processes.xml import HEAD, tag, text

NAMESPACES = {
    "xmlns": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
LOST = (
    "BPMN does not hold what Alur does besides the flow: working time and deadlines, escalation, mandates and"
    " substitutes, duties kept apart, visits, recall, holds, forms, deviations. Whoever runs it gives"
    " `branches` (how many branches a block has), `skip` (a list of the ids of steps that do not apply) and,"
    " at each decision, `outcome`."
)


@dataclass(frozen=True, slots=True)
class Way:
    """One arrow, its words and the expression under which it is taken; ``otherwise`` where no other is."""

    flow: Flow
    name: str | None = None
    condition: str | None = None
    otherwise: bool = False


@dataclass(slots=True)
class Part:
    """A process or sub-process: its symbols as elements, their places and the arrows between them."""

    scope: Scope = field(default_factory=Scope)
    elements: dict[str, str] = field(default_factory=dict)  # node → name of its element
    given: dict[str, dict[str, object]] = field(default_factory=dict)  # node → attributes
    inside: dict[str, str] = field(default_factory=dict)  # node → what stands in it behind its arrows
    told: dict[str, str] = field(default_factory=dict)  # node → documentation
    ways: list[Way] = field(default_factory=list)
    parts: dict[str, "Part"] = field(default_factory=dict)

    def node(self, id: str, element: str, size: str, name: str | None = None, **given: object) -> Node:
        self.elements[id], self.given[id] = element, {"name": name, **given}
        return Node(id, size)

    def way(
        self, source: str, target: str, name: str | None = None, condition: str | None = None, **given: bool
    ) -> None:
        flow = Flow(f"flow_{source}_{target}_{len(self.ways) + 1}", source, target)
        self.scope.flows.append(flow)
        self.ways.append(Way(flow, name, condition, **given))


def as_bpmn(definition: Definition) -> Iterator[str]:
    """The whole file piece by piece; the same definition gives the same bytes."""
    main = _Builder(definition).main()
    placed(main.scope)
    given = {"id": "definitions", "targetNamespace": f"urn:alur:{definition.id}", "exporter": "Alur"}
    yield HEAD + tag("definitions", {**NAMESPACES, **given}, is_open=True) + "\n"
    name = f"{definition.identity.title} ({definition.version})"
    process = {"id": f"process_{definition.id}", "name": name, "isExecutable": "true"}
    yield tag("process", process, is_open=True) + f"\n<documentation>{text(LOST)}</documentation>\n"
    yield from _elements(main)
    yield "</process>\n"
    yield '<bpmndi:BPMNDiagram id="diagram">\n'
    yield tag("bpmndi:BPMNPlane", {"id": "plane", "bpmnElement": process["id"]}, is_open=True) + "\n"
    yield from _shapes(main)
    yield "</bpmndi:BPMNPlane>\n</bpmndi:BPMNDiagram>\n</definitions>\n"


@dataclass(slots=True)
class _Builder:
    definition: Definition
    machine: SopMachine = field(init=False)

    def __post_init__(self) -> None:
        self.machine = SopMachine(self.definition)

    def main(self) -> Part:
        part, line = Part(), []
        for step in self.definition.steps:
            block_id = self.definition.block_of(step.id)
            if block_id is None:
                line += self._step(part, step)
            elif f"block_{block_id}" not in part.elements:
                line += self._block(part, block_id, self.definition.blocks[block_id])
        part.scope.before = [part.node("start", "startEvent", "event")]
        part.scope.lines = [line]
        part.scope.after = [part.node("end", "endEvent", "event")]
        first = self.definition.steps[0].id
        part.way("start", self._entry(self.definition.block_of(first) or first))
        return part

    def _block(self, part: Part, block_id: str, block: Block) -> list[Node]:
        """A sub-process, once per branch where the SOP makes them from units or rows."""
        id, own = f"block_{block_id}", Part()
        node = part.node(id, "subProcess", "task", block.label or block_id)
        part.parts[id] = own
        start, end = f"start_{block_id}", f"end_{block_id}"
        own.scope.before = [own.node(start, "startEvent", "event")]
        own.scope.after = [own.node(end, "endEvent", "event")]
        for line in lines_of(block):
            steps = [self.definition.step(step_id) for step_id in line]
            nodes = [node for step in steps for node in self._step(own, step, block_id)]
            own.scope.lines.append(nodes)
        entries = [self._entry(line[0]) for line in lines_of(block)]
        if block.for_each:
            left = [outcome for outcomes in self._leaving(block).values() for outcome in outcomes]
            part.inside[id] = _per_branch(left)
        if len(entries) > 1:
            self._in_parallel(own, block_id, entries)
        else:
            own.way(start, entries[0])
        node.scope = own.scope
        return [node, *self._after(part, id, block)]

    def _after(self, part: Part, id: str, block: Block) -> list[Node]:
        """What asks whether a branch has left its block, where one can: the others then stop."""
        left = self._leaving(block)
        if not left:
            part.way(id, self._entry(block.next or END))
            return []
        gate = f"left_{id}"
        part.way(id, gate)
        part.way(gate, self._entry(block.next or END), otherwise=True)
        for target, outcomes in left.items():
            part.way(gate, self._entry(target), None, _is_one_of(outcomes))
        return [part.node(gate, "exclusiveGateway", "gateway")]

    def _leaving(self, block: Block) -> dict[str, list[str]]:
        """Where the outcomes of a block's steps lead out of it: target → outcomes."""
        inside = [step_id for line in lines_of(block) for step_id in line]
        exits: dict[str, list[str]] = {}
        for step_id in inside:
            for rule in self.machine.outcome_rules[step_id].values():
                if not rule.deviation and rule.outcome and rule.to not in (*inside, JOIN):
                    exits.setdefault(rule.to, []).append(rule.outcome)
        return exits

    def _in_parallel(self, own: Part, block_id: str, entries: Iterable[str]) -> None:
        fork, join = f"fork_{block_id}", f"join_{block_id}"
        own.scope.before.append(own.node(fork, "parallelGateway", "gateway"))
        own.scope.after.insert(0, own.node(join, "parallelGateway", "gateway"))
        own.way(f"start_{block_id}", fork)
        for entry in entries:
            own.way(fork, entry)
        own.way(join, f"end_{block_id}")

    def _step(self, part: Part, step: Step, block_id: str | None = None) -> list[Node]:
        """The symbols of one step: what asks whether it applies, the task, what its outcome decides."""
        id, nodes = f"step_{step.id}", []
        if step.when and step.next:
            gate = f"applies_{step.id}"
            nodes.append(part.node(gate, "exclusiveGateway", "gateway"))
            part.way(gate, id, otherwise=True)
            skipped = f"'{step.id}' in skip"
            part.way(gate, self._target(part, step.next, block_id), "tidak berlaku", skipped)
        label = f"{number_on_paper(step)}. {step.label or step.activity}"
        nodes.append(part.node(id, "task" if step.kind == "auto" else "userTask", "task", label))
        part.told[id] = step.activity
        roles = self.definition.roles
        part.inside[id] = "".join(
            tag("potentialOwner", {"id": f"{id}_{role}", "name": roles[role].label}) + "\n"
            for role in step.doers
        )
        rules = [rule for rule in self.machine.outcome_rules[step.id].values() if not rule.deviation]
        if not step.outcomes:
            part.way(id, self._target(part, rules[0].to, block_id))
            return nodes
        gate = f"outcome_{step.id}"
        nodes.append(part.node(gate, "exclusiveGateway", "gateway"))
        part.way(id, gate)
        by_target: dict[str, list[OutcomeRule]] = {}
        for rule in rules:
            by_target.setdefault(rule.to, []).append(rule)
        for target, chosen in by_target.items():
            label = " / ".join(rule.label for rule in chosen)
            outcomes = [rule.outcome or "" for rule in chosen]
            part.way(gate, self._target(part, target, block_id), label, _is_one_of(outcomes))
        return nodes

    def _target(self, part: Part, target: str, block_id: str | None) -> str:
        """The symbol to which an arrow goes; out of a block, to an end that stops what goes on beside it."""
        if block_id is None:
            return self._entry(target)
        lines = lines_of(self.definition.blocks[block_id])
        if target == JOIN:
            return f"join_{block_id}" if len(lines) > 1 else f"end_{block_id}"
        if any(target in line for line in lines):
            return self._entry(target)
        leave = f"leave_{block_id}_{target}"
        if leave not in part.elements:
            part.scope.after.append(part.node(leave, "endEvent", "event"))
            part.inside[leave] = tag("terminateEventDefinition", {"id": f"{leave}_event"}) + "\n"
        return leave

    def _entry(self, target: str) -> str:
        if target == END:
            return "end"
        if target in self.definition.blocks:
            return f"block_{target}"
        step = self.definition.step(target)
        return f"applies_{target}" if step.when and step.next else f"step_{target}"


def _per_branch(leaving: Sequence[str]) -> str:
    """That a sub-process is gone through once per branch; who leaves it ends the others."""
    stop = ""
    if leaving:
        said = text(_is_one_of(leaving))
        stop = f'<completionCondition xsi:type="tFormalExpression">{said}</completionCondition>'
    return (
        '<multiInstanceLoopCharacteristics isSequential="false">'
        f'<loopCardinality xsi:type="tFormalExpression">branches</loopCardinality>{stop}'
        "</multiInstanceLoopCharacteristics>\n"
    )


def _is_one_of(outcomes: Sequence[str]) -> str:
    return " or ".join(f"outcome == '{outcome}'" for outcome in dict.fromkeys(outcomes))


def _elements(part: Part) -> Iterator[str]:
    otherwise = {way.flow.source: way.flow.id for way in part.ways if way.otherwise}
    for node in part.scope.nodes():
        given = {"id": node.id, **part.given[node.id], "default": otherwise.get(node.id)}
        yield tag(part.elements[node.id], given, is_open=True) + "\n"
        if node.id in part.told:
            yield f"<documentation>{text(part.told[node.id])}</documentation>\n"
        yield from (f"<incoming>{w.flow.id}</incoming>\n" for w in part.ways if w.flow.target == node.id)
        yield from (f"<outgoing>{w.flow.id}</outgoing>\n" for w in part.ways if w.flow.source == node.id)
        yield part.inside.get(node.id, "")
        if node.id in part.parts:
            yield from _elements(part.parts[node.id])
        yield f"</{part.elements[node.id]}>\n"
    for way in part.ways:
        flow = way.flow
        given = {"id": flow.id, "name": way.name, "sourceRef": flow.source, "targetRef": flow.target}
        if way.condition is None:
            yield tag("sequenceFlow", given) + "\n"
            continue
        said = (
            f'<conditionExpression xsi:type="tFormalExpression">{text(way.condition)}</conditionExpression>'
        )
        yield f"{tag('sequenceFlow', given, is_open=True)}{said}</sequenceFlow>\n"


def _shapes(part: Part) -> Iterator[str]:
    for node in part.scope.nodes():
        expanded = "true" if node.scope is not None else None
        given = {"id": f"shape_{node.id}", "bpmnElement": node.id, "isExpanded": expanded}
        bounds = {"x": node.x, "y": node.y, "width": node.width, "height": node.height}
        yield f"{tag('bpmndi:BPMNShape', given, is_open=True)}{tag('dc:Bounds', bounds)}</bpmndi:BPMNShape>\n"
        if node.id in part.parts:
            yield from _shapes(part.parts[node.id])
    for flow in part.scope.flows:
        points = "".join(f'<di:waypoint x="{x:g}" y="{y:g}"/>' for x, y in part.scope.ways[flow.id])
        given = {"id": f"edge_{flow.id}", "bpmnElement": flow.id}
        yield f"{tag('bpmndi:BPMNEdge', given, is_open=True)}{points}</bpmndi:BPMNEdge>\n"
