"""Checkpoints and keys as C2SP writes them: its own example holds, and no bit of a note can be changed."""

from __future__ import annotations

import pytest

from engine.audit.checkpoint import (
    Checkpoint,
    Note,
    VerifierKey,
    first_origin,
    next_origin,
    parsed_note,
    parsed_proof,
    proof_text,
    signed_note,
)
from engine.audit.log_key import LogKey, is_signed

PETER = VerifierKey.parsed("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
SAID = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
ORIGIN = "disdag.example/alur"
KEY = LogKey(lambda: bytes(range(32)))
PUBLIC = KEY.verifier(ORIGIN)
CHECKPOINT = Checkpoint(ORIGIN, 42, b"r" * 32)
NOTE = signed_note(CHECKPOINT, [KEY.signature(CHECKPOINT)])


def trusted(content: str) -> bool:
    try:
        note = parsed_note(content)
        return bool(note.signers([PUBLIC], is_signed)) and note.checkpoint == CHECKPOINT
    except ValueError:
        return False


def test_the_example_of_the_format_is_signed_by_its_key() -> None:
    line = parsed_note(f"x\n1\n{'A' * 43}=\n\n{SIGNED}").signatures[0]
    example = Note(CHECKPOINT, SAID, (line,))
    assert example.signers([PETER], is_signed) == [PETER]
    assert PETER.text == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_no_flipped_bit_of_a_note_is_accepted() -> None:
    assert trusted(NOTE)
    content = NOTE.encode()
    accepted = []
    for bit in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        if trusted(flipped.decode("utf-8", "replace")):
            accepted.append(bit)
    assert accepted == []


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    other = LogKey(lambda: b"o" * 32)
    both = signed_note(CHECKPOINT, [other.signature(CHECKPOINT), KEY.signature(CHECKPOINT)])
    assert trusted(both)
    assert not trusted(signed_note(CHECKPOINT, [other.signature(CHECKPOINT)]))


@pytest.mark.parametrize(
    "content",
    ["", "\n\n", "a\n1\nAA==\n\n", NOTE[:-1], NOTE + "\n", NOTE.replace("\n42\n", "\n042\n"), "x\n" + NOTE],
)
def test_what_is_no_note_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed_note(content)


@pytest.mark.parametrize(
    "text", ["", "a+b", "a+00000000+AA==", PUBLIC.text.replace("+", "+0", 1), "x" + PUBLIC.text]
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        VerifierKey.parsed(text)


def test_a_proof_is_read_back_as_it_was_written() -> None:
    index, path, note = parsed_proof(proof_text(7, [b"a" * 32, b"b" * 32], NOTE))
    assert (index, path, note.checkpoint) == (7, [b"a" * 32, b"b" * 32], CHECKPOINT)


def test_a_restored_log_goes_on_under_the_next_name() -> None:
    names = [ORIGIN]
    while len(names) < 11:
        names.append(next_origin(names[-1]))
    assert names[1] == f"{ORIGIN}/2"
    assert [first_origin(name) for name in names] == [(ORIGIN, number) for number in range(1, 12)]
