"""What the HTTP interface answers with; made from the views of the engine by `make docs`."""

from collections.abc import Mapping
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar

Item = TypeVar("Item")


class Page(TypedDict, Generic[Item]):
    """One page of a list; ``next`` is the cursor of the one after it."""

    items: list[Item]
    next: str | None


class Absence(TypedDict):
    id: str | None
    account: str
    label: str
    kind: Literal["dinas_luar", "cuti", "sakit", "lainnya"]
    valid_from: str | None
    valid_to: str | None
    entered_by: str


Cover = TypedDict(
    "Cover",
    {
        "position": str,
        "label": str,
        "from": str,
        "to": str | None,
        "in_charge": list[str],
        "kind": Literal["definitive", "plt", "plh"] | None,
    },
)


class Stop(TypedDict):
    """What would stop in those days, as `alur doctor` tells it."""

    kind: str
    message_id: str
    message_en: str


class ForeseenAbsence(Absence):
    """An absence with who stands in when, what would stop, and how many open tasks wait there."""

    covers: list[Cover]
    conflicts: list[Stop]
    open_tasks: int


class Account(TypedDict):
    username: str
    label: str
    nip: str | None
    locale: Literal["id", "en"]
    contact: str | None
    system_roles: list[Literal["admin", "auditor", "author", "report_reader"]]
    disabled: bool
    has_password: bool
    second_factor: bool
    links_by_mail: bool


class ContactChanged(Account):
    told: bool


class Link(TypedDict):
    """A one-time link, valid for 72 hours; ``url`` is shown this once, and not where it was mailed."""

    username: str
    purpose: Literal["invite", "reset"]
    expires_at: str
    url: str | None
    mailed: bool


class AuditEvent(TypedDict):
    """What an event says, with the hash of its bytes and of the event before it."""

    stream: str
    seq: int
    prev: str
    hash: str
    act: str | None
    at: str | None
    account: str | None
    position: str | None
    acting_kind: Literal["definitive", "plt", "plh"] | None
    capacity: str | None
    reason: str | None
    subject: str | None
    facts: dict[str, Any] | None
    changes: list[dict[str, Any]] | None
    definition_hash: str | None
    details_digest: str | None


class Decree(TypedDict):
    """``date`` is null where the decree was kept as one text, before dates were asked."""

    number: str
    date: str | None
    issuer: str | None
    title: str | None


class YearOfHolidays(TypedDict):
    """Without a decree the list is a suggestion: its days count, but its year has no official list."""

    year: int
    decree: Decree | None
    days: int


Season = TypedDict(
    "Season",
    {
        "regime": str,
        "from": str,
        "to": str | None,
        "decree": Decree | None,
    },
)


class CalendarItem(TypedDict):
    id: str
    version: str
    decree: Decree | None
    stored_at: str
    timezone: str
    first_year: int
    last_year: int
    years_without_list: list[int]
    units: list[str]
    years: list[YearOfHolidays]
    seasons: list[Season]


CalendarDifference = TypedDict(
    "CalendarDifference",
    {
        "from": str,
        "to": str,
        "kind": Literal["free", "working", "hours"],
        "name": str,
        "decree": Decree | None,
    },
)


class MovedDeadline(TypedDict):
    case_id: str
    case_number: str
    task_id: str
    step_id: str
    label: str
    branch: str | None
    old: str | None
    new: str | None
    because: list[CalendarDifference]


class Doubt(TypedDict):
    """What hinders nothing and should be put right."""

    path: str
    message_id: str
    message_en: str


class CalendarEffect(TypedDict):
    """What these files would move, and what in them should be put right first."""

    items: list[MovedDeadline]
    next: str | None
    warnings: list[Doubt]


class Holiday(TypedDict):
    date: str
    name: str
    kind: Literal["nasional", "cuti_bersama", "daerah"]


class Suggestion(TypedDict):
    """What the unofficial library knows of a year, to be compared with the decree."""

    year: int
    days: list[Holiday]


class StoredCalendars(TypedDict):
    """The calendars that are new or changed; ``warnings`` tell what in their files should be put right."""

    changed: list[str]
    warnings: list[Doubt]


class CalendarVersion(TypedDict):
    version: str
    decree: Decree | None
    stored_at: str


class Calendar(CalendarItem):
    """``agency`` and ``holidays`` are what `PUT /calendars` takes."""

    versions: list[CalendarVersion]
    agency: dict[str, Any]
    holidays: dict[str, Any]


Segment = TypedDict(
    "Segment",
    {
        "from": str,
        "to": str,
        "minutes": int,
        "kind": str,
        "regime": str | None,
        "note": str | None,
        "decree": Decree | None,
    },
)


Explanation = TypedDict(
    "Explanation",
    {
        "from": str,
        "to": str,
        "minutes": int,
        "calendar": str,
        "calendar_version": str,
        "years_without_list": list[int],
        "segments": list[Segment],
    },
)


class ReturnedBy(TypedDict):
    step_id: str
    account: str | None
    reason: str | None


class TaskItem(TypedDict):
    """A task as a line of the inbox."""

    id: str
    case_id: str
    case_number: str
    case_title: str
    sop: str
    step_id: str
    step_number: int | None
    printed: str
    label: str
    branch: str | None
    visit: int
    state: Literal["ready", "assigned", "in_progress", "on_hold", "completed", "cancelled"]
    version: int
    position: str | None
    acting_kind: Literal["definitive", "plt", "plh"] | None
    assignee: str | None
    capacity: str | None
    helper: str | None
    ready_at: str
    claimed_at: str | None
    due_at: str | None
    not_before: str | None
    held_until: str | None
    sla: Literal["on_time", "due_soon", "overdue", "on_hold", "done_on_time", "done_late"] | None
    returned_by: ReturnedBy | None
    approval_of: str | None


class CaseBranch(TypedDict):
    id: str
    block: str
    round: int
    unit: str | None
    label: str
    state: Literal["active", "done", "cancelled"]


class Case(TypedDict):
    id: str
    number: str
    sop: str
    sop_version: str
    definition_hash: str
    title: str
    period: str | None
    state: Literal["draft", "running", "suspended", "completed", "cancelled"]
    result: str | None
    agency: str
    version: int
    started_by: str | None
    started_at: str
    completed_at: str | None
    open_tasks: list[TaskItem]
    branches: list[CaseBranch]
    flags: list[str]
    parent: str | None
    children: list[str]
    corrects: str | None
    target_at: str | None


class CaseItem(TypedDict):
    id: str
    number: str
    sop: str
    sop_version: str
    title: str
    period: str | None
    state: Literal["draft", "running", "suspended", "completed", "cancelled"]
    result: str | None
    started_at: str
    completed_at: str | None


class FamilyMember(TypedDict):
    """A case with those that it has started: at which step, and for which row of a table."""

    id: str
    number: str
    sop: str
    title: str
    state: Literal["draft", "running", "suspended", "completed", "cancelled"]
    result: str | None
    result_label: str | None
    step_id: str | None
    row: str | None
    children: list["FamilyMember"]


class TimelineEntry(TypedDict):
    event: Literal["opened", "claimed", "finished", "cancelled"]
    at: str
    task_id: str
    step_id: str
    label: str
    branch: str | None
    visit: int
    account: str | None
    position: str | None
    acting_kind: Literal["definitive", "plt", "plh"] | None
    capacity: str | None
    outcome: str | None
    reason: str | None
    deviation: bool


class TimingRow(TypedDict):
    """One visit of one step; the columns are those of the timing log."""

    case_number: str
    sop: str
    sop_version: str
    period: str | None
    branch: str | None
    step_number: int | None
    step_id: str
    activity: str
    visit: int
    executor: str | None
    acting_position: str | None
    acting_kind: Literal["definitive", "plt", "plh"] | None
    ready_at: str
    claimed_at: str | None
    finished_at: str | None
    waiting_minutes: int | None
    working_minutes: int | None
    hold_minutes: int
    standard_minutes: int | None
    difference_minutes: int | None
    due_at: str | None
    late_minutes: int
    outcome: str | None
    reason: str | None
    deviation: bool
    escalation_stage: str | None
    calendar_version: str


class TimingTotals(TypedDict):
    visits: int
    waiting_minutes: int
    working_minutes: int
    standard_minutes: int
    case_minutes: int
    late_visits: int


class CaseTiming(TypedDict):
    """Every visit of a case, and their sums in working minutes."""

    items: list[TimingRow]
    next: None
    totals: TimingTotals


class Note(TypedDict):
    """What somebody wrote on a case beside its steps; ``text`` is null once it was erased."""

    id: int
    at: str
    account: str | None
    capacity: str | None
    to: list[str]
    task_id: str | None
    text: str | None


class CatalogueNode(TypedDict):
    """An SOP: in force, a draft, or only named by others."""

    sop: str
    title: str
    status: Literal["effective", "draft", "named"]


CatalogueEdge = TypedDict(
    "CatalogueEdge",
    {
        "from": str,
        "to": str,
        "kind": Literal["starts", "waits", "related", "remark"],
    },
)


class CatalogueRegister(TypedDict):
    sop: str
    register: str
    reads: bool
    writes: bool


class Catalogue(TypedDict):
    """How the SOPs of an agency hang together."""

    nodes: list[CatalogueNode]
    edges: list[CatalogueEdge]
    registers: list[CatalogueRegister]


class CaseFitness(TypedDict):
    """How far a finished case follows the ways of its SOP, 0 to 1."""

    case_number: str
    fitness: float


class FindingExplanation(TypedDict):
    """Why a finding came about, in the words of who answers for the SOP."""

    text: str
    account: str
    at: str


class ConformanceFinding(TypedDict):
    """One hit of a rule; ``facts`` are those of the rule, with the branch where there is one."""

    id: str
    rule: Literal[
        "skipped",
        "deviation",
        "backfilled",
        "instant",
        "batch",
        "near_close",
        "four_eyes",
        "off_hours",
        "rework",
        "late",
        "over_standard",
        "acting",
        "taken_over",
        "evidence_reused",
    ]
    severity: Literal["high", "medium", "low", "info"]
    case_number: str
    step_id: str
    visit: int | None
    account: str | None
    at: str | None
    facts: Mapping[str, Any]
    explanation: FindingExplanation | None


class Conformance(TypedDict):
    cases: list[CaseFitness]
    findings: list[ConformanceFinding]


class DefinitionItem(TypedDict):
    id: str
    version: str
    title: str
    number: str | None
    status: str
    begins_on: str | None
    content_hash: str
    stored_at: str
    may_start: bool


class Stored(TypedDict):
    id: str
    version: str
    title: str
    status: str
    content_hash: str
    warnings: list[str]


class StepItem(TypedDict):
    id: str
    number: int | None
    label: str
    executor: list[str]


class PeriodRule(TypedDict):
    type: str
    required: bool


class Form(TypedDict):
    """``schema`` is JSON Schema 2020-12; ``initial`` is filled in and sent back as ``data``."""

    schema: dict[str, Any]
    initial: Mapping[str, Any] | None


class StartForm(TypedDict):
    """What is asked when a case starts."""

    period: PeriodRule | None
    fields: Form
    parties: dict[str, Form]


class WholeDefinition(DefinitionItem):
    steps: list[StepItem]
    start: StartForm | None


class VersionItem(TypedDict):
    version: str
    status: str
    content_hash: str


class Definition(WholeDefinition):
    versions: list[VersionItem]


class DefinitionVersion(WholeDefinition):
    text: str


class MovedVersion(TypedDict):
    id: str
    version: str
    status: str
    begins_on: str | None


class Acknowledged(TypedDict):
    id: str
    version: str
    acknowledged_at: str


class StoredFile(TypedDict):
    id: str
    sha256: str
    name: str
    size: int
    media_type: str


class Identity(TypedDict):
    issuer: str
    subject: str
    linked_at: str


Outcome = TypedDict(
    "Outcome",
    {
        "id": str,
        "label": str,
        "return": bool,
        "reason": Literal["required", "optional", "none"],
        "sign": str | None,
        "deviation": bool,
    },
)


class Requirement(TypedDict):
    id: str
    label: str
    ticked: bool


class BatchTask(TaskItem):
    requirements: list[Requirement]


class BatchGroup(TypedDict):
    """The tasks of one step of an SOP that may end with one outcome at once."""

    sop: str
    version: str
    title: str
    step_id: str
    label: str
    outcome: Outcome
    tasks: list[BatchTask]


class Completed(TypedDict):
    """One task: done, or why not."""

    task_id: str
    done: bool
    message_id: str
    message_en: str


class BatchResult(TypedDict):
    """How many were completed, and each in the order in which they were named."""

    done: int
    results: list[Completed]


class AgencyName(TypedDict):
    id: str
    label: str


class HeldPosition(TypedDict):
    position: str
    label: str
    kind: Literal["definitive", "plt", "plh"]
    valid_from: str | None
    valid_to: str | None
    until: str | None
    order_number: str | None
    sops: list[str]


class Profile(TypedDict):
    """An account with the positions held now."""

    username: str
    label: str
    agency: AgencyName
    system_roles: list[str]
    positions: list[HeldPosition]
    leads: bool


class Me(Profile):
    """The person who is signed in, with the positions held now."""

    via: Literal["session", "token"]
    scope: Literal["read", "write"]
    csrf_token: str | None
    second_factor: bool
    dormant_roles: list[str]


class Session(TypedDict):
    id: str
    current: bool
    way: Literal["password", "oidc", "ldap"]
    second_factor: bool
    agent: str
    address: str
    started_at: str
    seen_at: str


class Sessions(TypedDict):
    items: list[Session]
    next: None


class Ended(TypedDict):
    ended: int


class SecondFactor(TypedDict):
    enrolled: bool
    recovery_codes_left: int
    dormant_roles: list[Literal["admin", "auditor", "author", "report_reader"]]


class Enrolment(TypedDict):
    """For an authenticator; shown this once, and of no effect until a code has confirmed it."""

    secret: str
    uri: str


class RecoveryCodes(TypedDict):
    """Each may be used once in place of a code; shown this once."""

    recovery_codes: list[str]
    csrf_token: str | None


class MigratedTask(TypedDict):
    step_id: str
    branch: str | None
    to: str
    due_before: str | None
    due_after: str | None


class MigratedCase(TypedDict):
    """``needs_map``: an open step has no counterpart; ``blocked``: the case stays on its version."""

    case_number: str
    verdict: Literal["ok", "needs_map", "blocked"]
    why: str | None
    tasks: list[MigratedTask]


class MigrationPlan(TypedDict):
    """``digest`` is what applies exactly this plan."""

    digest: str
    cases: list[MigratedCase]


class Migrated(TypedDict):
    applied: int
    cases: list[MigratedCase]


class Share(TypedDict):
    """A share between 0 and 1 with its 95 % interval after Wilson."""

    value: float | None
    low: float | None
    high: float | None


class MonitoringRow(TypedDict):
    """One SOP; the first six are the columns of the table.

    ``penilaian`` and the two after it are proposed from the log until its official has decided: then
    ``decided_by`` and ``decided_at`` say who and when. ``penilaian`` is null where nothing was done."""

    no: int
    prosedur: str
    penilaian: str | None
    catatan: str
    tindakan: str
    paraf: str | None
    sop: str
    proposed: bool | None
    runs_well: bool | None
    decided_by: str | None
    decided_at: str | None
    cases: int
    visits: int
    on_time: Share
    over_standard_minutes: int | None
    open_high_findings: int


class Monitoring(TypedDict):
    """The SOPs in force that somebody may read, in the order of their titles."""

    period: str
    agency: str
    rows: list[MonitoringRow]


class Notice(TypedDict):
    id: str
    kind: str
    stage: str | None
    task_id: str | None
    case_id: str | None
    at: str
    text: str
    read_at: str | None


class Unread(TypedDict):
    unread: int


class ReadNotice(TypedDict):
    id: str
    read: bool


class Pulse(TypedDict):
    """The counts of the installation."""

    last_tick: str | None
    ticking: bool
    punctual: bool
    overdue_timers: int
    broken_timers: int
    dead_messages: int
    missed_starts: int


class Worker(TypedDict):
    worker: str
    started_at: str
    ticked_at: str


class BrokenTimer(TypedDict):
    id: str
    case_id: str
    case_number: str
    task_id: str | None
    stage: str
    at: str
    attempts: int
    error: str | None


class Operation(Pulse):
    """Counts are those of the installation; ``broken`` lists the timers of your agency."""

    workers: list[Worker]
    broken: list[BrokenTimer]


Outage = TypedDict(
    "Outage",
    {
        "from": str,
        "to": str,
        "working_minutes": int,
    },
)


class ClockJump(TypedDict):
    """``seconds`` is how far the clock was put forward, negative where it was put back."""

    at: str
    expected: str | None
    shown: str | None
    seconds: int | None


class Mended(TypedDict):
    id: str
    state: Literal["pending"]


class Message(TypedDict):
    id: str
    channel: str
    account: str
    state: Literal["dead"]
    attempts: int
    created_at: str
    error: str | None


class Foreseen(TypedDict):
    """One stage; the messages say when it comes, in words of its policy."""

    stage: str
    kind: str
    message_id: str
    message_en: str
    at: str
    recipients: list[str]
    labels: list[str]


class Agency(TypedDict):
    id: str
    label: str
    short: str
    timezone: str
    calendar: str
    mail_domain: str | None


class Unit(TypedDict):
    id: str
    type: str
    label: str
    parent: str | None
    valid_from: str | None
    valid_to: str | None


class Position(TypedDict):
    id: str
    label: str
    unit: str
    level: str | None
    roles: list[str]
    reports_to: str | None
    valid_from: str | None
    valid_to: str | None


class Holding(TypedDict):
    """Somebody in a position; ``in_charge`` today, ``order_file`` only for whom it concerns."""

    id: str
    account: str
    label: str
    position: str
    position_label: str
    kind: Literal["definitive", "plt", "plh"]
    valid_from: str | None
    valid_to: str | None
    order_number: str | None
    order_file: str | None
    sops: list[str]
    rank: int
    standing: bool
    in_charge: bool


class Term(TypedDict):
    """Who is a team, from one day to another; both count."""

    decree_number: str | None
    decree_date: str | None
    chair: str | None
    members: list[str]
    accounts: list[str]
    valid_from: str | None
    valid_to: str | None


class Team(Term):
    """A team as of its latest term; without dates it counts always. ``terms`` are those before."""

    id: str
    label: str
    terms: list[Term]


class Person(TypedDict):
    """``away_until`` is null where nobody knows the day; why somebody is away is not told."""

    username: str
    label: str
    disabled: bool
    away: bool
    away_until: str | None


class Organisation(TypedDict):
    version: int
    agency: Agency
    units: list[Unit]
    positions: list[Position]
    holdings: list[Holding]
    teams: list[Team]
    accounts: list[Person]


class OrganisationDifference(TypedDict):
    kind: Literal["agency", "unit", "position", "holding", "team", "account"]
    id: str
    what: Literal["added", "changed", "ended", "removed"]
    message_id: str
    message_en: str


class Stranded(TypedDict):
    """An open task that nobody can do any more."""

    case_id: str
    case_number: str
    task_id: str
    step_id: str
    branch: str | None
    assignee: str | None


class Changed(TypedDict):
    """What changed, or with ``dry_run`` would change; ``version`` is the agency's."""

    version: int
    changes: list[OrganisationDifference]
    stranded: list[Stranded]
    warnings: list[Doubt]


class Preferences(TypedDict):
    """``channels`` null means all; notices in Alur itself cannot be switched off."""

    pace: Literal["at_once", "digest"]
    digest_at: str
    channels: list[Literal["mail", "apprise"]] | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: dict[str, str]


class Assignment(TypedDict):
    seats: list[str]
    assignee: str | None
    position: str | None


class Finding(TypedDict):
    """``seats``: others may claim it; ``holder``: who has it holds none of them; ``nobody`` could do it;
    ``suspended``: its case rests, so nothing moves yet."""

    case_number: str
    task_id: str
    version: int
    step_id: str
    step_number: int | None
    branch: str | None
    visit: int
    before: Assignment
    after: Assignment
    why: list[Literal["seats", "holder", "nobody", "suspended"]]
    changes: bool


class Reassessment(TypedDict):
    """One page, possibly empty with a ``next``; ``digest`` is what applies exactly this page."""

    items: list[Finding]
    next: str | None
    digest: str
    looked: int
    cases: int


class Reassessed(TypedDict):
    applied: int
    next: str | None


class ImportMessage(TypedDict):
    column: str
    message: str


class ImportItem(TypedDict):
    """One line of the file, by its number there, and what would become of it."""

    line: int
    verdict: str
    row: str | None
    changes: dict[str, list[Any]]
    messages: list[ImportMessage]


class ImportReport(TypedDict):
    """What a file would do; nothing is stored yet. ``items`` is one page."""

    id: str
    register: str
    revision: int
    rows: int
    added: int
    changed: int
    unchanged: int
    errors: int
    items: list[ImportItem]
    next: str | None


class ConfirmedImport(TypedDict):
    id: str
    register: str
    revision: int
    added: int
    changed: int
    unchanged: int
    errors: int


class RegisterItem(TypedDict):
    id: str
    label: str
    revision: int
    count: int
    may: list[str]


class StoredRegisterFile(TypedDict):
    id: str
    label: str
    version: int
    revision: int
    rows_added: int
    stored: bool
    warnings: list[str]


class RegisterColumn(TypedDict):
    """``given`` says that nobody writes it: it is computed or looked up."""

    id: str
    type: str
    label: str
    help: str | None
    required: bool
    min: Any
    max: Any
    options: list[str]
    items: list[str]
    unit_type: str | None
    register: str | None
    given: bool
    written_by: list[str]
    personal: bool
    retired: bool


class ImportProfileItem(TypedDict):
    id: str
    ask: list[str]


class Register(RegisterItem):
    version: int
    title: str
    key: list[str]
    unit: str | None
    columns: list[RegisterColumn]
    profiles: list[ImportProfileItem]
    retention: str | None


class RowWork(TypedDict):
    """The open task of the case that wrote a row last."""

    case_id: str
    case_number: str
    task_id: str
    state: str
    assignee: str | None
    due_at: str | None
    sla: str


class RegisterRow(TypedDict):
    """``case`` is the id of the case that wrote it last; null where a person did."""

    row: str
    title: str
    version: int
    values: dict[str, Any]
    retired: bool
    changed_at: str
    changed_by: str | None
    case: str | None
    work: NotRequired[RowWork]


class WrittenRow(RegisterRow):
    revision: int


class RowRevision(TypedDict):
    """What one act made of a row: column → what it was and what it is since."""

    revision: int
    version: int
    at: str
    account: str | None
    position: str | None
    act: str
    case_number: str | None
    reason: str | None
    retired: bool
    changes: dict[str, list[Any]]


class RowHistory(TypedDict):
    items: list[RowRevision]
    next: str | None


class RowGroup(TypedDict):
    """``filled`` says how many values stand behind a total and an average."""

    group: dict[str, Any]
    count: int
    totals: dict[str, Any]
    averages: dict[str, Any]
    filled: dict[str, int]


class RegisterSummary(TypedDict):
    groups: list[RowGroup]


class Dates(TypedDict):
    opens_at: str
    due_at: str


class Confirmation(TypedDict):
    """Who confirmed when, on which version of the definition and of its calendar."""

    by: str
    at: str
    sop_version: str
    calendar: str
    calendar_version: str


class Occurrence(Dates):
    """``moved``: what was confirmed are the dates of ``was``. A start waits for no confirmation."""

    period: str
    provisional: bool
    state: Literal["confirmed", "moved", "unconfirmed"]
    confirmed: Confirmation | None
    was: Dates | None


class Gone(Dates):
    """Dates that were confirmed of a period that the schedule has no more."""

    period: str


class Schedule(TypedDict):
    sop: str
    title: str
    may_start: bool
    may_confirm: bool
    dates: list[Occurrence]
    unconfirmed: int
    gone: list[Gone]


class ConfirmedDates(TypedDict):
    sop: str
    confirmed: int


class Refused(TypedDict):
    """Why a start was refused."""

    message_id: str
    message_en: str


class Missing(TypedDict):
    path: str
    label: str


class Start(TypedDict):
    """``present``: somebody had started it by hand before. ``missing``: what to give a late start."""

    id: str
    sop: str
    title: str
    period: str
    state: Literal["started", "present", "missed", "failed"]
    opens_at: str
    due_at: str
    case_id: str | None
    error: Refused | None
    missing: list[Missing]
    may_start: bool


class Assumptions(TypedDict):
    """What the answer rests on. ``returns`` is the share of a decision that sends back, ``observed`` how many
    earlier visits of a step were counted; ``late``: one visit after its deadline makes its case late."""

    service: str
    waiting: str
    cases: int
    branches: int
    arrivals: str | None
    times: dict[str, float]
    returns: dict[str, float]
    holders: dict[str, int]
    absent: dict[str, list[float]]
    observed: dict[str, int]
    late: str


class CaseMinutes(TypedDict):
    """Working minutes of a case from arrival to end; ``values`` are at most 10,000, in rising order."""

    mean: float
    p10: float
    p50: float
    p90: float
    values: list[float]


class Finish(TypedDict):
    """When a case that begins now would end."""

    p10: str
    p50: str
    p90: str


class SimulatedStep(TypedDict):
    """Visits per case, and working minutes per visit."""

    step_id: str
    visits: float
    waiting: float
    working: float


class SimulatedPosition(TypedDict):
    """The share of its time that a position works, and how many visits wait for it on average."""

    position: str
    utilisation: float
    queue_mean: float


Little = TypedDict(
    "Little",
    {
        "lambda": float,
        "l": float,
        "w": float,
    },
)


class Simulation(TypedDict):
    """The result of all runs, in working minutes; the same seed gives the same numbers."""

    runs: int
    seed: int
    assumptions: Assumptions
    case_minutes: CaseMinutes
    late_share: Share
    finish: Finish
    steps: list[SimulatedStep]
    positions: list[SimulatedPosition]
    little: Little


class JudgedLine(TypedDict):
    """One line of the file by its number; with ``messages`` it is wrong, and nothing is stored."""

    line: int
    username: str
    label: str
    position: str | None
    position_label: str | None
    makes_account: bool
    appoints: bool
    messages: list[Doubt]


class StaffReport(TypedDict):
    """What is made, or with ``dry_run`` would be; ``version`` is the agency's."""

    version: int
    accounts: int
    appointments: int
    wrong: int
    lines: list[JudgedLine]


class Spread(TypedDict):
    """Nearest-rank percentiles in working minutes."""

    p50: int | None
    p90: int | None


class SuggestedStandard(TypedDict):
    """The p80 of the work of first visits, with the order statistics that hold it with 95 %."""

    minutes: int
    low: int
    high: int
    visits: int


class StatisticsItem(TypedDict):
    """Finished visits of one step, position, unit or month; of the names that are not asked for all are null.

    ``rework`` is the share of further visits, ``bottleneck`` the share of the cases' critical paths."""

    sop: str | None
    step_id: str | None
    position: str | None
    unit: str | None
    month: str | None
    visits: int
    waiting: Spread
    working: Spread
    late_share: float
    on_time: Share
    rework: float
    bottleneck: float | None
    suggested_standard: SuggestedStandard | None


class CaseFigures(TypedDict):
    """The working minutes of a finished case along its critical path; the last four are all of the first."""

    case_number: str
    case_minutes: int
    waiting: int
    working: int
    hold: int
    idle: int


class Statistics(TypedDict):
    items: list[StatisticsItem]
    cases: list[CaseFigures]


class HeldTask(TypedDict):
    """A task that the absent person holds, by its place alone."""

    task_id: str
    case_id: str
    case_number: str
    step_id: str
    label: str
    branch: str | None


class MovedTask(HeldTask):
    """``how``: to the one named, to who stands in, back to the other candidates, to the superior himself."""

    how: Literal["named", "substitute", "pool", "self"]
    to: str | None
    position: str | None


class Stayed(HeldTask):
    why: str
    why_en: str


class TakeOver(TypedDict):
    """``gone`` were named or found, but are no longer there; ``hidden`` are of cases you may not see."""

    account: str
    label: str
    moves: list[MovedTask]
    stays: list[Stayed]
    gone: list[str]
    hidden: int
    more: bool


class DocumentVersion(TypedDict):
    file: str
    name: str | None
    sha256: str | None


class TaskDocument(TypedDict):
    id: str
    label: str
    versions: list[DocumentVersion]


class Action(TypedDict):
    verb: str
    outcome: NotRequired[str | None]
    allowed: bool
    why_not: NotRequired[str | None]
    why_not_en: NotRequired[str | None]


class Substitute(TypedDict):
    """One mandate in the line of a position, and how its holder stands to this task."""

    account: str
    kind: Literal["definitive", "plt", "plh"]
    order_number: str | None
    standing: Literal["in_charge", "away", "duties_apart", "strategic", "next"]
    why: str
    why_en: str


class Substitution(TypedDict):
    """Who stands in for a position on this task, in the order of the line."""

    position: str
    absent: list[str]
    line: list[Substitute]


class Due(TypedDict):
    """The deadline and how it came about; the minutes of the segments sum to ``minutes``."""

    at: str
    pickup_at: str | None
    standard_minutes: int | None
    hold_minutes: int
    calendar: str
    calendar_version: str
    minutes: int
    years_without_list: list[int]
    segments: list[Segment]


class EscalationStage(TypedDict):
    stage: str
    kind: str
    at: str
    state: Literal["pending", "fired", "collapsed", "void"]
    recipients: list[str]


class Earlier(TypedDict):
    """What was handed in before."""

    task_id: str
    step_id: str
    step_number: int | None
    printed: str
    branch: str | None
    visit: int
    executor: str | None
    acting_kind: Literal["definitive", "plt", "plh"] | None
    capacity: str | None
    signed: Literal["initial", "signature"] | None
    waived: list[str]
    finished_at: str | None
    outcome: str | None
    reason: str | None
    deviation: bool
    data: Mapping[str, Any] | None


class Task(TaskItem):
    """The task, whole, with what this person may do now."""

    activity: str
    warning: str | None
    remarks: str | None
    client: str | None
    fee: str | None
    basis: (
        Literal["source", "derived", "proposed"] | dict[str, Literal["source", "derived", "proposed"]] | None
    )
    requirements: list[Requirement]
    documents: list[TaskDocument]
    form: Form
    registers: dict[str, int]
    outcomes: list[Outcome]
    sign: str | None
    actions: list[Action]
    substitution: Substitution | None
    due: Due | None
    breach: float | None
    escalation: list[EscalationStage]
    history: list[Earlier]


class OwnToken(TypedDict):
    id: str
    name: str
    scope: Literal["read", "write"]
    created_at: str
    expires_at: str
    last_used_at: str | None


class OwnTokens(TypedDict):
    items: list[OwnToken]
    next: None


class Token(TypedDict):
    """A new token; ``token`` is shown this once."""

    id: str
    name: str
    scope: Literal["read", "write"]
    expires_at: str
    token: str
