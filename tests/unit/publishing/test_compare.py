"""The readable difference and the merge of two versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.schema import Topic
from bot.publishing.compare import FieldDifference, Run, difference, words
from bot.publishing.merging import merge
from tests.unit.knowledge.builders import topic

TEXTS = st.text(alphabet="ab \n.", max_size=30)
ITEMS = st.lists(st.sampled_from("pqrstuv"), max_size=5, unique=True).map(tuple)
TOPICS = st.builds(
    lambda answer, questions, follow_ups: topic(
        "study_aim", answer={"nl": answer}, questions={"nl": questions}, follow_ups=follow_ups
    ),
    TEXTS,
    ITEMS,
    ITEMS,
)


def test_a_difference_names_fields_words_and_items() -> None:
    old = topic("study_aim")
    new = replace(
        old,
        answer={"nl": "U bent drie dagen hier. Dan mag u naar huis."},
        questions={"nl": (*old.questions["nl"][1:], "hoe lang lig ik daar")},
        review_by=date(2028, 1, 1),
    )
    found = {one.field: one for one in difference(old, new)}
    assert set(found) == {"answer.nl", "questions.nl", "review_by"}
    assert found["questions.nl"] == FieldDifference(
        "questions.nl", (), ("hoe lang lig ik daar",), (old.questions["nl"][0],)
    )
    assert [run for run in found["answer.nl"].runs if run.change != "same"] == [Run("removed", "twee of ")] or [
        run.text.strip() for run in found["answer.nl"].runs if run.change == "removed"
    ] == ["twee of"]
    assert found["review_by"].runs == (Run("removed", "2027-05-20"), Run("added", "2028-01-01"))


def test_a_new_piece_is_all_added_and_a_gone_one_all_removed() -> None:
    one = topic("study_aim")
    assert {run.change for field in difference(None, one) for run in field.runs} == {"added"}
    assert {run.change for field in difference(one, None) for run in field.runs} == {"removed"}


@given(TEXTS, TEXTS)
def test_the_runs_of_a_difference_give_back_both_texts(before: str, after: str) -> None:
    runs = words(before, after)
    assert "".join(run.text for run in runs if run.change != "added") == before
    assert "".join(run.text for run in runs if run.change != "removed") == after


@given(TOPICS, TOPICS)
def test_a_difference_is_empty_for_equals_only(before: Topic, after: Topic) -> None:
    assert (difference(before, after) == []) == (before == after)


@given(TOPICS, TOPICS)
def test_merging_with_somebody_who_changed_nothing_gives_the_other(base: Topic, changed: Topic) -> None:
    assert merge(base, changed, base).piece == changed
    assert merge(base, base, changed).piece == changed
    assert merge(base, changed, changed).piece == changed


@given(TOPICS, TOPICS, TOPICS)
def test_merging_loses_no_question_and_no_text(base: Topic, mine: Topic, theirs: Topic) -> None:
    merged = merge(base, mine, theirs)
    found = merged.piece
    assert isinstance(found, Topic)
    before = set(base.questions["nl"])
    for added in (set(mine.questions["nl"]) - before) | (set(theirs.questions["nl"]) - before):
        assert added in found.questions["nl"]
    changed = [one.answer["nl"] for one in (mine, theirs) if one.answer != base.answer]
    assert found.answer["nl"] == (changed or [base.answer["nl"]])[0]
    assert ("answer.nl" in merged.clashes) == (len(set(changed)) == 2)
