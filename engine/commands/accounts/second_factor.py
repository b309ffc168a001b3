"""The second factor: codes of an authenticator (TOTP, RFC 6238), each taken once, and recovery codes."""

import hmac
import secrets

import pyotp

from engine.clock import Clock
from engine.context import Context
from engine.errors import Conflict, InvalidInput
from engine.store import Tx
from engine.text.bilingual import Text

PURPOSE, RECOVERY = "second factor", "recovery code"
STEP_SECONDS = 30
DRIFT = 1
RECOVERY_CODES = 10
# 80 bits each, in four groups; without letters and digits that look alike.
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
GROUPS, GROUP = 4, 4
ISSUER = "Alur"


class SecondFactors:
    """What is kept of second factors; who may change one is decided by the callers."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @property
    def clock(self) -> Clock:
        """Codes go by the time that the authenticator shows, which is no rehearsed one."""
        return self.context.machine_clock

    def is_enrolled(self, account: str) -> bool:
        return self.context.store.ask(lambda tx: tx.second_factors.is_enrolled(account))

    def begin(self, tx: Tx, account: str) -> str:
        """A new secret that counts once a code has confirmed it. Raises `Conflict`, `KeyMissing`."""
        if tx.second_factors.is_enrolled(account):
            raise Conflict(
                Text(
                    "Verifikasi dua langkah sudah aktif. Matikan dahulu untuk mengganti perangkat.",
                    "a second factor is enrolled already; remove it first",
                )
            )
        secret = pyotp.random_base32()
        tx.second_factors.put(
            account, self.context.keyring.seal(PURPOSE, account, secret.encode()), self.clock.now()
        )
        return secret

    def step_to_confirm(self, tx: Tx, account: str, code: str) -> int:
        """The step of the code that lets the authenticator count. Raises `Conflict`, `InvalidInput`."""
        row = tx.second_factors.get(account)
        if row is None or row.confirmed_at is not None:
            raise Conflict(
                Text(
                    "Tidak ada pendaftaran yang menunggu. Mulai lagi dari halaman Akun saya.",
                    "no second factor waits to be confirmed; begin again",
                )
            )
        step = self._step_of(account, row.secret, code, after=None)
        if step is None:
            said, english = "Kode tidak cocok. Periksa jam ponsel Anda.", "The code does not fit."
            raise InvalidInput.at("code", Text(said, english))
        return step

    def drawn_codes(self, account: str) -> dict[str, str]:
        """Ten new recovery codes, each with the hash that is kept of it."""
        codes = [_drawn() for _ in range(RECOVERY_CODES)]
        return {code: self._hash(account, code) for code in codes}

    def accepts(self, tx: Tx, account: str, code: str) -> bool:
        """Whether this is a code of the account's authenticator or a recovery code; each is taken once."""
        row = tx.second_factors.get(account)
        if row is None or row.confirmed_at is None:
            return False
        plain = "".join(code.split()).replace("-", "").lower()
        if len(plain) == GROUPS * GROUP:
            return tx.second_factors.use_recovery_code(account, self._hash(account, plain), self.clock.now())
        step = self._step_of(account, row.secret, plain, after=row.last_step)
        if step is None:
            return False
        tx.second_factors.use_step(account, step)
        return True

    def _step_of(self, account: str, sealed: str, code: str, *, after: int | None) -> int | None:
        """The step whose code this is, one step of drift either way; None for a wrong or used one."""
        totp = pyotp.TOTP(self.context.keyring.open(PURPOSE, account, sealed).decode())
        now = int(self.clock.now().timestamp()) // STEP_SECONDS
        plain = "".join(code.split())
        matching = None
        for step in range(now - DRIFT, now + DRIFT + 1):
            fits = hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode("utf-8", "replace"))
            if fits and (after is None or step > after):
                matching = step
        return matching

    def _hash(self, account: str, code: str) -> str:
        return self.context.keyring.digest(RECOVERY, f"{account}\0{code.replace('-', '')}")


def otpauth(account: str, office: str, secret: str) -> str:
    """The address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"{ISSUER} {office}")


def _drawn() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
