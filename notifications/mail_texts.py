"""The words of a message in Indonesian and English, as plain text and as HTML. Sends nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape

from engine.queries.worker.messages import Item, OutgoingMessage
from engine.text.dates import instant_text, span_text
from engine.text.stretches import stretch_text

MOST_EXPLAINED = 3
MOST_ITEMS = 100
SUBJECTS = {
    "id": {
        "task_new": "Tugas baru",
        "task_returned": "Tugas dikembalikan",
        "task_reassigned": "Perubahan tugas Bapak/Ibu",
        "reminder": "Pengingat tugas",
        "overdue": "Tugas melewati tenggat",
        "not_picked_up": "Tugas belum diambil",
        "escalation": "Tembusan: tugas terlambat",
        "case_finished": "Berkas atau tugas berakhir",
        "digest": "Ringkasan tugas",
        "absence": "Ketidakhadiran",
        "mandate": "Penunjukan",
    },
    "en": {
        "task_new": "New task",
        "task_returned": "Task returned",
        "task_reassigned": "A task of yours has changed",
        "reminder": "Task reminder",
        "overdue": "Task past its deadline",
        "not_picked_up": "Task not picked up",
        "escalation": "Copy: task overdue",
        "case_finished": "Case or task ended",
        "digest": "Summary of tasks",
        "absence": "Absence",
        "mandate": "Appointment",
    },
}
SCHEDULED = {
    "id": {"not_picked_up": "Proses terjadwal belum dimulai", "reminder": "Tanggal terjadwal bergeser"},
    "en": {"not_picked_up": "Scheduled process not started", "reminder": "Scheduled dates moved"},
}
GREETING = {"id": "Yth. {name},", "en": "Dear {name},"}
MANY = {"id": "{n} pemberitahuan", "en": "{n} notifications"}
MORE = {"id": "dan {n} lainnya; silakan lihat Kotak Masuk", "en": "and {n} more; please see your inbox"}
OPEN = {"id": "Buka tugas", "en": "Open the task"}
DUE = {"id": "Tenggat: {due}", "en": "Due: {due}"}
HOW = {
    "id": "Perhitungan tenggat ({minutes} menit kerja{held}):",
    "en": "How it was counted ({minutes} minutes of work{held}):",
}
HELD = {"id": ", termasuk {n} menit penundaan", "en": ", {n} of them on hold"}
WORKED = {"id": "{n} menit, ", "en": "{n} minutes, "}
PROVISIONAL = {
    "id": "Tenggat ini sementara: belum ada daftar hari libur resmi tahun {years}.",
    "en": "This deadline is provisional: there is no official list of holidays for {years} yet.",
}
CLOSING = {
    "id": "Pesan ini dikirim otomatis; mohon tidak dibalas. Terima kasih.",
    "en": "This message was sent automatically; please do not reply. Thank you.",
}


@dataclass(frozen=True, slots=True)
class MailBody:
    subject: str
    text: str
    html: str


def letter(outgoing: OutgoingMessage, public_url: str | None = None) -> MailBody:
    """The letter of a message; made again it is the same, word for word."""
    words = outgoing.language if outgoing.language in SUBJECTS else "id"
    blocks = [list(_lines(item, outgoing, words)) for item in outgoing.items[:MOST_ITEMS]]
    if len(outgoing.items) > MOST_ITEMS:
        blocks.append([MORE[words].format(n=len(outgoing.items) - MOST_ITEMS)])
    links = [_link(item, public_url) for item in outgoing.items[:MOST_ITEMS]]
    links += [None] * (len(blocks) - len(links))
    greeting = GREETING[words].format(name=outgoing.recipient)
    return MailBody(
        _subject(outgoing, words),
        _text(greeting, blocks, links, words, outgoing.agency),
        _html(greeting, blocks, links, words, outgoing.agency),
    )


def _subject(outgoing: OutgoingMessage, words: str) -> str:
    if len(outgoing.items) != 1:
        told = MANY[words].format(n=len(outgoing.items))
    else:
        (item,) = outgoing.items
        told = SUBJECTS[words].get(item.notice.kind, SUBJECTS[words]["digest"])
        if item.notice.case_id is None:  # what is of no case is a scheduled start
            told = SCHEDULED[words].get(item.notice.kind, told)
        told = f"{told}: {item.case_number}" if item.case_number else told
    return " ".join(f"[Alur] {told}".split())


def _lines(item: Item, outgoing: OutgoingMessage, words: str) -> Iterator[str]:
    yield from item.notice.text.split("\n")
    if item.due_at is not None:
        yield DUE[words].format(due=instant_text(item.due_at, outgoing.zone).to(words))
    if item.due and len(outgoing.items) <= MOST_EXPLAINED:
        held = HELD[words].format(n=item.due["hold_minutes"]) if item.due["hold_minutes"] else ""
        yield HOW[words].format(minutes=item.due["minutes"], held=held)
        for segment in item.due["segments"]:
            if segment["minutes"] or segment["kind"] in ("free", "break"):
                from_, to = datetime.fromisoformat(segment["from"]), datetime.fromisoformat(segment["to"])
                worked = WORKED[words].format(n=segment["minutes"]) if segment["minutes"] else ""
                told = stretch_text(segment["kind"], segment["regime"], segment["note"])
                yield f"  {span_text(from_, to, outgoing.zone).to(words)}: {worked}{told.to(words)}"
        if years := item.due["years_without_list"]:
            yield PROVISIONAL[words].format(years=", ".join(map(str, years)))


def _link(item: Item, public_url: str | None) -> str | None:
    if public_url is None or item.notice.task_id is None:
        return None
    return f"{public_url.rstrip('/')}/tasks/{item.notice.task_id}"


def _text(greeting: str, blocks: list[list[str]], links: list[str | None], words: str, agency: str) -> str:
    parts = [greeting]
    for lines, link in zip(blocks, links, strict=True):
        parts.append("\n".join([*lines, *([f"{OPEN[words]}: {link}"] if link else [])]))
    return "\n\n".join([*parts, f"{CLOSING[words]}\n{agency}"]) + "\n"


def _html(greeting: str, blocks: list[list[str]], links: list[str | None], words: str, agency: str) -> str:
    parts = [f"<p>{escape(greeting)}</p>"]
    for lines, link in zip(blocks, links, strict=True):
        shown = "<br>\n".join(escape(line) for line in lines)
        button = f'<br>\n<a href="{escape(link)}">{OPEN[words]}</a>' if link else ""
        parts.append(f"<p>{shown}{button}</p>")
    parts.append(f"<p>{escape(CLOSING[words])}<br>\n{escape(agency)}</p>")
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="{words}"><meta charset="utf-8"><body>\n{body}\n</body></html>\n'
