"""Work on several cores gives what it gives on one, also when a process is lost."""

import os
import signal
from collections.abc import Callable
from functools import partial

import pytest

from bot.nlu.intent_model import IntentModel
from bot.nlu.side_by_side import Piece, side_by_side

HERE = os.getpid()


def _square(number: int) -> tuple[int, int]:
    return number**2, os.getpid()


@pytest.mark.parametrize("cores", [1, 2, 3, 8])
def test_results_stand_in_the_order_of_the_work(cores: int) -> None:
    found = side_by_side([Piece(partial(_square, number), 1 + number % 3) for number in range(5)], cores)
    assert [square for square, _ in found] == [0, 1, 4, 9, 16]
    assert len({process for _, process in found}) == min(cores, 5)


def test_the_largest_piece_stays_here_and_the_others_go_together() -> None:
    found = side_by_side([Piece(partial(_square, size), size) for size in (3, 9, 4, 1)], 2)
    assert [process == os.getpid() for _, process in found] == [False, True, False, False]


def test_with_one_core_all_is_done_here() -> None:
    assert {process for _, process in side_by_side([Piece(partial(_square, 1), 1)] * 3, 1)} == {os.getpid()}


def test_without_work_there_is_nothing() -> None:
    assert side_by_side([]) == []


def _wrong() -> None:
    raise ValueError("too little to learn from")


@pytest.mark.parametrize("sizes", [(1, 2), (2, 1)])
def test_what_a_piece_raises_is_raised_here(sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="too little"):
        side_by_side([Piece(_wrong, sizes[0]), Piece(partial(_square, 2), sizes[1])], 2)


def _killed_elsewhere() -> str:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done here"


def test_the_work_of_a_process_that_is_killed_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "HERE", os.getpid())
    assert side_by_side([Piece(partial(_square, 2), 2), Piece(_killed_elsewhere, 1)], 2) == [
        (4, os.getpid()),
        "done here",
    ]


def _learn(word: str) -> IntentModel:
    texts = [f"{word} {number} {'kost' if number % 2 else 'duurt'} het {number % 7}" for number in range(60)]
    return IntentModel().fit(texts, ["cost" if number % 2 else "time" for number in range(60)])


def _same(one: IntentModel, other: IntentModel) -> bool:
    texts = ["wat kost het", "hoe lang duurt het", "iets anders", "a 3"]
    return all(one.understand(text) == other.understand(text) for text in texts) and one.thresholds == other.thresholds


def test_a_model_is_the_same_with_one_core_and_with_two() -> None:
    pieces: list[Callable[[], IntentModel]] = [partial(_learn, "wat"), partial(_learn, "hoe")]
    alone, together = (side_by_side([Piece(one, 1) for one in pieces], cores) for cores in (1, 2))
    assert all(_same(one, other) for one, other in zip(alone, together, strict=True))
