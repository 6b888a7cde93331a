"""Passwords of staff: hashing with argon2, rules for new ones, one-time passwords."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn import zxcvbn

MIN_LENGTH = 12
MAX_LENGTH = 128
# Of 0 to 4, as zxcvbn estimates how many guesses it takes; it knows the passwords that people chose most.
_STRONG = 3
# More of a password would only make it slower to judge.
_JUDGED = 64
# What a guesser tries first in this place. zxcvbn's own lists are of English words and names.
_EXPECTED = (
    "stamcelwijzer", "stamcel", "stamcellen", "amsterdam", "amsterdamumc", "ziekenhuis", "neurologie",
    "verpleegkundige", "wachtwoord", "welkom", "geheim", "inloggen", "lente", "zomer", "herfst", "winter", "vrijdag",
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
)  # fmt: skip
# Without characters that are mistaken for one another when copied by hand.
_ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher()
# Compared with when there is no such account, so that an answer takes as long as for one that exists.
_NOBODY = _hasher.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its salt and costs."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long when there is no hash."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password[: MAX_LENGTH + 1]) and password_hash is not None
    except (Argon2Error, InvalidHashError):
        return False


def one_time() -> str:
    """A random password to start with, in groups that are easy to copy: 16 of 31 characters are some 79 bits."""
    characters = "".join(secrets.choice(_ONE_TIME_ALPHABET) for _ in range(16))
    return "-".join(characters[start : start + 4] for start in range(0, 16, 4))


def problem_with(password: str, name: str) -> str | None:
    """What is wrong with a new password, as the id of a text, or None when it will do."""
    if len(password) < MIN_LENGTH:
        return "password_short"
    if len(password) > MAX_LENGTH:
        return "password_long"
    lowered = password.lower()
    if name.lower() in lowered or "stamcel" in lowered or _guessed(lowered, name):
        return "password_obvious"
    return None


def _guessed(password: str, name: str) -> bool:
    score: int = zxcvbn(password[:_JUDGED], user_inputs=[name.lower(), *_EXPECTED])["score"]
    return score < _STRONG
