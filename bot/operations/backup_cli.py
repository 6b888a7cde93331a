"""The `backup` commands: make, check and put back a back-up."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import settings as project_settings
from bot.operations import backup, preflight
from bot.operations.errors import OperatorError

_existing = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("backup")
def group() -> None:
    """Back-ups of both databases, sealed as they are; the keys are kept apart."""


@group.command("create")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Folder; else STAMCELWIJZER_BACKUPS.")
@click.option("--keys-to", type=click.Path(dir_okay=False, path_type=Path), help="Write the keys too, to this file.")
def create_command(to: Path | None, keys_to: Path | None) -> None:
    """Make a back-up while everything runs, and check it."""
    settings = project_settings.load()
    file = backup.create(settings, to or settings.backups, datetime.now(UTC))
    _tell(file, backup.verify(file, settings.keys))
    if keys_to is None:
        click.echo("The encryption keys are not in it: without them it cannot be read. Keep them somewhere else.")
        return
    descriptor = os.open(keys_to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as target:
        target.write("\n".join(settings.keys) + "\n")
    click.echo(f"The keys are in {keys_to}: keep that file in another place than the back-up.")


@group.command("verify")
@_existing
def verify_command(file: Path) -> None:
    """Check that a back-up is whole and can be opened with the present keys."""
    _tell(file, backup.verify(file, project_settings.load().keys))


@group.command("restore")
@_existing
@click.option("--replace", is_flag=True, help="Throw away what is in the databases now.")
def restore_command(file: Path, replace: bool) -> None:
    """Put a back-up back and check it: row counts, audit trail, sealed values. Stop all processes first."""
    settings = project_settings.load()
    try:
        preflight.check_ports(preflight.ports(settings))
    except OperatorError as error:
        raise OperatorError("Stop all processes first: they are writing to the databases.") from error
    _tell(file, backup.restore(settings, file, replace))
    click.echo("It is back, the audit trail is sound, and sealed values open. Erase again who was erased since.")


def _tell(file: Path, summary: backup.Summary) -> None:
    click.echo(f"{file}: made {summary.made_at:%Y-%m-%d %H:%M} UTC, database revision {summary.revision}.")
    click.echo(f"{sum(summary.rows.values())} rows in {len(summary.rows)} tables.")
    click.echo(f"End of the audit trail: {summary.audit_end.sequence}:{summary.audit_end.hash}")
