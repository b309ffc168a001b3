"""Where the columns of an SOP table are, from its head of one, two or three rows. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from documents.intake.archive import refuse
from documents.intake.grid import Grid, Paper
from documents.intake.words import flat, plain

HEADS = {
    "number": ("no", "nomor", "no urut", "nomor urut", "step", "no kegiatan"),
    "activity": (
        "kegiatan", "aktivitas", "aktifitas", "uraian", "uraian prosedur", "uraian kegiatan", "prosedur",
        "langkah kegiatan", "langkah langkah", "langkah", "tahapan", "tahapan kegiatan", "uraian aktivitas",
        "kegiatan aktivitas", "agency actions", "agency action", "activity", "uraian tugas",
        "prosedur kegiatan",
    ),
    "executors": (
        "pelaksana", "pelaku", "aktor", "pelaksana kegiatan", "unit pelaksana", "person responsible",
        "pelaksana aktor", "responsible person", "petugas pelaksana", "penanggung jawab",
    ),
    "quality": ("mutu baku", "baku mutu", "mutu"),
    "requirements": (
        "kelengkapan", "persyaratan", "syarat", "persyaratan kelengkapan", "kelengkapan persyaratan",
        "persyaratan perlengkapan", "perlengkapan", "requirements", "input", "bahan", "kelengkapan peralatan",
    ),
    "time": (
        "waktu", "waktu penyelesaian", "lama", "lama waktu", "durasi", "processing time", "time",
        "jangka waktu", "waktu menit", "waktu pelaksanaan",
    ),
    "output": ("output", "out put", "keluaran", "hasil", "outputs", "output hasil"),
    "remarks": ("keterangan", "ket", "remarks", "catatan"),
    "client": ("pemohon", "client steps", "pengguna layanan", "masyarakat", "client"),
    "fee": ("biaya", "fees to be paid", "fees", "tarif", "biaya tarif"),
}  # fmt: skip
MEANING = {spelling: kind for kind, spellings in HEADS.items() for spelling in spellings}
MOST_HEAD_ROWS = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns by what they mean; ``lanes`` are the actors' columns with the name above each."""

    top: int
    body: int
    columns: dict[str, int]
    lanes: dict[int, str]

    def same_lanes(self, other: "Layout") -> bool:
        return [plain(name) for name in self.lanes.values()] == [plain(name) for name in other.lanes.values()]


@dataclass(slots=True)
class Table:
    """The SOP table of a paper: its grids in order, each with its own columns."""

    parts: list[tuple[Grid, Layout]] = field(default_factory=list)

    @property
    def first(self) -> Layout:
        return self.parts[0][1]


def sop_table(paper: Paper) -> Table:
    """The table of the procedure, continued tables joined. Refuses a paper that has none."""
    table = Table()
    for grid in paper.grids:
        layout = _layout(grid)
        if not table.parts:
            if layout is not None:
                table.parts.append((grid, layout))
        elif layout is not None:
            if not layout.same_lanes(table.first):
                break
            table.parts.append((grid, layout))
        elif grid.width == table.parts[-1][0].width and _goes_on(grid, table):
            table.parts.append((grid, replace(table.parts[-1][1], top=0, body=0)))
    if table.parts:
        return table
    tables = "; ".join(
        f"{grid.name.indonesian}: {flat(_first_text(grid))[:40] or 'kosong'}" for grid in paper.grids[:8]
    )
    refuse(
        "Tabel SOP (kolom Kegiatan, Pelaksana, Waktu) tidak ditemukan."
        f" Yang ada: {tables or 'tidak ada tabel'}.",
        f"no SOP table; found {len(paper.grids)} tables",
    )


def _first_text(grid: Grid) -> str:
    return next((cell.text for cell in grid.cells.values() if cell.text), "")


def _goes_on(grid: Grid, table: Table) -> bool:
    """Whether a table without a head goes on with the rows of the one before."""
    number = table.first.columns.get("number")
    return grid.text(0, number).strip(" .").isdecimal() if number is not None else True


def _meaning(text: str) -> str | None:
    words = plain(text)
    return MEANING.get(words) or MEANING.get(words.replace(" ", ""))


def _layout(grid: Grid) -> Layout | None:
    """The columns of a grid where it has the head of an SOP table."""
    for row in range(grid.height):
        meant = {column: _meaning(cell.text) for column, cell in grid.row_cells(row)}
        kinds = set(meant.values())
        if "activity" in kinds and kinds & {"executors", "time", "quality"}:
            return _with_lanes(grid, row)
    return None


def _with_lanes(grid: Grid, top: int) -> Layout | None:
    columns: dict[str, int] = {}
    head = [top]
    for row in range(top + 1, min(top + MOST_HEAD_ROWS, grid.height)):
        if not _is_head(grid, row, top):
            break
        head.append(row)
    for row in head:
        for column, cell in grid.row_cells(row):
            kind = _meaning(cell.text)
            if kind and kind not in ("quality", "executors"):
                columns.setdefault(kind, column)
    lanes = dict(_lanes(grid, head, columns))
    if "activity" not in columns or not ("time" in columns or lanes):
        return None
    body = head[-1] + 1
    while body < grid.height and _is_numbering(grid, body):
        body += 1
    group = [
        column for row in head for column, cell in grid.row_cells(row) if _meaning(cell.text) == "executors"
    ]
    if group and not lanes:
        columns["executor"] = group[0]
    return Layout(top, body, columns, lanes)


def _is_head(grid: Grid, row: int, top: int) -> bool:
    """Whether a row belongs to the head: its activity cell is the head's, or it has heads of its own."""
    activity = next(column for column, cell in grid.row_cells(top) if _meaning(cell.text) == "activity")
    cell = grid.at(row, activity)
    if cell is not None and cell is grid.at(top, activity):
        return True
    kinds = {_meaning(cell.text) for _, cell in grid.row_cells(row)}
    is_bare = not grid.text(row, activity).strip()
    return is_bare and bool(kinds & {"time", "output", "requirements"})


def _lanes(grid: Grid, head: list[int], columns: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Columns below the executors' head, and those between the activity and the next known column."""
    group = [
        column
        for column in range(grid.width)
        if any(_meaning(grid.text(row, column)) == "executors" for row in head)
    ]
    start = columns.get("activity", 0)
    after = [column for kind, column in columns.items() if column > start and kind != "client"]
    within = set(group) | set(range(start + 1, min(after, default=start + 1)))
    known = set(columns.values())
    for column in sorted(within):
        name = flat(grid.text(head[-1], column))
        if column in known or not name or _meaning(name) in ("executors", "quality", "activity"):
            continue
        yield column, name


def _is_numbering(grid: Grid, row: int) -> bool:
    """A row that numbers the columns: 1, 2, 3 … or (1) (2) (3)."""
    numbers = [text for _, cell in grid.row_cells(row) if (text := cell.text.strip("() ."))]
    if len(numbers) < 4 or not all(number.isdecimal() for number in numbers):
        return False
    return [int(number) - index for index, number in enumerate(numbers)] == [int(numbers[0])] * len(numbers)
