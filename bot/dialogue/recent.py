"""The recent part of a conversation with the state it stood on, so that long ones are as quick as short ones. Pure.

Rasa replays all events of a conversation several times a message. What was said long ago plays no part any more but for
the slots it filled and the form it began: those stand at the head of what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

# "Leg het nog eens uit" after a whole pre-screen is still about the topic before it.
TURNS = 12
# Cut only once there are this many more, not anew at every message.
SPARE = 6


def recent_events(
    events: Sequence[Event], slots: Iterable[Slot], turns: int = TURNS, spare: int = SPARE
) -> list[Event]:
    """The events of the last turns, after the state at their beginning; all events of a short conversation.

    Args:
        events: those of one session, at the boundary between two turns.
        slots: the slots of the domain.
        turns: how many messages of the person to keep.
        spare: how many more there may be before anything is cut.
    """
    said = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= turns + spare:
        return list(events)
    cut = said[-turns]
    if isinstance(events[cut - 1], ActionExecuted) and events[cut - 1].action_name == ACTION_LISTEN_NAME:
        cut -= 1
    return [
        *_state(DialogueStateTracker.from_events("", list(events[:cut]), slots), events[cut].timestamp),
        *events[cut:],
    ]


def _state(before: DialogueStateTracker, moment: float) -> list[Event]:
    """Events that lead to the slots and the running form of a tracker, all at one moment."""
    head: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME, timestamp=moment), SessionStarted(timestamp=moment)]
    if before.active_loop is not None:
        name = before.active_loop.name
        head += [ActionExecuted(name, timestamp=moment), ActiveLoop(name, timestamp=moment)]
    head += [
        SlotSet(slot.name, slot.value, timestamp=moment)
        for slot in before.slots.values()
        if slot.value != slot.initial_value
    ]
    return head
