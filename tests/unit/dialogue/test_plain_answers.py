"""Plain turns of the pre-screen go on by themselves; everything else is left to the form."""

from collections.abc import Iterator
from typing import Any

import pytest
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions import trial as current
from actions.trial import current_trial
from bot.dialogue.plain_answers import plain_step
from bot.dialogue.responses import Responses
from bot.eligibility.criteria import Outcome
from bot.knowledge.rasa_importer import FORM, trial_domain
from bot.signups.encryption import generate_key

CRITERIA = current_trial().criterion_ids
MET = {
    criterion.id: {"option": option.id, "outcome": "met", "words": "ja"}
    for criterion in current_trial().criteria
    for option in criterion.options
    if option.outcome is Outcome.MET
}
QUESTION = f"utter_ask_{FORM}_"


def domain() -> Domain:
    state = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    known = trial_domain(current_trial())
    for name in ("prescreen_go_on", "prescreen_stopped", "prescreen_done", REQUESTED_SLOT):
        known["slots"][name] = dict(state)
    return Domain.from_dict({**known, "intents": ["clarify", "answer", "start_prescreen"]})


def asked(criterion: str, *more: SlotSet) -> list[Any]:
    """Events up to the moment that a criterion is asked, those before it met."""
    before = CRITERIA[: CRITERIA.index(criterion)]
    return [
        ActionExecuted(FORM),
        ActiveLoop(FORM),
        *(SlotSet(one, MET[one]) for one in before),
        *more,
        SlotSet(REQUESTED_SLOT, criterion),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def after(text: str, events: list[Any], **parse: Any) -> DialogueStateTracker:
    intent = {"name": parse.pop("intent", "clarify")}
    said = UserUttered(text, intent, parse.pop("entities", []), {"text": text, "intent": intent, **parse})
    return DialogueStateTracker.from_events("someone", [*events, said], domain().slots)


def go_on(tracker: DialogueStateTracker) -> str:
    """Take the step of a plain turn as Rasa does; gives the name of the action."""
    step = plain_step(tracker)
    assert step is not None
    tracker.update_with_events([*step.events, ActionExecuted(step.action)], domain())
    return step.action


@pytest.mark.parametrize(
    ("text", "criterion", "option", "following"),
    [("ja", "ms_type", "rrms", "medication"), ("weet ik niet", "medication", "unknown", "recent_activity")],
)
def test_a_plain_answer_fills_its_slot_and_puts_the_next_question(
    text: str, criterion: str, option: str, following: str
) -> None:
    tracker = after(text, asked(criterion))
    assert go_on(tracker) == QUESTION + following
    filled = tracker.get_slot(criterion)
    assert (filled["option"], filled["words"]) == (option, text)
    assert tracker.get_slot(REQUESTED_SLOT) == following
    assert go_on(tracker) == ACTION_LISTEN_NAME


def test_a_choice_is_a_plain_answer() -> None:
    chosen = after("/answer", asked("age"), intent="answer", entities=[{"entity": "age", "value": "yes"}])
    assert go_on(chosen) == QUESTION + "walking"


@pytest.mark.parametrize(
    ("text", "criterion"),
    [
        ("wat is een schub?", "recent_activity"),
        ("wacht, ik bedoelde ppms", "age"),
        ("ja, en ik ben 38", "ms_type"),
        ("vorige vraag", "age"),
        ("stop maar", "age"),
    ],
)
def test_the_form_looks_at_everything_else(text: str, criterion: str) -> None:
    assert plain_step(after(text, asked(criterion))) is None


def test_an_alarm_is_never_an_answer() -> None:
    assert plain_step(after("nee ik wil dood", asked("age"), alarm="pattern")) is None
    assert plain_step(after("/start_prescreen", [ActionExecuted("action_listen")], alarm="pattern")) is None


def test_who_goes_on_is_asked_what_is_left() -> None:
    no = SlotSet("ms_type", {"option": "spms", "outcome": "not_met", "words": "spms"})
    assert go_on(after("ja", asked("medication", no, SlotSet("prescreen_go_on", True)))) == QUESTION + "recent_activity"


@pytest.mark.parametrize(
    ("text", "criterion", "verdict"),
    [
        ("ja", CRITERIA[-1], "utter_verdict_may_take_part"),
        ("weet ik niet", CRITERIA[-1], "utter_verdict_needs_check"),
        ("nee", CRITERIA[-1], "utter_verdict_cannot_take_part"),
        ("ja", "second_line", "utter_verdict_cannot_take_part_early"),
    ],
)
def test_the_last_answer_and_one_that_decides_give_the_verdict(text: str, criterion: str, verdict: str) -> None:
    tracker = after(text, asked(criterion))
    assert go_on(tracker) == verdict
    assert tracker.active_loop is None
    assert tracker.get_slot(REQUESTED_SLOT) is None
    assert tracker.get_slot("prescreen_done") is True
    assert go_on(tracker) == ACTION_LISTEN_NAME


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    """An installation with keys and an empty database."""
    monkeypatch.setenv("STAMCELWIJZER_KEYS", generate_key())
    monkeypatch.setenv("STAMCELWIJZER_VAR", str(tmp_path))
    current.current_study.cache_clear()
    yield
    current.current_study.cache_clear()


@pytest.mark.anyio
async def test_the_verdict_comes_with_its_card_and_a_link(study: None) -> None:
    tracker = after("ja", asked(CRITERIA[-1]))
    name = go_on(tracker)
    texts = {"utter_verdict_may_take_part": [{"text": "Het past.\n\n{lines}"}]}
    message = await Responses(domain=Domain.from_dict({"responses": texts})).generate(name, tracker, "rest")
    assert message is not None
    assert message["text"].count("\n- ") == len(CRITERIA)
    assert message["custom"]["criteria"] == dict.fromkeys(CRITERIA, "met")
    assert "/aanmelden/" in message["custom"]["intake_url"]


@pytest.mark.anyio
async def test_a_verdict_of_the_action_server_keeps_its_own_words(study: None) -> None:
    texts = {"utter_verdict_may_take_part": [{"text": "Het past.\n\n{lines}"}]}
    message = await Responses(domain=Domain.from_dict({"responses": texts})).generate(
        "utter_verdict_may_take_part", after("ja", []), "rest", lines="alles goed"
    )
    assert message == {"text": "Het past.\n\nalles goed"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_it_begins_with_words_of_introduction_and_the_first_question() -> None:
    tracker = after(
        "kan ik meedoen?", [SlotSet("age", MET["age"]), ActionExecuted("action_listen")], intent="start_prescreen"
    )
    assert go_on(tracker) == "utter_prescreen_intro"
    assert tracker.get_slot("age") is None
    tracker.update(BotUttered("Ik stel u acht korte vragen."))
    assert go_on(tracker) == QUESTION + CRITERIA[0]
    assert tracker.active_loop_name == FORM
    assert tracker.get_slot(REQUESTED_SLOT) == CRITERIA[0]
    assert go_on(tracker) == ACTION_LISTEN_NAME


@pytest.mark.parametrize("latest", ["action_listen", "utter_prescreen_intro"])
@pytest.mark.parametrize(
    ("text", "entity", "value"), [("kan ik meedoen? ik ben 38", "age", "38"), ("/start_prescreen", "age", "yes")]
)
def test_the_form_reads_what_is_told_at_the_beginning(text: str, entity: str, value: str, latest: str) -> None:
    mention = {"entity": entity, "value": value, "text": value, "start": text.find(value), "end": len(text)}
    tracker = after(text, [ActionExecuted("action_listen")], intent="start_prescreen", entities=[mention])
    tracker.update(ActionExecuted(latest))
    assert plain_step(tracker) is None


def test_other_turns_follow_the_rules() -> None:
    assert plain_step(after("hallo", [ActionExecuted("action_listen")])) is None
    assert plain_step(after("/start_prescreen", asked("age"), intent="start_prescreen")) is None
