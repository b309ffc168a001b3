"""Which names exist where in a definition, and what references lead to."""

from typing import Any

import pytest

from engine.sop.exits import Numbering, Outcome
from engine.sop.expressions.expression import ExpressionError, compile_expression
from engine.sop.expressions.scope import ANY, TEXT, Kind, Place, Scope, scope_for
from engine.sop.identity import Identity
from engine.sop.model import (
    Block,
    CaseRules,
    Definition,
    Due,
    Field,
    ForEach,
    Form,
    Milestone,
    Role,
    Sla,
    Step,
)
from engine.sop.register_use import RowsFrom


def field(id: str, type: Any = "text", **rest: Any) -> Field:
    return Field(id=id, type=type, label=id, **rest)


def step(id: str, form: str | None = None, **rest: Any) -> Step:
    return Step(id=id, activity=id, executor=("staf",), time=None, form=form, **rest)


@pytest.fixture
def definition() -> Definition:
    """Two steps, a block per row of the second one's table, and a step after it."""
    sesuai = Outcome(label="Ya", to="join", set={"item.status": "sesuai"})
    temuan = field("temuan", "table", columns=(field("unit", "unit"), field("nilai", "number")))
    rencana = field(
        "rencana", "table", columns=(field("tenggat", "date"),), rows_from=RowsFrom(from_="g1.temuan")
    )
    return Definition(
        schema="sop/v1",
        id="contoh",
        version="1.0.0",
        identity=Identity(title="Contoh"),
        roles={"staf": Role(label="Staf")},
        case=CaseRules(
            fields=(field("sumber"), field("diterima", "datetime", role="received")),
            parties={"pemohon": (field("nama"),)},
        ),
        sla=Sla(milestones={"lapor": Milestone(at="g4", due=Due(at="g1.tanggal"))}),
        blocks={
            "per_baris": Block(for_each=ForEach(rows="g2.rencana", as_="baris"), steps=("g3",), next="g4"),
        },
        steps=(
            step("g1", "catat", numbering=Numbering(series="agenda")),
            step("g2", "susun", set={"case.skala": "besar"}),
            step(
                "g3",
                "laksana",
                outcomes={"ya": sesuai},
            ),
            step("g4", "rekap"),
        ),
        forms={
            "catat": Form(fields=(temuan, field("tanggal", "date"), field("jumlah", "number"))),
            "susun": Form(fields=(rencana,)),
            "laksana": Form(
                fields=(
                    field("mulai", "datetime"),
                    field(
                        "periksa",
                        "table",
                        columns=(field("sesuai", "boolean"),),
                        rows_from=RowsFrom(from_="g2.rencana"),
                    ),
                )
            ),
            "rekap": Form(fields=(field("catatan"),)),
        },
    )


def resolved(definition: Definition, step_id: str | None, place: Place, path: str) -> str | None:
    kind = scope_for(definition, step_id, place).resolve(path.split("."))
    return kind.name if kind else None


FORM = Place("form")
STEP = Place("step")


@pytest.mark.parametrize(
    ("step_id", "place", "path", "kind"),
    [
        ("g1", FORM, "jumlah", "number"),
        ("g1", FORM, "temuan", "rows"),
        ("g1", FORM, "outcome", "text"),
        ("g1", STEP, "outcome", None),
        ("g1", STEP, "jumlah", None),
        ("g1", STEP, "g1.jumlah", "number"),
        ("g1", Place("column", "temuan"), "nilai", "number"),
        ("g1", Place("column", "temuan"), "jumlah", "number"),
        ("g1", FORM, "nilai", None),
        ("g2", Place("row", "rencana"), "row.unit", "text"),
        ("g2", Place("row", "rencana"), "row.tenggat", None),
        ("g2", FORM, "row.unit", None),
        ("g4", FORM, "g1.tanggal", "date"),
        ("g4", FORM, "g3.mulai", "instant"),
        ("g4", FORM, "g3.finished", "instant"),
        ("g4", FORM, "g3.outcome", "text"),
        ("g4", FORM, "g3.done", "boolean"),
        ("g4", FORM, "g3.selesai", None),
        ("g4", FORM, "g9.done", None),
        ("g4", FORM, "case.period", "text"),
        ("g4", FORM, "case.received", "instant"),
        ("g4", FORM, "case.started", "instant"),
        ("g4", FORM, "case.number", "text"),
        ("g4", FORM, "case.result", "text"),
        ("g4", FORM, "case.fields.sumber", "text"),
        ("g4", FORM, "case.parties.pemohon.nama", "text"),
        ("g4", FORM, "case.skala", "any"),
        ("g4", FORM, "case.agenda", "any"),
        ("g4", FORM, "case.lain", None),
        ("g4", FORM, "visits", "number"),
        ("g4", FORM, "now", "instant"),
        ("g4", FORM, "today", "date"),
        ("g4", FORM, "milestone.lapor", "instant"),
        ("g4", FORM, "task.holder", "text"),
        ("g4", FORM, "branch.unit", "text"),
        ("g4", FORM, "item.unit", None),
        ("g4", FORM, "branch.item", None),
        ("g3", STEP, "item.unit", "text"),
        ("g3", STEP, "item.tenggat", "date"),
        ("g3", STEP, "item.status", "any"),
        ("g3", STEP, "item.lain", None),
        ("g3", STEP, "baris.tenggat", "date"),
        ("g3", STEP, "branch.item.nilai", "number"),
        ("g4", Place("branches", "per_baris"), "item.tenggat", "date"),
        (None, Place("start"), "sumber", "text"),
        (None, Place("party", "pemohon"), "nama", "text"),
        (None, Place("case"), "g1.jumlah", "number"),
        ("tidak_ada", FORM, "jumlah", None),
    ],
)
def test_a_name_is_known_exactly_where_it_means_something(
    definition: Definition, step_id: str | None, place: Place, path: str, kind: str | None
) -> None:
    assert resolved(definition, step_id, place, path) == kind


def test_rows_carry_the_columns_of_every_earlier_table(definition: Definition) -> None:
    text = "periksa.all(r, r.sesuai && r.nilai > 1 && r.tenggat < today && r.status == 'x' && r.row != '')"
    assert compile_expression(text, scope_for(definition, "g3", FORM))
    with pytest.raises(ExpressionError):
        compile_expression("g2.rencana.all(r, r.sesuai)", scope_for(definition, "g3", FORM))


def test_a_path_goes_on_into_what_nobody_knows_and_stops_at_rows() -> None:
    scope = Scope({"anything": ANY, "rows": Kind("rows", {"a": TEXT})})
    assert scope.resolve(["anything", "x", "y"]) is ANY
    assert scope.resolve(["rows", "a"]) is None


def test_tables_that_take_their_rows_from_each_other_end() -> None:
    left = field("kiri", "table", columns=(field("a"),), rows_from=RowsFrom(from_="s2.kanan"))
    right = field("kanan", "table", columns=(field("b"),), rows_from=RowsFrom(from_="s1.kiri"))
    round_trip = Definition(
        schema="sop/v1",
        id="putar",
        version="1.0.0",
        identity=Identity(title="Putar"),
        roles={},
        steps=(step("s1", "f1"), step("s2", "f2"), step("s3", "hilang")),
        forms={"f1": Form(fields=(left,)), "f2": Form(fields=(right,))},
    )
    found = scope_for(round_trip, "s3", Place("form")).resolve(["s1", "kiri"])
    assert found is not None
    assert {"a", "b"} <= set(found.members)
