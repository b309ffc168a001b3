"""Whether this installation is in order: each check answers with findings, none of them changes anything."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.engine import make_url

from runtime.bootstrap import System
from runtime.doctor.database import audit_log, auditor_rights, reachable, rights, schema, sqlite, triggers
from runtime.doctor.disk import files_folder, free_space
from runtime.doctor.exposure import exposure
from runtime.doctor.findings import Finding, Findings, by_gravity, reading
from runtime.doctor.identity_checks import vouching
from runtime.doctor.interpreter import interpreter
from runtime.doctor.keys import application_key, sleeping_roles
from runtime.doctor.office import agencies
from runtime.doctor.operation import operation
from runtime.doctor.proofs import checkpoints, log_key
from runtime.doctor.registers import retention

__all__ = ["Finding", "examine"]


def examine(system: System, told: Callable[[int, int], object]) -> list[Finding]:
    """Every finding, the gravest first.

    What cannot be asked (the database is away, its schema is old) is left out. ``told`` hears how many checks
    are done, of how many.
    """
    office = system.engine.context
    on_sqlite = make_url(system.settings.database_url).get_backend_name() == "sqlite"
    findings = [*reachable(system)]
    checks: list[Callable[[], Findings]] = [
        lambda: free_space(system),
        lambda: files_folder(system),
        interpreter,
        lambda: exposure(system),
        lambda: application_key(system),
        lambda: vouching(system),
    ]
    if findings[-1].status == "ok":
        findings += reading(office, "schema", schema)
        checks.append((lambda: sqlite(office)) if on_sqlite else lambda: reading(office, "rights", rights))
        if findings[-1].status == "ok":
            role = system.settings.auditor_role
            if role is not None and not on_sqlite:
                checks.append(lambda: reading(office, "auditor_role", partial(auditor_rights, role)))
            checks += [
                lambda: reading(office, "triggers", triggers),
                lambda: reading(office, "audit_log", partial(audit_log, office.files)),
                lambda: log_key(system),
                lambda: checkpoints(system),
                lambda: agencies(office),
                lambda: reading(office, "retention", partial(retention, office)),
                lambda: operation(office),
                lambda: sleeping_roles(system),
            ]
    for done, check in enumerate(checks):
        told(done, len(checks))
        findings += check()
    return by_gravity(findings)
