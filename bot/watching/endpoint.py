"""`GET /metrics` of a process, on a port of its own: the loopback address unless set otherwise, never a site."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from bot.settings import Settings
from bot.watching import logs, metrics

log = logging.getLogger(__name__)
# Process and port where the figures are served already: Rasa opens its tracker store more than once.
_served: set[tuple[int, int]] = set()

# Place of each process's port after STAMCELWIJZER_METRICS_PORT; the chat processes come after the others.
_PLACES = {"site": 0, "desk": 1, "worker": 2, "actions": 3, "models": 4, "chat": 5}
# The files in which a worker counts, and room for them: writing beyond what a full disk holds would end the worker.
_COUNTED = ("counter", "histogram", "gauge_all", "gauge_max")
_ROOM = 512 * 1024
# The variable by which prometheus-client knows that several processes count together.
SHARED = "PROMETHEUS_MULTIPROC_DIR"


def port_of(settings: Settings, process: str) -> int | None:
    """The port on which a process tells its figures, or None when none are wanted."""
    if not settings.metrics_port:
        return None
    name, _, number = process.partition("-")
    return settings.metrics_port + _PLACES[name] + (int(number) - 1 if number else 0)


def shared_folder(settings: Settings, process: str) -> Path:
    """Where the workers of a web site keep the figures they count together."""
    return settings.var / "metrics" / process


def prepare(settings: Settings, process: str) -> dict[str, str]:
    """Variables for a process whose workers count together, in an emptied folder: counting begins at 0."""
    folder = shared_folder(settings, process)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError:
        # The process has more to do than count.
        folder = _folder_in_memory()
    return {SHARED: str(folder)}


def reserve() -> None:
    """Take the room on disk that this process needs to count, when several count together.

    Without room it counts in memory, where nobody adds it to what the others counted: writing to a file that the disk
    has no room for would end the process.
    """
    if SHARED not in os.environ:
        return
    try:
        for kind in _COUNTED:
            with Path(os.environ[SHARED], f"{kind}_{os.getpid()}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, _ROOM)
    except OSError as error:
        log.warning("no room to count: %s", type(error).__name__)
        os.environ[SHARED] = str(_folder_in_memory())


def _folder_in_memory() -> Path:
    memory = Path("/dev/shm")  # noqa: S108  # a folder with a name nobody can guess is made in it
    return Path(tempfile.mkdtemp(prefix="stamcelwijzer-", dir=memory if memory.is_dir() else None))


def begin(settings: Settings) -> None:
    """Log as JSON and serve figures, when this is one of the processes of an installation; else do nothing."""
    if settings.process is None:
        return
    logs.install(settings.process)
    serve(settings, settings.process)


def serve(settings: Settings, process: str) -> None:
    """Serve the figures of this process, from a thread. A port that is taken costs the figures, not the process."""
    port = port_of(settings, process)
    if port is None or (os.getpid(), port) in _served:
        return
    metrics.begin()
    metrics.INFO.labels(metrics.version(), _model(settings)).set(1)
    try:
        if SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            ProcessCollector(registry=registry)
            start_http_server(port, settings.metrics_host, registry)
        else:
            start_http_server(port, settings.metrics_host)
        _served.add((os.getpid(), port))
    except OSError as error:
        log.warning("no figures on port %s: %s", port, type(error).__name__)


def _model(settings: Settings) -> str:
    """The mark of the trained model, short."""
    try:
        record = json.loads(next(settings.models.glob("*.json")).read_text(encoding="utf-8"))
        return str(record["fingerprint"])[:12]
    except (StopIteration, OSError, ValueError, KeyError, TypeError):
        return ""
