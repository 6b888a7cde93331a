"""What the importer tells Rasa about the content and the trial."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

from bot import settings
from bot.eligibility.trial_file import load_trial
from bot.knowledge import files
from bot.knowledge.rasa_importer import FORM, Example, FileImporter, topic_training_data, trial_domain

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


def test_examples_are_compared_by_what_they_hold() -> None:
    data = {"text": "dag", "intent": "greet", "metadata": {"intent": {"language": "nl"}}}
    example, same = Example(data), Example(dict(reversed(data.items())))
    assert (example, hash(example)) == (same, hash(same))
    example.set("intent", "greet")
    assert example == same
    for name, value in (("text", "hoi"), ("metadata", {}), ("entities", [])):
        assert example != Example({**data, name: value})
    # What components add cannot always be written as JSON.
    example.set("tokens", [object()])
    assert example != same


def test_what_is_set_on_an_example_stays_off_its_copies() -> None:
    data = {"text": "dag", "intent": "greet", "metadata": {"intent": {"language": "nl"}}}
    example = Example(data)
    copied, other = copy.deepcopy([example, example.__deepcopy__({})])
    assert (type(copied), copied, copied.output_properties) == (Example, example, Message(data).output_properties)
    copied.set("intent", "goodbye")
    copied.set("outcome", "answer", add_to_output=True)
    other.add_diagnostic_data("net", {"weights": 1})
    features = Features(np.zeros((1, 2)), "sequence", "text", "net")
    other.add_features(features)
    assert copied != example and other != example
    assert (example.data, example.features, example.output_properties) == (data, [], {"text"})
    assert (other.features, copied.features) == ([features], [])


def test_the_files_are_read_once_and_say_what_rasa_reads_in_them(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text("version: '3.1'\nintents: [greet, bye]\n", encoding="utf-8")
    nlu = tmp_path / "nlu.yml"
    text = "version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - dag\n    - hoi\n"
    nlu.write_text(text, encoding="utf-8")
    given: dict[str, Any] = {"domain_path": str(tmp_path / "domain.yml"), "training_data_paths": [str(nlu)]}
    ours, rasas = FileImporter(**given), RasaFileImporter(**given)
    assert ours.get_domain().as_dict() == rasas.get_domain().as_dict()
    found = ours.get_nlu_data()
    assert [one.data for one in found.training_examples] == [one.data for one in rasas.get_nlu_data().training_examples]
    nlu.unlink()
    assert ours.get_nlu_data("en").training_examples == found.training_examples
    # Rasa changes the domain that it is given.
    ours.get_domain().intent_properties["greet"]["is_retrieval_intent"] = True
    assert not ours.get_domain().retrieval_intents
