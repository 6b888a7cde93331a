"""The `audit` commands: check that nobody tampered with the audit trail."""

from __future__ import annotations

import click

from bot import settings
from bot.database import open_database, session_scope
from bot.signups import audit_kept
from bot.signups.audit import Anchor

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
    known, set_up = _anchor(end), settings.load()
    with session_scope(open_database(set_up)) as session:
        report = audit_kept.verify(session, set_up.var, known)
    for finding in report.findings:
        click.echo(_DESCRIPTIONS[finding.problem].format(finding.sequence), err=True)
    click.echo(f"{report.entries} entries, end {report.end.sequence}:{report.end.hash}")
    if not report.sound:
        raise SystemExit(1)
    click.echo("The trail is sound. Its end is kept in the var folder; who keeps it elsewhere too gives it with --end.")


def _anchor(end: str | None) -> Anchor | None:
    if end is None:
        return None
    number, _, digest = end.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise click.BadParameter("give it as an earlier verification printed it: NUMBER:HASH", param_hint="--end")
    return Anchor(int(number), digest)
