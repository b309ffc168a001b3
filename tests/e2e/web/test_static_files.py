"""Style sheets and scripts go compressed to whoever takes it; pages never do."""

from __future__ import annotations

import gzip

import pytest

from tests.e2e.web.visiting import Visitor
from tests.support.offices import DemoOffice
from web.templating import STATIC, static_path


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip, br", True), ("*", True), ("br", False), ("", False), ("gzip;q=0", False), ("gzip; q=0.5", True)],
)
def test_a_style_sheet_is_compressed_for_whoever_takes_it(
    office: DemoOffice, accepted: str, packed: bool
) -> None:
    client = Visitor(office).client
    with client.stream("GET", static_path("alur.css"), headers={"Accept-Encoding": accepted}) as answer:
        content = b"".join(answer.iter_raw())
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert (answer.headers.get("Content-Encoding") == "gzip") == packed
    assert (gzip.decompress(content) if packed else content) == (STATIC / "alur.css").read_bytes()


def test_a_page_is_not_compressed_beside_the_token_of_its_forms(office: DemoOffice) -> None:
    answer = Visitor(office, "kadis").client.get("/inbox", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
