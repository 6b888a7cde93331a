"""Every setting of every process, read from `STAMCELWIJZER_*` environment variables, typed, in one place.

Nothing else in the project reads the environment. A missing or wrong value stops the start with one
sentence that says what to do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "STAMCELWIJZER_"


class SettingsError(Exception):
    """A setting is missing or wrong. The message tells the operator what to do."""


@dataclass(frozen=True)
class Settings:
    """All settings. Paths are absolute; ports are integers; URLs have no trailing slash."""

    var: Path
    database_url: str
    tracker_url: str
    keys: tuple[str, ...]
    content: Path
    trial_file: Path
    models: Path
    site_host: str
    site_port: int
    desk_host: str
    desk_port: int
    chat_port: int
    actions_port: int
    chat_url: str
    actions_url: str
    site_url: str
    redis_url: str | None
    chat_timeout: float
    retention_days: int
    link_hours: int
    max_message_length: int
    rate_limit: str
    secure_cookies: bool
    desk_idle_minutes: int
    desk_hours: int


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: variables to read; the process's own when absent.

    Raises:
        SettingsError: when a value cannot be used, with what to do about it.
    """
    env = os.environ if environ is None else environ

    def text(name: str, default: str) -> str:
        return env.get(PREFIX + name, "").strip() or default

    def number(name: str, default: int, low: int = 1, high: int = 65_535) -> int:
        raw = text(name, str(default))
        if not raw.isdigit() or not low <= int(raw) <= high:
            raise SettingsError(f"{PREFIX}{name} is '{raw}': give a whole number from {low} to {high}.")
        return int(raw)

    var = Path(text("VAR", str(ROOT / "var"))).resolve()
    chat_port = number("CHAT_PORT", 5005)
    actions_port = number("ACTIONS_PORT", 5055)
    site_port = number("SITE_PORT", 8080)
    return Settings(
        var=var,
        database_url=text("DATABASE_URL", f"sqlite:///{var / 'stamcelwijzer.db'}"),
        tracker_url=text("TRACKER_URL", f"sqlite:///{var / 'conversations.db'}"),
        keys=_keys(text("KEYS", ""), var / "keys"),
        content=Path(text("CONTENT", str(ROOT / "data"))).resolve(),
        trial_file=Path(text("TRIAL_FILE", str(ROOT / "data" / "trials" / "ram-ms.yml"))).resolve(),
        models=Path(text("MODELS", str(ROOT / "models"))).resolve(),
        site_host=text("SITE_HOST", "127.0.0.1"),
        site_port=site_port,
        desk_host=text("DESK_HOST", "127.0.0.1"),
        desk_port=number("DESK_PORT", 8081),
        chat_port=chat_port,
        actions_port=actions_port,
        chat_url=text("CHAT_URL", f"http://127.0.0.1:{chat_port}").rstrip("/"),
        actions_url=text("ACTIONS_URL", f"http://127.0.0.1:{actions_port}").rstrip("/"),
        site_url=text("SITE_URL", f"http://127.0.0.1:{site_port}").rstrip("/"),
        redis_url=text("REDIS_URL", "") or None,
        chat_timeout=float(number("CHAT_TIMEOUT_SECONDS", 8, 1, 120)),
        retention_days=number("RETENTION_DAYS", 30, 1, 3650),
        link_hours=number("LINK_HOURS", 48, 1, 24 * 365),
        max_message_length=number("MAX_MESSAGE_LENGTH", 1000, 50, 100_000),
        rate_limit=text("RATE_LIMIT", "60 per minute"),
        secure_cookies=text("SECURE_COOKIES", "no").lower() in {"yes", "true", "1", "ja"},
        desk_idle_minutes=number("DESK_IDLE_MINUTES", 20, 1, 480),
        desk_hours=number("DESK_HOURS", 10, 1, 24),
    )


def _keys(from_environment: str, key_file: Path) -> tuple[str, ...]:
    """The encryption keys, newest first: from the environment, else from the file that `make run` creates."""
    raw = from_environment
    if not raw and key_file.is_file():
        raw = key_file.read_text(encoding="ascii")
    return tuple(key for key in raw.replace(",", "\n").split() if key)
