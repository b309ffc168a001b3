"""What is settled before and beside YAML's structure: encoding, size, directives, plain scalars."""

import re
from typing import NoReturn

from engine.sop.diagnostics import Problem
from engine.text.bilingual import Text

MAX_BYTES = 256 * 1024

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
# A leading zero keeps a number as text: "0123" is an archive code or a phone number, never 83.
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_BASED_INT = re.compile(r"0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,40}|(0|[1-9][0-9]{0,40})(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
# libyaml breaks lines at these although YAML 1.2 does not; a file that holds them would shift every place.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|[\ud800-\udfff]")


class Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message.english)
        self.problem = problem


def refuse(line: int, column: int, code: str, message: Text) -> NoReturn:
    raise Refused(Problem(line, column, "", code, message))


def decoded(text: str | bytes) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        refuse(
            1,
            1,
            "file_too_large",
            Text(
                f"Berkas {size // 1024} KiB terlalu besar; paling besar {MAX_BYTES // 1024} KiB.",
                f"The file of {size // 1024} KiB is too large; at most {MAX_BYTES // 1024} KiB.",
            ),
        )
    if isinstance(text, bytes):
        data = text
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = error.start - data.rfind(b"\n", 0, error.start)
            refuse(
                line,
                column,
                "not_utf8",
                Text(
                    "Berkas bukan teks UTF-8; simpan ulang sebagai UTF-8.",
                    "The file is not UTF-8 text; save it again as UTF-8.",
                ),
            )
    text = text.removeprefix("\ufeff")
    bad = _FORBIDDEN.search(text)
    if bad:
        name = f"U+{ord(bad.group()):04X}"
        refuse(
            text.count("\n", 0, bad.start()) + 1,
            bad.start() - text.rfind("\n", 0, bad.start()),
            "control_character",
            Text(
                f"Karakter kendali {name} tidak boleh ada di berkas; hapus karakter itu.",
                f"The control character {name} may not stand in the file; remove it.",
            ),
        )
    return text


def check_directives(text: str) -> None:
    """Refuse what may stand before the document: thousands of %TAG lines would cost libyaml minutes."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("%") and not re.match(r"%YAML 1\.[0-9]\s*$", line):
            refuse(
                number,
                1,
                "directive",
                Text(
                    "Baris perintah YAML (%) tidak didukung; hapus baris ini.",
                    "YAML directives (%) are not supported; remove this line.",
                ),
            )
        if line.strip() and not line.startswith(("#", "%", " ")):
            return


def resolved_scalar(text: str) -> str | int | float | bool | None:
    """What a plain scalar means: null, a boolean, a number, else the text as it stands."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    first = text[0]
    if first not in "+-.0123456789":
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _BASED_INT.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", "", 1) if text.lstrip("+-.")[:1] in "iInN" else text)
    return text
