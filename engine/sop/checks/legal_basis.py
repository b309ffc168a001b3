"""Legal bases that newer regulations have replaced: the text stays as printed, the author is told."""

import re

from engine.sop.checks.report import Report
from engine.text.bilingual import Text

_GOVERNMENT = r"(?:PP|Peraturan Pemerintah)"
_MINISTRY = r"(?:Permen\s*PAN|Peraturan Menteri (?:Negara )?(?:PAN|Pendayagunaan Aparatur Negara))"
# Which regulation, by kind, number and year; and what is in force in its place, as far as it is known.
_REPLACED = (
    (_GOVERNMENT, 79, 2005, "PP 12/2017 (perlu diverifikasi)", "PP 12/2017 (to be verified)"),
    (_MINISTRY, 29, 2010, "Permen PANRB 53/2014", "Permen PANRB 53/2014"),
)


def check_legal_bases(report: Report) -> None:
    """A warning for every basis that has been replaced, also where a note says so already."""
    for index, basis in enumerate(report.written.identity.legal_basis):
        for kind, number, year, now, now_english in _REPLACED:
            printed = rf"\s*{kind}\b[^0-9]*0*{number}\s*(?:Tahun|/)\s*{year}\b"
            if not re.match(printed, basis.text or "", re.IGNORECASE):
                continue
            report.warn(
                ("identity", "legal_basis", index),
                "outdated_basis",
                Text(
                    f"Nomor {number} Tahun {year} sudah diganti: {now}. Perbarui pada versi berikutnya, "
                    "atau jelaskan dalam note.",
                    f"Number {number} of {year} has been replaced: {now_english}. Bring it up to date in the "
                    "next version, or explain it in a note.",
                ),
            )
