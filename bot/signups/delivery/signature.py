"""The signature of the webhook: HMAC-SHA256 over the moment of sending and the body, so that neither can be changed.

`docs/delivery.md` tells the receiver how to check it; `verify` is that check.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256

TIMESTAMP_HEADER = "Stamcelwijzer-Timestamp"
SIGNATURE_HEADER = "Stamcelwijzer-Signature"
KEY_HEADER = "Idempotency-Key"
# Longer ago, it may be a repeat of what somebody intercepted.
VALID_FOR = timedelta(minutes=5)
_VERSION = "v1="


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The value of the signature header, for a moment in seconds since 1970."""
    message = str(timestamp).encode("ascii") + b"." + body
    return _VERSION + hmac.new(secret.encode("utf-8"), message, sha256).hexdigest()


def verify(secret: str, timestamp: str, signature: str, body: bytes, now: int) -> bool:
    """Whether somebody who knows the secret sent this body a short while ago."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13):
        return False
    if abs(now - int(timestamp)) > VALID_FOR.total_seconds():
        return False
    expected = sign(secret, int(timestamp), body)
    return hmac.compare_digest(expected.encode("ascii"), signature.encode("utf-8"))
