"""Why an import says what it says, in sentences for whoever completes it."""

from engine.text.bilingual import Text

WRITTEN = Text("tertulis di dokumen", "written in the document")
CARRIED = Text(
    "definisi yang dibawa PDF ini, byte demi byte", "the definition that this PDF carries, byte for byte"
)
ATTACHED = Text("lampiran PDF", "attachment of the PDF")

# --- rows ---
HEADING = Text("baris judul, bukan langkah; dilewati", "a heading, no step; passed over")
NO_ACTIVITY = Text("baris tanpa Kegiatan; dilewati", "a row without an activity; passed over")
GOES_ON = Text(
    "baris tanpa nomor dan Kegiatan digabung dengan yang di atasnya",
    "a row without number and activity was joined to the one above",
)
BY_LINES = Text("dipisah menurut baris di dalam sel", "told apart by the lines in the cell")

# --- executors ---
MARK = Text("tanda di kolom Pelaksana", "a mark in the executor's column")
SEVERAL_BY_WORDS = Text(
    "beberapa tanda; kalimatnya dimulai dengan pelaksana ini",
    "several marks; the sentence begins with this one",
)
SEVERAL_BY_PLACE = Text(
    "beberapa tanda; yang paling kiri dianggap pelaksana, yang lain ikut serta",
    "several marks; the leftmost is taken as executor, the others take part",
)
SEVERAL_NAMES = Text(
    "beberapa nama; yang pertama dianggap pelaksana, yang lain ikut serta",
    "several names; the first is taken as executor, the others take part",
)
NO_MARK_BEGINS = Text(
    "tidak ada tanda di baris ini; kalimatnya dimulai dengan pelaksana ini",
    "no mark in this row; the sentence begins with this executor",
)
NO_MARK_NAMED = Text(
    "tidak ada tanda di baris ini; pelaksana ini disebut pertama dalam kalimatnya",
    "no mark in this row; the sentence names this executor first",
)
NO_MARK_NOBODY = Text(
    "tidak ada tanda di baris ini, dan kalimatnya tidak menyebut pelaksana; pilih sendiri",
    "no mark in this row, and the sentence names no executor; choose one",
)

# --- time ---
NO_TIME = Text(
    "kolom Waktu kosong; tulis lamanya, atau biarkan none",
    "no time is written; write how long, or leave none",
)
NO_UNIT = Text("tanpa satuan; dibaca sebagai menit", "without a unit; read as minutes")
NO_LENGTH = Text(
    "bukan lamanya waktu; disimpan apa adanya tanpa jam yang berjalan",
    "no length of time; kept as written, with no clock running",
)
WORKING_DAY = Text("hari dibaca sebagai hari kerja", "days are read as working days")
WEEK = Text("minggu dibaca sebagai 7 hari kalender", "a week is read as 7 calendar days")
MONTH = Text("bulan dibaca sebagai 30 hari kalender", "a month is read as 30 calendar days")
SECONDS = Text("detik dibulatkan ke atas menjadi menit", "seconds are rounded up to minutes")
OTHER_WORDS = Text("sel memuat kata lain di samping lamanya", "the cell holds other words beside the length")
PART_OF_DAY = Text(
    "sebagian hari kerja dihitung dari 450 menit", "a part of a working day is counted from 450 minutes"
)
NOT_WHOLE = Text(
    "lamanya tidak dapat ditulis tanpa pecahan; tulis sendiri",
    "the length cannot be written without fractions; write it yourself",
)

# --- where steps lead ---
GLUED = Text("penghubung gambar melekat pada langkah itu", "a connector of the drawing is glued to that step")
NO_WAY_AT_FIRST = Text("jalur “tidak” tidak tertulis; diakhiri", "the way of “no” is not written; it ends")
NO_WAY = Text(
    "jalur “tidak” tidak tertulis; kembali ke langkah sebelumnya",
    "the way of “no” is not written; back to the step before",
)
IN_ORDER = Text(
    "alur mengikuti urutan baris; panah gambar tidak melekat pada langkah",
    "the flow follows the order of the rows; the drawn arrows are glued to no step",
)

# --- the whole ---
STARTS = Text(
    "yang melakukan langkah pertama dianggap boleh memulai proses",
    "whoever does the first step is taken as who may start the process",
)
ONE_SEAT = Text(
    "satu jabatan per instansi; tulis per: bidang bila tiap bidang punya sendiri",
    "one position for the agency; write per: bidang where each division has its own",
)
ID_OF_TITLE = Text("id SOP dibuat dari judulnya", "the id of the SOP is made of its title")
TITLE_ABOVE = Text("baris judul di atas tabel", "the line of the title above the table")
TITLE_OF_FILE = Text(
    "judul tidak tertulis; diambil dari nama berkas", "no title is written; taken from the name of the file"
)
NO_DAY = Text("tanggalnya tidak terbaca; tulis 2026-01-05", "the date cannot be read; write 2026-01-05")
BLANK = {
    "number": Text("Nomor SOP kosong", "the number of the SOP is blank"),
    "approved_by": Text("Disahkan oleh kosong", "who approves it is blank"),
    "effective_on": Text("Tanggal Efektif kosong", "the effective date is blank"),
}
NEEDED = Text("; diperlukan sebelum SOP berlaku", "; it is needed before the SOP comes into force")


def doubted(label: str) -> Text:
    return Text(
        f"tanda di kolom itu, tetapi kalimatnya dimulai dengan {label}",
        f"a mark in that column, but the sentence begins with {label}",
    )


def by_sentence(why: Text) -> Text:
    """A decision that only the sentence tells of, and where its other way leads."""
    return (
        Text(
            "keputusan menurut kalimat “jika … jika tidak …”; ",
            "a decision by the sentence “if … if not …”; ",
        )
        + why
    )


def names_step(number: str) -> Text:
    return Text(f"kalimatnya menyebut langkah {number}", f"the sentence names step {number}")


def sent_back(label: str) -> Text:
    return Text(
        f"dikembalikan kepada {label}, langkah terakhirnya", f"sent back to {label}, to the last step there"
    )


def upper_end(number: str, unit: str) -> Text:
    return Text(
        f"rentang; dipakai batas atasnya ({number} {unit})",
        f"a range; its upper end is taken ({number} {unit})",
    )


def floating(number: int) -> Text:
    return Text(
        f"{number} bentuk melayang di luar tabel; tidak dapat dipastikan milik baris dan kolom mana",
        f"{number} shapes float outside of the table; nobody can tell to which row and column they belong",
    )


def added(office: str) -> Text:
    return Text(
        f"jabatan {office} tidak ada di kolom Pelaksana; ditambahkan",
        f"the position {office} is no column of executors; it was added",
    )


def taken_as(office: str, label: str) -> Text:
    return Text(f"{office} dianggap {label}", f"{office} is taken as {label}")


def together(doubts: list[Text]) -> Text:
    """Several reasons as one."""
    return Text("; ".join(why.indonesian for why in doubts), "; ".join(why.english for why in doubts))
