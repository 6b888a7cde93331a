"""The queue of trainings: one at a time, and taken over from whoever died."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.publishing import jobs
from bot.publishing.jobs import LEASE, JobState, Step
from tests.unit.publishing.times import NOW


def test_trainings_come_one_at_a_time_in_order(session: Session) -> None:
    first, second = (jobs.queue(session, [], "anna", NOW) for _ in range(2))
    taken = jobs.claim(session, "one", NOW)
    assert taken is not None
    assert (taken.id, taken.state, taken.attempts) == (first, JobState.RUNNING, 1)
    assert jobs.claim(session, "two", NOW) is None
    jobs.finish(session, first, JobState.PASSED, NOW, {"passed": True}, "a model")
    following = jobs.claim(session, "two", NOW)
    assert following is not None
    assert following.id == second
    assert [one.id for one in jobs.newest(session)] == [second, first]


def test_a_training_whose_owner_died_is_taken_over_and_the_old_owner_is_told(session: Session) -> None:
    number = jobs.queue(session, [], "anna", NOW)
    jobs.claim(session, "one", NOW)
    assert jobs.keep(session, number, "one", NOW, Step.QUESTIONS)
    after = NOW + LEASE
    taken = jobs.claim(session, "two", after)
    assert taken is not None
    assert (taken.id, taken.attempts, taken.step) == (number, 2, Step.TRAINING)
    assert not jobs.keep(session, number, "one", after)
    assert jobs.keep(session, number, "two", after)


def test_a_training_that_must_begin_anew_waits_in_the_queue(session: Session) -> None:
    number = jobs.queue(session, [], "anna", NOW)
    jobs.claim(session, "one", NOW)
    jobs.again(session, number, counts=True)
    found = jobs.claim(session, "one", NOW)
    assert found is not None
    assert found.attempts == 2
    jobs.again(session, number, counts=False)
    waiting = jobs.job(session, number)
    assert waiting is not None
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 1)


def test_what_each_step_took_is_kept_until_the_training_begins_anew(session: Session) -> None:
    number = jobs.queue(session, [], "anna", NOW)
    jobs.claim(session, "one", NOW)
    jobs.keep(session, number, "one", NOW, Step.QUESTIONS, {"training": 30.0})
    found = jobs.job(session, number)
    assert found is not None
    assert found.result == {"seconds": {"training": 30.0}}
    jobs.again(session, number, counts=True)
    waiting = jobs.job(session, number)
    assert waiting is not None
    assert waiting.result is None
