"""Which passwords are good enough: long, not about the person or the office, not easy to guess."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from engine.errors import FieldError
from engine.text.bilingual import Text

SHORTEST, LONGEST = 12, 1_000
# The estimate looks at so much of either end: signs that may stand for letters make 72 of them take seconds.
JUDGED = 24
WEAKEST = 2
WORDS_OF_A_PERSON = 4
# What offices here choose and the library's lists, made elsewhere, do not know.
OFFICE_WORDS = """
rahasia katasandi sandi kantor dinas badan bidang bagian kabupaten kota provinsi kecamatan kelurahan desa
pemerintah pemda pemkab pemkot pemprov bupati walikota gubernur sekda sekdis kadis kabid kasubbag kepala
sekretaris bendahara operator admin administrator pegawai honorer pns asn korpri pancasila merdeka
indonesia garuda bismillah alhamdulillah assalamualaikum bapak ibu keluarga cinta sayang semangat selamat
januari februari maret april mei juni juli agustus september oktober november desember senin selasa rabu
kamis jumat sabtu minggu kinerja sakip lakip renstra anggaran laporan surat alur
"""
KINDS = (
    (str.islower, "huruf kecil", "a small letter"),
    (str.isupper, "huruf besar", "a capital letter"),
    (str.isdigit, "angka", "a digit"),
    (lambda letter: not letter.isalnum(), "tanda baca", "a sign"),
)

PasswordFaults = Callable[[str, Sequence[str]], list[FieldError]]


def judge(profile: str) -> PasswordFaults:
    """The judge of a profile, ``standard`` or ``bssn`` (which adds the mix of characters)."""

    def faults(password: str, about: Sequence[str]) -> list[FieldError]:
        return list(_faults(unicodedata.normalize("NFC", password), about, mixed=profile == "bssn"))

    return faults


def _faults(password: str, about: Sequence[str], *, mixed: bool) -> Iterator[FieldError]:
    if len(password) < SHORTEST:
        yield _fault(Text(f"Paling sedikit {SHORTEST} karakter.", f"At least {SHORTEST} characters."))
    if len(password) > LONGEST:
        yield _fault(Text(f"Paling banyak {LONGEST} karakter.", f"At most {LONGEST} characters."))
        return
    if "\x00" in password or any(0xD800 <= ord(letter) <= 0xDFFF for letter in password):
        yield _fault(Text("Memuat karakter yang tidak sah.", "Contains characters that are not allowed."))
        return
    if mixed:
        for is_kind, said, english in KINDS:
            if not any(is_kind(letter) for letter in password):
                yield _fault(Text(f"Sertakan {said}.", f"Include {english}."))
    words = _words(about)
    if _is_about(password, words):
        yield _fault(
            Text(
                "Jangan memakai nama akun, nama orang, NIP, atau nama instansi.",
                "Do not use the account, the person's name or NIP, or the agency's name.",
            )
        )
    elif len(password) >= SHORTEST and _guessable(password, words):
        yield _fault(
            Text(
                "Terlalu mudah ditebak. Coba beberapa kata yang tidak berhubungan.",
                "Too easy to guess. Try a few words that have nothing to do with each other.",
            )
        )


def _words(about: Sequence[str]) -> list[str]:
    """The words of the person and the office, each long enough to mean something."""
    split = chain.from_iterable(re.split(r"[\W_]+", text.lower()) for text in about)
    whole = (text.lower() for text in about)
    return sorted({word for word in chain(split, whole) if len(word) >= WORDS_OF_A_PERSON})


def _is_about(password: str, words: Sequence[str]) -> bool:
    """Whether little is left of a password without the words of its person."""
    plain = re.sub(r"[\W_]+", "", password.lower())
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(re.sub(r"[\W_]+", "", word), "")
    return len(plain) < SHORTEST / 2


def _guessable(password: str, words: Sequence[str]) -> bool:
    from zxcvbn import zxcvbn  # its lists take a while to load, and few commands set passwords

    known = [*words, *OFFICE_WORDS.split()]
    ends = {password[:JUDGED], password[-JUDGED:]}
    return all(zxcvbn(end, user_inputs=known)["score"] < WEAKEST for end in ends)


def _fault(message: Text) -> FieldError:
    return FieldError("password", message)
