"""The `delivery` commands: see what is stuck, try it again, fill a new target, print what targets have to know."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from bot import settings as project_settings
from bot.database import open_database, session_scope
from bot.eligibility.trial_file import load_trial
from bot.signups.audit import Actor
from bot.signups.delivery import overview
from bot.signups.delivery.overview import NotRetriable
from bot.signups.delivery.questionnaire import questionnaire as questionnaire_of
from bot.signups.delivery.redcap_dictionary import dictionary
from bot.signups.delivery.states import Delivery
from bot.signups.delivery.targets import NAMES, names_of

OPERATOR = Actor("operator", "operator", "command-line")


@click.group()
def delivery() -> None:
    """Delivery of sign-ups to the hospital's systems."""


@delivery.command("list")
@click.option("--done", is_flag=True, help="What was delivered last, instead of what is not yet.")
def list_command(done: bool) -> None:
    """List deliveries that were given up or are still to be made."""
    settings = project_settings.load()
    with session_scope(open_database(settings)) as session:
        found = overview.latest(session) if done else overview.unfinished(session)
    click.echo(f"Targets: {', '.join(names_of(settings)) or 'none is set up'}.")
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("Nothing was delivered yet." if done else "Nothing waits.")


def _line(one: Delivery) -> str:
    problem = f"{one.problem.value}{f' (HTTP {one.status})' if one.status else ''}" if one.problem else "-"
    moment = one.finished_at or one.due_at
    parts = (one.id, one.target, f"signup:{one.signup_id}", one.kind.value, one.state.value, f"{one.attempts} attempts")
    return "\t".join([*map(str, parts), problem, f"{moment:%Y-%m-%d %H:%M:%S}Z"])


@delivery.command("retry")
@click.argument("number", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="All that were given up.")
def retry_command(number: int | None, every: bool) -> None:
    """Try delivery NUMBER again, or all that were given up."""
    if every == (number is not None):
        raise click.UsageError("Give the number of a delivery, or --all.")
    now = datetime.now(UTC)
    with session_scope(open_database(project_settings.load())) as session:
        if number is None:
            click.echo(f"{overview.retry_all(session, OPERATOR, now)} deliveries will be tried again.")
            return
        try:
            overview.retry(session, OPERATOR, number, now)
        except NotRetriable:
            raise click.ClickException(f"Delivery {number} does not wait and was not given up.") from None
    click.echo(f"Delivery {number} will be tried again.")


@delivery.command("drop")
@click.argument("number", type=int)
def drop_command(number: int) -> None:
    """Let go of delivery NUMBER: its target is no more, or was told in another way."""
    with session_scope(open_database(project_settings.load())) as session:
        try:
            overview.drop(session, OPERATOR, number, datetime.now(UTC))
        except NotRetriable:
            raise click.ClickException(f"Delivery {number} does not wait and was not given up.") from None
    click.echo(f"Delivery {number} will not be made.")


@delivery.command("fill")
@click.argument("target", type=click.Choice(NAMES))
def fill_command(target: str) -> None:
    """Deliver the sign-ups that came before TARGET was set up."""
    settings = project_settings.load()
    if target not in names_of(settings):
        raise click.ClickException(f"{target} is not set up: see docs/delivery.md.")
    with session_scope(open_database(settings)) as session:
        count = overview.fill(session, OPERATOR, target, datetime.now(UTC))
    click.echo(f"{count} sign-ups will be delivered.")


@delivery.command("questionnaire")
def questionnaire_command() -> None:
    """Print the pre-screen as FHIR R4 Questionnaire."""
    trial = load_trial(project_settings.load().trial_file)
    click.echo(json.dumps(questionnaire_of(trial), ensure_ascii=False, indent=2))


@delivery.command("redcap-dictionary")
def dictionary_command() -> None:
    """Print the data dictionary of a REDCap project that takes our records, as CSV."""
    click.echo(dictionary(load_trial(project_settings.load().trial_file)), nl=False)
