"""What all unit tests share."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from bot.desk import passwords


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """The same argon2id at its lowest cost: hundreds of tests log in, and none is about how long that takes."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._NOBODY = passwords._hasher.hash("nobody")
