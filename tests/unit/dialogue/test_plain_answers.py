"""Plain answers of the pre-screen go on by themselves; everything else is left to the form."""

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.trial import current_trial
from bot.dialogue.plain_answers import PlainAnswers, next_question
from bot.knowledge.rasa_importer import FORM, trial_domain

CRITERIA = current_trial().criterion_ids
MET = {"option": "yes", "outcome": "met", "words": "ja"}


def domain() -> Domain:
    state = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    known = trial_domain(current_trial())
    for name in ("prescreen_go_on", "prescreen_stopped", REQUESTED_SLOT):
        known["slots"][name] = dict(state)
    return Domain.from_dict({**known, "intents": ["clarify", "answer"]})


def asked(criterion: str, *more: SlotSet) -> list[Any]:
    """Events up to the moment that a criterion is asked, those before it met."""
    before = CRITERIA[: CRITERIA.index(criterion)]
    return [
        ActionExecuted(FORM),
        ActiveLoop(FORM),
        *(SlotSet(one, MET) for one in before),
        *more,
        SlotSet(REQUESTED_SLOT, criterion),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def after(text: str, events: list[Any], **parse: Any) -> DialogueStateTracker:
    intent = {"name": parse.pop("intent", "clarify")}
    said = UserUttered(text, intent, parse.pop("entities", []), {"text": text, "intent": intent, **parse})
    return DialogueStateTracker.from_events("someone", [*events, said], domain().slots)


@pytest.mark.parametrize(
    ("text", "criterion", "option", "following"),
    [("ja", "ms_type", "rrms", "medication"), ("weet ik niet", "medication", "unknown", "recent_activity")],
)
def test_a_plain_answer_fills_its_slot_and_puts_the_next_question(
    text: str, criterion: str, option: str, following: str
) -> None:
    events = next_question(after(text, asked(criterion)))
    assert events is not None
    filled, requested = events
    assert (filled.key, filled.value["option"], filled.value["words"]) == (criterion, option, text)
    assert (requested.key, requested.value) == (REQUESTED_SLOT, following)


def test_a_choice_is_a_plain_answer() -> None:
    chosen = after("/answer", asked("age"), intent="answer", entities=[{"entity": "age", "value": "yes"}])
    assert [event.key for event in next_question(chosen) or []] == ["age", REQUESTED_SLOT]


@pytest.mark.parametrize(
    ("text", "criterion"),
    [
        ("wat is een schub?", "recent_activity"),
        ("ik heb spms", "ms_type"),
        ("wacht, ik bedoelde ppms", "age"),
        ("ja, en ik ben 38", "ms_type"),
        ("vorige vraag", "age"),
        ("stop maar", "age"),
        ("ja", CRITERIA[-1]),
    ],
)
def test_the_form_looks_at_everything_else(text: str, criterion: str) -> None:
    assert next_question(after(text, asked(criterion))) is None


def test_an_alarm_is_never_an_answer() -> None:
    assert next_question(after("nee ik wil dood", asked("age"), alarm="pattern")) is None


def test_who_goes_on_is_asked_what_is_left() -> None:
    no = {"option": "spms", "outcome": "not_met", "words": "spms"}
    events = next_question(after("ja", asked("medication", SlotSet("ms_type", no), SlotSet("prescreen_go_on", True))))
    assert events is not None
    assert events[-1].value == "recent_activity"
    assert next_question(after("ja", asked("medication", SlotSet("ms_type", no)))) is None


def test_it_says_the_question_and_then_listens(tmp_path_factory: pytest.TempPathFactory) -> None:
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    policy = PlainAnswers.create(
        PlainAnswers.get_default_config(), storage, Resource("plain"), ExecutionContext(GraphSchema({}))
    )
    known = domain()
    tracker = after("ja", asked("ms_type"))
    prediction = policy.predict_action_probabilities(tracker, known)
    question = f"utter_ask_{FORM}_medication"
    assert known.action_names_or_texts[prediction.max_confidence_index] == question
    tracker.update_with_events([*prediction.optional_events, ActionExecuted(question)], known)
    listening = policy.predict_action_probabilities(tracker, known)
    assert known.action_names_or_texts[listening.max_confidence_index] == ACTION_LISTEN_NAME
    tracker.update(ActiveLoop(None))
    assert policy.predict_action_probabilities(tracker, known).max_confidence == 0
