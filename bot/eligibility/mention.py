"""A drug, form of MS or other name that the language pipeline found in a message, without depending on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """One name in a message.

    Attributes:
        kind: `drug`, `ms_type`, `age`, `birth_year` or `distance`.
        value: normalised: generic drug name, `RRMS`, years or metres as text.
        text: as typed.
        start: position of its first character in the message.
        end: position after its last character.
    """

    kind: str
    value: str
    text: str
    start: int
    end: int
