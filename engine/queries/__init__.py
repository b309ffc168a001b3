"""Reads for screens and programs; every one of them shows only what this person may see."""

from engine.context import Context
from engine.queries.accounts.accounts import AccountQueries
from engine.queries.audit.audit import AuditQueries
from engine.queries.audit.proofs import ProofQueries
from engine.queries.calendar.calendars import CalendarQueries
from engine.queries.calendar.schedules import ScheduleQueries
from engine.queries.cases.batch import BatchQueries
from engine.queries.cases.cases import CaseQueries
from engine.queries.cases.family import Family
from engine.queries.cases.files import FileQueries
from engine.queries.cases.histories import Histories
from engine.queries.cases.inbox import Inbox
from engine.queries.cases.notes import NoteQueries
from engine.queries.cases.papers import PaperQueries
from engine.queries.cases.screens import Screens
from engine.queries.cases.sent import Sent
from engine.queries.cases.tasks import TaskQueries
from engine.queries.cases.timing_log import TimingLog
from engine.queries.cases.verification import Verification
from engine.queries.definitions.catalogue import CatalogueQueries
from engine.queries.definitions.definitions import DefinitionQueries
from engine.queries.definitions.simulations import Simulations
from engine.queries.definitions.trials import SopTrials
from engine.queries.notices.listeners import Listeners
from engine.queries.notices.notices import NoticeQueries
from engine.queries.organisation.appointments import Appointments
from engine.queries.organisation.coverage import Coverage
from engine.queries.organisation.looks import Looks
from engine.queries.organisation.organisation import OrganisationQueries
from engine.queries.organisation.people import People
from engine.queries.organisation.takeover import TakeoverQueries
from engine.queries.registers.imports import ImportQueries
from engine.queries.registers.registers import RegisterQueries
from engine.queries.registers.rows import RowQueries
from engine.queries.statistics.conformance import ConformanceQueries
from engine.queries.statistics.insight import InsightQueries
from engine.queries.statistics.monitoring import MonitoringQueries
from engine.queries.statistics.statistics import StatisticsQueries
from engine.queries.worker.escalation import EscalationQueries
from engine.queries.worker.health import WorkerHealth
from engine.queries.worker.messages import OutgoingMessages
from engine.queries.worker.operation import OperationQueries
from engine.queries.worker.outages import Outages

__all__ = ["Queries"]


class Queries:
    """All reads by noun."""

    def __init__(self, context: Context) -> None:
        self.inbox = Inbox(context)
        self.batch = BatchQueries(context, self.inbox)
        self.sent = Sent(context)
        self.papers = PaperQueries(context)
        self.notes = NoteQueries(context)
        self.verification = Verification(context)
        self.tasks = TaskQueries(context)
        self.takeover = TakeoverQueries(context)
        self.schedules = ScheduleQueries(context)
        self.calendars = CalendarQueries(context)
        self.cases = CaseQueries(context)
        self.family = Family(context)
        self.timing_log = TimingLog(context)
        self.statistics = StatisticsQueries(context)
        self.conformance = ConformanceQueries(context)
        self.monitoring = MonitoringQueries(context)
        self.histories = Histories(context)
        self.insight = InsightQueries(context)
        self.definitions = DefinitionQueries(context)
        self.catalogue = CatalogueQueries(context)
        self.simulations = Simulations(context)
        self.trials = SopTrials(context)
        self.files = FileQueries(context)
        self.notices = NoticeQueries(context)
        self.listeners = Listeners(context)
        self.outgoing = OutgoingMessages(context)
        self.operation = OperationQueries(context)
        self.worker_health = WorkerHealth(context)
        self.outages = Outages(context)
        self.appointments = Appointments(context)
        self.looks = Looks(context)
        self.escalation = EscalationQueries(context)
        self.accounts = AccountQueries(context)
        self.people = People(context)
        self.coverage = Coverage(context)
        self.organisation = OrganisationQueries(context)
        self.audit = AuditQueries(context)
        self.proofs = ProofQueries(context, self.audit)
        self.registers = RegisterQueries(context)
        self.register_rows = RowQueries(context)
        self.register_imports = ImportQueries(context)
        self.screens = Screens(context)
