"""Whether a message of danger was lost by chance: it lay on the edge, and every training moves messages a little. Pure.

The gate stops a model that loses one in either case. This only tells editors whether to look at their own questions.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

# A shift as large as most messages make is no sign of what was changed.
_MOST = 0.9


def by_chance(lost: Iterable[str], before: Mapping[str, float], after: Mapping[str, float]) -> frozenset[str]:
    """The messages among `lost` that moved no further than most messages of danger did.

    Args:
        lost: messages that raise no alarm any more, or one that they should not.
        before: how far each message of danger, and each of those, was above the limit of the alarm in the live model.
        after: the same in the new model.
    """
    shifts = {text: abs(before[text] - after[text]) for text in before if text in after}
    lost = frozenset(lost)
    usual = _usual([shift for text, shift in shifts.items() if text not in lost])
    return frozenset(text for text in lost if text in shifts and shifts[text] <= usual)


def _usual(shifts: Collection[float]) -> float:
    """The shift that nine in ten do not exceed; below any when there are none, so that nothing is called chance."""
    ordered = sorted(shifts)
    return ordered[math.ceil(_MOST * len(ordered)) - 1] if ordered else -math.inf
