"""The `stamcelwijzer` command. Parts are loaded when their command is used, so that each starts fast."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bot import settings as project_settings
from bot.settings import Settings

# Command groups that live with their subject.
_GROUPS = {
    "backup": "bot.operations.backup_cli:group",
    "audit": "bot.signups.audit_cli:audit",
    "delivery": "bot.signups.delivery.cli:delivery",
    "examples": "bot.operations.examples_cli:examples",
    "faq": "bot.knowledge.cli:faq",
    "person": "bot.privacy.person_cli:person",
    "privacy": "bot.privacy.cli:privacy",
    "staff": "bot.desk.staff_cli:staff",
}


class Commands(click.Group):
    """A group that finds the groups of other parts by name, and turns known errors into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names."""
        return sorted({*super().list_commands(ctx), *(name for name in _GROUPS if _load(name) is not None)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command of this module or of another part."""
        return super().get_command(ctx, cmd_name) or _load(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Errors an operator can solve become one line and exit code 1, not a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, SystemExit):
            raise
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(130)
        except Exception as error:
            from bot.operations.errors import explain

            told = explain(error)
            if told is None:
                raise
            click.echo(told, err=True)
            ctx.exit(1)


def _load(name: str) -> click.Command | None:
    if name not in _GROUPS:
        return None
    module, attribute = _GROUPS[name].split(":")
    try:
        return getattr(import_module(module), attribute)  # type: ignore[no-any-return]
    except ModuleNotFoundError as error:
        if error.name == module:
            return None
        raise


def say(text: str) -> None:
    """A line of progress, at once."""
    click.echo(text)
    sys.stdout.flush()


def _settings() -> Settings:
    return project_settings.load()


@click.group(cls=Commands)
def main() -> None:
    """Stamcelwijzer: information and pre-screening for people with MS."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


@main.command()
def setup() -> None:
    """Make keys, database, content and language model, as far as they are not there."""
    from bot.operations.setup import prepare

    prepare(_settings(), say)
    say("Everything is in place.")


@main.command()
@click.option("--force", is_flag=True, help="Train also when nothing changed.")
def train(force: bool) -> None:
    """Train the model when data, domain, configuration or components changed."""
    from bot.operations import setup as steps

    settings = steps.prepare(_settings(), say)
    if not steps.train(settings, say, force):
        say("The model is up to date.")


@main.command()
def run() -> None:
    """Prepare everything, start all processes, and keep them running until Ctrl-C."""
    from bot.operations import start

    raise SystemExit(start.run(_settings(), say))


@main.command()
@click.argument("name")
def serve(name: str) -> None:
    """Become one process: chat, actions, site, desk or worker. For a service manager; `run` starts all."""
    from bot.operations import processes

    processes.serve(name, _settings())


@main.command()
def shell() -> None:
    """Talk to the assistant in this terminal."""
    from bot.operations import shell as terminal

    terminal.become(_settings())


@main.command()
@click.option("--once", is_flag=True, help="Do every job once and stop.")
def worker(once: bool) -> None:
    """Do what happens in the background: deliver sign-ups, delete what is past its term."""
    from bot.operations import worker as loop

    raise SystemExit(loop.run(_settings(), once))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Where rows and totals go.")
@click.option("--model", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another trained model.")
@click.option("--live", is_flag=True, help="The model that patients speak with now, as the desk published it.")
def evaluate(file: Path, json_file: Path | None, model: Path | None, live: bool) -> None:
    """Measure understanding on FILE: tab-separated text and expected labels (one or more, with | between)."""
    from bot.operations import live_model
    from bot.operations.evaluate import evaluate_file

    settings = _settings()
    if live and model:
        raise click.UsageError("Choose --live or --model.")
    if live:
        with live_model.taken_out(settings) as model_of_patients:
            say(evaluate_file(settings, file, json_file, model_of_patients))
        return
    say(evaluate_file(settings, file, json_file, model))


@main.group()
def keys() -> None:
    """The encryption keys."""


@keys.command("new")
def keys_new() -> None:
    """Print a new key, for STAMCELWIJZER_KEYS; it is stored nowhere."""
    from bot.signups.encryption import generate_key

    say(generate_key())


@keys.command("show-count")
def keys_show_count() -> None:
    """Tell how many keys there are; never the keys themselves."""
    say(f"{len(_settings().keys)} encryption keys.")


@keys.command("rotate")
def keys_rotate() -> None:
    """Make a new key and seal everything stored anew with it. Older keys stay, for links that are under way."""
    from bot.operations.maintenance import rotate_keys

    rotate_keys(_settings(), say)


@keys.command("forget-old")
def keys_forget_old() -> None:
    """Seal everything with the newest key and drop the older ones."""
    from bot.operations.maintenance import forget_old_keys

    forget_old_keys(_settings(), say)
