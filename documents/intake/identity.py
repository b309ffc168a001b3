"""The identity block and the worksheet: labels with what stands beside, behind or below them. Pure."""

import re
from dataclasses import dataclass

from documents.intake.grid import Cell, Grid, Paper
from documents.intake.layout import Table
from documents.intake.words import flat, plain
from engine.text.bilingual import Text

LABELS = {
    "number": ("nomor sop", "no sop", "nomor", "nomor sop ap"),
    "created_on": ("tanggal pembuatan", "tgl pembuatan", "tanggal dibuat"),
    "revised_on": ("tanggal revisi", "tgl revisi"),
    "effective_on": ("tanggal efektif", "tgl efektif", "tanggal pengesahan", "tgl pengesahan",
        "tanggal berlaku"),
    "approved_by": ("disahkan oleh", "disahkan"),
    "title": ("judul sop", "nama sop", "judul sop ap", "nama sop ap", "judul"),
    "legal_basis": ("dasar hukum",),
    "qualifications": ("kualifikasi pelaksana", "kualifikasi pelaksanaan"),
    "related": ("keterkaitan", "keterkaitan sop", "keterkaitan dengan sop lain"),
    "equipment": ("peralatan perlengkapan", "peralatan dan perlengkapan", "peralatan", "perlengkapan"),
    "warning": ("peringatan",),
    "recording": ("pencatatan dan pendataan", "pencatatan", "pencatatan pendataan"),
    "kind": ("jenis kegiatan",),
    "product_owner": ("produk", "a produk"),
    "activity_owner": ("kegiatan", "b kegiatan"),
    "scope": ("scope ruang lingkup", "ruang lingkup", "scope"),
}  # fmt: skip
MEANING = {spelling: key for key, spellings in LABELS.items() for spelling in spellings}
BELOW = frozenset({"legal_basis", "qualifications", "related", "equipment", "warning", "recording"})
WORKSHEET = frozenset({"product_owner", "activity_owner", "kind", "scope"})
_COUNT = re.compile(r"^\s*[0-9a-z][.)]\s+", re.IGNORECASE)
GOVERNMENT = re.compile(
    r"^(pemerintah|pemprov|pemkab|pemkot|kementerian|republik|provinsi|kabupaten|kota)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Said:
    """One value of the block and its place."""

    text: str
    at: Text


def identity_of(paper: Paper, table: Table) -> dict[str, Said]:
    """Each key of the identity that the paper fills in; cells of the procedure itself say nothing here."""
    said_by_key: dict[str, Said] = {}
    for grid in paper.grids:
        end = next((layout.top for part, layout in table.parts if part is grid), grid.height)
        seen: set[int] = set()
        for (row, column), cell in sorted(grid.cells.items()):
            if row >= end or id(cell) in seen or not cell.text.strip():
                continue
            seen.add(id(cell))
            _look(grid, row, column, cell, end, said_by_key)
    return said_by_key


def _look(grid: Grid, row: int, column: int, cell: Cell, end: int, said_by_key: dict[str, Said]) -> None:
    head, colon, behind = cell.text.partition(":")
    key = MEANING.get(plain(_COUNT.sub("", head)))
    if key is None or key in said_by_key:
        _office(grid, row, column, cell, said_by_key)
        return
    inside = behind.strip() if colon else ""
    value, at = (inside, (row, column)) if inside else _beside(grid, row, column, cell, end, key)
    if not (key == "activity_owner" and row == 0):
        said_by_key[key] = Said(value.removeprefix(":").strip(), grid.place(*at))


def _beside(grid: Grid, row: int, column: int, cell: Cell, end: int, key: str) -> tuple[str, tuple[int, int]]:
    """What stands to the right of a label, else below it, as no label of its own."""
    right = column
    while right < grid.width and grid.at(row, right) in (cell, None):
        right += 1
    beside = grid.text(row, right).strip()
    if beside in (":", "-") and right + 1 < grid.width:
        right += 1
        beside = grid.text(row, right).strip()
    below = row + 1
    while below < end and grid.at(below, column) is cell:
        below += 1
    under = grid.text(below, column).strip() if below < end else ""
    is_pair = key in BELOW and (not beside or _is_label(beside))
    if is_pair:
        return ("", (below, column)) if _is_label(under) else (under, (below, column))
    return ("", (row, right)) if _is_label(beside) else (beside, (row, right))


def _is_label(text: str) -> bool:
    return plain(_COUNT.sub("", text.rstrip(" :"))) in MEANING


def _office(grid: Grid, row: int, column: int, cell: Cell, said_by_key: dict[str, Said]) -> None:
    """The cell with the government's name first says whose SOP it is."""
    lines = [flat(line) for line in cell.text.split("\n") if line.strip()]
    if "government" in said_by_key or not lines or not GOVERNMENT.match(lines[0]) or len(lines) > 5:
        return
    at = grid.place(row, column)
    for key, line in zip(("government", "agency", "unit"), lines, strict=False):
        said_by_key[key] = Said(line.title() if line.isupper() else line, at)
