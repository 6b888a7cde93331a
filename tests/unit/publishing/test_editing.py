"""Drafts with several people at once, their review, and their trail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.knowledge import store
from bot.knowledge.schema import Topic
from bot.publishing import editing, trail
from bot.publishing.drafts import OPEN, TRANSITIONS, Action, NotPossible, Seen, State, after
from tests.unit.knowledge.builders import topic
from tests.unit.publishing.times import LATER, NOW

SHORTER = topic("study_aim", short={"nl": "Kort."})


def test_a_draft_starts_from_what_is_published_and_each_save_is_kept(session: Session) -> None:
    before = editing.current(session, "topic", "study_aim")
    assert (before.piece, before.draft, before.seen) == (topic("study_aim"), None, Seen(1, 0))
    first = editing.save(session, SHORTER, before.seen, "anna", NOW, "korter")
    second = editing.save(session, replace(SHORTER, short={"nl": "Korter."}), first.seen, "anna", LATER)
    assert (second.state, second.base_version, second.edit, second.note) == (State.DRAFT, 1, 2, "korter")
    assert [(one.edit, one.author) for one in editing.saves(session, second.id)] == [(2, "anna"), (1, "anna")]
    assert editing.saves(session, second.id)[1].piece == SHORTER
    assert editing.current(session, "topic", "study_aim").piece == second.piece
    assert store.published(session).topics["study_aim"] == topic("study_aim")


def test_the_second_of_two_editors_gets_both_versions_and_a_proposal(session: Session) -> None:
    seen = editing.current(session, "topic", "study_aim").seen
    editing.save(session, SHORTER, seen, "anna", NOW)
    mine = topic("study_aim", answer={"nl": "U bent twee dagen hier."})
    with pytest.raises(editing.Conflict) as caught:
        editing.save(session, mine, seen, "bert", NOW)
    conflict = caught.value
    assert (conflict.base, conflict.theirs, conflict.theirs_by) == (topic("study_aim"), SHORTER, "anna")
    assert conflict.merge.clashes == ()
    merged = editing.save(session, conflict.merge.piece, conflict.seen, "bert", NOW)
    assert isinstance(merged.piece, Topic)
    assert (merged.piece.short, merged.piece.answer) == (SHORTER.short, mine.answer)
    assert merged.authors == ("anna", "bert")


def test_a_conflict_on_the_same_field_names_it(session: Session) -> None:
    first = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    editing.save(session, replace(SHORTER, short={"nl": "Van Anna."}), first.seen, "anna", NOW)
    with pytest.raises(editing.Conflict) as caught:
        editing.save(session, replace(SHORTER, short={"nl": "Van Bert."}), first.seen, "bert", NOW)
    assert (caught.value.base, caught.value.merge.clashes) == (SHORTER, ("short.nl",))


def test_what_was_published_meanwhile_is_not_overwritten(session: Session) -> None:
    store.publish(session, [SHORTER], "anna", NOW)
    with pytest.raises(editing.Conflict) as caught:
        editing.save(session, topic("study_aim", follow_ups=("study_where",)), Seen(1), "bert", NOW)
    assert (caught.value.theirs, caught.value.seen) == (SHORTER, Seen(2))


def test_two_who_save_at_the_same_moment_do_not_both_succeed(engine: Engine) -> None:
    with session_scope(engine) as session:
        draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    with Session(engine, future=True) as slow, session_scope(engine) as quick:
        assert editing.draft(slow, draft.id).edit == 1
        slow.rollback()
        editing.save(quick, SHORTER, draft.seen, "bert", NOW)
        quick.commit()
        with pytest.raises(editing.Conflict):
            editing.save(slow, SHORTER, draft.seen, "cora", NOW)


def test_typing_is_kept_for_each_person_until_they_save(session: Session) -> None:
    form = {"answer_nl": "half afgemaakt", "questions_nl": ""}
    editing.autosave(session, "topic", "study_aim", {"answer_nl": "h"}, Seen(1), "anna", NOW)
    editing.autosave(session, "topic", "study_aim", form, Seen(1), "anna", LATER)
    editing.autosave(session, "topic", "study_aim", {"answer_nl": "b"}, Seen(1), "bert", NOW)
    assert editing.autosaved(session, "topic", "study_aim", "anna") == editing.Autosave(form, Seen(1), LATER)
    editing.save(session, SHORTER, Seen(1), "anna", NOW)
    assert editing.autosaved(session, "topic", "study_aim", "anna") is None
    assert editing.autosaved(session, "topic", "study_aim", "bert") is not None


def test_somebody_else_approves_and_a_change_asks_again(session: Session) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    assert editing.submit(session, draft.id, "anna", NOW, needed=1).state is State.IN_REVIEW
    with pytest.raises(NotPossible) as caught:
        editing.approve(session, draft.id, "anna", NOW, needed=1)
    assert caught.value.reason == "own"
    approved = editing.approve(session, draft.id, "bert", NOW, needed=1)
    assert (approved.state, [one.who for one in approved.approvals]) == (State.APPROVED, ["bert"])
    again = editing.save(session, replace(SHORTER, short={"nl": "Anders."}), draft.seen, "anna", NOW)
    assert (again.state, again.approvals) == (State.DRAFT, ())


def test_two_approvals_take_two_people(session: Session) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    editing.submit(session, draft.id, "anna", NOW, needed=2)
    assert editing.approve(session, draft.id, "bert", NOW, needed=2).state is State.IN_REVIEW
    with pytest.raises(NotPossible):
        editing.approve(session, draft.id, "bert", NOW, needed=2)
    assert editing.approve(session, draft.id, "cora", NOW, needed=2).state is State.APPROVED


def test_without_a_second_person_submitting_approves(session: Session) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    assert editing.submit(session, draft.id, "anna", NOW, needed=0).state is State.APPROVED


def test_a_rejected_draft_says_why_and_can_be_improved(session: Session) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    editing.submit(session, draft.id, "anna", NOW, needed=1)
    rejected = editing.reject(session, draft.id, "bert", NOW, "te kort")
    assert (rejected.state, rejected.problem) == (State.REJECTED, "te kort")
    assert editing.save(session, topic("study_aim"), rejected.seen, "anna", NOW).problem is None


def test_an_outdated_draft_takes_over_what_was_published(session: Session) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    assert not editing.outdated(session, draft)
    other = topic("study_aim", answer={"nl": "U bent drie dagen hier."})
    store.publish(session, [other], "bert", NOW)
    assert editing.outdated(session, draft)
    rebased, merged = editing.rebase(session, draft.id, "anna", NOW)
    assert merged.clashes == ()
    assert rebased.piece == replace(other, short=SHORTER.short)
    assert not editing.outdated(session, rebased)


def test_a_discarded_draft_makes_room_and_keeps_its_history(session: Session) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW)
    editing.discard(session, draft.id, "anna", NOW)
    assert editing.draft_of(session, "topic", "study_aim") is None
    assert editing.saves(session, draft.id)[0].piece == SHORTER
    assert editing.save(session, SHORTER, Seen(1), "bert", NOW).id != draft.id


def test_everything_is_in_the_trail(session: Session) -> None:
    draft = editing.save(session, SHORTER, Seen(1), "anna", NOW, "korter")
    editing.submit(session, draft.id, "anna", NOW, needed=1)
    editing.approve(session, draft.id, "bert", LATER, needed=1)
    found = [(one.event, one.who, one.at) for one in trail.events(session, "topic", "study_aim")]
    assert found == [("approved", "bert", LATER), ("submitted", "anna", NOW), ("saved", "anna", NOW)]


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", list(State))
def test_an_action_leads_somewhere_or_says_that_it_is_not_possible(action: Action, state: State) -> None:
    possible, to = TRANSITIONS[action]
    if state in possible:
        assert after(action, state) is to
        assert state in OPEN
    else:
        with pytest.raises(NotPossible) as caught:
            after(action, state)
        assert caught.value.reason == "state"
