"""The terms of a team: who it is on a day, and what a new term does to those before. Pure."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from engine.organisation.model import Position, Team, Term, Unit, is_valid, person_seat

Part = TypeVar("Part", Unit, Position, Team)
A_DAY = timedelta(days=1)


def term_on(team: Team, day: date | None) -> Term | None:
    """Who the team is on that day, without a day as of its latest term; None on a day of no term."""
    if day is None or not team.has_terms:
        return own_term(team)
    valid = [term for term in terms_of(team) if is_valid(term, day)]
    return valid[-1] if valid else None


def seats_on(team: Team, day: date | None) -> tuple[str, ...]:
    """Where the team is reached on that day, its chair first."""
    term = term_on(team, day)
    if term is None:
        return ()
    chair = (term.chair,) if term.chair else ()
    people = (person_seat(username) for username in term.accounts)
    return tuple(dict.fromkeys((*chair, *term.members, *people)))


def terms_of(team: Team) -> tuple[Term, ...]:
    """All its terms, the latest last; none where it counts always."""
    if not team.has_terms:
        return ()
    own = own_term(team)
    undated = own.valid_from is None and own.valid_to is None  # a file may list every term under ``terms``
    listed = team.terms if undated else (*team.terms, own)
    return tuple(sorted(listed, key=lambda term: term.valid_from or date.min))


def own_term(team: Team) -> Term:
    """The latest term as one of its own."""
    return Term(**_own(team))


def _own(team: Team | Term) -> dict[str, Any]:
    return {spec.name: getattr(team, spec.name) for spec in fields(Term)}


def with_term(team: Team, new: Term) -> Team:
    """The team with one more term: what stood before ends the day before, what it covers goes.

    A team that counted always did so until then; one that is given without dates does from now on.
    """
    if new.valid_from is None and new.valid_to is None:
        return replace(team, **_own(new), terms=())
    begins = new.valid_from or date.min
    kept: list[Term] = []
    for old in terms_of(team) or ([own_term(team)] if _reaches(own_term(team)) else []):
        if (old.valid_from or date.min) >= begins:
            if new.valid_to is not None and old.valid_from is not None and old.valid_from > new.valid_to:
                kept.append(old)
            continue
        last = begins - A_DAY
        kept.append(old if old.valid_to is not None and old.valid_to <= last else replace(old, valid_to=last))
    *before, latest = sorted((*kept, new), key=lambda term: term.valid_from or date.min)
    return replace(team, **_own(latest), terms=tuple(before))


def put_in(things: tuple[Part, ...], thing: Part) -> tuple[Part, ...]:
    """The things with one in the place of the one of its id, else at the end."""
    if all(other.id != thing.id for other in things):
        return things + (thing,)  # noqa: RUF005 - keeps the type of the parts
    return tuple(thing if other.id == thing.id else other for other in things)


def _reaches(term: Term) -> bool:
    return bool(term.chair or term.members or term.accounts)
