"""The `examples` commands: example patients on the desk."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bot import settings as project_settings
from bot.database import open_database
from bot.operations import examples as patients


@click.group()
def examples() -> None:
    """Example patients for the desk, where there are no real ones."""


@examples.command()
def add() -> None:
    """Fill the desk with example patients in all states, anew when they are there already."""
    settings = project_settings.load()
    try:
        count = patients.add(settings, open_database(settings), datetime.now(UTC))
    except patients.Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{count} example patients are on the desk; all names begin with 'Voorbeeld'.")
    click.echo("Make an account to see them: stamcelwijzer staff add NAME --role nurse")


@examples.command()
def clear() -> None:
    """Remove the example patients, also from the counts."""
    count = patients.clear(open_database(project_settings.load()), datetime.now(UTC))
    click.echo(f"{count} example patients removed.")
