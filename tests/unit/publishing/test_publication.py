"""Going live: texts at once, questions by a training, at a time, back again, and off air."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.knowledge import fixed_texts, store
from bot.knowledge.replies import topic_message
from bot.knowledge.schema import Notice, Text
from bot.knowledge.store_format import Piece
from bot.publishing import editing, jobs, publication, trail
from bot.publishing.candidate import changes, judge, needs_training, with_pieces, without
from bot.publishing.drafts import NotPossible, Seen, State, approvals_needed
from bot.publishing.jobs import JobState
from bot.settings import ROOT
from tests.unit.knowledge.builders import content, topic
from tests.unit.publishing.times import LATER, NOW

SHORTER = topic("study_aim", short={"nl": "Kort."})
OTHER_QUESTIONS = topic("study_aim", questions={"nl": tuple(f"andere vraag {number}" for number in range(15))})
NEW = topic("study_new", follow_ups=("study_aim", "study_where"))
HOLDING = {"nl": "Dit antwoord kijken wij na."}


def approved(session: Session, piece: Piece, version: int | None = 1) -> int:
    """A draft of this piece that waits to be published."""
    draft = editing.save(session, piece, Seen(version), "anna", NOW)
    editing.submit(session, draft.id, "anna", NOW, needed=1)
    return editing.approve(session, draft.id, "bert", NOW, needed=1).id


def test_a_text_is_live_at_once_under_the_names_of_author_and_reviewer(session: Session, root: Path) -> None:
    number = approved(session, SHORTER)
    outcome = publication.publish(session, [number], root, "cora", LATER)
    assert (outcome.result, outcome.findings, outcome.revision) == ("published", (), 2)
    assert store.published(session).topics["study_aim"] == SHORTER
    version = store.history(session, "topic", "study_aim")[0]
    assert (version.author, version.approved_by, version.published_at) == ("anna", ("bert",), LATER)
    assert editing.draft(session, number).state is State.PUBLISHED
    assert editing.draft_of(session, "topic", "study_aim") is None


def test_what_is_not_approved_is_not_published(session: Session, root: Path) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    with pytest.raises(NotPossible):
        publication.publish(session, [draft.id], root, "anna", NOW)


def test_errors_block_and_change_nothing(session: Session, root: Path) -> None:
    number = approved(session, topic("study_aim", answer={"nl": "U bent negen dagen hier."}))
    outcome = publication.publish(session, [number], root, "cora", NOW)
    assert (outcome.result, [finding.check for finding in outcome.findings]) == ("blocked", ["figures"])
    assert store.published(session) == content()
    assert editing.draft(session, number).state is State.APPROVED


def test_errors_elsewhere_that_were_there_already_do_not_block(session: Session, root: Path) -> None:
    store.publish(session, [topic("study_where", follow_ups=("nowhere", "study_aim"))], "import", NOW)
    assert publication.publish(session, [approved(session, SHORTER)], root, "cora", NOW).result == "published"


def test_a_draft_of_an_earlier_version_is_blocked(session: Session, root: Path) -> None:
    number = approved(session, SHORTER)
    store.publish(session, [topic("study_aim", short={"nl": "Anders."})], "dora", NOW)
    outcome = publication.publish(session, [number], root, "cora", NOW)
    assert (outcome.result, outcome.outdated) == ("blocked", (number,))


def test_changed_questions_wait_for_a_training(session: Session, root: Path) -> None:
    numbers = [approved(session, OTHER_QUESTIONS), approved(session, NEW, None)]
    outcome = publication.publish(session, numbers, root, "cora", NOW)
    assert outcome.result == "training"
    job = jobs.job(session, outcome.job or 0)
    assert job is not None
    assert (job.state, job.drafts, job.requested_by) == (jobs.JobState.QUEUED, tuple(numbers), "cora")
    planned = [publication.Planned.from_json(one) for one in job.pieces]
    assert [one.piece for one in planned] == [OTHER_QUESTIONS, NEW]
    assert {(one.author, one.approved_by) for one in planned} == {("anna", ("bert",))}
    assert store.published(session) == content()
    assert {editing.draft(session, number).state for number in numbers} == {State.TRAINING}
    with pytest.raises(NotPossible):
        editing.save(session, SHORTER, editing.draft(session, numbers[0]).seen, "anna", NOW)


def test_a_scheduled_draft_goes_live_at_its_time(session: Session, root: Path) -> None:
    number = approved(session, SHORTER)
    assert publication.publish(session, [number], root, "cora", NOW, at=LATER).result == "scheduled"
    assert publication.publish_due(session, root, LATER - timedelta(seconds=1)) == []
    assert [one.result for one in publication.publish_due(session, root, LATER)] == ["published"]
    assert store.published(session).topics["study_aim"] == SHORTER
    assert publication.publish_due(session, root, LATER) == []


def test_a_scheduled_draft_that_does_not_fit_any_more_is_held_with_the_reason(session: Session, root: Path) -> None:
    number = approved(session, topic("study_aim", follow_ups=("study_groups", "study_where")))
    publication.publish(session, [number], root, "cora", NOW, at=LATER)
    store.publish(session, [SHORTER], "dora", NOW)
    assert [one.result for one in publication.publish_due(session, root, LATER)] == ["blocked"]
    held = editing.draft(session, number)
    assert (held.state, held.problem) == (State.APPROVED, "outdated")


def test_an_earlier_version_comes_back_in_one_call(session: Session, root: Path) -> None:
    publication.publish(session, [approved(session, SHORTER)], root, "cora", NOW)
    assert publication.restore(session, "topic", "study_aim", 1, root, "dora", LATER).result == "published"
    assert store.published(session) == content()
    version = store.history(session, "topic", "study_aim")[0]
    assert (version.version, version.author, version.note) == (3, "dora", "version 1 again")
    with pytest.raises(editing.NotFound):
        publication.restore(session, "topic", "study_aim", 9, root, "dora", LATER)


def test_earlier_questions_come_back_by_a_training(session: Session, root: Path) -> None:
    store.publish(session, [OTHER_QUESTIONS], "anna", NOW)
    outcome = publication.restore(session, "topic", "study_aim", 1, root, "dora", LATER)
    assert outcome.result == "training"
    assert store.published(session).topics["study_aim"] == OTHER_QUESTIONS


def test_a_topic_goes_off_air_and_comes_back(session: Session) -> None:
    publication.off_air(session, "study_aim", HOLDING, "anna", NOW, topics=["study_where"], note="fout cijfer")
    shown = store.published(session)
    message = topic_message(shown, "study_aim", "nl", "")
    assert message["text"] == HOLDING["nl"]
    assert [button["title"] for button in message["buttons"]] == ["Wat is het van study_where?"]
    assert set(publication.off_air_now(shown)) == {"study_aim"}
    assert not needs_training(content(), shown)
    publication.on_air(session, "study_aim", "bert", LATER)
    assert store.published(session) == content()
    with pytest.raises(editing.NotFound):
        publication.on_air(session, "study_aim", "bert", LATER)


def test_a_holding_text_needs_words_and_a_topic(session: Session) -> None:
    with pytest.raises(ValueError, match="Dutch"):
        publication.off_air(session, "study_aim", {"nl": " "}, "anna", NOW)
    with pytest.raises(editing.NotFound):
        publication.off_air(session, "nowhere", HOLDING, "anna", NOW)


def test_a_new_topic_is_listed_under_its_subject() -> None:
    after = with_pieces(content(), [NEW])
    assert after.subjects[0].topics[-1] == "study_new"
    found = changes(content(), after)
    assert ({piece.id for piece in found.pieces}, found.withdrawn) == ({"study_new", "study"}, ())


def test_a_retired_topic_is_gone_but_still_answers_old_choices(root: Path) -> None:
    retired = with_pieces(content(), [Notice("study_where", HOLDING, ("study_aim",), retires=True)])
    assert "study_where" not in retired.topics
    assert "study_where" not in retired.subjects[0].topics
    assert ("topic", "study_where") in changes(content(), retired).withdrawn
    assert topic_message(retired, "study_where", "nl", "")["text"] == HOLDING["nl"]
    assert needs_training(content(), retired)
    back = with_pieces(retired, [topic("study_where")])
    assert (back.notices, back.topics) == ({}, content().topics)


def test_the_checks_know_new_and_retired_topics(root: Path) -> None:
    retire = Notice("study_where", HOLDING, ("study_where",), retires=True)
    found = judge(content(), [NEW, retire], root).blocking
    assert {(one.check, one.topic) for one in found} == {
        ("follow_ups", "study_aim"),
        ("follow_ups", "study_groups"),
        ("follow_ups", "study_new"),
        ("follow_ups", "study_where"),
    }
    assert judge(content(), [NEW], root).blocking == ()
    lost = judge(content(), [replace(NEW, subject="nowhere")], root).blocking
    assert [one.message for one in lost] == ["belongs to subject 'nowhere', which does not exist."]


def test_a_piece_can_be_taken_out(root: Path) -> None:
    smaller = without(content(), "topic", "study_where")
    assert list(smaller.topics) == ["study_aim", "study_groups"]
    assert smaller.subjects[0].topics == ("study_aim", "study_groups")
    assert changes(content(), smaller).withdrawn == (("topic", "study_where"),)


def test_a_fixed_text_in_other_words_is_live_at_once_and_checked(session: Session, root: Path) -> None:
    crisis = fixed_texts.load(ROOT / "bot" / "domain")["utter_crisis"].variations
    worse = approved(session, Text("utter_crisis", tuple(one.replace("0800-0113", "") for one in crisis)), None)
    blocked = publication.publish(session, [worse], root, "cora", NOW)
    assert (blocked.result, {one.check for one in blocked.findings}) == ("blocked", {"safety_number"})
    editing.discard(session, worse, "anna", NOW)
    better = Text("utter_crisis", tuple(f"{one} Echt waar." for one in crisis))
    assert publication.publish(session, [approved(session, better, None)], root, "cora", NOW).result == "published"
    assert store.published(session).texts == {"utter_crisis": better}
    assert not needs_training(content(), store.published(session))


def test_a_safety_text_always_needs_a_second_person() -> None:
    assert approvals_needed(Text("utter_crisis_en", ("",)), second_person=False) == 1
    assert approvals_needed(Text("utter_greet", ("",)), second_person=False) == 0
    assert approvals_needed(SHORTER, second_person=True) == 1


def test_changed_questions_in_english_are_learnt_too() -> None:
    there = topic("study_aim", answer={"nl": "Een.", "en": "One."}, questions={"nl": ("a",), "en": ("b",)})
    before = with_pieces(content(), [there])
    for changed in (
        replace(there, questions={"nl": ("a",), "en": ("c",)}),
        replace(there, questions={"nl": ("a", "b"), "en": ()}),
        replace(there, question={**there.question, "en": "What is it?"}),
        replace(there, answer={"nl": "Een."}),
    ):
        assert needs_training(before, with_pieces(before, [changed]))
    assert not needs_training(before, with_pieces(before, [replace(there, answer={"nl": "Twee.", "en": "Two."})]))


def test_a_version_that_the_gate_held_comes_back_with_what_was_accepted(session: Session, root: Path) -> None:
    store.publish(session, [OTHER_QUESTIONS], "anna", NOW)
    number = publication.restore(session, "topic", "study_aim", 1, root, "dora", LATER).job
    assert number is not None
    assert not publication.restores(read_job(session, number))
    with pytest.raises(NotPossible):
        publication.restore_again(session, read_job(session, number), root, "dora", LATER)
    jobs.finish(session, number, JobState.FAILED, LATER, {"reasons": ["taken"]})
    again = publication.restore_again(session, read_job(session, number), root, "eva", LATER, accepted=["een vraag"])
    assert again.result == "training" and again.job is not None
    asked = read_job(session, again.job)
    assert (asked.accepted, asked.requested_by, asked.pieces[0]["name"]) == (("een vraag",), "eva", "study_aim")
    assert any(one.event == "accepted" and one.note == "een vraag" for one in trail.events(session))


def read_job(session: Session, number: int) -> jobs.Job:
    found = jobs.job(session, number)
    assert found is not None
    return found
