"""The moment at which the tests of publishing happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 16, 55, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
