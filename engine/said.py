"""A sentence for a person, in both languages of the office. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What is told, whoever is told it; ``to`` speaks the language that the person has chosen."""

    id: str
    en: str

    def to(self, language: str) -> str:
        return self.en if language == "en" else self.id

    def __add__(self, more: "Said") -> "Said":
        return Said(self.id + more.id, self.en + more.en)


NOTHING = Said("", "")
