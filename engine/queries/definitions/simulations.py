"""An SOP simulated in the office as it stands, with what its visits took as far as one may see them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from engine.access.actor import Actor, AnyActor, accepts_names
from engine.context import Context
from engine.errors import NotAllowed, NotFound, SecondFactorNeeded
from engine.organisation.model import ADMIN
from engine.queries.cases import log_sight
from engine.queries.cases.logged_visits import Range, of_agency
from engine.queries.definitions.definitions import in_force
from engine.simulation.office import in_office
from engine.simulation.options import Options
from engine.simulation.plan import Setting, StepHistory, plan_of
from engine.simulation.result import simulated
from engine.sop.model import Definition
from engine.statistics.forecast import Reliability, reliability
from engine.store import Tx
from engine.store.account_guards import active
from engine.tables import TASK
from engine.text.bilingual import Text
from engine.views.simulation import Simulation, simulation_view

AUTHORS = frozenset({"author", ADMIN})
MOST_VISITS = 20_000
"""The latest visits of an SOP; older ones tell less of the office as it is."""


@accepts_names
class Simulations:
    def __init__(self, context: Context) -> None:
        self.context = context

    def ask(
        self,
        actor: AnyActor,
        sop: str,
        options: Options,
        *,
        version: str | None = None,
        agency: str | None = None,
    ) -> Simulation:
        """The version that is named, else the one in force, else the last; the host names the agency.

        For authors, readers of the log and superiors; `NotAllowed` for others.
        """

        def query(tx: Tx) -> tuple[Definition, Setting]:
            return self._setting(tx, actor, sop, version, agency or "")

        # The runs hold no snapshot: they may take seconds.
        return simulation_view(simulated(*self.context.store.ask(query), options))

    def reliability(self, actor: AnyActor, sop: str, version: str) -> list[Reliability]:
        """How well forecasts of late visits would have held so far, for who may simulate the SOP."""

        def query(tx: Tx) -> list[Reliability]:
            definition, setting = self._setting(tx, actor, sop, version, "")
            steps = plan_of(definition, setting, Options()).steps
            return reliability(
                (
                    list(reversed([*map(sum, zip(lengths.working, lengths.waiting, strict=True))])),
                    int(allowed),
                )
                for step_id, lengths in setting.history.items()
                if step_id in steps and (allowed := steps[step_id].allowed) is not None
            )

        return self.context.store.ask(query)

    def _setting(
        self, tx: Tx, actor: AnyActor, sop: str, version: str | None, agency: str
    ) -> tuple[Definition, Setting]:
        """The version and the office in which it is run; `NotFound` where there is none."""
        of = active(tx, actor).agency if isinstance(actor, Actor) else agency
        history = _history(tx, self._ranges(tx, actor, of, sop))
        known = [stored for stored in tx.definitions.of(of, sop) if version in (None, stored.version)]
        if not known:
            raise NotFound(Text(f'SOP "{sop}" tidak ada.', f"no SOP {sop!r} {version or ''}"))
        compiled = self.context.catalog.compiled(tx, of, sop, in_force(known).version)
        now = self.context.clock.now()
        case = self.context.catalog.decision_context(tx, of, compiled, now)
        return case.definition, in_office(case.definition, case.organisation, case.calendar, now, history)

    def _ranges(self, tx: Tx, actor: AnyActor, agency: str, sop: str) -> list[Range]:
        """The visits to draw from: for an author all of the agency, of which he sees none."""
        if not isinstance(actor, Actor) or active(tx, actor).system_roles & AUTHORS:
            return [of_agency(agency, sop)]
        try:
            return log_sight.ranges(self.context, tx, actor, sop)
        except SecondFactorNeeded:
            raise
        except NotAllowed:
            raise NotAllowed(
                Text(
                    "Simulasi hanya untuk penyusun SOP, auditor, pembaca laporan, dan atasan.",
                    "simulations are for authors, auditors, readers of reports and superiors",
                )
            ) from None


def _history(tx: Tx, ranges: Sequence[Range]) -> Mapping[str, StepHistory]:
    """What finished visits took, and what was decided, by step; deviations left out."""
    if not ranges:
        return {}
    names = ("step_id", "outcome", "working_minutes", "waiting_minutes")
    asked = (
        select(*(TASK.c[name] for name in names))
        .where(
            or_(*(part.which for part in ranges)),
            TASK.c.state == "completed",
            TASK.c.approval_of.is_(None),
            TASK.c.deviation.is_(False),
        )
        .order_by(TASK.c.ready_at.desc())
        .limit(MOST_VISITS)
    )
    working, waiting = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    outcomes = defaultdict[str, Counter[str]](Counter)
    for step_id, outcome, worked, waited in tx.connection.execute(asked):
        working[step_id].append(worked or 0)
        waiting[step_id].append(waited or 0)
        if outcome is not None:
            outcomes[step_id][outcome] += 1
    return {
        step_id: StepHistory(working[step_id], waiting[step_id], outcomes[step_id]) for step_id in working
    }
