"""The processes of an installation: with which command, in which environment, and where each says it is well."""

from __future__ import annotations

import contextlib
import math
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.operations import parent
from bot.operations.errors import OperatorError
from bot.settings import PREFIX, ROOT, Settings
from bot.watching import endpoint

_LONGEST_WAIT = 60.0
# Seconds after which a worker of a site that gives no sign of life is replaced; whoever it holds presses again. It
# gives one every second, also while its threads are busy with requests, so this limits no request, however long: not
# the chat's own wait (`STAMCELWIJZER_CHAT_TIMEOUT_SECONDS`, up to 120), nor a letter, a PDF or an export. It is as long
# as a machine that swaps or a virtual one that is moved may stand still without anybody losing what is under way.
SIGN_OF_LIFE = 20
# The model server opens its database and takes in a model before its first sign of life.
_FIRST_SIGN_OF_LIFE = 60
# Beside the chat's own wait: seconds for a request that is under way when its site is asked to stop.
_FINISHING = 7
# Seconds for those that the sites ask, which stop after them and have nothing under way by then.
_OTHERS_STOP = 15
Command = Callable[[Settings], list[str]]


@dataclass(frozen=True)
class Process:
    """One process.

    Attributes:
        command: what to run, given the settings.
        health: the address that answers once it works; None for a process without an address.
        own: environment variables that only this process gets.
        needs: an address that must answer before it starts, for a while.
        stops_in: when everything is stopped, the round in which it stops: after those that ask it something.
    """

    command: Command
    health: Callable[[Settings], str] | None = None
    own: Callable[[Settings], Mapping[str, str]] | None = None
    needs: Callable[[Settings], str] | None = None
    stops_in: int = 0


def _chat(place: int) -> Process:
    """The chat process with this place among those of this machine, from 0."""

    def command(settings: Settings) -> list[str]:
        # Without --enable-api: only the REST channel can be reached, not other people's conversations.
        return [
            *(sys.executable, "-m", "bot.dialogue.serve", "run", "--interface", settings.chat_host),
            *("--port", str(settings.chat_port + place)),
            # The model comes from the model server that the endpoints name.
            *("--endpoints", "endpoints.yml", "--credentials", str(settings.credentials)),
        ]

    return Process(
        command,
        lambda settings: f"http://{reachable(settings.chat_host)}:{settings.chat_port + place}/webhooks/rest/",
        needs=lambda settings: f"{settings.models_url}/health",
        stops_in=1,
    )


def _actions(settings: Settings) -> list[str]:
    return [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port), "--quiet"]


def _finishing(settings: Settings) -> int:
    return math.ceil(settings.chat_timeout) + _FINISHING


def stop_seconds(settings: Settings) -> int:
    """How long all processes together may take to stop, round by round, before what is left is cut off."""
    return _finishing(settings) + _OTHERS_STOP


def _gunicorn(
    settings: Settings, app: str, host: str, port: int, *more: str, workers: int = 2, sign_of_life: int = SIGN_OF_LIFE
) -> list[str]:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    # A thread mostly waits, for Rasa or the database: eight of them keep a few slow answers from holding up the rest.
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", address, "--workers", str(workers), "--threads", "8"),
        *("--config", "python:bot.watching.gunicorn"),
        # Longer than proxies and browsers keep an idle connection: who closes it first resets what the other just sent.
        *("--keep-alive", "75"),
        *("--timeout", str(sign_of_life), "--graceful-timeout", str(_finishing(settings))),
        *("--log-level", "warning", *more, app),
    ]


# Made in the first process, so that the workers share its memory and one that is started again is there at once.
_ONCE = "--preload"
_OTHERS: Mapping[str, Process] = {
    "models": Process(
        # One worker: it holds the models that the desk tries questions on.
        lambda settings: _gunicorn(
            *(settings, "bot.operations.model_server:create_app()", settings.models_host, settings.models_port),
            workers=1,
            sign_of_life=_FIRST_SIGN_OF_LIFE,
        ),
        lambda settings: f"http://{reachable(settings.models_host)}:{settings.models_port}/health",
        lambda settings: endpoint.prepare(settings, "models"),
        stops_in=2,
    ),
    "actions": Process(
        _actions,
        lambda settings: f"http://{reachable(settings.actions_host)}:{settings.actions_port}/health",
        # The action server has no option for its address and would listen on all.
        lambda settings: {"SANIC_HOST": settings.actions_host},
        stops_in=2,
    ),
    "site": Process(
        lambda settings: _gunicorn(settings, "bot.patient.app:served()", settings.site_host, settings.site_port, _ONCE),
        lambda settings: f"http://{reachable(settings.site_host)}:{settings.site_port}/health",
        lambda settings: endpoint.prepare(settings, "site"),
    ),
    "desk": Process(
        lambda settings: _gunicorn(settings, "bot.desk.app:served()", settings.desk_host, settings.desk_port, _ONCE),
        lambda settings: f"http://{reachable(settings.desk_host)}:{settings.desk_port}/health",
        lambda settings: endpoint.prepare(settings, "desk"),
    ),
    "worker": Process(lambda settings: [sys.executable, "-m", "bot", "worker"]),
}


def all_processes(settings: Settings) -> dict[str, Process]:
    """The processes of an installation on one machine, by name; `chat`, `chat-2`, ... as many as are set."""
    chats = {"chat" if place == 0 else f"chat-{place + 1}": _chat(place) for place in range(settings.chat_processes)}
    return {**chats, **_OTHERS}


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
        f"{PREFIX}MODELS_URL": settings.models_url,
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


def note_pid(mark: Path) -> None:
    """Write the id of this process to a file. A disk without room for it keeps no process from starting."""
    fresh = mark.with_suffix(".new")
    with contextlib.suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place: whoever reads it at this moment finds the old id or the new one, never half a file.
        fresh.write_text(f"{os.getpid()}\n", encoding="ascii")
        fresh.replace(mark)


def serve(name: str, settings: Settings) -> None:
    """Become this process: replaces the running program, which keeps its process id.

    Raises:
        OperatorError: when there is no process of that name.
    """
    known = all_processes(settings)
    if name not in known:
        raise OperatorError(f"There is no process '{name}': choose one of {', '.join(known)}.")
    process = known[name]
    os.environ.update({**environment(settings), f"{PREFIX}PROCESS": name})
    os.environ.update(process.own(settings) if process.own else {})
    os.chdir(ROOT)
    parent.die_with_parent()
    note_pid(pid_file(settings, name))
    if process.needs:
        _wait_for(process.needs(settings))
    command = process.command(settings)
    os.execv(command[0], command)  # noqa: S606  # becoming it is the point


def _wait_for(url: str) -> None:
    """Wait until an address answers with success, a minute at most: what needs it then tries for itself."""
    import requests

    deadline = time.monotonic() + _LONGEST_WAIT
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=2).ok:
                return
        time.sleep(0.2)
