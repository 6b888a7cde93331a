"""Pieces of work on several cores: each group of pieces in a process of its own, forked, so that nothing is copied.

Processes and not threads: the compiled code that learns draws from one source of chance for the whole process, and with
threads every training would come out differently. With one core all of it is done here, one after the other.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Piece:
    """Work that needs no other piece: what to do, and how much it is beside the others."""

    do: Callable[[], Any]
    size: float


def side_by_side(pieces: Sequence[Piece], cores: int | None = None) -> list[Any]:
    """What each piece gives. A piece must leave nothing behind but its result, which can be stored.

    Args:
        pieces: the work.
        cores: how many to use; those that this process may use when not given.

    Raises:
        Exception: what a piece raises.
    """
    if not pieces:
        return []
    mine, *others = _shared_out([piece.size for piece in pieces], cores or _cores())
    found: dict[int, Any] = {}
    started = [(group, *_start([pieces[number] for number in group])) for group in others]
    try:
        for number in mine:
            found[number] = pieces[number].do()
        for group, _, connection in started:
            results = _received(connection)
            if results is None:
                # It was killed, for want of memory perhaps, or something went wrong, which will show again.
                logger.warning("a process that did a part of the work ended early; doing that part here")
                results = [pieces[number].do() for number in group]
            found.update(zip(group, results, strict=True))
    finally:
        for _, process, connection in started:
            connection.close()
            process.kill()
            process.join()
    return [found[number] for number in range(len(pieces))]


def _cores() -> int:
    """How many cores this process may use; one where it cannot or may not have processes of its own."""
    if "fork" not in multiprocessing.get_all_start_methods() or multiprocessing.current_process().daemon:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _shared_out(sizes: Sequence[float], groups: int) -> list[list[int]]:
    """The places of pieces in at most so many groups of about equal size, the largest piece in the first."""
    found: list[list[int]] = [[] for _ in range(max(1, min(groups, len(sizes))))]
    totals = [0.0] * len(found)
    for place in sorted(range(len(sizes)), key=lambda place: -sizes[place]):
        least = totals.index(min(totals))
        found[least].append(place)
        totals[least] += sizes[place]
    return found


def _start(pieces: Sequence[Piece]) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_do, args=(pieces, here, there), daemon=True)
    process.start()
    there.close()
    return process, here


def _do(pieces: Sequence[Piece], here: Connection, there: Connection) -> None:
    here.close()
    there.send_bytes(pickle.dumps([piece.do() for piece in pieces], protocol=pickle.HIGHEST_PROTOCOL))


def _received(connection: Connection) -> list[Any] | None:
    """What a process sent, None when it ended before."""
    try:
        return list(pickle.loads(connection.recv_bytes()))  # noqa: S301 (of our own process)
    except EOFError:
        return None
