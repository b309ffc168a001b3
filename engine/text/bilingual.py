"""A sentence for a person, in both languages of the office. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One sentence in both languages; ``to`` gives the language that the reader has chosen."""

    indonesian: str
    english: str

    def to(self, language: str) -> str:
        return self.english if language == "en" else self.indonesian

    def __add__(self, more: "Text") -> "Text":
        return Text(self.indonesian + more.indonesian, self.english + more.english)


NOTHING = Text("", "")
