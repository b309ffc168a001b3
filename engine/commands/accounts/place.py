"""From where somebody signs in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody asks, as far as it can be told; shown in the list of the person's sessions."""

    address: str = ""
    agent: str = ""
    device: str = ""
    """What this browser keeps of earlier sign-ins."""
