"""Where the workers of a site count together, and that a full disk ends none of them."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from bot.settings import Settings
from bot.watching import endpoint
from tests.running import free_row

FULL = Path("/dev/full")


def test_counting_begins_in_an_empty_folder_with_room(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = endpoint.shared_folder(settings, "site")
    folder.mkdir(parents=True)
    (folder / "counter_1.db").write_bytes(b"of before")
    monkeypatch.setenv(endpoint.SHARED, endpoint.prepare(settings, "site")[endpoint.SHARED])
    assert os.environ[endpoint.SHARED] == str(folder)
    endpoint.reserve()
    files = list(folder.iterdir())
    assert files and all(file.stat().st_size > 100_000 and str(os.getpid()) in file.name for file in files)


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is always full")
def test_without_room_it_counts_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"counter_{os.getpid()}.db").symlink_to(FULL)
    monkeypatch.setenv(endpoint.SHARED, str(tmp_path))
    endpoint.reserve()
    elsewhere = Path(os.environ[endpoint.SHARED])
    assert elsewhere != tmp_path and elsewhere.is_dir()
    shutil.rmtree(elsewhere)


def test_without_a_folder_it_counts_elsewhere(settings: Settings) -> None:
    (settings.var / "metrics").write_text("a file where the folder should be")
    elsewhere = Path(endpoint.prepare(settings, "site")[endpoint.SHARED])
    assert elsewhere.is_dir() and settings.var not in elsewhere.parents
    shutil.rmtree(elsewhere)


def test_a_process_that_serves_its_figures_already_has_nothing_to_warn_of(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    of_tests = replace(settings, metrics_port=free_row(8))
    for _ in range(2):
        endpoint.serve(of_tests, "chat")
    assert caplog.records == []
    port = endpoint.port_of(of_tests, "chat")
    assert requests.get(f"http://127.0.0.1:{port}/metrics", timeout=60).ok
