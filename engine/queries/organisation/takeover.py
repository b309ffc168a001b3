"""What would become of an absent person's tasks if a superior took over the inbox now."""

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import NotFound
from engine.organisation import NO_SOP
from engine.permissions.rules import Permissions
from engine.staffing import takeover
from engine.store import Tx
from engine.text.bilingual import Text
from engine.views.organisation import PersonName
from engine.views.takeover import TakeOver


@accepts_names
class TakeoverQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def preview(self, actor: Actor, absent: str, *, to: str | None = None) -> TakeOver:
        """Every task that the absent person holds: where it would go, or why it would stay."""

        def query(tx: Tx) -> TakeOver:
            organisation = self.context.organisation_of(tx, actor)
            if organisation.account(absent) is None:
                raise NotFound(Text("Akun tidak dikenal.", f"no account {absent!r} here"))
            day = self.context.day_in(organisation)
            against = takeover.refusal(organisation, day, actor.account, absent)
            if against is not None:
                against.throw()
            seats = takeover.waits_for(organisation, day, absent)
            tasks, more = tx.open_tasks.of(organisation.agency.id, absent, seats, takeover.MOST)
            report = takeover.Report(organisation, absent, more)
            now, named = self.context.clock.now(), list(dict.fromkeys(case_id for case_id, _ in tasks))
            states = {state.case.id: state for state in tx.case_batch.in_turn(named)}
            for case_id, task_id in tasks:
                case = self.context.catalog.case_context(tx, states[case_id], now)
                permissions = Permissions(case, actor)
                task = permissions.state.tasks[task_id]
                if takeover.is_held_by(permissions, task, absent):
                    report.add(permissions, task, takeover.destination(permissions, task, absent, to))
            return report.shape()

        return self.context.store.ask(query)

    def away(self, actor: Actor) -> list[PersonName]:
        """Those whom this person leads who are away today, each with ``account`` and ``label``."""

        def query(tx: Tx) -> list[PersonName]:
            organisation = self.context.organisation_of(tx, actor)
            day = self.context.day_in(organisation)
            led = organisation.leads(actor.account, day, NO_SOP)
            gone = dict.fromkeys(
                holding.account
                for holding in organisation.holdings
                if holding.position in led
                and holding.account != actor.account
                and organisation.is_absent(holding.account, day)
            )
            return [{"account": name, "label": organisation.person_label(name)} for name in gone]

        return self.context.store.ask(query)
