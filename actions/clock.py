"""What day it is for the people the assistant speaks with."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_HERE = ZoneInfo("Europe/Amsterdam")


def today() -> date:
    """Today's date in the Netherlands, wherever the server's clock is set."""
    return datetime.now(_HERE).date()
