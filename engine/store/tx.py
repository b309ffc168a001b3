"""The stores of one transaction, each reached by its noun and made when it is first needed."""

from functools import cached_property

from engine.store.accounts import AccountStore
from engine.store.assessments import AssessmentStore
from engine.store.batch import CaseBatch
from engine.store.calendars import CalendarStore
from engine.store.cases import CaseStore
from engine.store.catch_ups import CatchUpStore
from engine.store.confirmations import ConfirmationStore
from engine.store.credentials import CredentialStore
from engine.store.definitions import DefinitionStore
from engine.store.erasures import ErasureStore
from engine.store.heartbeat import HeartbeatStore
from engine.store.identities import IdentityStore
from engine.store.invitations import InvitationStore
from engine.store.kept_forms import KeptFormStore
from engine.store.log_tree import LogTree
from engine.store.notices import NoticeStore
from engine.store.open_tasks import OpenTaskStore
from engine.store.organisations import OrganisationStore
from engine.store.outbox import OutboxStore
from engine.store.preferences import PreferenceStore
from engine.store.register_imports import RegisterImportStore
from engine.store.registers import RegisterStore
from engine.store.schedules import ScheduleStore
from engine.store.second_factors import SecondFactorStore
from engine.store.sign_in_failures import FailureStore
from engine.store.sop_drafts import SopDraftStore
from engine.store.timers import TimerStore
from engine.store.transaction import Transaction
from engine.store.uploads import UploadStore


class Tx(Transaction):
    """What a unit of work may do: ``tx.case_batch.get(…)``, ``tx.timers.of(…)``."""

    @cached_property
    def cases(self) -> CaseStore:
        return CaseStore(self)

    @cached_property
    def assessments(self) -> AssessmentStore:
        return AssessmentStore(self)

    @cached_property
    def case_batch(self) -> CaseBatch:
        return CaseBatch(self, self.cases)

    @cached_property
    def open_tasks(self) -> OpenTaskStore:
        return OpenTaskStore(self)

    @cached_property
    def organisations(self) -> OrganisationStore:
        return OrganisationStore(self)

    @cached_property
    def accounts(self) -> AccountStore:
        return AccountStore(self)

    @cached_property
    def definitions(self) -> DefinitionStore:
        return DefinitionStore(self)

    @cached_property
    def sop_drafts(self) -> SopDraftStore:
        return SopDraftStore(self)

    @cached_property
    def calendars(self) -> CalendarStore:
        return CalendarStore(self)

    @cached_property
    def uploads(self) -> UploadStore:
        return UploadStore(self)

    @cached_property
    def registers(self) -> RegisterStore:
        return RegisterStore(self)

    @cached_property
    def register_imports(self) -> RegisterImportStore:
        return RegisterImportStore(self)

    @cached_property
    def schedules(self) -> ScheduleStore:
        return ScheduleStore(self)

    @cached_property
    def timers(self) -> TimerStore:
        return TimerStore(self)

    @cached_property
    def heartbeats(self) -> HeartbeatStore:
        return HeartbeatStore(self)

    @cached_property
    def notices(self) -> NoticeStore:
        return NoticeStore(self)

    @cached_property
    def catch_ups(self) -> CatchUpStore:
        return CatchUpStore(self, self.notices)

    @cached_property
    def outbox(self) -> OutboxStore:
        return OutboxStore(self)

    @cached_property
    def preferences(self) -> PreferenceStore:
        return PreferenceStore(self)

    @cached_property
    def credentials(self) -> CredentialStore:
        return CredentialStore(self)

    @cached_property
    def confirmations(self) -> ConfirmationStore:
        return ConfirmationStore(self)

    @cached_property
    def kept_forms(self) -> KeptFormStore:
        return KeptFormStore(self)

    @cached_property
    def identities(self) -> IdentityStore:
        return IdentityStore(self)

    @cached_property
    def invitations(self) -> InvitationStore:
        return InvitationStore(self)

    @cached_property
    def second_factors(self) -> SecondFactorStore:
        return SecondFactorStore(self)

    @cached_property
    def sign_in_failures(self) -> FailureStore:
        return FailureStore(self)

    @cached_property
    def log_tree(self) -> LogTree:
        return LogTree(self)

    @cached_property
    def erasures(self) -> ErasureStore:
        return ErasureStore(self)
