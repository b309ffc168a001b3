"""What a step costs, as the person at the counter reads it."""

from typing import Any

import pytest

from engine.cases.fees import fee_text
from engine.sop.checks import require_definition

TEXT = """
schema: sop/v1
id: biaya
version: 1.0.0
identity: {title: Biaya}
roles: {a: {label: A}}
case:
  fields:
    - {id: skala, type: choice, label: Skala, options: [kecil, besar]}
    - {id: luas, type: number, label: Luas}
fees:
  tetap:   {label: Salinan, amount: 1500.5}
  menurut: {label: Retribusi, amount: 'case.fields.skala == "besar" ? 500000.0 : 150000.0', text: Lihat}
  hitung:  {label: Sewa, amount: 'case.fields.luas * 1000', text: Rp1.000 per meter}
  tanpa:   {label: Meterai}
steps:
  - {id: s1, activity: Satu, executor: a, time: 1h, fee: tetap}
  - {id: s2, activity: Dua, executor: a, time: 1h, fee: menurut}
  - {id: s3, activity: Tiga, executor: a, time: 1h, fee: hitung}
  - {id: s4, activity: Empat, executor: a, time: 1h, fee: tanpa}
  - {id: s5, activity: Lima, executor: a, time: 1h}
"""


@pytest.mark.parametrize(
    ("step", "fields", "expected"),
    [
        ("s1", {}, "Salinan: Rp1.500,50"),
        ("s2", {"skala": "besar"}, "Retribusi: Rp500.000"),
        ("s2", {"skala": None}, "Retribusi: Rp150.000"),
        ("s3", {"luas": 1500}, "Sewa: Rp1.500.000"),
        ("s3", {"luas": None}, "Sewa: Rp1.000 per meter"),
        ("s4", {}, "Meterai"),
        ("s5", {}, None),
    ],
)
def test_a_fee_is_told_with_its_amount(step: str, fields: dict[str, Any], expected: str | None) -> None:
    definition = require_definition(TEXT).definition
    assert fee_text(definition, definition.step(step), {"case": {"fields": fields}}) == expected
