"""Counts within this process, by which limits on how often somebody may ask are kept when there is no Redis.

The library's own starts a thread at nearly every request and looks through everything that was counted in it.
"""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

_FEW = 1_000


class Counts(Storage):
    """How often each key was counted in its present window; chosen as `process://`. Threads may share it."""

    STORAGE_SCHEME = ["process"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        """Nothing is counted yet; the arguments are the library's."""
        super().__init__(uri, wrap_exceptions, **options)
        self._lock = threading.Lock()
        self._counted: dict[str, tuple[int, float]] = {}
        self._sweep_at = _FEW

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong here."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count once more, in a window of `expiry` seconds that begins with the first; gives how often it is now."""
        now = time.time()
        with self._lock:
            count, until = self._counted.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self._counted[key] = (count + amount, until)
            if len(self._counted) > self._sweep_at:
                self._counted = {name: found for name, found in self._counted.items() if found[1] > now}
                self._sweep_at = max(_FEW, 2 * len(self._counted))
            return count + amount

    def get(self, key: str) -> int:
        """How often this was counted in its present window."""
        count, until = self._counted.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the present window ends."""
        return max(self._counted.get(key, (0, 0.0))[1], time.time())

    def check(self) -> bool:
        """Always there."""
        return True

    def reset(self) -> int:
        """Forget everything; gives how many keys there were."""
        with self._lock:
            found = len(self._counted)
            self._counted = {}
            return found

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._lock:
            self._counted.pop(key, None)
