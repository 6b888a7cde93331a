"""The `person` commands: hand over or erase everything that is stored about one person."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import make_engine, open_database
from bot.migrations import metadata
from bot.privacy import person as whole
from bot.settings import Settings
from bot.signups.audit import Actor
from bot.signups.encryption import use_keys

# Where the code of an erased sign-up is kept until those who received it know that it was erased.
_TO_BE_TOLD = {whole.Place("delivery_outbox", "code"), whole.Place("deliveries", "code")}
OPERATOR = Actor("operator", "operator", "command")

_code = click.option("--code", help="The code of the sign-up, for example SW-7KQ4-M2XD.")
_conversation = click.option("--conversation", help="The conversation: the browser's token, or its stored name.")
_phone = click.option("--phone", help="The number of somebody who asked to be called back, for example +31612345678.")


@click.group()
def person() -> None:
    """Everything that is stored about one person."""


@person.command("export")
@_code
@_conversation
@_phone
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="File to write, closed to others.")
def export_command(code: str | None, conversation: str | None, phone: str | None, to: Path | None) -> None:
    """Write everything about one person as JSON: sign-up, timeline, notes, conversation, who looked at it."""
    with _opened() as (_, database, tracker):
        found = whole.export(database, tracker, _person(database, code, conversation, phone), OPERATOR)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    if to is None:
        click.echo(text)
        return
    # The mode is given at creation: at no moment can others read the file.
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    click.echo(f"Written to {to}. Give it to this person only, and delete it here afterwards.")


@person.command("erase")
@_code
@_conversation
@_phone
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_command(code: str | None, conversation: str | None, phone: str | None, yes: bool) -> None:
    """Erase everything about one person, for good, and search all tables to show that nothing is left."""
    with _opened() as (settings, database, tracker):
        who = _person(database, code, conversation, phone)
        told = f"{len(who.signups)} sign-up(s), {len(who.conversations)} conversation(s), and asked call-backs"
        if not yes:
            click.confirm(f"Erase {told}? They cannot be brought back, but for back-ups", abort=True)
        words = _particulars(database, tracker, who)
        whole.erase(database, settings.tracker_url, who, OPERATOR)
        left = [*whole.search(database, metadata(), words), *whole.search(tracker, whole.TRACKER, words)]
    click.echo(f"Erased {told}.")
    if _TO_BE_TOLD.intersection(left):
        click.echo("The hospital's systems have yet to be told; until then the code is kept, sealed.")
    left = [place for place in left if place not in _TO_BE_TOLD]
    for place in left:
        click.echo(f"Still in {place.table}.{place.column}: look whether this is somebody else's.", err=True)
    if left:
        raise SystemExit(1)
    click.echo("All tables were searched for this person's particulars: nothing is left.")


def _person(database: Engine, code: str | None, conversation: str | None, phone: str | None) -> whole.Person:
    if [code, conversation, phone].count(None) != 2:
        raise click.UsageError("Give one of --code, --conversation and --phone.")
    try:
        if code:
            return whole.by_code(database, code)
        if conversation:
            return whole.by_conversation(database, conversation)
        return whole.by_phone(database, phone or "")
    except whole.Unknown:
        raise click.ClickException("Nothing is stored under this code, conversation or number.") from None


def _particulars(database: Engine, tracker: Engine, who: whole.Person) -> list[str]:
    """What would show that a person is still there: particulars of the sign-ups, and names of the conversations."""
    tables = whole.export(database, tracker, who, OPERATOR)["tables"]
    rows: list[dict[str, Any]] = tables.get("signups", [])
    named = [row[name] for row in rows for name in ("code", "name", "phone", "email") if row[name]]
    return [*named, *who.conversations, *who.phones]


@contextmanager
def _opened() -> Iterator[tuple[Settings, Engine, Engine]]:
    settings = project_settings.load()
    database, tracker = open_database(settings), make_engine(settings.tracker_url)
    use_keys(tracker, settings.keys)
    try:
        yield settings, database, tracker
    finally:
        database.dispose()
        tracker.dispose()
