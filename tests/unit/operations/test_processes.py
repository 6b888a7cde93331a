"""How the processes are started; on a disk that is full, too."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.operations.processes import all_processes, note_pid, stop_seconds
from bot.settings import ROOT, Settings

# After which nginx closes a connection that nobody uses; others do so earlier.
PROXY_SECONDS = 60
FULL = Path("/dev/full")
# What nobody should have to wait for an answer that does not come.
MINUTE = 60


def test_a_process_notes_its_id(tmp_path: Path) -> None:
    note_pid(tmp_path / "run" / "site.pid")
    assert (tmp_path / "run" / "site.pid").read_text() == f"{os.getpid()}\n"
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["site.pid"]


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is always full")
def test_no_room_for_its_id_is_no_reason_to_end(tmp_path: Path) -> None:
    (tmp_path / "site.new").symlink_to(FULL)
    note_pid(tmp_path / "site.pid")
    assert not (tmp_path / "site.pid").exists()


@pytest.mark.parametrize("site", ["site", "desk"])
def test_a_site_is_not_the_first_to_close_an_idle_connection(settings: Settings, site: str) -> None:
    command = all_processes(settings)[site].command(settings)
    assert int(command[command.index("--keep-alive") + 1]) > PROXY_SECONDS


@pytest.mark.parametrize("site", ["site", "desk"])
def test_a_worker_of_a_site_that_stands_still_holds_nobody_for_a_minute(settings: Settings, site: str) -> None:
    command = all_processes(settings)[site].command(settings)
    # gunicorn looks once a second, asks first and ends it the second time.
    assert int(command[command.index("--timeout") + 1]) + 3 < MINUTE / 2
    # Made before the workers: the work of the start, with the database maybe silent, is no silence of a worker.
    assert "--preload" in command


@pytest.mark.parametrize("seconds", [8.0, 60.5])
@pytest.mark.parametrize("site", ["site", "desk"])
def test_a_site_that_is_asked_to_stop_has_time_for_the_chats_own_wait(
    settings: Settings, site: str, seconds: float
) -> None:
    patient = replace(settings, chat_timeout=seconds)
    command = all_processes(patient)[site].command(patient)
    finishing = int(command[command.index("--graceful-timeout") + 1])
    assert seconds + 5 < finishing < stop_seconds(patient) - 10


def test_the_documents_say_how_long_stopping_takes(settings: Settings) -> None:
    told = " ".join((ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split())
    assert f"cut off after {stop_seconds(settings)} seconds" in told
    compose = (ROOT / "deploy" / "compose.yml").read_text(encoding="utf-8")
    [grace] = re.findall(r"stop_grace_period: (\d+)s", compose)
    assert int(grace) >= stop_seconds(settings)
