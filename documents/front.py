"""The pages before the table: the identity block and the Lembar Kerja Identifikasi Kegiatan. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from documents.content import Content
from documents.drawing import TEXT, TITLE, Align, Cell, Heading, Page, Paper, Table
from documents.face import line_height, wrap
from engine.sop.model import Definition
from engine.text.dates import day_text

PADDING = 1.0
SIGNATURE_ROOM = 22.0
KINDS = {"routine": "Rutin", "service": "Pelayanan", "assignment": "Penugasan"}
STAGES = {"start": "Langkah Awal", "main": "Langkah Utama", "end": "Langkah Akhir"}
FEWEST = 3  # lines that a part of a broken row has at least


@dataclass(frozen=True, slots=True)
class Part:
    """A cell of a flowing row."""

    column: int
    text: str
    columns: int = 1
    rows: int = 1
    bold: bool = False
    align: Align = "left"
    points: float = TEXT
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of a flowing table; ``least`` is how high it is at least."""

    parts: tuple[Part, ...]
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class _Broken:
    """A row with its lines, as much as stands on one page."""

    cells: tuple[Cell, ...]
    least: float

    @property
    def height(self) -> float:
        lines = (len(cell.lines) * line_height(cell.points) for cell in self.cells if cell.rows == 1)
        return max(self.least, max(lines, default=0.0) + 2 * PADDING)

    def split(self, room: float) -> "tuple[_Broken, _Broken] | None":
        """What fits into ``room`` and what is left; None where too little would stand on either side."""
        step = max(line_height(cell.points) for cell in self.cells)
        fits = int((room - 2 * PADDING) / step)
        longest = max(len(cell.lines) for cell in self.cells)
        if self.least or fits < FEWEST or longest - fits < FEWEST:
            return None
        first = tuple(replace(cell, lines=cell.lines[:fits]) for cell in self.cells)
        rest = tuple(replace(cell, lines=cell.lines[fits:]) for cell in self.cells)
        return _Broken(first, 0.0), _Broken(rest, 0.0)


def front_pages(content: Content, paper: Paper) -> Iterator[Page]:
    """The identity block, then the worksheet, each from a new page on."""
    definition = content.definition
    half = paper.room / 2
    yield from _flow(
        paper, (half, 42.0, half - 42.0), tuple(_identity(definition)), f"SOP {definition.identity.title}"
    )
    yield from _flow(
        paper,
        (52.0, 14.0, paper.room - 66.0),
        tuple(_worksheet(content)),
        "LEMBAR KERJA IDENTIFIKASI KEGIATAN",
    )


def _flow(paper: Paper, widths: tuple[float, ...], strips: Sequence[Strip], title: str) -> Iterator[Page]:
    top = paper.margin + 9.0
    room = paper.height - paper.margin - top
    waiting = [_broken(strip, widths) for strip in strips]
    number = 0
    while waiting:
        rows: list[_Broken] = []
        left = room
        while waiting:
            row = waiting[0]
            if row.height <= left:
                rows.append(waiting.pop(0))
                left -= row.height
                continue
            parts = row.split(left)
            if parts is None and not rows:  # taller than a page and not to be broken well: as it comes
                parts = row.split(room) or (row, None)  # type: ignore[assignment]
            if parts is not None:
                rows.append(parts[0])
                waiting[0:1] = [parts[1]] if parts[1] is not None else []
            break
        cells = tuple(replace(cell, row=index) for index, row in enumerate(rows) for cell in row.cells)
        number += 1
        shown = title if number == 1 else f"{title} (lanjutan)"
        yield Page(
            paper,
            headings=(Heading(paper.margin, paper.margin + 4.5, shown, TITLE, centred=True),),
            tables=(Table(paper.margin, top, widths, tuple(row.height for row in rows), cells),),
        )


def _broken(strip: Strip, widths: tuple[float, ...]) -> _Broken:
    return _Broken(
        tuple(
            Cell(
                0,
                part.column,
                wrap(
                    part.text,
                    sum(widths[part.column : part.column + part.columns]) - 2 * PADDING,
                    part.points,
                    part.bold,
                ),
                rows=part.rows,
                columns=part.columns,
                points=part.points,
                bold=part.bold,
                align=part.align,
                is_head=part.is_head,
            )
            for part in strip.parts
        ),
        strip.least,
    )


# --- the identity block ---


def _identity(definition: Definition) -> Iterator[Strip]:
    identity = definition.identity
    owners = {name: role.label for name, role in definition.roles.items()}
    left = [identity.government, identity.agency, identity.unit]
    office = "\n".join(name.upper() for name in left if name)
    facts = (
        ("Nomor SOP", identity.number or "", 0.0),
        ("Tanggal Pembuatan", _day(identity.created_on), 0.0),
        ("Tanggal Revisi", _day(identity.revised_on), 0.0),
        ("Tanggal Efektif", _day(identity.effective_on), 0.0),
        ("Disahkan oleh", owners.get(identity.approved_by or "", ""), SIGNATURE_ROOM),
        ("Judul SOP", identity.title, 0.0),
    )
    name = Part(0, office, rows=len(facts), bold=True, align="center", points=TITLE)
    for index, (label, value, least) in enumerate(facts):
        named = (Part(1, label, bold=True, is_head=True), Part(2, value))
        yield Strip((name, *named) if index == 0 else named, least)
    yield from _pair(
        "Dasar Hukum", _legal(definition), "Kualifikasi Pelaksana", _listed(identity.qualifications)
    )
    yield from _pair(
        "Keterkaitan",
        _listed([related.title for related in identity.related]),
        "Peralatan/Perlengkapan",
        _listed(identity.equipment),
    )
    yield from _pair(
        "Peringatan", identity.warning or "", "Pencatatan dan Pendataan", identity.recording or ""
    )
    service = identity.service
    if service is not None:
        yield from _pair(
            "Klasifikasi", service.classification or "", "Jenis Transaksi", _listed(service.transaction)
        )
        yield from _pair(
            "Siapa yang dapat memperoleh layanan",
            service.who_may_avail or "",
            "Jam Layanan",
            service.hours or "",
        )


def _pair(left: str, text: str, right: str, other: str) -> Iterator[Strip]:
    yield Strip((Part(0, left, bold=True, is_head=True), Part(1, right, columns=2, bold=True, is_head=True)))
    yield Strip((Part(0, text), Part(1, other, columns=2)))


def _legal(definition: Definition) -> str:
    return _listed(
        [
            f"{basis.text} ({basis.note})" if basis.note else basis.text
            for basis in definition.identity.legal_basis
        ]
    )


def _listed(items: Sequence[str]) -> str:
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def _day(day: str | date | None) -> str:
    if day is None:
        return ""
    return day_text(date.fromisoformat(str(day))).indonesian


# --- the worksheet ---


def _worksheet(content: Content) -> Iterator[Strip]:
    definition = content.definition
    identity = definition.identity
    label = {name: role.label for name, role in definition.roles.items()}
    yield _section("A. Data Kegiatan")
    yield _fact("1. Judul SOP", identity.title)
    yield _fact("2. Jenis Kegiatan", KINDS[identity.kind])
    yield _fact("3. Penanggung Jawab", "")
    yield _fact("    a. Produk", label.get(identity.product_owner or "", ""))
    yield _fact("    b. Kegiatan", label.get(identity.activity_owner or "", ""))
    yield _fact("4. Scope (Ruang Lingkup)", identity.scope or "")
    yield _section("B. Identifikasi Kegiatan")
    yield _fact("Judul Kegiatan", identity.title)
    stages = _by_stage(content)
    yield _fact(STAGES["start"], "\n".join(activity for _, activity in stages.get("start", ())))
    main = [number for number, _ in stages.get("main", ()) if number]
    between = (
        f"Langkah {main[0]} sampai dengan {main[-1]}, lihat bagian C" if len(main) > 1 else "".join(main)
    )
    yield _fact(STAGES["main"], between)
    yield _fact(STAGES["end"], "\n".join(activity for _, activity in stages.get("end", ())))
    yield _section("C. Identifikasi Langkah")
    for stage, rows in stages.items():
        for index, (number, activity) in enumerate(rows):
            yield Strip(
                (
                    Part(0, STAGES[stage] if index == 0 else "", bold=True),
                    Part(1, number, align="center"),
                    Part(2, activity),
                )
            )


def _by_stage(content: Content) -> dict[str, list[tuple[str, str]]]:
    """Number and activity of each printed row, under the stage of its first step."""
    by_stage: dict[str, list[tuple[str, str]]] = {}
    for row in content.rows:
        by_stage.setdefault(row.stage, []).append((row.number, row.activity))
    return by_stage


def _section(title: str) -> Strip:
    return Strip((Part(0, title, columns=3, bold=True, is_head=True),))


def _fact(label: str, value: str) -> Strip:
    return Strip((Part(0, label), Part(1, value, columns=2)))
