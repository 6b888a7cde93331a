"""The `staff` commands: accounts for the desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from bot import settings
from bot.database import open_database, session_scope
from bot.desk import accounts, passwords
from bot.desk.accounts import AccountError
from bot.desk.roles import Role
from bot.signups.audit import Actor

_OPERATOR = Actor("operator", "operator", "command-line")
_ROLES = click.Choice([role.value for role in Role])
_FROM_STDIN = click.option("--password-stdin", is_flag=True, help="Read the first password from standard input.")


@click.group()
def staff() -> None:
    """Accounts for the desk: nurse, editor, manager, admin."""


@contextmanager
def _session() -> Iterator[Session]:
    try:
        with session_scope(open_database(settings.load())) as session:
            yield session
    except AccountError as error:
        raise click.ClickException(str(error)) from None


@staff.command()
@click.argument("name")
@click.option("--role", type=_ROLES, required=True, help="What the account may do.")
@_FROM_STDIN
def add(name: str, role: str, password_stdin: bool) -> None:
    """Make an account NAME and print its first password, which must be changed at the first log-in."""
    given = _given_password(name) if password_stdin else None
    with _session() as session:
        first = accounts.add(session, name, Role(role), _OPERATOR, _now(), given)
    _tell(f"Account {name} ({role}) is made.", None if given else first)


@staff.command()
@click.argument("name")
@_FROM_STDIN
def reset(name: str, password_stdin: bool) -> None:
    """Give NAME a new first password and a new second factor, for who lost either."""
    given = _given_password(name) if password_stdin else None
    with _session() as session:
        first = accounts.reset(session, name, _OPERATOR, _now(), given)
    _tell(f"Account {name} starts anew.", None if given else first)


@staff.command()
@click.argument("name")
def block(name: str) -> None:
    """Keep NAME out, and end its sessions at once."""
    with _session() as session:
        accounts.set_active(session, name, False, _OPERATOR, _now())
    click.echo(f"Account {name} is blocked.")


@staff.command()
@click.argument("name")
def allow(name: str) -> None:
    """Let NAME in again, also after too many failures."""
    with _session() as session:
        accounts.set_active(session, name, True, _OPERATOR, _now())
    click.echo(f"Account {name} may log in.")


@staff.command()
@click.argument("name")
@click.argument("new_role", type=_ROLES)
def role(name: str, new_role: str) -> None:
    """Give NAME another role."""
    with _session() as session:
        accounts.set_role(session, name, Role(new_role), _OPERATOR, _now())
    click.echo(f"Account {name} is {new_role} now.")


@staff.command("list")
def list_accounts() -> None:
    """Show all accounts."""
    with _session() as session:
        found = accounts.all_accounts(session)
    for account in found:
        locked = account.locked_until is not None and account.locked_until > _now()
        state = "blocked" if not account.active else "locked" if locked else "active"
        own = "second factor set up" if account.second_factor_ready else "second factor not set up yet"
        factor = "logs in through the hospital" if account.through_hospital else own
        click.echo(f"{account.name:20} {account.role.value:10} {state:10} {factor}")


def _given_password(name: str) -> str:
    given = sys.stdin.readline().rstrip("\n")
    if passwords.problem_with(given, name):
        raise click.ClickException(
            f"Give a password of {passwords.MIN_LENGTH} to {passwords.MAX_LENGTH} characters that is not easy to guess."
        )
    return given


def _tell(what: str, first_password: str | None) -> None:
    click.echo(what)
    if first_password:
        click.echo(f"First password: {first_password}")
    click.echo("At the first log-in it is changed, and the second factor is set up with an authenticator app.")


def _now() -> datetime:
    return datetime.now(UTC)
