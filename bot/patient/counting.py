"""What a turn of a conversation adds to the counts. Pure; nothing here says who."""

from __future__ import annotations

from collections.abc import Sequence

from bot.funnel.counters import BEGUN, CONVERSATION, REASON, STOPPED, VERDICT
from bot.patient.transcript import Turn


def happenings(earlier: Sequence[Turn], turn: Turn) -> list[str]:
    """The names of what happened in this turn.

    Of a conversation counts the first pre-screen with its first verdict: an answer that is changed after it is no
    second person. Who stopped has nothing kept, so beginning again counts again.
    """
    begun = any(_asks(one) for one in earlier)
    ended = any(_verdicts(one) for one in earlier)
    found = [] if earlier else [CONVERSATION]
    if not begun and not ended and (_asks(turn) or _verdicts(turn)):
        found.append(BEGUN)
    if not ended:
        for verdict, reasons in _verdicts(turn)[:1]:
            found += [VERDICT + verdict, *(REASON + criterion for criterion in reasons)]
    if any(reply.forget == "prescreen" for reply in turn.replies) and not ended:
        found.append(STOPPED)
    return found


def needs_all(recent: Sequence[Turn], turn: Turn) -> bool:
    """Whether `happenings` needs every earlier turn: the last few do when no pre-screen begins or ends."""
    if _verdicts(turn) or any(reply.forget for reply in turn.replies):
        return True
    return _asks(turn) and not any(_asks(one) for one in recent)


def _asks(turn: Turn) -> bool:
    return any(reply.asks for reply in turn.replies)


def _verdicts(turn: Turn) -> list[tuple[str, list[str]]]:
    """The verdicts told in a turn, each with the criteria that were not met."""
    return [
        (reply.verdict, [name for name, outcome in (reply.criteria or {}).items() if outcome == "not_met"])
        for reply in turn.replies
        if reply.verdict
    ]
