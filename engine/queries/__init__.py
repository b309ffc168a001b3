"""Reads for screens and programs; every one of them shows only what this person may see."""

from engine.context import Context
from engine.queries.accounts import AccountQueries
from engine.queries.appointments import Appointments
from engine.queries.audit import AuditQueries
from engine.queries.calendars import CalendarQueries
from engine.queries.cases import CaseQueries
from engine.queries.covering import Covering
from engine.queries.definitions import DefinitionQueries
from engine.queries.escalation import EscalationQueries
from engine.queries.files import FileQueries
from engine.queries.inbox import Inbox
from engine.queries.interruptions import Interruptions
from engine.queries.logs import Logs
from engine.queries.notices import NoticeQueries
from engine.queries.operation import OperationQueries
from engine.queries.organisation import OrganisationQueries
from engine.queries.outgoing import Outgoing
from engine.queries.people import People
from engine.queries.schedules import ScheduleQueries
from engine.queries.screens import Screens
from engine.queries.taking_over import TakingOverQueries
from engine.queries.tasks import TaskQueries
from engine.queries.watching import Watching

__all__ = ["Queries"]


class Queries:
    """All reads by noun."""

    def __init__(self, office: Context) -> None:
        self.inbox = Inbox(office)
        self.tasks = TaskQueries(office)
        self.taking_over = TakingOverQueries(office)
        self.schedules = ScheduleQueries(office)
        self.calendars = CalendarQueries(office)
        self.cases = CaseQueries(office)
        self.logs = Logs(office)
        self.definitions = DefinitionQueries(office)
        self.files = FileQueries(office)
        self.notices = NoticeQueries(office)
        self.outgoing = Outgoing(office)
        self.operation = OperationQueries(office)
        self.watching = Watching(office)
        self.interruptions = Interruptions(office)
        self.appointments = Appointments(office)
        self.escalation = EscalationQueries(office)
        self.accounts = AccountQueries(office)
        self.people = People(office)
        self.covering = Covering(office)
        self.organisation = OrganisationQueries(office)
        self.audit = AuditQueries(office)
        self.screens = Screens(office)
