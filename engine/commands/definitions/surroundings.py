"""What an agency has beside a definition that is checked or stored: registers, other SOPs, calendars."""

from engine.sop.checks.findings import Surroundings
from engine.sop.defaults import prefix_of
from engine.sop.model import Definition
from engine.sop.scalars import version_order
from engine.store import Tx
from engine.store.catalog import Catalog


def surroundings(tx: Tx, catalog: Catalog, agency: str) -> Surroundings:
    """Registers as their last files say, of each SOP the version in force or else the newest.

    An agency without registers or calendars is not asked for any: its definitions may come before them.
    """
    registers = {name: catalog.register(tx, agency, name) for name in tx.registers.ids(agency)}
    known = {name: register for name, register in registers.items() if register is not None}
    definitions = _definitions(tx, catalog, agency)
    in_force = {stored.id for stored in tx.definitions.of(agency) if stored.status == "effective"}
    return {
        "registers": known or None,
        "children": definitions,
        "known_prefixes": {id: prefix_of(definitions[id]) for id in sorted(in_force)},
        "known_versions": _highest(tx, agency),
        "known_calendars": {stored.calendar for stored in catalog.calendar_versions(tx, agency)} or None,
    }


def _highest(tx: Tx, agency: str) -> dict[str, str]:
    highest: dict[str, str] = {}
    for stored in tx.definitions.of(agency):
        highest[stored.id] = max(stored.version, highest.get(stored.id, "0.0.0"), key=version_order)
    return highest


def _definitions(tx: Tx, catalog: Catalog, agency: str) -> dict[str, Definition]:
    versions: dict[str, str] = {}
    effective: set[str] = set()
    for stored in tx.definitions.of(agency):
        if stored.id not in effective and stored.status != "revoked":
            versions[stored.id] = stored.version
        if stored.status == "effective":
            effective.add(stored.id)
            versions[stored.id] = stored.version
    return {id: catalog.compiled(tx, agency, id, version).definition for id, version in versions.items()}
