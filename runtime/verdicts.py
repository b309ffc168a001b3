"""What the verifier finds, in Indonesian; its own words are English."""

import re

from engine.audit.verifier import VerifyReport
from engine.text.bilingual import Text

# Each in the words of engine.audit.verifier and engine.audit.replay.
_VERDICTS: tuple[tuple[str, str], ...] = (
    (r"the events of this stream are not together", "peristiwa aliran ini tidak berurutan dalam berkas"),
    (r"all (\d+) events of this stream are missing", r"semua \1 peristiwa aliran ini hilang"),
    (r"a detail stands beside no event", "ada rincian tanpa peristiwa"),
    (r"no head is stored for this stream", "kepala aliran ini tidak ada"),
    (
        r"the log ends here, but its head stands at event (\d+)",
        r"log berakhir di sini, padahal kepalanya di peristiwa \1",
    ),
    (
        r"this event lies beyond the head, which stands at (\d+)",
        r"peristiwa ini melewati kepala aliran, yang berada di \1",
    ),
    (
        r"the stored head has another hash than the last event",
        "kepala aliran tidak cocok dengan peristiwa terakhir",
    ),
    (
        r"the stored state differs from the log: (.*)",
        r"keadaan yang tersimpan berbeda dari log: \1",
    ),
    (
        r"event (\d+) is missing; (\d+) stands in its place",
        r"peristiwa \1 hilang; di tempatnya ada \2",
    ),
    (
        r"its bytes do not give its hash: the event was edited",
        "isinya tidak menghasilkan sidiknya: peristiwa ini diubah",
    ),
    (r"its bytes are not an event", "isinya bukan peristiwa"),
    (
        r"the column (\w+) says (.*), the event itself (.*)",
        r"kolom \1 berisi \2, peristiwanya sendiri \3",
    ),
    (r"it does not follow the event before it", "tidak menyambung peristiwa sebelumnya"),
    (
        r"a detail stands beside an event that has none",
        "ada rincian di samping peristiwa yang tidak memilikinya",
    ),
    (r"its detail is missing .*", "rinciannya hilang"),
    (r"its detail was edited", "rinciannya diubah"),
    (r"its detail was erased, and no event says so", "rinciannya dihapus tanpa peristiwa yang menyebutnya"),
    (
        r"its bytes are stored as another kind of value: the event was edited",
        "isinya disimpan sebagai nilai jenis lain: peristiwa ini diubah",
    ),
    (r"its bytes are not on the disk", "berkasnya tidak ada di disk"),
    (
        r"its bytes on the disk are not those that were handed in",
        "berkasnya di disk bukan yang dahulu diserahkan",
    ),
    (
        r"the first (\d+) events are not those that a checkpoint was signed of",
        r"\1 peristiwa pertama bukan yang ditandatangani pada titik periksa",
    ),
    (
        r"the log holds (\d+) events, a checkpoint of it (\d+)",
        r"log ini memuat \1 peristiwa, titik periksanya \2",
    ),
    (r"a checkpoint is not signed by a known key", "titik periksa tidak ditandatangani kunci yang dikenal"),
    (r"the signature under a checkpoint does not hold", "tanda tangan titik periksa tidak sah"),
    (r"a checkpoint of the database is none", "titik periksa dalam basis data rusak"),
    (r"leaf (\d+) is missing", r"daun nomor \1 hilang"),
    (r"leaf (\d+) is there twice", r"daun nomor \1 ada dua kali"),
    (r"the event of leaf (\d+) is missing", r"peristiwa daun nomor \1 hilang"),
    (
        r"its bytes are not those of its leaf: the event was edited",
        "isinya bukan yang ada pada daunnya: peristiwa ini diubah",
    ),
    (r"cannot be read: (.*)", r"tidak dapat dibaca: \1"),
    (r"the file holds (\d+) of (\d+) streams", r"berkas ini memuat \1 dari \2 aliran"),
    (r"no event says that (\S+) signed in", r"tidak ada peristiwa yang mencatat \1 masuk"),
    (r"(.*) is created twice or was never created", r"\1 dibuat dua kali atau tidak pernah dibuat"),
    (r"(.*): (\w+) was not (.*) before", r"\1: \2 sebelumnya bukan \3"),
)


def not_checked(report: VerifyReport) -> Text | None:
    """How much no event tells of, so that nobody takes it for proven; None where there is none."""
    count = len(report.not_checked)
    if not count:
        return None
    return Text(
        f"{count} hal tidak dapat diperiksa; lihat not_checked pada `alur audit verify --json`.",
        f"{count} things cannot be checked; see not_checked of `alur audit verify --json`",
    )


def in_indonesian(what: str) -> str:
    """The verdict in Indonesian; as it stands where nobody has said it yet."""
    for pattern, said in _VERDICTS:
        match = re.fullmatch(pattern, what, re.DOTALL)
        if match is not None:
            return match.expand(said)
    return what
