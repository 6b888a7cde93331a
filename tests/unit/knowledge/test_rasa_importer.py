"""What the importer tells Rasa about the content and the trial."""

import copy

from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot import settings
from bot.eligibility.trial_file import load_trial
from bot.knowledge import files
from bot.knowledge.rasa_importer import FORM, Example, topic_training_data, trial_domain

SETTINGS = settings.load({})


def test_every_question_of_every_topic_becomes_an_example_of_that_topic() -> None:
    content = files.load(SETTINGS.content)
    data = topic_training_data(content)
    examples = {(example.get(INTENT_RESPONSE_KEY), example.get(TEXT)) for example in data.training_examples}
    for topic in content.topics.values():
        for question in topic.questions["nl"]:
            assert (f"faq/{topic.id}", question) in examples


def test_every_topic_has_a_response() -> None:
    content = files.load(SETTINGS.content)
    assert set(topic_training_data(content).responses) == {f"utter_faq/{topic}" for topic in content.topics}


def test_every_criterion_becomes_a_slot_a_question_and_a_step_of_the_form_in_order() -> None:
    trial = load_trial(SETTINGS.trial_file)
    domain = Domain.from_dict(trial_domain(trial))
    assert domain.required_slots_for_form(FORM) == list(trial.criterion_ids)
    for criterion_id in trial.criterion_ids:
        assert f"utter_ask_{FORM}_{criterion_id}" in domain.responses
        assert criterion_id in {slot.name for slot in domain.slots}


def test_examples_are_compared_and_copied_as_those_of_rasa_are() -> None:
    data = {"text": "dag", "intent": "greet", "metadata": {"intent": {"language": "nl"}}}
    example, plain = Example(data), Message(data)
    assert (example, hash(example)) == (plain, hash(plain))
    copied = copy.deepcopy(example)
    assert (type(copied), copied, copied.output_properties) == (Example, plain, plain.output_properties)
    example.set("intent", "greet")
    assert example == plain
    copied.set("intent", "goodbye")
    copied.set("outcome", "answer", add_to_output=True)
    assert copied != example
    assert example.get("outcome") is None and "outcome" not in example.output_properties
