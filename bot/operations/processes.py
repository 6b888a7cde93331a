"""The processes of an installation: with which command, in which environment, and where each says it is well."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.operations import parent, training
from bot.operations.errors import OperatorError
from bot.settings import PREFIX, ROOT, Settings

Command = Callable[[Settings], list[str]]


@dataclass(frozen=True)
class Process:
    """One process.

    Attributes:
        command: what to run, given the settings.
        health: the address that answers once it works; None for a process without an address.
        extra: environment variables that only this process gets.
    """

    command: Command
    health: Callable[[Settings], str] | None = None
    extra: Mapping[str, str] | None = None


def _chat(settings: Settings) -> list[str]:
    # Without --enable-api: only the REST channel can be reached, not other people's conversations.
    return [
        *(sys.executable, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(settings.chat_port)),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        *("--model", str(training.model_file(settings))),
    ]


def _actions(settings: Settings) -> list[str]:
    return [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port), "--quiet"]


def _gunicorn(app: str, host: str, port: int) -> list[str]:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", address, "--workers", "2", "--threads", "2"),
        *("--timeout", "60", "--graceful-timeout", "10", "--log-level", "warning", app),
    ]


PROCESSES: Mapping[str, Process] = {
    "chat": Process(_chat, lambda settings: f"http://127.0.0.1:{settings.chat_port}/webhooks/rest/"),
    "actions": Process(
        _actions,
        lambda settings: f"http://127.0.0.1:{settings.actions_port}/health",
        # The action server has no option for its address and would listen on all.
        {"SANIC_HOST": "127.0.0.1"},
    ),
    "site": Process(
        lambda settings: _gunicorn("bot.patient.app:create_app()", settings.site_host, settings.site_port),
        lambda settings: f"http://{reachable(settings.site_host)}:{settings.site_port}/health",
    ),
    "desk": Process(
        lambda settings: _gunicorn("bot.desk.app:create_app()", settings.desk_host, settings.desk_port),
        lambda settings: f"http://{reachable(settings.desk_host)}:{settings.desk_port}/health",
    ),
    "worker": Process(lambda settings: [sys.executable, "-m", "bot", "worker"]),
}


def reachable(host: str) -> str:
    """An address of this machine on which a server that listens on `host` answers."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  # it is not bound here


def environment(settings: Settings) -> dict[str, str]:
    """Variables that every process gets beside those of the operator.

    `endpoints.yml` names addresses by variable; they are always given, so that settings have one home.
    """
    cache = settings.var / "cache"
    return {
        f"{PREFIX}TRACKER_URL": settings.tracker_url,
        f"{PREFIX}ACTIONS_URL": settings.actions_url,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        # Warnings of Rasa's dependencies about each other; the project's own fail its tests.
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "LOG_LEVEL": "WARNING",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(cache / "rasa"),
        "RASA_MAX_CACHE_SIZE": "200",
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        # No hub, whatever a library has in mind: nothing is downloaded at run time.
        "HF_HUB_OFFLINE": "1",
        "TFHUB_CACHE_DIR": str(cache / "tfhub"),
    }


def pid_file(settings: Settings, name: str) -> Path:
    """Where a process notes its process id when it starts."""
    return settings.var / "run" / f"{name}.pid"


def serve(name: str, settings: Settings) -> None:
    """Become this process: replaces the running program, which keeps its process id.

    Raises:
        OperatorError: when there is no process of that name.
    """
    if name not in PROCESSES:
        raise OperatorError(f"There is no process '{name}': choose one of {', '.join(PROCESSES)}.")
    process = PROCESSES[name]
    os.environ.update(environment(settings))
    os.environ.update(process.extra or {})
    os.chdir(ROOT)
    parent.die_with_parent()
    mark = pid_file(settings, name)
    mark.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place: whoever reads it at this moment finds the old id or the new one, never half a file.
    fresh = mark.with_suffix(".new")
    fresh.write_text(f"{os.getpid()}\n", encoding="ascii")
    fresh.replace(mark)
    command = process.command(settings)
    os.execv(command[0], command)  # noqa: S606  # becoming it is the point
