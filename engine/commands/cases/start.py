"""How a case begins: period, start form and staffing are checked, then its first step opens."""

from collections.abc import Mapping
from datetime import datetime

from engine.audit.act import Json
from engine.calendar.periods import Period
from engine.cases.case_numbers import DIGITS
from engine.cases.context import DecisionContext
from engine.cases.model import Case, CaseState, CaseStatus
from engine.cases.start_form import entered
from engine.cases.transition import Transition
from engine.errors import CannotBeStaffed, Conflict, InvalidInput, WorktimeError
from engine.organisation import staffing_gaps
from engine.sop.defaults import prefix_of
from engine.sop.model import Definition
from engine.store import Tx
from engine.store.form_lookup import OfficeLookup
from engine.text.bilingual import Text


def new_case(
    tx: Tx,
    context: DecisionContext,
    *,
    started_by: str | None,
    period: str | None,
    fields: Mapping[str, Json],
    parties: Mapping[str, Mapping[str, Json]] | None = None,
    documents: Mapping[str, Json] | None = None,
    parent: Case | None = None,
    parent_task_id: str | None = None,
    parent_row: str | None = None,
    waited: bool = False,
    corrects_id: str | None = None,
) -> Transition:
    """The transition of a new case whose first step is open; nothing is written yet.

    InvalidInput for the period or the start form, CannotBeStaffed with every gap, Conflict for a period that
    has its case already.
    """
    definition = context.definition
    _require_staff(context)
    checked_period = _checked_period(definition, period)
    agency = context.organisation.agency.id
    _require_free_period(tx, definition, agency, checked_period)
    directory = OfficeLookup(tx, context, None, started_by)
    told = entered(context, directory, fields, parties or {}, period=checked_period, started_by=started_by)
    case = Case(
        id=context.new_id(),
        number=_number(context),
        agency=agency,
        sop=definition.id,
        sop_version=definition.version,
        definition_hash=context.definition_hash,
        title=definition.identity.title,
        period=checked_period,
        state=CaseStatus.RUNNING,
        started_by=started_by,
        started_at=context.now,
        received_at=_received(definition, told.fields, context),
        fields=told.fields,
        parties=told.parties,
        documents=dict(documents or {}),
        parent_id=parent.id if parent else None,
        parent_task_id=parent_task_id,
        parent_row=parent_row,
        waited=waited,
        corrects_id=corrects_id,
    )
    transition = Transition(context.of_case(CaseState(case)))
    transition.start()
    return transition


def _require_staff(context: DecisionContext) -> None:
    gaps = staffing_gaps(context.definition, context.organisation, context.local_day)
    if gaps:
        raise CannotBeStaffed(
            Text(
                "Berkas belum dapat dimulai. " + " ".join(gap.message.indonesian for gap in gaps),
                "the case cannot be staffed: " + "; ".join(gap.message.english for gap in gaps),
            ),
            current={
                "gaps": [
                    {"role": gap.role, "unit": gap.unit, "message": gap.message.indonesian} for gap in gaps
                ]
            },
        )


def _checked_period(definition: Definition, text: str | None) -> str | None:
    rule = definition.case.period
    if text is None:
        if rule and rule.required:
            raise InvalidInput.at("period", Text("Periode wajib diisi.", "A period is required."))
        return None
    if rule is None:
        raise InvalidInput.at("period", Text("SOP ini tidak memakai periode.", "This SOP has no period."))
    try:
        period = Period.parse(text)
    except WorktimeError as error:
        raise InvalidInput.at("period", error.message) from error
    if period.type != rule.type:
        raise InvalidInput.at(
            "period",
            Text(
                f"Periode {text} bukan jenis {rule.type}.",
                f"Period {text} is a {period.type}, this SOP needs a {rule.type}.",
            ),
        )
    return str(period)


def _require_free_period(tx: Tx, definition: Definition, agency: str, period: str | None) -> None:
    if period is None or definition.case.period is None or not definition.case.period.unique:
        return
    taken = tx.cases.of_period(agency, definition.id, period)
    if taken is not None:
        raise Conflict(
            Text(
                f"{definition.identity.title} periode {period} sudah ada: {taken}.",
                f"period {period} of {definition.id!r} already has case {taken}",
            ),
            current={"case_number": taken},
        )


def _received(definition: Definition, fields: Mapping[str, Json], context: DecisionContext) -> datetime:
    for field in definition.case.fields:
        if field.role == "received" and isinstance(value := fields.get(field.id), str):
            return datetime.fromisoformat(value)
    return context.now


def _number(context: DecisionContext) -> str:
    """The case number: the SOP's prefix, the year, and a number that never repeats within both."""
    prefix = prefix_of(context.definition)
    year = context.local_day.year
    return f"{prefix}-{year}-{context.next_number(f'case:{prefix}', year):0{DIGITS}}"
