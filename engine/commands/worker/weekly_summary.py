"""The weekly list that a policy sends to some roles: every late or soon due task of its SOPs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from engine.audit.act import Act
from engine.calendar.policies import Policy
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.task_context import TaskContext
from engine.commands.cases.case_act import notice_of, tell
from engine.context import Context
from engine.errors import NotFound
from engine.organisation import NO_SOP
from engine.reminders.digests import digest_text, summary_before
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
    policy: Policy
    at: datetime


class WeeklySummaries:
    """Run with every tick; each weekly instant of an agency's policy is sent once."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def tick(self, now: datetime) -> int:
        """Send the summaries whose time has come; how many."""
        due = self.context.store.ask(lambda tx: list(self._due(tx, now)))
        return sum(self._send(each, now) for each in due)

    def _due(self, tx: Tx, now: datetime) -> Iterator[_Summary]:
        for agency, policy, context in self._policies(tx, now):
            at = summary_before(policy.weekly, context.calendar, now).astimezone(UTC)
            if now - at <= STILL_USEFUL and not tx.schedules.has_summary(agency, policy.id, at):
                yield _Summary(agency, policy, at)

    def _policies(self, tx: Tx, now: datetime) -> Iterator[tuple[str, Policy, DecisionContext]]:
        """The policies with a weekly list that an SOP in force names, with one of their worlds."""
        for agency in tx.organisations.agencies():
            seen: set[str] = set()
            for sop, version in tx.schedules.effective_versions(agency):
                compiled = self.context.catalog.compiled(tx, agency, sop, version)
                try:
                    context = self.context.catalog.decision_context(tx, agency, compiled, now)
                except NotFound:
                    continue  # the agency has no calendar for it: nothing of it runs there
                if context.policy.weekly.to and context.policy.id not in seen:
                    seen.add(context.policy.id)
                    yield agency, context.policy, context

    def _send(self, due: _Summary, now: datetime) -> bool:
        found = sorted(self._lines(due, now), key=itemgetter(0))
        lines = [line for _, line in found]
        return self.context.store.execute(lambda tx: self._sent(tx, due, lines, now))

    def _lines(self, due: _Summary, now: datetime) -> Iterator[tuple[datetime, Text]]:
        """(deadline, line) of every late or soon due task, read some cases at a time."""
        after = ""
        while page := self.context.store.ask(lambda tx: self._page(tx, due.agency, after, now)):  # noqa: B023
            for case in page:
                after = case.state.case.id
                if case.policy.id == due.policy.id:
                    yield from _lines(case)

    def _page(self, tx: Tx, agency: str, after: str, now: datetime) -> list[CaseContext]:
        found = tx.case_batch.open(agency, after)
        return [self.context.catalog.case_context(tx, state, now) for state in found]

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
        outages = [each for each in tx.heartbeats.outages(due.at) if each[0] <= due.at < each[1]]
        late = bool(outages)
        texts = {
            language: digest_text([line.to(language) for line in lines], late, outages, zone, language)
            for language in set(languages.values())
        }
        notices = [
            notice_of(account, "digest", texts[language], now) for account, language in languages.items()
        ]
        act = Act(
            name="digest.send",
            at=now,
            account=None,
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
