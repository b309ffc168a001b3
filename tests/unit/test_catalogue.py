"""The catalogue of the pages has every sentence in English; `make docs` keeps it to just these."""

import re
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from web.catalogue import CATALOGUE as PO
from web.catalogue import ENGLISH, read_english
from web.localizer import Localizer

BRACES = re.compile(r"{\w*}")


def stored() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, abort_invalid=True)


def test_every_sentence_is_there_in_english_and_none_is_left_over_or_doubtful() -> None:
    catalogue = stored()
    told = {str(message.id): message for message in catalogue if message.id}
    assert len(told) > 500
    assert [sentence for sentence, message in told.items() if not message.string or message.fuzzy] == []
    assert dict(catalogue.obsolete) == {}


def test_the_server_reads_what_babel_reads() -> None:
    assert {message.id: message.string for message in stored() if message.id} == ENGLISH


def test_a_sentence_of_several_lines_is_read_whole_and_one_without_english_left_out() -> None:
    said, english = 'Kata "sandi"\nbaru\\lama\t{n}', 'The new\n"password"'
    catalogue = Catalog()
    catalogue.add(said, english)
    catalogue.add("Belum")
    written = BytesIO()
    write_po(written, catalogue, width=20)
    assert read_english(written.getvalue().decode()) == {said: english}


def test_the_english_names_the_same_things_as_the_indonesian() -> None:
    told = {str(message.id): str(message.string) for message in stored() if message.id}
    differ = [text for text, said in told.items() if {*BRACES.findall(text)} != {*BRACES.findall(said)}]
    assert differ == []


def test_a_sentence_that_the_catalogue_lacks_is_said_as_it_is_written() -> None:
    english = Localizer(english=True, zone=ZoneInfo("Asia/Makassar"))
    assert english.say("Kotak Masuk") == "Inbox"
    assert english.say("Tidak ada dalam katalog") == "Tidak ada dalam katalog"
