"""Talk to the assistant in a terminal: Rasa's own shell, with the model, content and settings of this installation."""

from __future__ import annotations

import os
import socket
import sys

from bot.operations import processes, training
from bot.settings import ROOT, Settings


def become(settings: Settings) -> None:
    """Become Rasa's shell. The pre-screen needs the action server of a running installation; answers need nothing."""
    os.environ.update(processes.environment(settings))
    os.chdir(ROOT)
    command = [
        *(sys.executable, "-m", "rasa", "shell", "--model", str(training.model_file(settings))),
        *("--endpoints", "endpoints.yml", "--credentials", str(settings.credentials), "--port", str(_free_port())),
    ]
    os.execv(command[0], command)  # noqa: S606  # becoming it is the point


def _free_port() -> int:
    """A port for the server that Rasa's shell talks to, beside those of a running installation."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
