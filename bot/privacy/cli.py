"""The `privacy` commands: measure how well personal data is masked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.privacy import measure


@click.group()
def privacy() -> None:
    """Privacy of the people who use the chatbot."""


@privacy.command("measure")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def measure_command(file: Path) -> None:
    """Measure masking on FILE: tab-separated subject and text, with {braces} around what is personal."""
    try:
        rows = measure.read(file)
    except ValueError:
        raise click.ClickException(f"{file} needs two columns on every line: subject and text.") from None
    click.echo(measure.report(measure.score(rows, datetime.now(UTC).date())))
