"""The recent part of a conversation gives Rasa the same state as the whole of it."""

from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.recent import SPARE, TURNS, recent_events


def any_slot() -> dict[str, object]:
    return {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}


DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {"age": any_slot(), "walking": any_slot()},
        "forms": {"prescreen_form": {"required_slots": []}},
    }
)
START: list[Event] = [
    ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), ActionExecuted(ACTION_LISTEN_NAME)
]  # fmt: skip
FORM, DONE = [ActionExecuted("prescreen_form"), ActiveLoop("prescreen_form")], [ActiveLoop(None)]
TURN = st.sampled_from(
    [
        [ActionExecuted("utter_greet")],
        FORM,
        DONE,
        [*FORM, SlotSet("age", {"option": "yes"})],
        [ActionExecuted("action_prescreen_reset"), SlotSet("age", None), SlotSet("walking", None)],
        [SlotSet("walking", "no")],
    ]
)


def conversation(turns: list[list[Event]]) -> list[Event]:
    events = list(START)
    for number, turn in enumerate(turns):
        events += [UserUttered(str(number), intent={"name": "greet"}), *turn, ActionExecuted(ACTION_LISTEN_NAME)]
    return events


def tracker_of(events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("someone", events, DOMAIN.slots)


@given(st.lists(TURN, max_size=60))
def test_the_state_is_that_of_the_whole_conversation(turns: list[list[Event]]) -> None:
    events = conversation(turns)
    whole, recent = tracker_of(events), tracker_of(recent_events(events, DOMAIN.slots))
    assert recent.current_slot_values() == whole.current_slot_values()
    assert recent.active_loop == whole.active_loop
    assert recent.latest_message == whole.latest_message
    assert recent.latest_action == whole.latest_action
    assert recent.past_states(DOMAIN)[-1] == whole.past_states(DOMAIN)[-1]


@given(st.lists(TURN, max_size=60))
def test_it_is_cut_at_the_beginning_of_a_turn_and_stays_short(turns: list[list[Event]]) -> None:
    events = conversation(turns)
    recent = recent_events(events, DOMAIN.slots)
    said = [event.text for event in recent if isinstance(event, UserUttered)]
    assert said == [str(number) for number in range(len(turns))][-len(said) :]
    assert len(said) == (len(turns) if len(turns) <= TURNS + SPARE else TURNS)


def test_a_short_conversation_is_left_as_it_is() -> None:
    events = conversation([FORM] * (TURNS + SPARE))
    assert recent_events(events, DOMAIN.slots) == events
