"""What the assistant has said in a conversation before, so that it does not say the same thing twice. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """One message of the assistant.

    Attributes:
        name: name of the response, or None.
        custom: what a page shows beside the text; `topic` and `short` matter here.
    """

    name: str | None
    custom: Mapping[str, Any]


@dataclass(frozen=True)
class History:
    """All messages of the assistant in a conversation, in order."""

    said: Sequence[Said] = ()

    def times_said(self, name: str) -> int:
        """How often a response was given."""
        return sum(one.name == name for one in self.said)

    def times_answered(self, topic_id: str) -> int:
        """How often a topic was answered, at length or in short."""
        return sum(one.custom.get("topic") == topic_id for one in self.said)

    def last_topic(self) -> str | None:
        """The topic that was answered last, or None."""
        return next((str(one.custom["topic"]) for one in reversed(self.said) if one.custom.get("topic")), None)

    def last_was_short(self, topic_id: str) -> bool:
        """Whether the latest answer to this topic was its short form."""
        latest = next((one for one in reversed(self.said) if one.custom.get("topic") == topic_id), None)
        return latest is not None and bool(latest.custom.get("short"))


def pick(variations: Sequence[Any], times: int) -> Any:
    """The variation for the next time: each in its turn, then from the start again.

    Args:
        variations: at least one.
        times: how often one was given before.
    """
    return variations[times % len(variations)]
