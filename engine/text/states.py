"""States, kinds and acts in words, by the code that stands for them. Pure."""

from collections.abc import Mapping

from engine.text.bilingual import Text

TASK_STATES: Mapping[str, Text] = {
    "ready": Text("Menunggu diambil", "Ready"),
    "assigned": Text("Ditugaskan", "Assigned"),
    "in_progress": Text("Dikerjakan", "In progress"),
    "on_hold": Text("Ditunda", "On hold"),
    "completed": Text("Selesai", "Completed"),
    "cancelled": Text("Dibatalkan", "Cancelled"),
}
CASE_STATES: Mapping[str, Text] = {
    "draft": Text("Konsep", "Draft"),
    "running": Text("Berjalan", "Running"),
    "suspended": Text("Ditangguhkan", "Suspended"),
    "completed": Text("Selesai", "Completed"),
    "cancelled": Text("Dibatalkan", "Cancelled"),
}
DEFINITION_STATES: Mapping[str, Text] = {
    "draft": Text("Rancangan", "Draft"),
    "in_review": Text("Ditelaah", "In review"),
    "approved": Text("Disahkan", "Approved"),
    "effective": Text("Berlaku", "In force"),
    "superseded": Text("Diganti", "Superseded"),
    "revoked": Text("Dicabut", "Revoked"),
}
BRANCH_STATES: Mapping[str, Text] = {
    "active": Text("Berjalan", "Running"),
    "done": Text("Selesai", "Completed"),
    "cancelled": Text("Dibatalkan", "Cancelled"),
}
SLA: Mapping[str, Text] = {
    "on_time": Text("Tepat waktu", "On time"),
    "due_soon": Text("Mendekati tenggat", "Due soon"),
    "overdue": Text("Terlambat", "Overdue"),
    "on_hold": Text("Ditunda", "On hold"),
    "done_on_time": Text("Selesai tepat waktu", "Completed on time"),
    "done_late": Text("Selesai terlambat", "Completed late"),
}
FLAGS: Mapping[str, Text] = {
    "deviation": Text("Penyimpangan", "Deviation"),
    "late": Text("Ada langkah terlambat", "A step is late"),
    "over_target": Text("Melewati target berkas", "Over the case's target"),
    "waiting_for_child": Text("Menunggu berkas turunan", "Waits for a child case"),
}
HOLD_REASONS: Mapping[str, Text] = {
    "menunggu_pihak_luar": Text("Menunggu pihak luar", "Waiting for an outside party"),
    "menunggu_data": Text("Menunggu data", "Waiting for data"),
    "dinas_luar": Text("Dinas luar", "On duty travel"),
    "gangguan_sistem": Text("Gangguan sistem", "System failure"),
    "lainnya": Text("Lainnya", "Other"),
}
NOTICES: Mapping[str, Text] = {
    "task_new": Text("Tugas baru", "New task"),
    "task_returned": Text("Tugas dikembalikan", "Task returned"),
    "task_reassigned": Text("Perubahan tugas", "Task changed"),
    "reminder": Text("Pengingat", "Reminder"),
    "overdue": Text("Terlambat", "Overdue"),
    "not_picked_up": Text("Belum diambil", "Not picked up"),
    "escalation": Text("Tembusan kepada atasan", "Copy to superior"),
    "case_finished": Text("Berkas atau tugas berakhir", "Case or task ended"),
    "digest": Text("Ringkasan", "Digest"),
    "absence": Text("Ketidakhadiran", "Absence"),
    "mandate": Text("Mandat", "Mandate"),
    "note": Text("Catatan", "Note"),
    "sop": Text("Perihal SOP", "About an SOP"),
}
CREDENTIALS: Mapping[str, Text] = {
    "account.reset": Text("kata sandi diatur ulang", "the password was reset"),
    "account.leave_password": Text(
        "kata sandi diserahkan kepada direktori atau penyedia akun",
        "the password was left to the directory or provider",
    ),
    "account.invite": Text("tautan kata sandi dibuat", "a password link was made"),
    "account.link": Text("orang pada penyedia akun ditautkan", "a provider's person was linked"),
    "account.second_factor_drop": Text("verifikasi dua langkah dimatikan", "the second factor was dropped"),
    "account.contact": Text("alamat surel diganti", "the mail address was changed"),
}
ACTING: Mapping[str, Text] = {
    "plt": Text("Plt.", "Acting (vacancy)"),
    "plh": Text("Plh.", "Acting (absence)"),
}
ABSENCES: Mapping[str, Text] = {
    "dinas_luar": Text("Dinas luar", "On duty travel"),
    "cuti": Text("Cuti", "Leave"),
    "sakit": Text("Sakit", "Sick"),
    "lainnya": Text("Lainnya", "Other"),
}
MANDATES: Mapping[str, Text] = {
    "acting": Text("Sedang bertindak", "Acting now"),
    "next": Text("Berikutnya dalam urutan", "Next in the line"),
    "waiting": Text("Menunggu", "Waiting"),
    "coming": Text("Belum mulai", "Not begun"),
}
STANDINGS: Mapping[str, Text] = {
    "in_charge": Text("Bertindak untuk tugas ini", "In charge of this task"),
    "away": Text("Tidak di tempat", "Away"),
    "duties_apart": Text("Terhalang pemisahan tugas", "Kept apart by separation of duties"),
    "strategic": Text("Tidak untuk langkah strategis", "Not for strategic steps"),
    "next": Text("Pengganti berikutnya", "Next in line"),
}
APPROVALS: Mapping[str, Text] = {
    "setuju": Text("Disetujui", "Approved"),
    "tolak": Text("Ditolak", "Rejected"),
}
SYSTEM_ROLES: Mapping[str, Text] = {
    "auditor": Text("Auditor", "Auditor"),
    "report_reader": Text("Pembaca laporan", "Report reader"),
    "author": Text("Penyusun SOP", "SOP author"),
    "admin": Text("Administrator", "Administrator"),
}
MOVES: Mapping[str, Text] = {
    "named": Text("Kepada yang Anda pilih", "To whom you have chosen"),
    "substitute": Text("Kepada pengganti jabatan", "To who stands in for the position"),
    "pool": Text("Kembali kepada calon pelaksana lain", "Back to the other candidates"),
    "self": Text("Anda kerjakan sendiri, dalam jabatan Anda", "To yourself, in your own position"),
}
ACTS: Mapping[str, Text] = {
    "case.start": Text("Berkas dimulai", "Case started"),
    "case.continue": Text(
        "Berkas berlanjut setelah berkas turunannya selesai", "Case went on after its child case"
    ),
    "case.child_ended": Text("Hasil berkas turunan diterima", "The result of a child case came back"),
    "case.suspend": Text("Berkas ditangguhkan", "Case suspended"),
    "case.resume": Text("Berkas dilanjutkan", "Case resumed"),
    "case.cancel": Text("Berkas dibatalkan", "Case cancelled"),
    "case.note": Text("Catatan ditulis", "Note written"),
    "task.view": Text("Tugas dibuka", "Task opened"),
    "task.take_over": Text("Tugas diambil alih", "Task taken over"),
    "evidence.read": Text("Nama atau rincian dibaca", "Names or details were read"),
    "case.migrate": Text("Dipindahkan ke versi SOP lain", "Moved to another version of its SOP"),
    "task.reassess": Text("Pelaksana ditinjau kembali", "Executors looked at again"),
    "timer.fire": Text("Saat yang ditunggu tiba", "A time came"),
    "timer.set_aside": Text("Pengingat disisihkan", "A reminder was set aside"),
    "timer.void": Text("Pengingat tidak berlaku lagi", "A reminder has no point any more"),
    "calendar.recount": Text("Tenggat dihitung ulang", "Deadlines counted again"),
}
UNFIT: Mapping[str, Text] = {
    "seats": Text("calon pelaksana berubah", "other people may do it"),
    "holder": Text("pemegang tidak lagi berhak", "its holder may not any more"),
    "nobody": Text("tidak ada yang dapat mengerjakan", "nobody can do it"),
    "suspended": Text("berkasnya ditangguhkan", "its case is suspended"),
}
STAGES: Mapping[str, Text] = {
    "pending": Text("Akan datang", "To come"),
    "fired": Text("Sudah dikirim", "Sent"),
    "collapsed": Text("Digabung", "Collapsed"),
    "void": Text("Tidak berlaku", "Void"),
}
DIFFERENCES: Mapping[str, Text] = {
    "free": Text("libur", "day off"),
    "working": Text("bukan libur lagi", "no day off any more"),
    "hours": Text("jam kerja lain", "other hours"),
}
