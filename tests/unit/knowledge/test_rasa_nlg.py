"""The texts of the domain are filled with an action's words, and with nothing else."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.knowledge.rasa_nlg import ContentResponses

pytestmark = pytest.mark.anyio
PAYLOAD = '/ask_topic{"topic": "study_aim"}'
RESPONSE = {"text": "Zo is het:\n\n{lines}", "buttons": [{"title": "Verder", "payload": PAYLOAD}]}
DOMAIN = Domain.from_dict(
    {
        "responses": {"utter_result": [RESPONSE]},
        "slots": {"ms_type": {"type": "any", "mappings": [{"type": "custom"}]}},
    }
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("words", ["- past", "een accolade { en 0[ en {lines} en {ms_type}"])
async def test_words_and_payloads_arrive_as_they_are_and_no_answer_is_logged(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tracker = DialogueStateTracker("someone", DOMAIN.slots)
    tracker.update(SlotSet("ms_type", "een zeldzaam antwoord"))
    message = await ContentResponses(domain=DOMAIN).generate("utter_result", tracker, "rest", lines=words)
    assert message is not None
    assert message["text"] == f"Zo is het:\n\n{words}"
    assert message["buttons"][0]["payload"] == PAYLOAD
    # An error would be told with the values of all slots.
    assert capsys.readouterr().out == ""
