"""The command as an operator meets it: one clear line and an exit code, never a traceback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PREFIX, ROOT
from bot.signups.encryption import generate_key
from tests.running import plain_environment, variables


def command(given: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**plain_environment(), **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    return variables(tmp_path / "var")


def test_a_port_in_use_stops_the_start(given: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(given[f"{PREFIX}CHAT_PORT"])))
        other.listen()
        assert_refused(command(given, "run"), given[f"{PREFIX}CHAT_PORT"], f"{PREFIX}CHAT_PORT")


def test_a_wrong_setting_stops_the_start(given: dict[str, str]) -> None:
    assert_refused(command({**given, f"{PREFIX}SITE_PORT": "tachtig"}, "run"), f"{PREFIX}SITE_PORT", "tachtig")


def test_a_folder_that_cannot_be_made_stops_the_start(given: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_refused(command({**given, f"{PREFIX}VAR": str(tmp_path / "file" / "var")}, "setup"), f"{PREFIX}VAR")


def test_a_broken_content_file_stops_the_start_with_its_line(given: dict[str, str], tmp_path: Path) -> None:
    content = tmp_path / "content"
    for name in ("faq", "sources"):
        shutil.copytree(ROOT / "data" / name, content / name)
    shutil.copy(ROOT / "data" / "content-map.yml", content)
    broken = content / "faq" / "terms.yml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("topics:", "topics: [", 1), encoding="utf-8")
    assert_refused(command({**given, f"{PREFIX}CONTENT": str(content)}, "setup"), "terms.yml:")


def test_a_key_that_is_no_key_stops_the_start(given: dict[str, str]) -> None:
    assert_refused(command({**given, f"{PREFIX}KEYS": "geheim"}, "setup"), "key 1")


def test_a_lost_key_stops_the_start(given: dict[str, str]) -> None:
    assert command(given, "setup").returncode == 0
    key = Path(given[f"{PREFIX}VAR"]) / "keys"
    key.unlink()
    assert_refused(command(given, "setup"), str(key))
    assert not key.exists()


def test_a_database_that_cannot_be_reached_stops_the_start(given: dict[str, str]) -> None:
    # Nothing listens on the port that is free now.
    address = f"postgresql://nobody@127.0.0.1:{given[f'{PREFIX}DESK_PORT']}/none"
    unreachable = {**given, f"{PREFIX}DATABASE_URL": address, f"{PREFIX}KEYS": generate_key()}
    assert_refused(command(unreachable, "setup"), "database", f"{PREFIX}DATABASE_URL")


def test_a_model_that_cannot_be_loaded_is_told_with_what_to_do(given: dict[str, str], tmp_path: Path) -> None:
    questions, broken = tmp_path / "questions.tsv", tmp_path / "other.tar.gz"
    questions.write_text("text\texpected\nWat is de studie?\tstudy_aim\n", encoding="utf-8")
    broken.write_bytes(b"no archive")
    done = command(given, "evaluate", str(questions), "--model", str(broken))
    assert_refused(done, "other.tar.gz cannot be loaded", "make train")


def test_an_unknown_process_is_refused_with_those_there_are(given: dict[str, str]) -> None:
    assert_refused(command(given, "serve", "kitchen"), "chat, models, actions, site, desk, worker")


def test_the_groups_of_other_parts_are_found(given: dict[str, str]) -> None:
    shown = command(given, "--help").stdout
    for name in ("audit", "evaluate", "faq", "keys", "run", "serve", "setup", "staff", "train", "worker"):
        assert f"\n  {name} " in shown


def test_the_number_of_keys_is_told_and_not_the_keys(given: dict[str, str]) -> None:
    keys = [generate_key(), generate_key()]
    done = command({**given, f"{PREFIX}KEYS": ",".join(keys)}, "keys", "show-count")
    assert done.stdout == "2 encryption keys.\n"
