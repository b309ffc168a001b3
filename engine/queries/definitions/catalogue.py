"""The catalogue: how the SOPs of an agency lead to each other, and which registers they read and write."""

from collections.abc import Iterator

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.queries.definitions.definitions import in_force
from engine.sop.model import Definition, Field
from engine.store import StoredDefinition, Tx
from engine.store.account_guards import active
from engine.views.definitions import Catalogue, CatalogueEdge, CatalogueNode, CatalogueRegister


@accepts_names
class CatalogueQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(self, actor: Actor) -> Catalogue:
        """Every SOP of the agency: the version in force, else its last, and the SOPs that they name."""

        def query(tx: Tx) -> Catalogue:
            agency = active(tx, actor).agency
            nodes: dict[str, CatalogueNode] = {}
            definitions: list[Definition] = []
            versions: dict[str, list[StoredDefinition]] = {}
            for version in tx.definitions.of(agency):
                versions.setdefault(version.id, []).append(version)
            for sop, known in versions.items():
                stored = in_force(known)
                compiled = self.context.catalog.compiled(tx, agency, sop, stored.version)
                definitions.append(compiled.definition)
                nodes[sop] = {
                    "sop": sop,
                    "title": compiled.definition.identity.title or sop,
                    "status": "effective" if stored.status == "effective" else "draft",
                }
            for sop, title in _named(definitions):
                nodes.setdefault(sop, {"sop": sop, "title": title, "status": "named"})
            return {
                "nodes": sorted(nodes.values(), key=lambda node: node["sop"]),
                "edges": _once(edge for definition in definitions for edge in _edges(definition)),
                "registers": [use for definition in definitions for use in _registers(definition)],
            }

        return self.context.store.ask(query)


def _named(definitions: list[Definition]) -> Iterator[tuple[str, str]]:
    """The SOPs that others name, with the title by which they do."""
    for definition in definitions:
        yield from ((related.sop, related.title) for related in definition.identity.related)
        for step in definition.steps:
            if step.remarks is not None and step.remarks.sop is not None:
                yield step.remarks.sop, step.remarks.text or step.remarks.sop
        yield from ((edge["to"], edge["to"]) for edge in _edges(definition))


def _edges(definition: Definition) -> Iterator[CatalogueEdge]:
    for step in definition.steps:
        outcomes = (start for outcome in step.outcomes.values() for start in outcome.start_sop)
        for start in (*step.start_sop, *outcomes):
            yield {"from": definition.id, "to": start.sop, "kind": "waits" if start.wait else "starts"}
        if step.remarks is not None and step.remarks.sop is not None:
            yield {"from": definition.id, "to": step.remarks.sop, "kind": "remark"}
    for related in definition.identity.related:
        yield {"from": definition.id, "to": related.sop, "kind": "related"}


def _once(edges: Iterator[CatalogueEdge]) -> list[CatalogueEdge]:
    return list({(edge["from"], edge["to"], edge["kind"]): edge for edge in edges}.values())


def _registers(definition: Definition) -> Iterator[CatalogueRegister]:
    reads = {name for field in _fields(definition) for name in _read_by(field)}
    steps = [write for step in definition.steps for write in step.write]
    outcomes = [w for step in definition.steps for rule in step.outcomes.values() for w in rule.write]
    deviations = [write for path in definition.deviations.paths for write in path.write]
    writes = {write.register for write in (*steps, *outcomes, *deviations)}
    for register in sorted(reads | writes):
        yield {
            "sop": definition.id,
            "register": register,
            "reads": register in reads,
            "writes": register in writes,
        }


def _fields(definition: Definition) -> Iterator[Field]:
    for fields in (
        definition.case.fields,
        *definition.case.parties.values(),
        *(form.fields for form in definition.forms.values()),
    ):
        for field in fields:
            yield field
            yield from field.columns


def _read_by(field: Field) -> Iterator[str]:
    source = field.rows_from
    if source is not None and source.register is not None:
        yield source.register
    if field.lookup is not None:
        yield field.lookup.register
    if field.register is not None:
        yield field.register
