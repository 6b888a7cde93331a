"""Topics as bot messages."""

from dataclasses import replace
from datetime import date

import pytest

from bot.knowledge.replies import choice_buttons, in_context, topic_message, with_second
from bot.knowledge.schema import Content, Notice, Passage, Source, Subject, Text, Topic

REGISTER = Source("register", "Register", "WHO", "2024-01-15", "https://example.org/register", "facts.md")
LEAFLET = Source("leaflet", "Folder", "Ziekenhuis", None, None, "leaflet.txt")


def topic(name: str, answer: str, follow_ups: tuple[str, ...] = (), passages: tuple[str, ...] = ("one",)) -> Topic:
    return Topic(
        id=name,
        subject="study",
        question={"nl": f"Vraag {name}?"},
        answer={"nl": answer},
        short={"nl": "Kort."},
        questions={"nl": ()},
        passages=passages,
        as_of=date(2024, 1, 15),
        review_by=date(2027, 5, 20),
        follow_ups=follow_ups,
    )


CONTENT = Content(
    subjects=(Subject("study", {"nl": "Studie"}, ("status", "where")),),
    topics={
        "status": topic("status", "Nu: {recruitment}", ("where", "gone"), ("one", "two", "three")),
        "where": topic("where", "Hier."),
    },
    sources={"register": REGISTER, "leaflet": LEAFLET},
    passages={
        "one": Passage("one", "register", "..."),
        "two": Passage("two", "leaflet", "..."),
        "three": Passage("three", "register", "..."),
    },
)


def test_an_answer_tells_the_present_recruitment_status() -> None:
    assert topic_message(CONTENT, "status", "nl", recruitment="geen plek")["text"] == "Nu: geen plek"


def test_an_answer_names_each_source_once_with_date_and_address() -> None:
    shown = topic_message(CONTENT, "status", "nl", "")["custom"]
    assert [source["publisher"] for source in shown["sources"]] == ["WHO", "Ziekenhuis"]
    assert shown["sources"][0]["date"] == "2024-01-15"
    assert shown["as_of"] == "2024-01-15"


def test_a_follow_up_that_is_no_longer_there_is_not_offered() -> None:
    buttons = topic_message(CONTENT, "status", "nl", "")["buttons"]
    assert [button["title"] for button in buttons] == ["Vraag where?"]
    assert buttons[0]["payload"] == '/ask_topic{"topic": "where"}'


def test_the_short_form_can_be_asked_for() -> None:
    assert topic_message(CONTENT, "where", "nl", "", short=True)["text"] == "Kort."


def test_a_missing_language_falls_back_to_dutch() -> None:
    assert topic_message(CONTENT, "where", "en", "")["text"] == "Hier."


def test_a_topic_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        topic_message(CONTENT, "nothing", "nl", "")


def test_nobody_is_asked_whether_they_meant_goodbye() -> None:
    buttons = choice_buttons(CONTENT, ["where", "goodbye", "human"], {"human": "Een medewerker"}, "nl")
    assert [button["title"] for button in buttons] == ["Vraag where?", "Een medewerker"]
    assert buttons[1]["payload"] == "/human"


def test_a_second_question_gets_its_short_answer_and_a_choice_for_the_whole() -> None:
    first = topic_message(CONTENT, "where", "nl", "")
    both = with_second(CONTENT, first, "status", "nl")
    assert both["text"] == "Hier.\n\n**Vraag status?**\n\nKort."
    assert both["custom"]["topic"] == "where"
    assert both["buttons"][0]["title"] == "Vraag status?"
    assert [source["publisher"] for source in both["custom"]["sources"]] == ["WHO", "Ziekenhuis"]


def test_a_fragment_is_read_in_the_light_of_the_last_answer() -> None:
    assert in_context(CONTENT, ["other", "status"], "where", words=3) == ["status", "other"]
    assert in_context(CONTENT, ["other"], "status", words=2) == ["other", "where", "gone"]


def test_a_whole_sentence_speaks_for_itself() -> None:
    assert in_context(CONTENT, ["other", "status"], "where", words=9) == ["other", "status"]


def test_without_an_earlier_answer_the_candidates_stay_as_they_are() -> None:
    assert in_context(CONTENT, ["other", "status"], None, words=2) == ["other", "status"]


OFF = Notice("status", {"nl": "Wij kijken dit na."})


@pytest.mark.parametrize(
    ("notice", "language", "told", "tongue"),
    [
        (OFF, "nl", "Wij kijken dit na.", "nl"),
        (OFF, "en", "This answer is not available now.", "en"),
        (OFF, "de", "Diese Antwort ist zurzeit nicht verfügbar.", "de"),
        (replace(OFF, text={**OFF.text, "en": "We check this."}), "en", "We check this.", "en"),
    ],
)
def test_off_the_air_something_is_said_in_the_language_of_the_reader(
    notice: Notice, language: str, told: str, tongue: str
) -> None:
    content = replace(CONTENT, notices={"status": notice})
    message = topic_message(content, "status", language, "")
    assert message["text"].startswith(told) and message["custom"]["language"] == tongue


def test_the_general_sentence_is_said_in_the_words_that_were_published_for_it() -> None:
    texts = {"utter_off_air_en": Text("utter_off_air_en", ("Please ask us again later.",))}
    content = replace(CONTENT, notices={"status": OFF}, texts=texts)
    assert topic_message(content, "status", "en", "")["text"] == "Please ask us again later."
