"""The words of a message in Indonesian and English, as plain text and as HTML. Sends nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from engine.queries.worker.messages import Item, OutgoingMessage
from engine.text.bilingual import Text
from engine.text.dates import instant_text, span_text
from engine.text.stretches import stretch_text

MOST_EXPLAINED = 3
MOST_ITEMS = 100
SUBJECTS: Mapping[str, Text] = {
    "task_new": Text("Tugas baru", "New task"),
    "task_returned": Text("Tugas dikembalikan", "Task returned"),
    "task_reassigned": Text("Perubahan tugas Bapak/Ibu", "A task of yours has changed"),
    "reminder": Text("Pengingat tugas", "Task reminder"),
    "overdue": Text("Tugas melewati tenggat", "Task past its deadline"),
    "not_picked_up": Text("Tugas belum diambil", "Task not picked up"),
    "escalation": Text("Tembusan: tugas terlambat", "Copy: task overdue"),
    "case_finished": Text("Berkas atau tugas berakhir", "Case or task ended"),
    "digest": Text("Ringkasan tugas", "Summary of tasks"),
    "absence": Text("Ketidakhadiran", "Absence"),
    "mandate": Text("Penunjukan", "Appointment"),
    "note": Text("Catatan pada berkas", "Note on a case"),
    "sop": Text("Perihal SOP", "About an SOP"),
}
"""The subject of a mail by the kind of its notice."""
SCHEDULED: Mapping[str, Text] = {
    "not_picked_up": Text("Proses terjadwal belum dimulai", "Scheduled process not started"),
    "reminder": Text("Tanggal terjadwal bergeser", "Scheduled dates moved"),
}
"""The same for notices of no case, which are about a scheduled start."""
GREETING = Text("Yth. {name},", "Dear {name},")
MANY = Text("{n} pemberitahuan", "{n} notifications")
MORE = Text("dan {n} lainnya; silakan lihat Kotak Masuk", "and {n} more; please see your inbox")
OPEN = Text("Buka tugas", "Open the task")
DUE = Text("Tenggat: {due}", "Due: {due}")
HOW = Text(
    "Perhitungan tenggat ({minutes} menit kerja{held}):",
    "How it was counted ({minutes} minutes of work{held}):",
)
HELD = Text(", termasuk {n} menit penundaan", ", {n} of them on hold")
WORKED = Text("{n} menit, ", "{n} minutes, ")
PROVISIONAL = Text(
    "Tenggat ini sementara: belum ada daftar hari libur resmi tahun {years}.",
    "This deadline is provisional: there is no official list of holidays for {years} yet.",
)
CLOSING = Text(
    "Pesan ini dikirim otomatis; mohon tidak dibalas. Terima kasih.",
    "This message was sent automatically; please do not reply. Thank you.",
)


@dataclass(frozen=True, slots=True)
class MailBody:
    subject: str
    text: str
    html: str


def letter(outgoing: OutgoingMessage, public_url: str | None = None) -> MailBody:
    """The letter of a message; made again it is the same, word for word."""
    language = "en" if outgoing.language == "en" else "id"
    blocks = [list(_lines(item, outgoing, language)) for item in outgoing.items[:MOST_ITEMS]]
    if len(outgoing.items) > MOST_ITEMS:
        blocks.append([MORE.to(language).format(n=len(outgoing.items) - MOST_ITEMS)])
    links = [_link(item, public_url) for item in outgoing.items[:MOST_ITEMS]]
    links += [None] * (len(blocks) - len(links))
    greeting = GREETING.to(language).format(name=outgoing.recipient)
    return MailBody(
        _subject(outgoing, language),
        _text(greeting, blocks, links, language, outgoing.agency),
        _html(greeting, blocks, links, language, outgoing.agency),
    )


def _subject(outgoing: OutgoingMessage, language: str) -> str:
    if len(outgoing.items) != 1:
        told = MANY.to(language).format(n=len(outgoing.items))
    else:
        (item,) = outgoing.items
        subject = SUBJECTS[item.notice.kind]
        if item.notice.case_id is None:
            subject = SCHEDULED.get(item.notice.kind, subject)
        told = subject.to(language)
        told = f"{told}: {item.case_number}" if item.case_number else told
    return " ".join(f"[Alur] {told}".split())


def _lines(item: Item, outgoing: OutgoingMessage, language: str) -> Iterator[str]:
    yield from item.notice.text.split("\n")
    if item.due_at is not None:
        yield DUE.to(language).format(due=instant_text(item.due_at, outgoing.zone).to(language))
    if item.due and len(outgoing.items) <= MOST_EXPLAINED:
        held = HELD.to(language).format(n=item.due["hold_minutes"]) if item.due["hold_minutes"] else ""
        yield HOW.to(language).format(minutes=item.due["minutes"], held=held)
        for segment in item.due["segments"]:
            if segment["minutes"] or segment["kind"] in ("free", "break"):
                from_, to = datetime.fromisoformat(segment["from"]), datetime.fromisoformat(segment["to"])
                worked = WORKED.to(language).format(n=segment["minutes"]) if segment["minutes"] else ""
                told = stretch_text(segment["kind"], segment["regime"], segment["note"])
                yield f"  {span_text(from_, to, outgoing.zone).to(language)}: {worked}{told.to(language)}"
        if years := item.due["years_without_list"]:
            yield PROVISIONAL.to(language).format(years=", ".join(map(str, years)))


def _link(item: Item, public_url: str | None) -> str | None:
    if public_url is None or item.notice.task_id is None:
        return None
    return f"{public_url.rstrip('/')}/tasks/{item.notice.task_id}"


def _text(greeting: str, blocks: list[list[str]], links: list[str | None], language: str, agency: str) -> str:
    parts = [greeting]
    for lines, link in zip(blocks, links, strict=True):
        parts.append("\n".join([*lines, *([f"{OPEN.to(language)}: {link}"] if link else [])]))
    return "\n\n".join([*parts, f"{CLOSING.to(language)}\n{agency}"]) + "\n"


def _html(greeting: str, blocks: list[list[str]], links: list[str | None], language: str, agency: str) -> str:
    parts = [f"<p>{escape(greeting)}</p>"]
    for lines, link in zip(blocks, links, strict=True):
        shown = "<br>\n".join(escape(line) for line in lines)
        button = f'<br>\n<a href="{escape(link)}">{OPEN.to(language)}</a>' if link else ""
        parts.append(f"<p>{shown}{button}</p>")
    parts.append(f"<p>{escape(CLOSING.to(language))}<br>\n{escape(agency)}</p>")
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8"><body>\n{body}\n</body></html>\n'
