"""The official document of one definition, page by page."""

from dataclasses import replace
from datetime import date
from typing import Literal, get_args

from documents.chart import drawn
from documents.content import Content
from documents.docx import as_docx
from documents.drawing import PAPERS, Page, Paper
from documents.face import missing
from documents.front import front_pages
from documents.pdf import as_pdf
from documents.svg import as_svg
from engine.errors import NotPrintable
from engine.sop.model import Definition
from engine.text.bilingual import Text

PaperName = Literal["f4", "a4", "legal", "a3"]
Format = Literal["pdf", "docx", "svg"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "svg": "image/svg+xml",
}


def document(definition: Definition, text: bytes, format: Format, paper: PaperName = "f4") -> bytes:
    """The document of a definition with every default filled in; ``text`` is its file, byte for byte.

    Raises `NotPrintable` for what does not fit on the paper and for letters that the typeface lacks.
    """
    pages = document_pages(definition, paper)
    title = f"SOP {definition.identity.title}"
    if format == "svg":
        return as_svg(pages, title).encode()
    if format == "docx":
        return as_docx(pages, title=title)
    identity = definition.identity
    day = identity.revised_on or identity.effective_on or identity.created_on
    name = f"{definition.id}.yaml"
    return as_pdf(pages, title=title, day=date.fromisoformat(day) if day else None, name=name, text=text)


def map_page(definition: Definition) -> Page:
    """The table alone on one sheet as high as it needs, for screens."""
    (page,) = drawn(Content(definition), Paper(300.0, 100_000.0, margin=2.0), is_titled=False)
    high = page.tables[0].y + page.tables[0].height + page.paper.margin
    return replace(page, paper=replace(page.paper, height=high))


def file_name(definition: Definition, format: Format) -> str:
    """What the document is saved as."""
    return f"{definition.id}-{definition.version}.{format}"


def document_pages(definition: Definition, paper: PaperName = "f4") -> tuple[Page, ...]:
    """Identity block, worksheet and table."""
    sheet = PAPERS[paper]
    content = Content(definition)
    pages = (*front_pages(content, sheet), *drawn(content, sheet))
    strange = sorted(missing("".join(_words(pages))))
    if strange:
        letters = " ".join(strange)
        raise NotPrintable(
            Text(
                f"Huruf ini tidak ada pada huruf dokumen: {letters}. Gantilah di SOP.",
                f"the typeface of the document has no {letters}; replace them in the SOP",
            )
        )
    return pages


def _words(pages: tuple[Page, ...]) -> list[str]:
    cells = [line for page in pages for table in page.tables for cell in table.cells for line in cell.lines]
    return cells + [line for page in pages for arrow in page.arrows for line in arrow.label]
