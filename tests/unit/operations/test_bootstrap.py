"""The bootstrap: what it tells when something is wrong, and that any Python 3.8 can read it."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.settings import ROOT

SOURCE = ROOT / "tools" / "bootstrap.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the bootstrap and the requirements, and nothing installed."""
    (tmp_path / "tools").mkdir()
    shutil.copy(SOURCE, tmp_path / "tools")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    return tmp_path


def load(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", checkout / "tools" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_any_python_from_3_8_can_read_it() -> None:
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_it_uses_the_standard_library_only() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_nothing_is_complete_in_a_new_checkout(checkout: Path) -> None:
    assert not load(checkout).is_complete()


def test_it_is_complete_until_the_requirements_change(checkout: Path) -> None:
    module = load(checkout)
    (checkout / ".venv" / "bin").mkdir(parents=True)
    module.VENV_PYTHON.touch()
    module.write_entry_points()
    module.STAMP.write_text(module.wanted_stamp())
    assert module.is_complete()
    with (checkout / "requirements.txt").open("a") as file:
        file.write("# changed\n")
    assert not module.is_complete()


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("error: Failed to build `x`\n  error: command 'gcc' failed: No such file or directory", "build-essential"),
        ("error: failed to write: No space left on device (os error 28)", "disk is full"),
        ("error: Hash mismatch for `flask==3.1.3`", "does not match its hash"),
        ("error: Failed to fetch: `x`\n  Caused by: dns error", "network"),
        ("error: something else", "Details"),
    ],
)
def test_a_failed_installation_is_explained_in_one_line(checkout: Path, printed: str, told: str) -> None:
    explained = load(checkout).explain_install_failure(printed)
    assert told in explained
    assert "\n" not in explained


@pytest.mark.parametrize(
    "reason", ["error: command 'gcc' failed: No such file or directory", "no space left on device"]
)
def test_a_machine_without_compiler_gets_the_requirements_in_python(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    module = load(checkout)
    uv = checkout / ".tools" / "uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    # As uv does with multidict where nothing can be compiled.
    uv.write_text(
        "#!/bin/sh\n"
        f'[ "$1" = venv ] && exec "{sys.executable}" -m venv --without-pip "$5"\n'
        f'[ "$2" = sync ] && [ -z "$MULTIDICT_NO_EXTENSIONS" ] && echo "{reason}" && exit 2\n'
        "exit 0\n"
    )
    uv.chmod(0o755)
    monkeypatch.delenv("MULTIDICT_NO_EXTENSIONS", raising=False)
    if "gcc" in reason:
        module.install()
        assert module.is_complete()
    else:
        with pytest.raises(module.SetupError, match="disk is full"):
            module.install()
        assert not module.is_complete()


def test_a_place_that_cannot_be_written_is_told_without_a_traceback(checkout: Path) -> None:
    (checkout / ".tools").write_text("a file where a folder must come")
    done = subprocess.run(
        [sys.executable, str(checkout / "tools" / "bootstrap.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Set-up stopped: ")
    assert "Traceback" not in done.stderr


def test_python_without_venv_and_pip_is_told_what_to_install(checkout: Path) -> None:
    # -S and an empty path: this Python has the standard library, but no pip, and no other Python or uv is near.
    broken = checkout / "bin" / "python3"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho 'No module named pip' >&2\nexit 1\n")
    broken.chmod(0o755)
    program = (
        f"import sys; sys.argv = ['bootstrap.py']; sys.path.insert(0, {str(checkout / 'tools')!r}); import bootstrap; "
        f"sys.executable = {str(broken)!r}; sys.exit(bootstrap.main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PATH": str(broken.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


@pytest.mark.parametrize("is_root", [True, False])
def test_debians_python_without_venv_is_completed_by_root_only(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, is_root: bool
) -> None:
    module = load(checkout)
    programs = checkout / "bin"
    programs.mkdir()
    (programs / "python3").write_text("#!/bin/sh\necho \"No module named 'ensurepip'\" >&2\nexit 1\n")
    (programs / "apt-get").write_text(f"#!/bin/sh\necho $* >> {checkout}/apt-get.log\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(module.sys, "executable", str(programs / "python3"))
    monkeypatch.setattr(module.os, "geteuid", lambda: 0 if is_root else 1000)
    module.check_folder()
    assert module.bring_venv() is is_root
    asked = (checkout / "apt-get.log").read_text().splitlines() if is_root else []
    assert asked == (["update", "install --yes --no-install-recommends python3-venv"] if is_root else [])


def test_the_operators_package_index_is_told_to_uv_too(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(checkout)
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    assert module.tool_environment()["UV_DEFAULT_INDEX"] == "https://packages.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://other.example/simple")
    assert module.tool_environment()["UV_DEFAULT_INDEX"] == "https://other.example/simple"


def test_the_installed_command_runs_from_anywhere() -> None:
    launcher = Path(sys.executable).parent / "stamcelwijzer"
    done = subprocess.run([launcher, "--help"], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "evaluate" in done.stdout
