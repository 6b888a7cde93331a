"""Answer, ask back or refuse, and the thresholds between them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.decision import Costs, Judged, Kind, Thresholds, best_alarm_lead, best_thresholds, decide

LIMITS = Thresholds(answer=0.7, clarify=0.3)


def test_a_sure_message_is_answered() -> None:
    assert decide(0.9, False, LIMITS) is Kind.ANSWER


def test_a_message_that_is_surely_outside_is_refused() -> None:
    assert decide(0.9, True, LIMITS) is Kind.REFUSE


def test_an_unsure_message_is_asked_about() -> None:
    assert decide(0.5, False, LIMITS) is Kind.CLARIFY


def test_a_hopeless_message_is_refused() -> None:
    assert decide(0.1, False, LIMITS) is Kind.REFUSE


def prediction(confidence: float, right: bool) -> Judged:
    return Judged(confidence, right, among_candidates=True, best_is_outside=False, is_outside=False)


def test_thresholds_part_the_right_from_the_wrong() -> None:
    held_out = [prediction(0.9, True)] * 20 + [prediction(0.4, False)] * 20
    chosen = best_thresholds(held_out, Costs())
    assert 0.4 < chosen.answer <= 0.9


def test_the_dearer_a_wrong_answer_the_more_careful_the_threshold() -> None:
    held_out = [prediction(0.8, True)] * 10 + [prediction(0.6, True)] * 8 + [prediction(0.6, False)] * 4
    careless = best_thresholds(held_out, Costs(wrong_answer=0.5))
    careful = best_thresholds(held_out, Costs(wrong_answer=5.0))
    assert careless.answer <= 0.6 < careful.answer


def test_without_held_out_data_the_defaults_stand() -> None:
    assert best_thresholds([], Costs()) == Thresholds()


predictions = st.lists(
    st.builds(Judged, st.floats(0, 1), st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    min_size=1,
    max_size=30,
)


@given(predictions)
def test_the_limit_for_asking_never_lies_above_the_limit_for_answering(held_out: list[Judged]) -> None:
    chosen = best_thresholds(held_out, Costs())
    assert chosen.clarify <= chosen.answer


def test_an_alarm_is_raised_earlier_when_missing_one_is_dear() -> None:
    leads = np.array([0.5, 0.3, -0.2, -0.2, -0.3, -0.9])
    is_alarm = np.array([True, True, True, False, False, False])
    eager = best_alarm_lead(leads, is_alarm, Costs(missed_alarm=20, false_alarm=5))
    reluctant = best_alarm_lead(leads, is_alarm, Costs(missed_alarm=1, false_alarm=5))
    assert -0.3 < eager <= -0.2
    assert -0.2 < reluctant <= 0.3
