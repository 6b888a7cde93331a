"""What was said before in a conversation."""

from bot.knowledge.history import History, Said, pick

WHOLE = Said("utter_faq/one", {"topic": "one", "short": False})
SHORT = Said("utter_repeat", {"topic": "one", "short": True})
THANKS = Said("utter_thank", {"topic": None})


def test_answers_are_counted_in_either_form() -> None:
    history = History([WHOLE, THANKS, SHORT, Said("utter_faq/two", {"topic": "two"})])
    assert (history.times_answered("one"), history.times_answered("two"), history.times_answered("three")) == (2, 1, 0)
    assert history.times_said("utter_thank") == 1


def test_the_last_topic_is_that_of_the_last_answer() -> None:
    assert History([WHOLE, THANKS]).last_topic() == "one"
    assert History([THANKS]).last_topic() is None


def test_the_form_of_the_latest_answer_to_a_topic() -> None:
    assert History([WHOLE, SHORT, THANKS]).last_was_short("one")
    assert not History([SHORT, WHOLE]).last_was_short("one")
    assert not History().last_was_short("one")


def test_variations_are_given_in_turn() -> None:
    assert [pick(["a", "b"], times) for times in range(4)] == ["a", "b", "a", "b"]
