"""The engine as one object: its commands and its queries, usable without HTTP."""

from engine.commands.accounts.accounts import Accounts
from engine.commands.accounts.identities import Identities
from engine.commands.accounts.own_account import OwnAccount
from engine.commands.accounts.passwords import Passwords
from engine.commands.accounts.profiles import Profiles
from engine.commands.accounts.sign_in import SignIn
from engine.commands.accounts.tokens import Tokens
from engine.commands.calendar.calendars import Calendars
from engine.commands.calendar.schedule_dates import ScheduleDates
from engine.commands.calendar.schedules import Schedules
from engine.commands.calendar.year_lists import YearLists
from engine.commands.cases.cases import Cases
from engine.commands.cases.completion import CompleteTask
from engine.commands.cases.help import Help
from engine.commands.cases.substitution import SubstituteTask
from engine.commands.cases.tasks import Tasks
from engine.commands.cases.uploads import Uploads
from engine.commands.definitions.definitions import Definitions
from engine.commands.notices.mark_read import MarkRead
from engine.commands.notices.preferences import Preferences
from engine.commands.organisation.absences import Absences
from engine.commands.organisation.holdings import Holdings
from engine.commands.organisation.organisation_files import OrganisationFiles
from engine.commands.organisation.reassessment import Reassessment
from engine.commands.organisation.registry import Registry
from engine.commands.organisation.structure import Structure
from engine.commands.organisation.takeover import Takeover
from engine.commands.worker.retry import Retry
from engine.context import Context
from engine.queries import Queries


class Engine:
    """``queries`` read; the others act, each on its own noun."""

    def __init__(self, office: Context) -> None:
        self.office = office
        self.sign_in = SignIn(office)
        self.tokens = Tokens(office)
        self.accounts = Accounts(office)
        self.own_account = OwnAccount(office, self.sign_in)
        self.profiles = Profiles(office, self.sign_in)
        self.passwords = Passwords(office, self.sign_in)
        self.cases = Cases(office)
        self.tasks = Tasks(office)
        self.substituting = SubstituteTask(office)
        self.completing = CompleteTask(office, self.sign_in)
        self.confirming = self.completing.confirming
        self.helping = Help(office)
        self.taking_over = Takeover(office)
        self.reassessing = Reassessment(office)
        self.definitions = Definitions(office)
        self.registry = Registry(office)
        self.structure = Structure(office)
        self.holdings = Holdings(office)
        self.absences = Absences(office)
        self.organisation_files = OrganisationFiles(office)
        self.calendars = Calendars(office)
        self.year_lists = YearLists(office)
        self.uploads = Uploads(office)
        self.reading = MarkRead(office)
        self.preferences = Preferences(office)
        self.mending = Retry(office)
        self.schedules = Schedules(office)
        self.schedule_dates = ScheduleDates(office)
        self.identities = Identities(office)
        self.queries = Queries(office)
