"""The living page of the parts that pages are made of, each in every state."""

from starlette.responses import Response

from engine.text.bilingual import Text
from engine.views.screens import Paper, Signature
from web.forms import Drawing, controls_of
from web.forms.schemas import Schema
from web.overview import Door
from web.page_request import PageRequest

DOORS = (
    Door(Text("Biasa", "Plain"), 3, more=False, href="/gaya"),
    Door(Text("Terlambat", "Overdue"), 2, more=False, href="/gaya", tone="bad"),
    Door(Text("Mendekati tenggat", "Due soon"), 1, more=False, href="/gaya", tone="soon"),
    Door(Text("Dikembalikan", "Returned"), 100, more=True, href="/gaya", tone="back"),
)
ROW: Schema = {
    "required": ["nilai"],
    "properties": {
        "row": {"readOnly": True},
        "nilai": {"x-alur-type": "number", "title": "Nilai"},
        "persen": {"x-alur-type": "percent", "title": "Persen", "readOnly": True},
    },
}
FIELDS: Schema = {
    "required": ["teks"],
    "properties": {
        "teks": {"x-alur-type": "text", "title": "Teks", "description": "Keterangan isian"},
        "uraian": {"x-alur-type": "textarea", "title": "Uraian"},
        "angka": {"x-alur-type": "number", "title": "Angka"},
        "uang": {"x-alur-type": "money", "title": "Uang"},
        "hari": {"x-alur-type": "date", "title": "Hari"},
        "pilihan": {"x-alur-type": "choice", "title": "Pilihan", "enum": ["Ya", "Tidak"]},
        "benar": {"x-alur-type": "boolean", "title": "Ya atau tidak"},
        "dihitung": {"x-alur-type": "number", "title": "Dihitung", "readOnly": True},
        "berkas": {"x-alur-type": "file", "title": "Berkas"},
        "tabel": {"x-alur-type": "table", "title": "Tabel", "x-alur-add-rows": True, "items": ROW},
    },
}
DATA = {"teks": "Contoh", "dihitung": 75, "tabel": [{"row": "r1", "nilai": 60, "persen": 75}]}
FAULT = "Wajib diisi."


def show(visit: PageRequest) -> Response:
    now = visit.engine.context.clock.now().isoformat()
    drawing = Drawing(
        words=visit.words,
        office=visit.office,
        file_name=lambda _: None,
        faults={"data.uraian": [FAULT], "data.tabel[0].nilai": [FAULT]},
        shown=lambda _, value: visit.words.number(value),
        labels={},
        remarks={"r1": [("Catatan", "Periksa lagi angka ini.")]},
    )
    signature: Signature = {
        "kind": "signature",
        "account": visit.actor.account,
        "capacity": None,
        "at": now,
        "via": "internal",
        "reset_by": None,
    }
    paper: Paper = {
        "document": "contoh",
        "label": "Dokumen",
        "file": "contoh",
        "name": "contoh.docx",
        "sha256": "0" * 64,
        "branch": None,
        "printed": "1",
        "account": visit.actor.account,
        "capacity": None,
        "at": now,
        "version": 1,
        "evidence": False,
        "newest": True,
    }
    return visit.page(
        "style.html",
        doors=DOORS,
        controls=controls_of(FIELDS, DATA, drawing, "f", "data"),
        signatures=[signature, {**signature, "kind": "initial", "via": "external"}],
        papers=[paper],
        now=now,
        told={},
    )


PAGES = (("/gaya", show, None),)
