"""The `audit` commands: check that nobody tampered with the audit trail."""

from __future__ import annotations

import click

from bot import settings
from bot.database import open_database, session_scope
from bot.signups.audit import Anchor, verify

_DESCRIPTIONS = {
    "changed": "entry {0} was changed",
    "missing": "an entry after number {0} is missing, or the end was cut off there",
    "reordered": "entry {0} stands in another place than where it was written",
}


@click.group()
def audit() -> None:
    """The audit trail of every look at and change of a person's data."""


@audit.command("verify")
@click.option("--end", metavar="NUMBER:HASH", help="The end that an earlier verification reported.")
def verify_command(end: str | None) -> None:
    """Check the whole trail. Ends with code 1 when anything was changed, is missing or stands elsewhere."""
    with session_scope(open_database(settings.load())) as session:
        report = verify(session, _anchor(end))
    for finding in report.findings:
        click.echo(_DESCRIPTIONS[finding.problem].format(finding.sequence), err=True)
    click.echo(f"{report.entries} entries, end {report.end.sequence}:{report.end.hash}")
    if not report.sound:
        raise SystemExit(1)
    click.echo("The trail is sound. Keep the end somewhere else and give it with --end the next time.")


def _anchor(end: str | None) -> Anchor | None:
    if end is None:
        return None
    number, _, digest = end.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise click.BadParameter("give it as an earlier verification printed it: NUMBER:HASH", param_hint="--end")
    return Anchor(int(number), digest)
