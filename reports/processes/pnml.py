"""One branch line of an SOP as PNML (ISO/IEC 15909-2), with the final marking as ProM and pm4py read it."""

from collections.abc import Iterator

from engine.sop.model import Definition
from reports.processes.net import SINK, SOURCE, Net, net_of
from reports.processes.xml import HEAD, quoted, tag, text

GRAMMAR = "http://www.pnml.org/version-2009/grammar"


def as_pnml(definition: Definition) -> Iterator[str]:
    """The net piece by piece."""
    yield HEAD + tag("pnml", {"xmlns": f"{GRAMMAR}/pnml"}, is_open=True) + "\n"
    name = f"{definition.id}@{definition.version}"
    yield tag("net", {"id": "net", "type": f"{GRAMMAR}/ptnet"}, is_open=True) + "\n"
    yield f"<name><text>{text(f'{definition.identity.title} ({name})')}</text></name>\n"
    yield '<page id="page">\n'
    yield from _places(net := net_of(definition))
    yield from _transitions(net)
    yield "</page>\n"
    yield f'<finalmarkings><marking><place idref="{SINK}"><text>1</text></place></marking></finalmarkings>\n'
    yield "</net>\n</pnml>\n"


def _places(net: Net) -> Iterator[str]:
    for place in net.places:
        marked = "<initialMarking><text>1</text></initialMarking>" if place == SOURCE else ""
        yield f"<place id={quoted(place)}><name><text>{text(place)}</text></name>{marked}</place>\n"


def _transitions(net: Net) -> Iterator[str]:
    for transition in net.transitions:
        told = "" if transition.label else '<toolspecific tool="ProM" version="6.4" activity="$invisible$"/>'
        name = f"<name><text>{text(transition.label or transition.id)}</text></name>"
        id, before, after = transition.id, quoted(transition.before), quoted(transition.after)
        yield f'<transition id="{id}">{name}{told}</transition>\n'
        yield f'<arc id="{id}.in" source={before} target="{id}">{_ONE}</arc>\n'
        yield f'<arc id="{id}.out" source="{id}" target={after}>{_ONE}</arc>\n'


_ONE = "<inscription><text>1</text></inscription>"
