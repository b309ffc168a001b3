"""The official document of one definition, page by page."""

from documents.chart import drawn
from documents.content import Content
from documents.drawing import PAPERS, Page
from documents.face import missing
from documents.front import front_pages
from engine.errors import FieldError, InvalidInput, NotPrintable
from engine.sop.model import Definition
from engine.text.bilingual import Text

DEFAULT_PAPER = "f4"


def document_pages(definition: Definition, paper: str = DEFAULT_PAPER) -> tuple[Page, ...]:
    """Identity block, worksheet and table. Raises `NotPrintable`, and `InvalidInput` for an unknown paper."""
    sheet = PAPERS.get(paper)
    if sheet is None:
        known = ", ".join(PAPERS)
        fault = Text(
            f'Kertas "{paper}" tidak dikenal; pakai {known}.', f"paper {paper!r} is unknown; use {known}"
        )
        raise InvalidInput(fault, errors=[FieldError("paper", fault)])
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
