"""Who reads a version before working by it: today's holders of the roles that do or take part. Pure."""

from datetime import date

from engine.organisation import Organisation
from engine.sop.model import Definition


def readers(definition: Definition, organisation: Organisation, day: date) -> tuple[str, ...]:
    """The accounts, each once; a role that is only chosen in a case has no holders before it."""
    named = (role for step in definition.steps for role in (*step.executor, *step.participants))
    people: dict[str, None] = {}
    for name in dict.fromkeys(named):
        role = definition.roles[name]
        recorder = definition.roles.get(role.recorded_by or "") if role.external else None
        name, role = (role.recorded_by or name, recorder) if recorder else (name, role)
        if role.system or role.external or role.from_ or role.supervisor_of:
            continue
        seats = organisation.team_seats(role.team) if role.team else organisation.positions_with(name)
        people.update(dict.fromkeys(organisation.people_of(seats, day, definition.id)))
    return tuple(people)
