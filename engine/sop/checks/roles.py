"""Checks of the identity block and the roles: who approves, who acts, where a role finds its people."""

from engine.sop.checks.clock import check_calendar
from engine.sop.checks.lookup import field_at
from engine.sop.checks.report import ROLE, Report
from engine.sop.locations import Path, shown
from engine.sop.model import STARTER, Role
from engine.text.bilingual import Text

_PEOPLE = ("user", "users", "position", "positions")


def check_identity(report: Report) -> None:
    identity = report.written.identity
    for key in ("approved_by", "product_owner", "activity_owner"):
        report.wants(("identity", key), getattr(identity, key), report.written.roles, ROLE)


def check_roles(report: Report) -> None:
    for name, role in report.written.roles.items():
        path: Path = ("roles", name)
        _check_origin(report, path, role)
        for key in ("supervisor_of", "fallback", "recorded_by"):
            other = getattr(role, key)
            if report.wants((*path, key), other, report.written.roles, ROLE) and other == name:
                report.error(
                    (*path, key),
                    "role_of_itself",
                    Text(
                        f"Peran {shown(name)} tidak dapat merujuk dirinya sendiri.",
                        f"The role {shown(name)} cannot refer to itself.",
                    ),
                )
        check_calendar(report, (*path, "calendar"), role.calendar)
        _check_recorder(report, path, role)
        _check_supervision(report, path, name)
        if role.from_ is not None:
            _check_from(report, (*path, "from"), role.from_)
        if role.from_ == STARTER:
            _check_starter(report, path, name, role)


def _check_origin(report: Report, path: Path, role: Role) -> None:
    origins = [
        key for key in ("team", "from", "supervisor_of") if getattr(role, key.replace("from", "from_"))
    ]
    if role.system:
        origins += [key for key in ("per", "external", "many", "recorded_by") if getattr(role, key)]
        if origins:
            report.error(
                (*path, origins[0]),
                "role_origin",
                Text(
                    f"Peran sistem tidak punya pemegang; hapus {', '.join(origins)}.",
                    f"A system role has no holder; remove {', '.join(origins)}.",
                ),
            )
    elif len(origins) > 1:
        report.error(
            (*path, origins[1]),
            "role_origin",
            Text(
                f"Peran hanya boleh berasal dari satu hal; pilih {' atau '.join(origins)}.",
                f"A role comes from one thing only; choose {' or '.join(origins)}.",
            ),
        )


def _check_recorder(report: Report, path: Path, role: Role) -> None:
    if role.recorded_by is None:
        return
    recorder = report.written.roles.get(role.recorded_by)
    if not role.external:
        report.error(
            (*path, "recorded_by"),
            "recorder",
            Text(
                "recorded_by hanya untuk peran luar; tambahkan external: true.",
                "recorded_by is for external roles only; add external: true.",
            ),
        )
    elif recorder is not None and (recorder.external or recorder.system):
        report.error(
            (*path, "recorded_by"),
            "recorder",
            Text(
                f"Peran {shown(role.recorded_by)} tidak punya akun untuk mencatat; pilih peran dalam"
                " instansi.",
                f"The role {shown(role.recorded_by)} has no account to record with; choose a role of"
                " the agency.",
            ),
        )


def _check_supervision(report: Report, path: Path, name: str) -> None:
    roles, seen, current = report.written.roles, {name}, roles_next(report, name)
    while current is not None and current in roles and current not in seen:
        seen.add(current)
        current = roles_next(report, current)
    if current == name and roles[name].supervisor_of != name:
        report.error(
            (*path, "supervisor_of"),
            "role_circle",
            Text(
                "Atasan berputar: peran ini menjadi atasan dirinya sendiri.",
                "The supervision goes in a circle: this role supervises itself.",
            ),
        )


def roles_next(report: Report, name: str) -> str | None:
    """The role that a role supervises."""
    return report.written.roles[name].supervisor_of


def _check_starter(report: Report, path: Path, name: str, role: Role) -> None:
    """Nobody starts what a schedule opens: a step of whoever did would have nobody."""
    scheduled = any(trigger.type == "schedule" for trigger in report.written.triggers)
    does = any(name in step.executor for step in report.written.steps)
    if scheduled and does and role.fallback is None:
        report.error(
            (*path, "from"),
            "starter_of_schedule",
            Text(
                f"Proses yang dibuka jadwal tidak dimulai siapa pun; beri fallback pada peran {shown(name)}.",
                f"Nobody starts a case that a schedule opens; give the role {shown(name)} a fallback.",
            ),
        )


def _check_from(report: Report, path: Path, reference: str) -> None:
    if reference == STARTER:
        return
    field = field_at(report.written, reference, None)
    if field is None:
        report.error(
            path,
            "unknown_field",
            Text(
                f"Isian {shown(reference)} tidak ada; tulis item.<kolom>, <langkah>.<isian> atau {STARTER}.",
                f"There is no field {shown(reference)}; write item.<column>, <step>.<field> or {STARTER}.",
            ),
        )
    elif field.type not in _PEOPLE:
        report.error(
            path,
            "wrong_field_type",
            Text(
                f"Isian {shown(reference)} berjenis {field.type}; diperlukan {', '.join(_PEOPLE)}.",
                f"The field {shown(reference)} is of type {field.type}; needed is {', '.join(_PEOPLE)}.",
            ),
        )
