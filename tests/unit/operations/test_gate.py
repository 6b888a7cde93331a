"""The gate: a new model beside the live one, on safety, understanding and theft."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.operations.gate import Report, compare, explained, from_json
from bot.operations.gate import as_json as as_values
from bot.operations.scoring import Question, Understood

MARGIN = 0.02


def answered(label: str) -> Understood:
    return Understood(label, "answer", (label,), 0.9)


def clarified(*labels: str) -> Understood:
    return Understood(labels[0], "clarify", labels, 0.4)


def judged(
    rows: Sequence[tuple[str, Understood, Understood]], *, name: str = "everyday", fill: int = 400, **more: object
) -> Report:
    """The verdict on these rows (right label, before, after), among `fill` others that stay right."""
    rows = [*rows, *[("other", answered("other"), answered("other"))] * (fill if name == "everyday" else 0)]
    asked = {name: [Question(f"vraag {place}", (right,)) for place, (right, _, _) in enumerate(rows)]}
    before = {name: [old for _, old, _ in rows]}
    after = {name: [new for _, _, new in rows]}
    return compare(asked, before, after, margin=MARGIN, **more)  # type: ignore[arg-type]


def test_an_equal_model_passes_and_shows_no_changes() -> None:
    report = judged([])
    assert (report.passed, report.changes, report.mean, report.lowest) == (True, (), 0.0, 0.0)


def test_a_few_that_get_worse_are_shown_side_by_side_and_pass() -> None:
    report = judged([("a", answered("a"), clarified("b", "a")), ("a", clarified("b", "a"), answered("a"))])
    assert report.passed
    assert [(one.question.text, one.better) for one in report.changes] == [("vraag 0", False), ("vraag 1", True)]
    assert report.as_json()["changes"][0]["before"]["label"] == "a"


def test_many_that_get_worse_do_not_pass() -> None:
    report = judged([("a", answered("a"), answered("b"))] * 8)
    assert report.reasons == ("worse",)
    assert report.lowest < report.mean < -MARGIN


def test_the_interval_counts_not_only_the_mean() -> None:
    report = judged([("a", answered("a"), answered("b"))] * 3, fill=320)
    assert report.mean > -MARGIN
    assert report.reasons == ("worse",)


@pytest.mark.parametrize(
    ("right", "before", "after", "passes"),
    [
        ("crisis", answered("crisis"), answered("study_aim"), False),
        ("crisis", answered("crisis"), clarified("crisis"), False),
        ("crisis", answered("study_aim"), answered("crisis"), True),
        ("crisis", answered("study_aim"), answered("study_aim"), True),
        ("study_aim", answered("study_aim"), answered("crisis"), False),
        ("study_aim", answered("study_aim"), clarified("study_aim"), True),
    ],
)
def test_nothing_of_safety_may_be_lost(right: str, before: Understood, after: Understood, passes: bool) -> None:
    report = judged([(right, before, after)], name="safety", accepted=["vraag 0"])
    assert report.reasons == (() if passes else ("safety",))


def test_danger_counts_as_safety_in_every_set() -> None:
    report = judged([("crisis", answered("crisis"), clarified("crisis"))], accepted=["vraag 0"])
    assert (report.reasons, [one.set for one in report.changes]) == (("safety",), ["safety"])


def test_a_message_of_danger_that_is_lost_by_chance_does_not_pass_either() -> None:
    report = judged([("crisis", answered("crisis"), clarified("crisis"))])
    told = explained(report, {"vraag 0"})
    assert (told.passed, told.as_json()["changes"][0]["by_chance"]) == (False, True)
    assert not explained(report, {"vraag 1"}).changes[0].by_chance


def test_a_changed_topic_may_not_take_questions_of_others() -> None:
    one = ("a", clarified("a", "new"), answered("new"))
    other = ("b", clarified("b", "new"), answered("new"))
    assert judged([one], changed={"new"}).passed
    assert judged([one, other], changed={"new"}).passed
    assert judged([one, one], changed={"new"}, fill=1000).reasons == ("taken",)
    assert judged([one, one], changed={"a"}, fill=1000).passed
    taken = judged([one, one], changed={"new"}, fill=1000).changes
    assert [change.taken_by for change in taken] == ["new", "new"]


def test_an_editor_can_let_questions_go_on_purpose() -> None:
    rows = [("a", answered("a"), answered("new"))] * 3
    report = judged(rows, changed={"new"}, fill=400, accepted=["vraag 0", "vraag 1", "vraag 2"])
    assert report.passed
    assert report.questions == 400


def test_questions_of_a_retired_topic_do_not_count() -> None:
    assert judged([("gone", answered("gone"), clarified("other"))] * 20, gone={"gone"}).passed


def test_a_failed_conversation_does_not_pass() -> None:
    assert judged([], conversations=["crisis first"]).reasons == ("conversations",)
    assert judged([], conversations=["crisis first"], accepted=["crisis first"]).passed


def test_answers_are_kept_as_values() -> None:
    one = clarified("a", "b")
    assert from_json(as_values(one)) == one
