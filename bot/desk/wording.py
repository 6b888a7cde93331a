"""How moments, days and identifiers are written on the desk's pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask

from bot.desk import texts
from bot.signups.audit_search import FoundEntry

_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli"),
    *("augustus", "september", "oktober", "november", "december"),
)


def _zone() -> tzinfo:
    try:
        return ZoneInfo("Europe/Amsterdam")
    except ZoneInfoNotFoundError:
        # A machine without time zone data: better a time in UTC that says so than none.
        return UTC


def day(value: date) -> str:
    """A day: 3 april 1985."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def iso_day(value: str) -> str:
    """A day written as 2025-06-24: 24 juni 2025. Any other text stays as it is."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def moment(value: datetime) -> str:
    """A moment at the hospital: 20 november 2026, 10:30."""
    zone = _zone()
    local = value.astimezone(zone)
    return f"{day(local)}, {local:%H:%M}" + (" (UTC)" if zone is UTC else "")


def at_hospital(written: str) -> datetime | None:
    """The moment that `2026-12-03T17:00` is at the hospital, or None when it is no moment."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found.replace(tzinfo=_zone()) if found.tzinfo is None else found


def days_since(value: datetime, moment: datetime) -> str:
    """How many days ago on the calendar of the hospital."""
    zone = _zone()
    days = max(0, (moment.astimezone(zone).date() - value.astimezone(zone).date()).days)
    return {0: "vandaag", 1: "1 dag"}.get(days, f"{days} dagen")


def told(name: str, group: str) -> str:
    """The word for an identifier, or the identifier itself where there is none."""
    return texts.group(group).get(name, name)


def details(entry: FoundEntry) -> str:
    """The details of an entry of the trail in a few words."""
    given: Mapping[str, str | int] = entry.details
    return ", ".join(f"{name}: {value}" for name, value in given.items() if value != "")


def install(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        day=day, iso_day=iso_day, moment=moment, days_since=days_since, told=told, details=details
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
