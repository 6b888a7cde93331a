"""Plain search finds the topic that uses a person's words, and nothing when nothing fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.schema import Content
from bot.knowledge.search import search


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wat is edss", "edss"),
        ("ÉDSS-SCORE??", "edss"),
        ("kan ik stoppen met de studie", "join_stop"),
        ("hoe lang duurt de studie", "study_duration"),
        ("wie betaalt dat", "study_costs"),
        ("loting", "join_choose_group"),
        ("ik heb hepatitis", "join_test_results"),
    ],
)
def test_the_topic_in_the_persons_words_comes_first(real_content: Content, text: str, expected: str) -> None:
    found = search(real_content, text)
    assert found[0][0].id == expected
    assert len(found) <= 3
    assert [score for _topic, score in found] == sorted((score for _topic, score in found), reverse=True)


def test_most_topics_are_found_by_their_own_title(real_content: Content) -> None:
    titles = {topic.id: topic.question["nl"] for topic in real_content.topics.values()}
    first = sum(
        [topic.id for topic, _score in search(real_content, title, limit=1)] == [name] for name, title in titles.items()
    )
    assert first / len(titles) > 0.9


@pytest.mark.parametrize("text", ["", "???", "xyzzy", "de het een", "😀", "a" * 10_000])
def test_a_text_that_fits_nothing_finds_nothing(real_content: Content, text: str) -> None:
    assert search(real_content, text) == []


def test_a_language_without_answers_finds_nothing(real_content: Content) -> None:
    assert search(Content((), {}, {}, {}), "edss") == []
    assert all("en" in topic.answer for topic, _score in search(real_content, "what is edss", language="en"))


@given(st.text(max_size=100), st.integers(0, 5))
def test_any_text_can_be_searched_for(real_content: Content, text: str, limit: int) -> None:
    found = search(real_content, text, limit=limit)
    assert len(found) <= limit
    assert all(score > 0 for _topic, score in found)
