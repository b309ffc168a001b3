"""The half-yearly Tabel Monitoring as JSON, XLSX and PDF."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Literal, get_args

import typst
import xlsxwriter

from documents.face import FOLDER
from engine.calendar.periods import half_year
from engine.views.monitoring import Monitoring, MonitoringRow

Format = Literal["xlsx", "pdf", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
HEADS = (
    "No.",
    "Prosedur",
    "Penilaian terhadap penerapan",
    "Catatan hasil penilaian",
    "Tindakan yang harus diambil",
    "Paraf penilai",
)
WIDTHS = (5, 42, 24, 52, 42, 26)
TITLE = "Monitoring Pelaksanaan SOP"
PROPOSED = "usulan dari log, belum diputuskan"
NOTHING_DONE = "belum ada pelaksanaan"
FOOT = (
    "Dihitung dari log waktu: diusulkan berjalan dengan baik bila tepat waktu paling sedikit 80 %,"
    " median kerja tidak melebihi waktu baku, dan tidak ada temuan berat yang belum dijelaskan."
)
# The texts reach the page as data, never as markup.
PAGE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: none)
#set page(paper: "a4", flipped: true, margin: 15mm, footer: context align(right, text(8pt,
  counter(page).display("1 / 1", both: true))))
#set text(font: "Liberation Sans", size: 9pt, lang: "id")
#align(center, text(13pt, weight: "bold", data.title))
#align(center, [#data.agency \\ #data.period])
#v(4mm)
#table(
  columns: (8mm, 1.4fr, 1fr, 2fr, 1.6fr, 1.1fr), inset: 2mm, stroke: 0.4pt,
  table.header(repeat: true, ..data.heads.map(head => table.cell(fill: luma(230), strong(head)))),
  ..data.rows.flatten().map(cell => [#cell]),
)
#text(8pt, data.foot)
"""


def monitoring_file(monitoring: Monitoring, format: Format) -> bytes:
    """The table as one file."""
    match format:
        case "json":
            return json.dumps(monitoring, ensure_ascii=False).encode() + b"\n"
        case "xlsx":
            return _as_xlsx(monitoring)
        case "pdf":
            return _as_pdf(monitoring)


def _cells(row: MonitoringRow) -> Iterator[str]:
    yield str(row["no"])
    yield row["prosedur"]
    judged = row["penilaian"] or NOTHING_DONE
    yield judged if row["decided_by"] or row["penilaian"] is None else f"{judged} ({PROPOSED})"
    yield row["catatan"]
    yield row["tindakan"]
    yield row["paraf"] or ""


def _as_xlsx(monitoring: Monitoring) -> bytes:
    out = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Monitoring")
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E6E6E6"})
        wrapped = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, TITLE, title)
        sheet.write_string(1, 0, f"{monitoring['agency']} · {half_year(monitoring['period']).label}")
        for place, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(3, place, head, bold)
        for line, row in enumerate(monitoring["rows"], start=4):
            sheet.write_number(line, 0, row["no"], wrapped)
            for place, text in enumerate(list(_cells(row))[1:], start=1):
                sheet.write_string(line, place, text, wrapped)
        sheet.freeze_panes(4, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(3)
    return out.getvalue()


def _as_pdf(monitoring: Monitoring) -> bytes:
    data = {
        "title": TITLE,
        "agency": monitoring["agency"],
        "period": half_year(monitoring["period"]).label,
        "heads": HEADS,
        "rows": [list(_cells(row)) for row in monitoring["rows"]],
        "foot": FOOT,
    }
    compiled: Callable[..., bytes] = typst.compile  # its types know one kind of input at a time
    return compiled(
        PAGE.encode(),
        font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
