"""The trained model: whether it still fits what it was trained from, and training it again."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.operations.errors import OperatorError
from bot.settings import ROOT, Settings

MODEL_NAME = "stamcelwijzer"
PROGRESS_SECONDS = 5
Say = Callable[[str], None]

# What a model follows from. The full texts of the sources and the sources themselves do not count.
_TRAINED_FROM = (
    "config.yml",
    "requirements.txt",
    "bot/domain/**/*.yml",
    "bot/nlu/**/*.py",
    "bot/knowledge/rasa_importer.py",
    "bot/knowledge/files.py",
    "data/nlu/**/*.yml",
    "data/rules/**/*.yml",
    "data/stories/**/*.yml",
    "data/lexicon/**/*.yml",
)
_CONTENT = ("faq/**/*.yml",)
# The last line of a traceback, or a line that Rasa logs as an error.
_COMPLAINT = re.compile(
    r"^(?:[A-Za-z_][\w.]*(?:Error|Exception|Invalid\w*)(?:: )|[-0-9]{10} [:0-9]{8} (?:ERROR|CRITICAL)\s+\S+\s+- )"
    r"(?P<message>.+)$",
    re.MULTILINE,
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Where the importer of files finds configuration, domain and data; `config.yml` names the other importer.
DATA_FOLDERS = tuple(folder for folder in ("data/nlu", "data/rules", "data/stories") if (ROOT / folder).is_dir())
SOURCES = ("--config", "config.yml", "--domain", "bot/domain", "--data", *DATA_FOLDERS)


def model_file(settings: Settings) -> Path:
    """The model that this installation starts with. It is replaced as a whole, never written in place."""
    return settings.models / f"{MODEL_NAME}.tar.gz"


def _record_file(settings: Settings) -> Path:
    return settings.models / f"{MODEL_NAME}.json"


def fingerprint(settings: Settings) -> str:
    """A digest of the contents of everything a model follows from; times of files play no part."""
    content = {
        f"content/{path.relative_to(settings.content).as_posix()}": path
        for pattern in _CONTENT
        for path in settings.content.glob(pattern)
    }
    return _digest({**_files_but_content(settings), **content})


def fingerprint_but_content(settings: Settings) -> str:
    """A digest of everything a model follows from but the content: code, configuration, domain, dialogue, trial."""
    return _digest(_files_but_content(settings))


def _files_but_content(settings: Settings) -> dict[str, Path]:
    files = {path.relative_to(ROOT).as_posix(): path for pattern in _TRAINED_FROM for path in ROOT.glob(pattern)}
    return {**files, "trial": settings.trial_file}


def _digest(files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def is_fresh(settings: Settings) -> bool:
    """Whether the model in use was trained from exactly what is here now."""
    try:
        record = json.loads(_record_file(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    size = model_file(settings).stat().st_size if model_file(settings).is_file() else None
    return isinstance(record, dict) and record == {"fingerprint": fingerprint(settings), "size": size}


def ensure(settings: Settings, environment: Mapping[str, str], say: Say, force: bool = False) -> bool:
    """Train when the model does not fit any more; processes that ask at once wait for one training.

    Args:
        settings: those of this installation.
        environment: variables for Rasa.
        say: takes a line of progress.
        force: train in any case.

    Returns:
        Whether a model was trained.

    Raises:
        OperatorError: when training fails, with the end of Rasa's own words.
    """
    if not force and is_fresh(settings):
        return False
    with _turn(settings.models / f".{MODEL_NAME}.lock", say):
        if not force and is_fresh(settings):
            return False
        _train(settings, environment, say)
    return True


def _train(settings: Settings, environment: Mapping[str, str], say: Say) -> None:
    wanted = fingerprint(settings)
    work = settings.models / ".training"
    shutil.rmtree(work, ignore_errors=True)
    log = settings.var / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "bot.operations.rasa_training", "train", *SOURCES),
        # Rasa's cache knows a component by its own source only, not by the modules it uses: it is not asked.
        # Validation is a check of its own in `make test`; here it would only read all data twice more.
        *("--skip-validation", "--force", "--out", str(work), "--fixed-model-name", MODEL_NAME),
    ]
    started = time.monotonic()
    code = _run_with_progress(command, environment, log, lambda: say(f"  training, {_since(started)} ..."))
    trained = work / f"{MODEL_NAME}.tar.gz"
    if code != 0 or not trained.is_file():
        raise OperatorError(f"Training failed: {reason(log)} The whole of it is in {log}.")
    record = work / "record.json"
    record.write_text(json.dumps({"fingerprint": wanted, "size": trained.stat().st_size}), encoding="utf-8")
    trained.replace(model_file(settings))
    record.replace(_record_file(settings))
    shutil.rmtree(work, ignore_errors=True)
    say(f"  trained in {_since(started)}.")


def _run_with_progress(
    command: list[str], environment: Mapping[str, str], log: Path, progress: Callable[[], None]
) -> int:
    """Run a command with its output in a log; `progress` is called every few seconds. Stopped with this process."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while True:
                try:
                    return process.wait(PROGRESS_SECONDS)
                except subprocess.TimeoutExpired:
                    progress()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


@contextmanager
def _turn(lock: Path, say: Say) -> Iterator[None]:
    """Hold the lock; it is released by the kernel if this process dies."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  another process is training; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def reason(log: Path) -> str:
    """Why a command failed, from what it printed: its own complaint, without the stack that led to it."""
    text = _COLOUR.sub("", log.read_text(encoding="utf-8", errors="replace"))
    complaints = [match["message"].strip() for match in _COMPLAINT.finditer(text)]
    if not complaints:
        return " / ".join(deque((line.strip() for line in text.splitlines() if line.strip()), maxlen=3))
    # The last is Rasa's general one; the one before it says what was wrong.
    specific = [complaint for complaint in complaints if not complaint.startswith("Error initializing graph component")]
    return (specific or complaints)[-1]


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.0f} s"
