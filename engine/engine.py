"""The engine as one object: its commands and its queries, usable without HTTP."""

from engine.commands.absences import Absences
from engine.commands.accounts import Accounts
from engine.commands.calendars import Calendars
from engine.commands.cases import Cases
from engine.commands.completion import Completing
from engine.commands.definitions import Definitions
from engine.commands.helping import Helping
from engine.commands.holdings import Holdings
from engine.commands.identities import Identities
from engine.commands.mending import Mending
from engine.commands.organisation_files import OrganisationFiles
from engine.commands.own_account import OwnAccount
from engine.commands.passwords import Passwords
from engine.commands.preferences import Preferences
from engine.commands.profiles import Profiles
from engine.commands.reading import Reading
from engine.commands.reassessing import Reassessing
from engine.commands.registry import Registry
from engine.commands.schedule_dates import ScheduleDates
from engine.commands.schedules import Schedules
from engine.commands.sign_in import SignIn
from engine.commands.structure import Structure
from engine.commands.substituting import Substituting
from engine.commands.taking_over import TakingOver
from engine.commands.tasks import Tasks
from engine.commands.tokens import Tokens
from engine.commands.uploads import Uploads
from engine.commands.year_lists import YearLists
from engine.office import Office
from engine.queries import Queries


class Engine:
    """``queries`` read; the others act, each on its own noun."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sign_in = SignIn(office)
        self.tokens = Tokens(office)
        self.accounts = Accounts(office)
        self.own_account = OwnAccount(office, self.sign_in)
        self.profiles = Profiles(office, self.sign_in)
        self.passwords = Passwords(office, self.sign_in)
        self.cases = Cases(office)
        self.tasks = Tasks(office)
        self.substituting = Substituting(office)
        self.completing = Completing(office, self.sign_in)
        self.confirming = self.completing.confirming
        self.helping = Helping(office)
        self.taking_over = TakingOver(office)
        self.reassessing = Reassessing(office)
        self.definitions = Definitions(office)
        self.registry = Registry(office)
        self.structure = Structure(office)
        self.holdings = Holdings(office)
        self.absences = Absences(office)
        self.organisation_files = OrganisationFiles(office)
        self.calendars = Calendars(office)
        self.year_lists = YearLists(office)
        self.uploads = Uploads(office)
        self.reading = Reading(office)
        self.preferences = Preferences(office)
        self.mending = Mending(office)
        self.schedules = Schedules(office)
        self.schedule_dates = ScheduleDates(office)
        self.identities = Identities(office)
        self.queries = Queries(office)
