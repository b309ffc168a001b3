"""The key that signs checkpoints of the log (Ed25519); where it is kept is decided by the runtime."""

from collections.abc import Callable

from engine.audit.checkpoint import Checkpoint, Signature, VerifierKey
from engine.errors import KeyMissing
from engine.text.bilingual import Text


class LogKey:
    """Signs with the seed of a source, which is asked anew each time: a key may be replaced meanwhile."""

    def __init__(self, source: Callable[[], bytes | None] = lambda: None) -> None:
        self._source = source

    @property
    def is_there(self) -> bool:
        """Whether there is a key that may be used."""
        try:
            return self._source() is not None
        except KeyMissing:
            return False

    def verifier(self, origin: str) -> VerifierKey:
        """The public key, under the name of a log. Raises `KeyMissing`."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(self._seed())
        return VerifierKey(origin, private.public_key().public_bytes_raw())

    def signature(self, checkpoint: Checkpoint) -> Signature:
        """The signature of a checkpoint, under the name of its log. Raises `KeyMissing`."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        signed = Ed25519PrivateKey.from_private_bytes(self._seed()).sign(checkpoint.text.encode())
        return Signature(checkpoint.origin, self.verifier(checkpoint.origin).key_id, signed)

    def _seed(self) -> bytes:
        seed = self._source()
        if seed is None:
            raise KeyMissing(
                Text(
                    "Kunci log tidak ada, sehingga titik periksa tidak dapat ditandatangani. Kembalikan"
                    " salinannya (ALUR_LOG_KEY_FILE), atau jalankan `alur migrate` untuk membuat yang baru.",
                    "the log key is missing, so no checkpoint can be signed; put its copy back"
                    " (ALUR_LOG_KEY_FILE) or run `alur migrate` to make one",
                )
            )
        return seed


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
