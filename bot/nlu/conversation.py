"""What a conversation tells about the next message: the answer it may lean on, and the language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

LANGUAGE = "language"
MOST_MESSAGES_BACK = 3
# The key under which a bot message says which label it answers, in the part meant for channels.
_ANSWERED = "topic"


def last_answered(tracker: DialogueStateTracker, alarms: Collection[str] = ()) -> str | None:
    """The name of the label that was answered last, or None when the next message cannot lean on it.

    It cannot in a form, where words answer the form's question; after an alarm; or when it was too long ago.

    Args:
        tracker: the conversation.
        alarms: intents after which nothing before them counts.
    """
    if tracker.active_loop_name:
        return None
    said = 0
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            answered = (event.data.get("custom") or {}).get(_ANSWERED)
            if answered:
                return str(answered)
        elif isinstance(event, UserUttered):
            said += 1
            if said >= MOST_MESSAGES_BACK or event.intent.get("name") in alarms:
                return None
    return None


def language_so_far(tracker: DialogueStateTracker | None, metadata: Mapping[str, Any]) -> str | None:
    """The language of a conversation before the next message, or None when nothing tells it.

    It is the one the conversation was in, unless the channel has just changed what it says.

    Args:
        tracker: the conversation.
        metadata: what the channel says beside the next message, with the person's choice as `language`.
    """
    given = metadata.get(LANGUAGE)
    before = tracker.get_last_event_for(UserUttered) if tracker else None
    if isinstance(before, UserUttered) and (before.metadata or {}).get(LANGUAGE) == given:
        return before.parse_data.get(LANGUAGE) or given
    return given
