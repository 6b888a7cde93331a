"""A patient who talks with a running installation through `POST /api/chat`, as other programs would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

Message = dict[str, Any]


@dataclass
class Patient:
    """One conversation.

    Attributes:
        site: address of the patient site.
        conversation: the token of the conversation, once there is one.
        heard: the messages of the last turn.
    """

    site: str
    conversation: str | None = None
    heard: list[Message] = field(default_factory=list)

    def say(self, words: str) -> list[Message]:
        """Send a message; returns what the bot answers."""
        sent = {"message": words, "conversation": self.conversation}
        answer = requests.post(f"{self.site}/api/chat", json=sent, timeout=60)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.conversation, self.heard = body["conversation"], body["messages"]
        return self.heard

    def says(self, *turns: str) -> list[Message]:
        """Send several messages; returns the answer to the last."""
        for words in turns:
            self.say(words)
        return self.heard

    @property
    def asked(self) -> str | None:
        """The criterion that the last turn asks about."""
        return next((message["asks"] for message in reversed(self.heard) if message["asks"]), None)

    @property
    def kinds(self) -> list[str]:
        """The kinds of the messages of the last turn."""
        return [message["kind"] for message in self.heard]

    @property
    def verdict(self) -> Message:
        """The verdict in the last turn. Raises StopIteration when there is none."""
        return next(message for message in self.heard if message["verdict"])

    @property
    def topics(self) -> list[str]:
        """The topics answered in the last turn."""
        return [message["topic"] for message in self.heard if message["kind"] == "answer"]

    def choose(self, label: str) -> list[Message]:
        """Send back the value of the choice with this label."""
        choices = [choice for message in self.heard for choice in message["choices"]]
        return self.say(next(choice["value"] for choice in choices if choice["label"] == label))
