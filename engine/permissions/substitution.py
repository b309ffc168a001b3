"""Who stands in for a position on one task: down the line of its mandates to the first who is fit. Pure.

The line itself is the organisation's; which duties are kept apart is said in ``duties``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.audit.act import ActingKind, Json
from engine.cases.context import DecisionContext, SummaryContext
from engine.cases.task_context import TaskSummaryContext
from engine.organisation import Holding, person_of
from engine.permissions import refusals, separation_of_duties
from engine.permissions.refusals import Refusal
from engine.text.bilingual import Text

Standing = Literal["in_charge", "away", "duties_apart", "strategic", "next"]
BARRED = frozenset({"duties_apart", "strategic"})
STANDINGS = {
    "in_charge": Text("Bertindak untuk tugas ini.", "In charge of this task."),
    "away": Text("Sedang tidak berada di tempat.", "Away now."),
    "next": Text("Pengganti berikutnya dalam urutan.", "Next in the line."),
}


@dataclass(frozen=True, slots=True)
class Substitute:
    """One mandate in a line, and how its holder stands to this task; ``refusal`` says why not he."""

    holding: Holding
    standing: Standing
    refusal: Refusal | None = None

    @property
    def account(self) -> str:
        return self.holding.account

    @property
    def why(self) -> Text:
        """How he stands, in words."""
        if self.refusal is not None:
            return Text(self.refusal.message.indonesian, self.refusal.message.english)
        return STANDINGS[self.standing]


def line_of(context: TaskSummaryContext, position: str) -> tuple[Substitute, ...]:
    """Everybody with a mandate for the position in this SOP today, in the order of standing in.

    The first who is there and whose duties allow it is in charge, with all of the same rank; a strategic
    step bars him and goes no further down.
    """
    organisation, day = context.case.organisation, context.case.local_day
    line: list[Substitute] = []
    charged: int | None = None
    for holding in organisation.line(position, day, context.state.case.sop):
        if organisation.is_absent(holding.account, day):
            line.append(Substitute(holding, "away"))
        elif charged is not None and holding.rank != charged:
            line.append(Substitute(holding, "next"))
        elif (kept := separation_of_duties.kept(context, holding.account, holding.kind)) is not None:
            line.append(Substitute(holding, "duties_apart", kept))
        else:
            charged = holding.rank
            barred = separation_of_duties.unfit(context, holding.account, holding.kind)
            line.append(Substitute(holding, "strategic" if barred else "in_charge", barred))
    return tuple(line)


def in_charge(context: TaskSummaryContext, position: str) -> tuple[Holding, ...]:
    """The holdings that count for the position on this task: definitive ones, and who is in charge."""
    own = context.case.organisation.definitive(position, context.case.local_day)
    line = line_of(context, position)
    return (*own, *(substitute.holding for substitute in line if substitute.standing == "in_charge"))


def refusal_of(context: DecisionContext, line: tuple[Substitute, ...], skipped: Substitute) -> Refusal | None:
    """Why somebody in the line may not do the task, naming whom it has gone down to."""
    if skipped.refusal is None or skipped.standing == "strategic":
        return skipped.refusal
    instead = next((substitute.account for substitute in line if substitute.standing == "in_charge"), None)
    name = context.organisation.person_label(instead) if instead is not None else None
    return refusals.passed_on(skipped.refusal, name)


def skipped_before(line: tuple[Substitute, ...], account: str) -> list[Json]:
    """Who was passed over before this person came to be in charge, as an event tells it."""
    passed: list[Json] = []
    for substitute in line:
        if substitute.account == account:
            break
        done = substitute.refusal.current.get("step") if substitute.refusal is not None else None
        passed.append({"account": substitute.account, "standing": substitute.standing, "step": done})
    return passed


def addressed(context: TaskSummaryContext) -> tuple[str, ...]:
    """The accounts that an open task calls on today: its holder, or who may take it for each seat.

    For whoever is away it calls on those who stand in, and on him only where nobody does.
    """
    task = context.task
    if task.assignee is not None:
        return _instead_of(context) or _active(context.case, task.assignee)
    accounts = (account for seat in task.seats for account in behind(context, seat))
    return tuple(dict.fromkeys(accounts))


def behind(context: TaskSummaryContext, seat: str) -> tuple[str, ...]:
    """The persons who may take a task for one of its seats, each once; those there before those away."""
    username = person_of(seat)
    if username is not None:
        return _active(context.case, username)
    organisation, day = context.case.organisation, context.case.local_day
    everybody = tuple(dict.fromkeys(holding.account for holding in in_charge(context, seat)))
    there = tuple(name for name in everybody if not organisation.is_absent(name, day))
    if there or everybody:
        return there or everybody
    # Nobody may take it: those who were passed over see that it stands still, and why.
    line = line_of(context, seat)
    return tuple(dict.fromkeys(substitute.account for substitute in line if substitute.standing in BARRED))


def kept_apart(context: TaskSummaryContext) -> dict[str, Refusal]:
    """Every candidate of a task whom the separation of duties alone keeps from it, and why."""
    organisation, day, sop = context.case.organisation, context.case.local_day, context.state.case.sop
    reasons: dict[str, Refusal] = {}
    for seat in context.task.seats:
        username = person_of(seat)
        kinds: list[tuple[str, ActingKind | None]] = [(username, None)] if username is not None else []
        if username is None:
            everybody = (*organisation.definitive(seat, day), *organisation.line(seat, day, sop))
            kinds = [(holding.account, holding.kind) for holding in everybody]
        for account, kind in kinds:
            why = separation_of_duties.apart(context, account, kind)
            if why is not None and separation_of_duties.of_own_unit(context, account) is None:
                reasons.setdefault(account, why)
    return reasons


def holds(case: SummaryContext, account: str, position: str) -> Holding | None:
    """By which holding a person may go on acting as a position today, the strongest; None for none.

    A mandate in force is enough, also where somebody before him in the line is back.
    """
    organisation, day, sop = case.organisation, case.local_day, case.state.case.sop
    for holding in (*organisation.definitive(position, day), *organisation.line(position, day, sop)):
        if holding.account == account:
            return holding
    return None


def absent(context: DecisionContext, position: str) -> Iterator[str]:
    """The definitive holders of a position who are away today."""
    organisation, day = context.organisation, context.local_day
    for holding in organisation.definitive(position, day):
        if organisation.is_absent(holding.account, day):
            yield holding.account


def _instead_of(context: TaskSummaryContext) -> tuple[str, ...]:
    """Who may take the place of a holder who is away."""
    task = context.task
    if task.position is None or not context.case.organisation.is_absent(
        task.assignee or "", context.case.local_day
    ):
        return ()
    charged = in_charge(context, task.position)
    there = (holding.account for holding in charged if holding.is_acting and holding.account != task.assignee)
    return tuple(dict.fromkeys(there))


def _active(context: DecisionContext, username: str) -> tuple[str, ...]:
    return context.organisation.accounts_of(f"@{username}", context.local_day)
