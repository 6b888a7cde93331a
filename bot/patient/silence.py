"""Which addresses of Rasa let somebody wait in vain, so that others need not wait for them too (a circuit breaker)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# Seconds until an address that stayed silent is tried again.
REST = 5.0


@dataclass
class _Doubt:
    """An address that let somebody wait: when to try it again. The lock lets one thread try, and others wait for it."""

    until: float
    trying: threading.Lock = field(default_factory=threading.Lock)


class Silence:
    """Remembers silent addresses. One per process; safe to use from several threads."""

    def __init__(self, answers: Callable[[str], bool], clock: Callable[[], float] = time.monotonic) -> None:
        """Connects to nothing yet.

        Args:
            answers: asks an address for something that takes no time; whether it answered.
            clock: seconds that only go up.
        """
        self._answers = answers
        self._clock = clock
        self._doubts: dict[str, _Doubt] = {}

    def note(self, address: str) -> None:
        """This address let somebody wait in vain: it has to answer something simple before it is believed again."""
        self._doubts[address] = _Doubt(self._clock())

    def broken(self, address: str) -> bool:
        """Whether this address is silent. Asks it at most once in `REST` seconds; others do not wait meanwhile."""
        doubt = self._doubts.get(address)
        if doubt is None:
            return False
        with doubt.trying:
            if self._doubts.get(address) is not doubt:
                return address in self._doubts
            if self._clock() < doubt.until:
                return True
            if self._answers(address):
                self._doubts.pop(address, None)
                return False
            doubt.until = self._clock() + REST
            return True
