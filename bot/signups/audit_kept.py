"""The end of the audit trail, kept in a file outside the database.

Who can write to the database could put back a whole older copy of the trail, its head and all, or remove everything:
the chain that is left is sound. With the end that was seen before, that shows.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from sqlalchemy.orm import Session

from bot.signups import audit
from bot.signups.audit import Anchor, Report

log = logging.getLogger(__name__)
_NAME = "audit-end.json"


class Lost(Exception):
    """The trail has no longer what it had before."""


def read(var: Path) -> Anchor | None:
    """The end that was kept, or None when there is none."""
    try:
        told = json.loads((var / _NAME).read_text(encoding="utf-8"))
        return Anchor(int(told["sequence"]), str(told["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        # Better none than a trail that can never be found sound again.
        log.warning("%s cannot be read", _NAME)
        return None


def keep(var: Path, end: Anchor) -> None:
    """Keep an end in place of the one before. A folder that cannot be written to is logged and nothing else."""
    written = var / f".{_NAME}.new"
    try:
        written.write_text(json.dumps(vars(end)), encoding="utf-8")
        written.replace(var / _NAME)
    except OSError as error:
        log.warning("%s cannot be written: %s", _NAME, type(error).__name__)


def verify(session: Session, var: Path, known: Anchor | None = None) -> Report:
    """Check the whole trail, also against the end that was kept; keeps the new one when it is sound.

    Args:
        var: folder of the installation.
        known: another end that somebody kept; then that one counts.
    """
    report = audit.verify(session, known or read(var))
    if report.sound:
        keep(var, report.end)
    return report


def look(session: Session, var: Path) -> str:
    """Keep the present end, unless the trail lost the one before; tells the new end, "" when it is the same.

    Raises:
        Lost: then the end that was kept stays, for `verify`.
    """
    known, end = read(var), audit.end_of(session)
    if known == end or not (known or end.sequence):
        return ""
    if known is not None and known.sequence and not audit.holds(session, known):
        raise Lost(f"entry {known.sequence} is gone")
    keep(var, end)
    return f"ends at {end.sequence}:{end.hash}"
