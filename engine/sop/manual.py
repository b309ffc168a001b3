"""What each key of the language means, in both languages, as ``keys.yaml`` says it once. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.sop.source import read_source
from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True)
class Noun:
    """One class of the model: where it stands in a file, what it is, and its keys."""

    name: str
    at: str
    about: Text
    keys: Mapping[str, Text]


@cache
def nouns() -> Mapping[str, Noun]:
    """Every noun of the language by its name, in the order in which the book has them."""
    source = read_source(Path(__file__).with_name("keys.yaml").read_bytes())
    if source.problems:
        raise ValueError([problem.render("keys.yaml") for problem in source.problems])
    return {
        noun["noun"]: Noun(
            noun["noun"],
            noun["at"],
            Text(*noun["about"]),
            {key: Text(*words) for key, words in noun["keys"].items()},
        )
        for noun in source.data
    }


def meaning(noun: str, key: str) -> Text:
    """What a key of a noun means."""
    return nouns()[noun].keys[key]
