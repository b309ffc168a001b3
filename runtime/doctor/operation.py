"""Whether time works: workers that tick, nothing that waits, was set aside, given up or missed."""

from engine.context import Context
from engine.errors import SopError
from engine.queries.worker.operation import OperationQueries
from engine.text.bilingual import Text
from runtime.doctor.findings import Finding, Findings


def operation(office: Context) -> Findings:
    """What waits for somebody; all of it warnings, for a server that is switched off is not broken."""
    try:
        pulse = OperationQueries(office).pulse()
    except SopError as error:
        yield Finding("workers", "error", error.message)
        return
    if pulse.ticking:
        yield Finding("workers", "ok", Text("Tenggat sedang diperiksa.", "deadlines are watched"))
    else:
        since = f"sejak {pulse.last_tick.isoformat()}" if pulse.last_tick else "sampai sekarang"
        yield Finding(
            "workers",
            "warning",
            Text(
                f"Tenggat tidak diperiksa {since}. Jalankan `alur serve`, `alur worker`, atau `alur sweep`.",
                f"no worker has ticked since {pulse.last_tick or 'ever'}; run `alur serve` or `alur worker`",
            ),
        )
    counted = (
        (
            "overdue",
            pulse.overdue_timers,
            "pengingat menunggu lebih dari satu menit. Periksa `alur worker`",
            "timers have been waiting for over a minute",
        ),
        (
            "timers",
            pulse.broken_timers,
            "pengingat disisihkan setelah sepuluh kali gagal. Lihat `alur escalation broken`",
            "timers were set aside; see `alur escalation broken`",
        ),
        (
            "outbox",
            pulse.dead_messages,
            "pesan keluar gagal terkirim. Lihat `alur outbox dead`",
            "messages were given up; see `alur outbox dead`",
        ),
        (
            "schedule",
            pulse.missed_starts,
            "mulai terjadwal terlewat atau gagal. Lihat `alur schedule starts`",
            "scheduled starts were missed or failed; see `alur schedule starts`",
        ),
    )
    for check, number, said, english in counted:
        if number:
            yield Finding(check, "warning", Text(f"{number} {said}.", f"{number} {english}"))
        else:
            yield Finding(check, "ok", Text("Tidak ada yang menunggu.", "nothing waits"))
