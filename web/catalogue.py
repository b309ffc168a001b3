"""The English of the pages, as the gettext catalogue has it when the program starts."""

import json
import re
from pathlib import Path

CATALOGUE = Path(__file__).parent / "locale/en/LC_MESSAGES/pages.po"
LINES = r'((?:"[^\n]*"\n)+)'
ENTRY = re.compile(rf"^msgid {LINES}msgstr {LINES}", re.MULTILINE)


def read_english(po: str) -> dict[str, str]:
    """The English of every sentence that has one.

    `make docs` alone writes the file, and a test reads it with Babel too: 36 MB that a server does without.
    """
    entries = ((_text(said), _text(english)) for said, english in ENTRY.findall(po))
    return {said: english for said, english in entries if said and english}


def _text(lines: str) -> str:
    """What the quoted lines say together; gettext escapes in them what JSON escapes."""
    return "".join(map(json.loads, lines.splitlines()))


ENGLISH = read_english(CATALOGUE.read_text(encoding="utf-8"))
