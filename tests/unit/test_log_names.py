"""The audit trail speaks to people: every field that an event of a case can change has a name in words."""

from __future__ import annotations

from dataclasses import fields

import pytest

from engine.cases.model import PRIVATE, Branch, Case, Task
from engine.text.log_names import FIELDS


@pytest.mark.parametrize(("kind", "cls"), [("case", Case), ("branch", Branch), ("task", Task)])
def test_every_public_field_of_a_case_is_named_in_both_languages(kind: str, cls: type) -> None:
    public = {spec.name for spec in fields(cls)} - PRIVATE[kind]
    assert public - FIELDS.keys() == set()
    assert all(FIELDS[name].indonesian and FIELDS[name].english for name in public)
