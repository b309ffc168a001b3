"""The engine as one object: its commands and its queries, usable without HTTP."""

from collections.abc import Callable
from typing import assert_never

from engine.audit.act import Json
from engine.commands.accounts.accounts import Accounts
from engine.commands.accounts.identities import Identities
from engine.commands.accounts.kept_forms import KeptForms
from engine.commands.accounts.own_account import OwnAccount
from engine.commands.accounts.passwords import Passwords
from engine.commands.accounts.profiles import Profiles
from engine.commands.accounts.sign_in import SignIn
from engine.commands.accounts.tokens import Tokens
from engine.commands.assessments.explanations import Explanations
from engine.commands.assessments.verdicts import Verdicts
from engine.commands.audit.checkpoints import Checkpoints
from engine.commands.audit.erasure import Erasure
from engine.commands.calendar.calendars import Calendars
from engine.commands.calendar.schedule_dates import ScheduleDates
from engine.commands.calendar.schedules import Schedules
from engine.commands.calendar.year_lists import YearLists
from engine.commands.cases.batch import CompleteSeveral
from engine.commands.cases.cases import Cases
from engine.commands.cases.completion import CompleteTask
from engine.commands.cases.help import Help
from engine.commands.cases.names_read import NamesRead
from engine.commands.cases.notes import Notes
from engine.commands.cases.substitution import SubstituteTask
from engine.commands.cases.tasks import Tasks
from engine.commands.cases.uploads import Uploads
from engine.commands.definitions.definitions import Definitions
from engine.commands.definitions.drafts import SopDrafts
from engine.commands.definitions.migrations import Migrations
from engine.commands.definitions.readings import DefinitionReadings
from engine.commands.notices.mark_read import MarkRead
from engine.commands.notices.preferences import Preferences
from engine.commands.organisation.absences import Absences
from engine.commands.organisation.holdings import Holdings
from engine.commands.organisation.organisation_files import OrganisationFiles
from engine.commands.organisation.reassessment import Reassessment
from engine.commands.organisation.registry import Registry
from engine.commands.organisation.staff_import import StaffImport
from engine.commands.organisation.structure import Structure
from engine.commands.organisation.takeover import Takeover
from engine.commands.registers.files import RegisterFiles
from engine.commands.registers.imports import RegisterImports
from engine.commands.registers.rows import RegisterRows
from engine.commands.worker.retry import Retry
from engine.context import Context
from engine.permissions.verbs import Verb
from engine.queries import Queries


class Engine:
    """``queries`` read; the others act, each on its own noun."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sign_in = SignIn(context)
        self.tokens = Tokens(context)
        self.accounts = Accounts(context)
        self.own_account = OwnAccount(context, self.sign_in)
        self.kept_forms = KeptForms(context)
        self.profiles = Profiles(context, self.sign_in)
        self.passwords = Passwords(context, self.sign_in)
        self.cases = Cases(context)
        self.notes = Notes(context)
        self.tasks = Tasks(context)
        self.substitution = SubstituteTask(context)
        self.completion = CompleteTask(context, self.sign_in)
        self.batch = CompleteSeveral(self.completion)
        self.confirmation = self.completion.confirmation
        self.help = Help(context)
        self.names_read = NamesRead(context)
        self.takeover = Takeover(context)
        self.reassessment = Reassessment(context)
        self.definitions = Definitions(context)
        self.sop_drafts = SopDrafts(context)
        self.definition_readings = DefinitionReadings(context)
        self.migrations = Migrations(context)
        self.registry = Registry(context)
        self.structure = Structure(context)
        self.holdings = Holdings(context)
        self.absences = Absences(context)
        self.organisation_files = OrganisationFiles(context)
        self.staff_import = StaffImport(context)
        self.calendars = Calendars(context)
        self.year_lists = YearLists(context)
        self.uploads = Uploads(context)
        self.mark_read = MarkRead(context)
        self.preferences = Preferences(context)
        self.retry = Retry(context)
        self.register_files = RegisterFiles(context)
        self.register_rows = RegisterRows(context)
        self.register_imports = RegisterImports(context)
        self.schedules = Schedules(context)
        self.schedule_dates = ScheduleDates(context)
        self.identities = Identities(context)
        self.checkpoints = Checkpoints(context)
        self.erasure = Erasure(context)
        self.explanations = Explanations(context)
        self.verdicts = Verdicts(context)
        self.queries = Queries(context)

    def command(self, verb: Verb) -> Callable[..., Json]:
        """What does a verb; it takes the account, the task, the fields of the verb, and version and key."""
        match verb:
            case Verb.CLAIM:
                return self.tasks.claim
            case Verb.RELEASE:
                return self.tasks.release
            case Verb.SAVE:
                return self.tasks.save
            case Verb.PROGRESS:
                return self.tasks.progress
            case Verb.HOLD:
                return self.tasks.hold
            case Verb.RESUME:
                return self.tasks.resume
            case Verb.REASSIGN:
                return self.tasks.reassign
            case Verb.RECALL:
                return self.tasks.recall
            case Verb.DELEGATE:
                return self.help.delegate
            case Verb.RESOLVE:
                return self.help.resolve
            case Verb.SUBSTITUTE:
                return self.substitution.substitute
            case Verb.WAIVE:
                return self.substitution.waive
            case Verb.COMPLETE:
                return self.completion.complete
            case missing:
                assert_never(missing)
