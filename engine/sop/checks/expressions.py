"""Compiles every expression of a definition where it stands, with the names that exist there."""

from collections.abc import Iterable, Mapping

from engine.sop.checks.findings import Findings
from engine.sop.checks.report import Report
from engine.sop.checks.value_types import check_computed, check_value
from engine.sop.exits import StartSop
from engine.sop.expressions.expression import compile_expression, expression, setting
from engine.sop.expressions.scope import Place
from engine.sop.expressions.tree import ExpressionError
from engine.sop.locations import Path, shown
from engine.sop.model import Field, Form, Requirement, Step
from engine.text.bilingual import Text

_AT_STEP, _AT_OUTCOME, _IN_FORM = Place("step"), Place("outcome"), Place("form")


def check_expressions(report: Report) -> None:
    compiler = _Compiler(report)
    definition = report.written
    for name, fee in definition.fees.items():
        if isinstance(fee.amount, str):
            compiler.check(("fees", name, "amount"), fee.amount, None, Place("case"))
    compiler.fields(("case", "fields"), definition.case.fields, None, Place("start"))
    for role, fields in definition.case.parties.items():
        compiler.fields(("case", "parties", role), fields, None, Place("party", role))
    for index, step in enumerate(definition.steps):
        compiler.step(("steps", index), step)
    known = {step.id for step in definition.steps}
    for index, deviation in enumerate(definition.deviations.paths):
        path: Path = ("deviations", "paths", index)
        at = deviation.at if deviation.at in known else None
        compiler.check((*path, "when"), deviation.when, at, _AT_OUTCOME)
        compiler.settings((*path, "set"), deviation.set, at)
    used = {step.form for step in definition.steps}
    for name, form in definition.forms.items():
        if name not in used:
            compiler.unused(("forms", name), form)


class _Compiler:
    """Walks over every place where an expression may stand."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.forms: set[tuple[str | None, str | None]] = set()

    def check(self, path: Path, text: str | None, step_id: str | None, place: Place) -> None:
        if not text:
            return
        try:
            compile_expression(text, self.report.scope(step_id, place))
        except ExpressionError as error:
            refuse(self.report, path, text, error)

    def setting(self, path: Path, value: object, step_id: str | None, place: Place) -> None:
        if not isinstance(value, str):
            return
        try:
            setting(value, self.report.scope(step_id, place))
        except ExpressionError as error:
            refuse(self.report, path, value, error)

    def settings(self, path: Path, settings: Mapping[str, object], step_id: str | None) -> None:
        for target, value in settings.items():
            self.setting((*path, target), value, step_id, _AT_OUTCOME)

    def step(self, path: Path, step: Step) -> None:
        self.check((*path, "when"), step.when, step.id, _AT_STEP)
        self.requirements((*path, "requirements"), step.requirements, step.id)
        self.requirements((*path, "output"), step.output, step.id)
        self.settings((*path, "set"), step.set, step.id)
        self.children((*path, "start_sop"), step.start_sop, step.id)
        for name, outcome in step.outcomes.items():
            here = (*path, "outcomes", name)
            self.settings((*here, "set"), outcome.set, step.id)
            self.children((*here, "start_sop"), outcome.start_sop, step.id)
            self.check((*here, "branches"), outcome.branches, step.id, Place("branches", outcome.to))
        form = self.report.written.forms.get(step.form or "")
        # Steps of one block that share a form see the same names.
        use = (step.form, self.report.flow.block_of.get(step.id))
        if form is not None and use not in self.forms:
            self.forms.add(use)
            self.fields(("forms", step.form or "", "fields"), form.fields, step.id, _IN_FORM)
            self.rules(("forms", step.form or "", "rules"), form, step.id)

    def requirements(self, path: Path, listed: Iterable[Requirement], step_id: str | None) -> None:
        for index, requirement in enumerate(listed):
            self.check((*path, index, "when"), requirement.when, step_id, _IN_FORM)

    def children(self, path: Path, children: tuple[StartSop, ...], step_id: str | None) -> None:
        for index, child in enumerate(children):
            here = (*path, index) if self.report.source.has((*path, index)) else path
            self.check((*here, "when"), child.when, step_id, _AT_OUTCOME)

    def rules(self, path: Path, form: Form, step_id: str | None) -> None:
        for index, rule in enumerate(form.rules):
            self.check((*path, index, "when"), rule.when, step_id, _IN_FORM)
            self.check((*path, index, "require"), rule.require, step_id, _IN_FORM)

    def fields(self, path: Path, fields: Iterable[Field], step_id: str | None, place: Place) -> None:
        for index, field in enumerate(fields):
            here = (*path, index)
            scope = self.report.scope(step_id, place)
            self.check((*here, "compute"), field.compute, step_id, place)
            check_computed(self.report, (*here, "compute"), field.compute, field.type, scope)
            self.check((*here, "required_if"), field.required_if, step_id, place)
            self.check((*here, "rows_where"), field.rows_where, step_id, Place("row", field.id))
            if not (isinstance(field.default, str) and field.default in field.options):
                self.setting((*here, "default"), field.default, step_id, place)
                check_value(self.report, (*here, "default"), field.default, field.type, scope)
            if field.columns:
                self.fields((*here, "columns"), field.columns, step_id, Place("column", field.id))

    def unused(self, path: Path, form: Form) -> None:
        """A form without a step has no names; what can be told is whether its expressions are well formed."""
        for index, rule in enumerate(form.rules):
            for key, text in (("when", rule.when), ("require", rule.require)):
                if text:
                    try:
                        expression(text)
                    except ExpressionError as error:
                        refuse(self.report, (*path, "rules", index, key), text, error)


def refuse(report: Findings, path: Path, text: str, error: ExpressionError) -> None:
    """Tell what is wrong with an expression, and at which of its characters."""
    near = shown(text[error.offset : error.offset + 20])
    message = error.message
    if 0 < error.offset < len(text):
        n = error.offset + 1
        message += Text(f" (karakter ke-{n}, {near})", f" (character {n}, {near})")
    report.error(path, "expression", message)
