"""Reads and writes study settings. Every change is a new version, audited in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.eligibility.criteria import Recruitment, Trial
from bot.signups import audit
from bot.signups.audit import Actor, Purpose
from bot.study.tables import StudyConfirmationRow, StudySettingRow
from bot.study.values import (
    RECRUITMENT,
    WAITING,
    Confirmation,
    RecruitmentStatus,
    StudyState,
    Version,
    Waiting,
)

Mark = tuple[int, ...]


class Conflict(Exception):
    """Somebody else changed this setting in the meantime."""


def mark(session: Session) -> Mark:
    """Numbers that differ as soon as anything of the settings was changed. Cheap: for processes that poll."""
    parts = [
        select(function).scalar_subquery()
        for table in (StudySettingRow, StudyConfirmationRow)
        # The count too: of two transactions at once, the one with the lower id may be visible last.
        for function in (func.count(table.id), func.coalesce(func.max(table.id), 0))
    ]
    return tuple(session.execute(select(*parts)).one())


def state(session: Session, trial: str) -> StudyState:
    """The settings of a trial as they are now."""
    found = StudyState(confirmations=_confirmations(session, trial))
    values = {row.name: row for row in history(session, trial, newest=True)}
    recruitment, waiting = values.get(RECRUITMENT), values.get(WAITING)
    return StudyState(
        recruitment=_recruitment(recruitment.data) if recruitment else None,
        recruitment_version=version_of(recruitment),
        waiting=Waiting(**waiting.data) if waiting else found.waiting,
        waiting_version=version_of(waiting),
        confirmations=found.confirmations,
    )


def history(session: Session, trial: str, newest: bool = False) -> list[StudySettingRow]:
    """Every version of every setting of a trial, newest first; with `newest`, only the one that counts of each."""
    rows = select(StudySettingRow).where(StudySettingRow.trial == trial)
    if newest:
        last = (
            select(StudySettingRow.name, func.max(StudySettingRow.version).label("version"))
            .where(StudySettingRow.trial == trial)
            .group_by(StudySettingRow.name)
            .subquery()
        )
        rows = rows.join(last, (last.c.name == StudySettingRow.name) & (last.c.version == StudySettingRow.version))
    return list(session.execute(rows.order_by(StudySettingRow.id.desc())).scalars())


def version_of(row: StudySettingRow | None) -> Version:
    """Who made this version; version 0 without a row."""
    return Version(row.version, row.author, row.at, row.note) if row else Version()


def set_recruitment(
    session: Session, actor: Actor, trial: str, chosen: RecruitmentStatus, note: str, version: int, now: datetime
) -> None:
    """Set the recruitment status.

    Args:
        version: the version that was shown to whoever sets it.

    Raises:
        Conflict: when it was set since.
    """
    data = {"status": chosen.status.value, "as_of": chosen.as_of, "source": chosen.source}
    details = {"status": chosen.status.value, "as_of": chosen.as_of}
    _add(session, actor, trial, RECRUITMENT, data, note, version, now, details)


def set_waiting(
    session: Session, actor: Actor, trial: str, chosen: Waiting, note: str, version: int, now: datetime
) -> None:
    """Set what is told about waiting. Raises Conflict as `set_recruitment`."""
    data = {"shown": chosen.shown, "long_months": chosen.long_months}
    details = {"shown": "yes" if chosen.shown else "no", "long_months": chosen.long_months}
    _add(session, actor, trial, WAITING, data, note, version, now, details)


def confirm(session: Session, actor: Actor, trial: Trial, version: int, reason: str, now: datetime) -> None:
    """Confirm that the status is right though the register says otherwise.

    Args:
        trial: with the status that staff set already applied.
        version: the version of the status that was shown to whoever confirms it.

    Raises:
        Conflict: when the status was set since, or the register does not say otherwise (any more).
    """
    if trial.register is None or version != state(session, trial.id).recruitment_version.number:
        raise Conflict("the recruitment status was changed by somebody else")
    session.add(
        StudyConfirmationRow(
            trial=trial.id,
            version=version,
            status=trial.recruitment.value,
            register_status=trial.register.status.value,
            register_as_of=trial.register.as_of,
            author=actor.id,
            at=now,
            reason=reason,
        )
    )
    details = {"status": trial.recruitment.value, "register": trial.register.status.value, "version": version}
    audit.record(session, actor, "study.confirm", f"study:{trial.id}", Purpose.ADMINISTRATION, now, details)


def _add(
    session: Session,
    actor: Actor,
    trial: str,
    name: str,
    data: Mapping[str, Any],
    note: str,
    version: int,
    now: datetime,
    details: Mapping[str, str | int],
) -> None:
    row = StudySettingRow(
        trial=trial, name=name, version=version + 1, data=dict(data), author=actor.id, at=now, note=note
    )
    last = select(func.max(StudySettingRow.version)).where(StudySettingRow.trial == trial, StudySettingRow.name == name)
    if (session.execute(last).scalar() or 0) != version:
        raise Conflict(f"{name} was changed by somebody else")
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(f"{name} was changed by somebody else") from None
    subject = f"study:{trial}"
    audit.record(
        session, actor, f"study.{name}", subject, Purpose.ADMINISTRATION, now, {**details, "version": version + 1}
    )


def _recruitment(data: Mapping[str, str]) -> RecruitmentStatus:
    return RecruitmentStatus(Recruitment(data["status"]), data["as_of"], data["source"])


def _confirmations(session: Session, trial: str) -> tuple[Confirmation, ...]:
    rows = select(StudyConfirmationRow).where(StudyConfirmationRow.trial == trial).order_by(StudyConfirmationRow.id)
    return tuple(
        Confirmation(
            row.version,
            Recruitment(row.status),
            Recruitment(row.register_status),
            row.register_as_of,
            row.author,
            row.at,
            row.reason,
        )
        for row in session.execute(rows).scalars()
    )
