"""`make test`: every check there is, quick ones first, stopping at the first group that fails.

Nothing here touches the installation's own `var/`: keys, databases and logs of the tests are temporary.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import settings as project_settings
from bot.operations import processes, setup, training
from bot.operations.errors import explain
from bot.settings import PREFIX, ROOT, Settings

STATIC, UNIT, MODEL, WHOLE = "static", "unit", "model", "whole"
CONVERSATIONS = ROOT / "tests" / "conversations"
FAULTS = "tests/faults"
WHOLE_PATHS = ("tests/conversations", "tests/browser")
LONGEST = "tests/conversations/test_publishing.py"
# Two installations beside each other, whole files to each: most of the time a test waits for a process or a browser.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
# What could differ with other databases and more processes. The rest, mostly how pages look and what is understood,
# would be the same twice; STAMCELWIJZER_TEST_PROFILE=production pytest tests/conversations runs it all the same.
PRODUCTION_PATHS = (
    "tests/conversations/test_prescreen.py",
    "tests/browser/test_path.py",
)


@dataclass(frozen=True)
class Check:
    """One check: the group it belongs to, and what to run; it fails with anything but exit code 0."""

    group: str
    name: str
    run: Callable[[], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checks; the exit code is 0 when all succeed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=(STATIC, UNIT, MODEL, WHOLE), help="one group of checks")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="stamcelwijzer-test-"))
    _isolate(folder)
    try:
        settings = project_settings.load()
        todo = [check for check in checks(settings) if options.only in (None, check.group)]
        failed = run_in_order(todo)
    except KeyboardInterrupt:
        failed = "interrupted"
        print("\nInterrupted.", file=sys.stderr)
    if not failed:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


def _isolate(folder: Path) -> None:
    """Point this process and all it starts at a temporary folder, free of the operator's settings."""
    for name in [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")]:
        del os.environ[name]
    os.environ[f"{PREFIX}VAR"] = str(folder)
    os.environ.update(processes.environment(project_settings.load()))
    # That one is for the processes of an installation; tests want to see the project's own warnings.
    del os.environ["PYTHONWARNINGS"]


def checks(settings: Settings) -> Iterator[Check]:
    """All checks, in the order in which they run."""
    yield Check(STATIC, "ruff: mistakes", lambda: _module("ruff", "check", "."))
    yield Check(STATIC, "ruff: form", lambda: _module("ruff", "format", "--check", "."))
    yield Check(STATIC, "types", lambda: _module("mypy"))
    yield Check(STATIC, "who imports whom", lambda: _program("lint-imports"))
    yield Check(STATIC, "content", lambda: _module("bot", "faq", "check"))
    yield Check(UNIT, "unit tests", lambda: _module("pytest", "-q", "-n", "auto", "tests/unit"))
    yield Check(MODEL, "model", lambda: _model(settings))
    yield Check(MODEL, "rasa: data", lambda: _quiet_rasa(settings, "data", "validate", *training.SOURCES))
    if any(CONVERSATIONS.glob("test_*.yml")):
        yield Check(MODEL, "rasa: conversations", lambda: _conversations(settings))
    yield Check(WHOLE, "faults", lambda: _module("pytest", "-q", FAULTS))
    # Last, so that pytest's own closing line ends the whole run.
    yield Check(WHOLE, "whole paths", lambda: _module("pytest", "-q", *SIDE_BY_SIDE, *whole_paths()))
    if os.environ.get(f"{PREFIX}TEST_POSTGRES") and os.environ.get(f"{PREFIX}TEST_REDIS"):
        yield Check(WHOLE, "whole paths on PostgreSQL and Redis", _whole_paths_in_production)
    else:
        print(f"No whole paths on PostgreSQL and Redis: {PREFIX}TEST_POSTGRES and {PREFIX}TEST_REDIS name none.")


def whole_paths() -> list[str]:
    """The files with tests of whole paths, the longest first, so that it does not run alone at the end.

    One by one: pytest passes over a folder that it was given a file of before.
    """
    found = [
        str(file.relative_to(ROOT)) for folder in WHOLE_PATHS for file in sorted((ROOT / folder).glob("test_*.py"))
    ]
    return sorted(found, key=lambda file: file != LONGEST)


def run_in_order(todo: Sequence[Check]) -> str | None:
    """Run checks until one fails; its name, or None when all succeeded."""
    started = time.monotonic()
    for check in todo:
        print(f"\n== {check.name}", flush=True)
        began = time.monotonic()
        code = check.run()
        if code != 0:
            print(f"\nFAILED: {check.name}. The checks after it did not run.", file=sys.stderr, flush=True)
            return check.name
        is_last = check is todo[-1]
        if not is_last:
            print(f"   good, {time.monotonic() - began:.0f} s", flush=True)
        else:
            # On the error stream: the last line of the output stays that of the last check.
            print(f"All {len(todo)} checks are good, {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True)
    return None


def _module(name: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", name, *arguments], cwd=ROOT, check=False).returncode


def _whole_paths_in_production() -> int:
    """The paths that touch the databases, on the production profile; see `tests/production.py`."""
    os.environ[f"{PREFIX}TEST_PROFILE"] = "production"
    return _module("pytest", "-q", *SIDE_BY_SIDE, *PRODUCTION_PATHS)


def _program(name: str, *arguments: str) -> int:
    return subprocess.run([Path(sys.executable).with_name(name), *arguments], cwd=ROOT, check=False).returncode


def _model(settings: Settings) -> int:
    try:
        if not setup.train(setup.prepare(settings, _say), _say):
            _say("The model is up to date.")
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        print(told, file=sys.stderr)
        return 1
    return 0


def _conversations(settings: Settings) -> int:
    """Rasa's own conversation tests; the first wrong prediction fails them."""
    return _quiet_rasa(
        settings,
        *("test", "core", "--e2e", "--fail-on-prediction-errors", "--no-plot"),
        *("--stories", str(CONVERSATIONS), "--model", str(training.model_file(settings))),
        *("--endpoints", "endpoints.yml", "--out", str(settings.var / "conversation-tests")),
    )


def _quiet_rasa(settings: Settings, *arguments: str) -> int:
    """Run a Rasa command; what it says is shown only when it fails."""
    log = settings.var / "rasa.log"
    command = [sys.executable, "-m", "rasa", *arguments]
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **processes.environment(settings)},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        print(log.read_text(encoding="utf-8", errors="replace")[-20_000:])
        print(f"The whole of it is in {log}.")
    return done.returncode


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
