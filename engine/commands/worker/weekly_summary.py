"""The weekly list that a policy sends to some roles: every late or soon due task of its SOPs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from engine.access.actor import WORKER, account_of
from engine.audit.act import Act
from engine.calendar.policies import Policy
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.model import CaseState
from engine.cases.task_context import TaskContext
from engine.commands.notices.notice import notice_of, tell
from engine.commands.set_aside import SetAside
from engine.context import Context
from engine.errors import NotFound
from engine.organisation import NO_SOP
from engine.reminders.summaries import summary_before, summary_text
from engine.store import Tx
from engine.text.bilingual import Text
from engine.text.dates import instant_text
from engine.views.deadlines import sla_of
from engine.views.tasks import task_label

SHOWN = ("overdue", "due_soon")
STILL_USEFUL = timedelta(days=3)
"""After an outage the latest summary is sent once, unless it is as old as this."""


@dataclass(frozen=True, slots=True)
class _Summary:
    agency: str
    sop: str
    policy: Policy
    at: datetime


class WeeklySummaries:
    """Run with every tick; each weekly instant of an agency's policy is sent once."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def tick(self, now: datetime, aside: SetAside) -> int:
        """Send the summaries whose time has come; how many."""
        sent = 0
        for due in self.context.store.ask(lambda tx: list(self._due(tx, now, aside))):
            with aside.unless("policy", due.sop, due.agency):
                sent += self._send(due, now, aside)
        return sent

    def _due(self, tx: Tx, now: datetime, aside: SetAside) -> Iterator[_Summary]:
        """The policies with a weekly list that an SOP in force names."""
        for agency in tx.organisations.agencies():
            seen: set[str] = set()
            for sop, version in tx.schedules.effective_versions(agency):
                with aside.unless("policy", sop, agency):
                    context = self._context_of(tx, agency, sop, version, now)
                    if context is None or not context.policy.weekly.to or context.policy.id in seen:
                        continue
                    policy = context.policy
                    at = summary_before(policy.weekly, context.calendar, now).astimezone(UTC)
                    seen.add(policy.id)
                    if now - at <= STILL_USEFUL and not tx.schedules.has_summary(agency, policy.id, at):
                        yield _Summary(agency, sop, policy, at)

    def _context_of(
        self, tx: Tx, agency: str, sop: str, version: str, now: datetime
    ) -> DecisionContext | None:
        """None where the agency has no calendar for it: nothing of it runs there."""
        compiled = self.context.catalog.compiled(tx, agency, sop, version)
        try:
            return self.context.catalog.decision_context(tx, agency, compiled, now)
        except NotFound:
            return None

    def _send(self, due: _Summary, now: datetime, aside: SetAside) -> bool:
        dated_lines = sorted(self._lines(due, now, aside), key=itemgetter(0))
        lines = [line for _, line in dated_lines]
        return self.context.store.execute(lambda tx: self._sent(tx, due, lines, now))

    def _lines(self, due: _Summary, now: datetime, aside: SetAside) -> Iterator[tuple[datetime, Text]]:
        """(deadline, line) of every late or soon due task, read some cases at a time."""
        after = ""
        while page := self.context.store.ask(lambda tx: tx.case_batch.open(due.agency, after)):  # noqa: B023
            after = page[-1].case.id
            for state in page:
                with aside.unless("case", state.case.number, due.agency):
                    yield from self._lines_of(due, state, now)

    def _lines_of(self, due: _Summary, state: CaseState, now: datetime) -> list[tuple[datetime, Text]]:
        case = self.context.store.ask(lambda tx: self.context.catalog.case_context(tx, state, now))
        return list(_lines(case)) if case.policy.id == due.policy.id else []

    def _sent(self, tx: Tx, due: _Summary, lines: list[Text], now: datetime) -> bool:
        if not tx.schedules.note_summary(due.agency, due.policy.id, due.at):
            return False
        organisation = self.context.catalog.organisation(tx, due.agency)
        day = self.context.day_in(organisation, now)
        seats = [seat for role in due.policy.weekly.to for seat in organisation.positions_with(role)]
        # A mandate for named SOPs alone does not reach a summary of all.
        accounts = dict.fromkeys(
            name for seat in seats for name in organisation.accounts_of(seat, day, NO_SOP)
        )
        if not lines or not accounts:
            return False
        zone = ZoneInfo(organisation.agency.timezone)
        languages = {account: self.context.catalog.language_of(tx, account) for account in accounts}
        outages = [outage for outage in tx.heartbeats.outages(due.at) if outage[0] <= due.at < outage[1]]
        late = bool(outages)
        texts = {
            language: summary_text([line.to(language) for line in lines], late, outages, zone, language)
            for language in set(languages.values())
        }
        notices = [
            notice_of(account, "digest", texts[language], now) for account, language in languages.items()
        ]
        act = Act(
            name="digest.send",
            at=now,
            account=account_of(WORKER),
            subject=due.policy.id,
            facts={"due": due.at, "recipients": list(accounts), "lines": len(lines)},
        )
        tx.audit.record(f"digest:{due.agency}", act, {})
        tell(self.context, tx, notices)
        return True


def _lines(case: CaseContext) -> Iterator[tuple[datetime, Text]]:
    for task in case.state.open_tasks():
        if task.due_at is not None and sla_of(TaskContext(case, task)) in SHOWN:
            due = instant_text(task.due_at, case.calendar.timezone)
            subject = f"{task_label(case, task)} — {case.state.case.number}, {case.state.case.title}"
            yield (
                task.due_at,
                Text(f"{subject}: jatuh tempo {due.indonesian}.", f"{subject}: due {due.english}."),
            )
