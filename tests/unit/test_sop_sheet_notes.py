"""What the sheet of a draft does not show stays in the file when a cell beside it is edited."""

from engine.sop.editing.text import data
from runtime.shipped import FOLDER
from web.sop_sheet import sheet_of
from web.sop_sheet_changes import changed

TEXT = (FOLDER / "perbaikan-data-kinerja.yaml").read_text(encoding="utf-8")


def test_a_legal_basis_keeps_its_note_when_another_one_is_added() -> None:
    typed = f"{sheet_of(TEXT).fields['identity.legal_basis']}\nPeraturan Bupati tentang SOP"
    before = data(TEXT)["identity"]["legal_basis"]
    after = data(changed(TEXT, {"identity.legal_basis": typed}))["identity"]["legal_basis"]
    assert before[0]["note"]
    assert after == [*before, "Peraturan Bupati tentang SOP"]
