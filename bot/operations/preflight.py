"""What must hold before anything starts: folders that can be written, room on the disk, free ports."""

from __future__ import annotations

import errno
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.operations.errors import OperatorError
from bot.settings import PREFIX, Settings
from bot.watching import endpoint

NEEDED_BYTES = 300 * 1024**2


@dataclass(frozen=True)
class Port:
    """An address a process will listen on, and the setting that changes its port."""

    host: str
    number: int
    setting: str
    process: str


def ports(settings: Settings) -> tuple[Port, ...]:
    """The addresses that the processes of an installation listen on."""
    return (
        *(
            Port(settings.chat_host, settings.chat_port + place, f"{PREFIX}CHAT_PORT", "chat")
            for place in range(settings.chat_processes)
        ),
        Port(settings.actions_host, settings.actions_port, f"{PREFIX}ACTIONS_PORT", "actions"),
        Port(settings.models_host, settings.models_port, f"{PREFIX}MODELS_PORT", "models"),
        Port(settings.site_host, settings.site_port, f"{PREFIX}SITE_PORT", "site"),
        Port(settings.desk_host, settings.desk_port, f"{PREFIX}DESK_PORT", "desk"),
        *_of_figures(settings),
    )


def _of_figures(settings: Settings) -> Iterator[Port]:
    """Where each process tells its figures."""
    chats = ["chat" if place == 0 else f"chat-{place + 1}" for place in range(settings.chat_processes)]
    for process in ("site", "desk", "worker", "actions", "models", *chats):
        number = endpoint.port_of(settings, process)
        if number is not None:
            yield Port(settings.metrics_host, number, f"{PREFIX}METRICS_PORT", process)


def check_folder(folder: Path, setting: str, needed: int = NEEDED_BYTES) -> None:
    """Make a folder and try to write in it.

    Args:
        folder: what to check.
        setting: the setting that names it, for the message.
        needed: bytes that must be free on its disk.

    Raises:
        OperatorError: when it cannot be written or its disk is nearly full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OperatorError(
                f"The disk of {folder} is full: free some space, or set {setting} elsewhere."
            ) from error
        raise OperatorError(
            f"The folder {folder} cannot be written: give this user the right to, or set {setting} to another folder."
        ) from error
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OperatorError(
            f"The disk of {folder} has {free // 1024**2} MB free and {needed // 1024**2} MB is needed: "
            f"free some space, or set {setting} to a folder elsewhere."
        )


def check_ports(wanted: Iterable[Port]) -> None:
    """Try to listen on every address for a moment.

    Raises:
        OperatorError: when two processes want the same port, or one is in use or not allowed.
    """
    seen: dict[int, Port] = {}
    for port in wanted:
        if port.number in seen:
            raise OperatorError(
                f"{seen[port.number].setting} and {port.setting} are both {port.number}: give each its own port."
            )
        seen[port.number] = port
        _try(port)


def _try(port: Port) -> None:
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        # As the servers do: a port that a stopped process used a moment ago is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((port.host, port.number))
            listener.listen(1)
        except OSError as error:
            raise OperatorError(_explain(port, error)) from error


def _explain(port: Port, error: OSError) -> str:
    other = f"another port with {port.setting}, for example {port.setting}={port.number + 1000} make run"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port.number} ({port.process}) is in use by another program: stop that, or choose {other}"
    if error.errno == errno.EACCES:
        return f"Port {port.number} ({port.process}) is reserved for the system: choose {other}"
    host_setting = port.setting.replace("_PORT", "_HOST")
    return f"This machine has no address {port.host} ({port.process}): correct {host_setting}."
