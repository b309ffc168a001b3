"""CONTRIBUTING.md says how to add a member of each list, and names those that are there."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from engine.notices.channels import CHANNELS, ChannelName
from engine.permissions.verbs import Verb
from engine.sop.vocabulary import FieldType
from engine.tables.cases import NOTICE_KINDS
from engine.text.states import NOTICES
from notifications.mail_texts import SUBJECTS

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Patterns")[2].partition("\n## ")[0]


def pattern(title: str) -> str:
    return PATTERNS.partition(f"### {title}\n")[2].partition("\n### ")[0]


@pytest.mark.parametrize(
    ("title", "members"),
    [
        ("A verb of a task", Verb),
        ("A type of field", get_args(FieldType)),
        ("A channel of notices", CHANNELS),
        ("A kind of notice", NOTICE_KINDS),
    ],
)
def test_a_pattern_names_every_member_of_its_list_and_no_other(title: str, members: Iterable[str]) -> None:
    named = re.findall(r"`(\w+)`", pattern(title).partition(".")[0])
    assert sorted(named) == sorted(members)


def test_every_place_of_a_pattern_is_there() -> None:
    places = re.findall(
        r"`((?:engine|api|web|notifications|runtime|migrations|docs|tests)/[\w./-]*)`", PATTERNS
    )
    assert len(places) > 20
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_channel_to_people_is_described_once() -> None:
    assert tuple(CHANNELS) == get_args(ChannelName)


def test_every_kind_of_notice_has_its_name_on_pages_and_its_subject_in_mails() -> None:
    assert set(NOTICE_KINDS) == set(NOTICES) == set(SUBJECTS)
