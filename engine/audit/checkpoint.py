"""Checkpoints as others read them: C2SP tlog-checkpoint in a signed note, verifier keys, tlog-proof.

Pure; who signs and who checks a signature is given. Ed25519 alone is understood, signatures of other kinds
and of unknown keys are passed over, as the format asks.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from engine.audit.merkle import HASH_BYTES

ED25519 = b"\x01"
KEY_BYTES = 32
SIGNATURE_BYTES = 64
PROOF = "c2sp.org/tlog-proof@v1"
GENERATION = re.compile(r"(.+)/([2-9]|[1-9]\d+)")
SIZE = re.compile(r"0|[1-9]\d{0,18}")
Signed = Callable[[bytes, bytes, bytes], bool]
"""Whether a signature (third) of a message (second) is by a public key (first)."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log that somebody signs: its name, how many events, the root of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    bytes: bytes

    @property
    def line(self) -> str:
        return f"\u2014 {self.name} {encoded(self.key_id + self.bytes)}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """``name+id+key``, as `alur audit key` prints it."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(ED25519 + self.public)}"

    @classmethod
    def parsed(cls, text: str) -> "VerifierKey":
        """Raises `ValueError` for what is no Ed25519 verifier key."""
        # A name holds no plus; Base64 may.
        name, key_id, key = ([*text.strip().split("+", 2), "", ""])[:3]
        content = decoded(key)
        if not _is_name(name) or content[:1] != ED25519 or len(content) != 1 + KEY_BYTES:
            raise ValueError("no Ed25519 verifier key (name+id+key)")
        checkpoint = cls(name, content[1:])
        if checkpoint.key_id.hex() != key_id:
            raise ValueError("the id of this verifier key is not that of its name and key")
        return checkpoint


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as read, with whatever signatures stand under it."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[Signature, ...]

    def signers(self, keys: Iterable[VerifierKey], signed: Signed) -> list[VerifierKey]:
        """Which of these keys signed. Raises `ValueError` where a signature of one of them does not hold."""
        message = self.text.encode()
        known = []
        for key in keys:
            for signature in self.signatures:
                if (signature.name, signature.key_id) != (key.name, key.key_id):
                    continue
                if not signed(key.public, message, signature.bytes):
                    raise ValueError(f"the signature of {key.name} under the checkpoint does not hold")
                known.append(key)
        return known


def signed_note(checkpoint: Checkpoint, signatures: Sequence[Signature]) -> str:
    return checkpoint.text + "\n" + "".join(signature.line for signature in signatures)


def parsed_note(content: str) -> Note:
    """A checkpoint as it stands in a file. Raises `ValueError` for anything else."""
    text, separator, below = content.rpartition("\n\n")
    lines = f"{text}\n".split("\n")
    if not separator or len(lines) != 4 or not below.endswith("\n"):
        raise ValueError("no signed checkpoint")
    origin, size, root, _ = lines
    if not _is_name(origin) or SIZE.fullmatch(size) is None or len(decoded(root)) != HASH_BYTES:
        raise ValueError("no signed checkpoint: it needs an origin, a size and a root")
    signatures = tuple(map(_signature, below[:-1].split("\n")))
    return Note(Checkpoint(origin, int(size), decoded(root)), f"{text}\n", signatures)


def proof_text(index: int, path: Sequence[bytes], note: str) -> str:
    """That one event is in a checkpoint, as a file of its own (tlog-proof)."""
    hashes = "".join(f"{encoded(step)}\n" for step in path)
    return f"{PROOF}\nindex {index}\n{hashes}\n{note}"


def parsed_proof(content: str) -> tuple[int, list[bytes], Note]:
    """Index, path and checkpoint of such a file. Raises `ValueError` for anything else."""
    head, separator, note = content.partition("\n\n")
    lines = head.split("\n")
    if not separator or len(lines) < 2 or lines[0] != PROOF or not lines[1].startswith("index "):
        raise ValueError("no tlog-proof")
    return int(lines[1].removeprefix("index ")), [decoded(line) for line in lines[2:]], parsed_note(note)


def first_origin(origin: str) -> tuple[str, int]:
    """The name of a log before any restore, and the how manieth of its logs this is."""
    generation = GENERATION.fullmatch(origin)
    return (generation[1], int(generation[2])) if generation else (origin, 1)


def next_origin(origin: str) -> str:
    """The name under which a restored log goes on."""
    name, generation = first_origin(origin)
    return f"{name}/{generation + 1}"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def decoded(text: str) -> bytes:
    """Base64 in its one spelling. Raises `ValueError` for any other."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if encoded(content) != text:
        raise ValueError("not base64 in its one spelling")
    return content


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not _is_name(parts[1]):
        raise ValueError("no signature line")
    content = decoded(parts[2])
    if len(content) < 5:
        raise ValueError("no signature line: too short")
    return Signature(parts[1], content[:4], content[4:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or ord(c) < 32 for c in name)
