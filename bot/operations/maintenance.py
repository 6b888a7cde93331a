"""Maintenance by hand: new encryption keys, and dropping old ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot import settings as project_settings
from bot.database import open_database, session_scope
from bot.operations import keys, preflight
from bot.operations.errors import OperatorError
from bot.settings import PREFIX, Settings

Say = Callable[[str], None]


def rotate_keys(settings: Settings, say: Say) -> None:
    """Seal everything stored anew, with a new key when the keys are in the key file.

    Raises:
        OperatorError: when processes are running, which know the old keys only.
    """
    if not _keys_given(settings):
        _refuse_while_running(settings)
        count = keys.add(settings)
        say(f"Made a new key; there are {count} now. Copy {keys.key_file(settings)} to a safe place.")
        settings = project_settings.load()
    elif len(settings.keys) < 2:
        raise OperatorError(
            f"Put a new key before the present one in {PREFIX}KEYS, with a comma between them, and restart all "
            "processes; then run this again."
        )
    values = _seal_anew(settings)
    say(f"Sealed {values} stored values anew. The older keys stay, for links and pages that are under way.")


def forget_old_keys(settings: Settings, say: Say) -> None:
    """Seal everything with the newest key and drop the others from the key file.

    Raises:
        OperatorError: when processes are running, or the keys are not in the key file.
    """
    if _keys_given(settings):
        raise OperatorError(f"The keys come from {PREFIX}KEYS: run `keys rotate`, then take the older keys out of it.")
    _refuse_while_running(settings)
    _seal_anew(settings)
    keys.keep_newest(settings)
    say("One key is left. Links to the intake form that were given out before the last rotation no longer open.")


def _seal_anew(settings: Settings) -> int:
    from bot.operations.live_model import model_store
    from bot.signups.triage import rotate_keys as seal_anew

    engine = open_database(settings)
    try:
        with session_scope(engine) as session:
            signed = model_store(settings).sign_anew(session)
            return signed + seal_anew(session, datetime.now(UTC))
    finally:
        engine.dispose()


def _keys_given(settings: Settings) -> bool:
    """Whether the keys come from the environment: they are not those in the file then."""
    return keys.in_file(settings) != settings.keys


def _refuse_while_running(settings: Settings) -> None:
    try:
        preflight.check_ports(preflight.ports(settings))
    except OperatorError as error:
        raise OperatorError("Stop all processes first: those that are running know the old keys only.") from error
