"""The application key, and administrators whose rights sleep because they have no second factor."""

from engine.errors import KeyMissing
from engine.store import Tx
from engine.text.bilingual import Text
from runtime.bootstrap import System
from runtime.doctor.findings import Finding, Findings
from runtime.settings.sign_in import read_key


def application_key(system: System) -> Findings:
    """Whether the key file is there, is a key, and belongs to this service alone."""
    path = system.settings.key_path
    if path is None:
        return
    try:
        key = read_key(path)
    except KeyMissing as error:
        yield Finding("key_file", "error", error.message)
        return
    if key is None:
        yield Finding(
            "key_file",
            "error",
            Text(
                f"Berkas kunci {path} tidak ada. Kembalikan salinannya; kantor baru: jalankan `alur"
                " migrate`.",
                f"the key file {path} is missing; put its copy back, or in a new office run `alur migrate`",
            ),
        )
    else:
        yield Finding(
            "key_file",
            "ok",
            Text(
                f"Berkas kunci {path} aman. Simpan salinannya terpisah dari cadangan.",
                f"the key file {path} is safe; keep a copy apart from the backups",
            ),
        )


def sleeping_roles(system: System) -> Findings:
    """Whose system roles sleep until a second factor is enrolled."""
    wanted = system.engine.context.second_factor_roles

    def without(tx: Tx) -> list[str]:
        return [
            profile.username
            for agency in tx.organisations.agencies()
            for profile in tx.accounts.profiles(agency, None, None, 100_000)
            if not profile.disabled and not profile.second_factor and wanted & set(profile.system_roles)
        ]

    names = system.engine.context.store.ask(without)
    if names:
        listed = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        yield Finding(
            "second_factor",
            "warning",
            Text(
                f"Belum memakai verifikasi dua langkah, sehingga haknya belum berlaku: {listed}. Minta mereka"
                " memasangnya di halaman Akun.",
                f"no second factor, so their system roles sleep: {listed}; they enrol on their account page",
            ),
        )
    else:
        yield Finding(
            "second_factor", "ok", Text("Verifikasi dua langkah terpenuhi.", "second factors are enrolled")
        )
