"""A process starts on a disk that is full, too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.operations.processes import note_pid

FULL = Path("/dev/full")


def test_a_process_notes_its_id(tmp_path: Path) -> None:
    note_pid(tmp_path / "run" / "site.pid")
    assert (tmp_path / "run" / "site.pid").read_text() == f"{os.getpid()}\n"
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["site.pid"]


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is always full")
def test_no_room_for_its_id_is_no_reason_to_end(tmp_path: Path) -> None:
    (tmp_path / "site.new").symlink_to(FULL)
    note_pid(tmp_path / "site.pid")
    assert not (tmp_path / "site.pid").exists()
