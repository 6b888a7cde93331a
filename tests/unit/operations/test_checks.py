"""What `make test` runs."""

from __future__ import annotations

import subprocess
import sys

from bot.operations.checks import LONGEST, WHOLE_PATHS, whole_paths
from bot.settings import ROOT


def test_the_longest_file_is_first_and_no_test_is_left_out() -> None:
    files = whole_paths()
    assert files[0] == LONGEST
    assert _collected(*files) == _collected(*WHOLE_PATHS)


def _collected(*places: str) -> set[str]:
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", *places]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {line for line in done.stdout.splitlines() if "::" in line}
