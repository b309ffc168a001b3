"""What a way out of a step asks of whoever takes it, beside the form: a reason, branches, proof."""

from collections.abc import Sequence

from engine.errors import ActionNotAvailable, FieldError, InvalidInput
from engine.sop.machine import OutcomeRule
from engine.text.bilingual import Text


def require_batch(rule: OutcomeRule) -> None:
    if not rule.batch:
        raise ActionNotAvailable(
            Text(
                f'"{rule.label}" tidak dapat dipilih untuk beberapa tugas sekaligus.'
                " Kerjakan di halaman tugasnya.",
                f"the SOP lets {rule.outcome!r} not be chosen for several tasks at once",
            )
        )


def require_reason(rule: OutcomeRule, reason: str | None) -> None:
    if rule.reason == "required" and reason is None:
        raise InvalidInput(
            Text(f'"{rule.label}" memerlukan alasan.', f"exit {rule.outcome!r} needs a reason"),
            errors=[FieldError("reason", Text("Alasan wajib diisi.", "A reason is required."))],
        )


def require_branches(rule: OutcomeRule, branches: Sequence[str]) -> None:
    if rule.selected_branches and not branches:
        raise InvalidInput(
            Text(
                f'"{rule.label}" memerlukan pilihan cabang.',
                f"exit {rule.outcome!r} needs the branches it is for",
            ),
            errors=[
                FieldError("branches", Text("Pilih sedikitnya satu cabang.", "Choose at least one branch."))
            ],
        )
    if branches and not (rule.selected_branches or rule.branches):
        raise InvalidInput(
            Text(
                f'"{rule.label}" tidak memakai pilihan cabang.',
                f"exit {rule.outcome!r} is not for chosen branches",
            ),
            errors=[FieldError("branches", Text("Kosongkan.", "Leave it empty."))],
        )


def unconfirmed(*, by_provider: bool) -> InvalidInput:
    said, english = "Masukkan kata sandi Anda sekali lagi", "signing asks for the password again"
    if by_provider:
        said += ", atau konfirmasikan di penyedia akun (berlaku 5 menit, untuk keadaan tugas saat itu),"
        english += ", or for a sign-in at the provider: once, within 5 minutes, on the task as it was then"
    return InvalidInput(
        Text(f"{said} untuk membubuhkan paraf atau tanda tangan.", english),
        errors=[FieldError("password", Text("Wajib diisi.", "Required."))],
    )
