"""Prepare a checkout: a private uv, Python 3.11, the hashed requirements and the `stamcelwijzer` command.

Runs on any Python from 3.8, with the standard library only, because it runs before anything is installed.
A second run finds its stamp and does nothing. Every failure is one sentence that says what to do.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
STAMP = VENV / "installed-requirements"
LOG = TOOLS / "setup.log"
UV_RANGE = "uv>=0.5,<1"
PYTHON_VERSION = "3.11"
NEEDED_BYTES = 4 * 1024**3
# multidict is old enough, because Rasa's web server asks that, to have no ready-made file for Python 3.11.
WITHOUT_COMPILER = {"MULTIDICT_NO_EXTENSIONS": "1"}
LAUNCHER = """#!/bin/sh
# Written by tools/bootstrap.py.
exec "$(dirname "$0")/python" -m bot "$@"
"""


class SetupError(Exception):
    """Set-up cannot go on. The message tells what to do."""


def say(text: str) -> None:
    """Print a line of progress at once."""
    print(text, flush=True)


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the set-up; the exit code is 0 when everything is in place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="compile requirements.txt from pyproject.toml")
    options = parser.parse_args(arguments)
    try:
        if options.lock:
            lock()
        elif not is_complete():
            install()
    except SetupError as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"Set-up stopped: {error.filename} cannot be written. Give yourself write permission on {ROOT}.",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        print(f"Set-up stopped: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def wanted_stamp() -> str:
    """What must be installed, as a digest of the requirements and of the way they are installed."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes())
    digest.update(PYTHON_VERSION.encode())
    digest.update(LAUNCHER.encode())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def is_complete() -> bool:
    """Whether an earlier run installed exactly these requirements, here."""
    return (
        STAMP.is_file()
        and STAMP.read_text().strip() == wanted_stamp()
        and VENV_PYTHON.exists()
        and (VENV / "bin" / "stamcelwijzer").exists()
    )


def install() -> None:
    """Bring uv, the virtual environment and all requirements.

    Raises:
        SetupError: when a step fails.
    """
    check_folder()
    uv = find_uv()
    make_venv(uv)
    say("Installing the requirements (the first time takes some minutes) ...")
    command = [
        uv,
        "pip",
        "sync",
        "--require-hashes",
        "--compile-bytecode",
        "--python",
        str(VENV_PYTHON),
        str(REQUIREMENTS),
    ]
    output = run(command)
    if output is not None and lacks_compiler(output):
        say("There is no C compiler here: taking in Python what could be compiled ...")
        output = run(command, WITHOUT_COMPILER)
    if output is not None:
        raise SetupError(explain_install_failure(output))
    write_entry_points()
    STAMP.write_text(wanted_stamp() + "\n")
    say("Set-up is complete.")


def check_folder() -> None:
    """Stop early when the checkout cannot be written or the disk is full."""
    if not os.access(str(ROOT), os.W_OK):
        raise SetupError(f"the folder {ROOT} is read-only. Give yourself write permission, or copy it elsewhere.")
    TOOLS.mkdir(exist_ok=True)
    LOG.write_text("")
    free = shutil.disk_usage(str(ROOT)).free
    if free < NEEDED_BYTES and not STAMP.exists():
        raise SetupError(f"{ROOT} has {free / 1024**3:.1f} GB free and the installation needs 4 GB. Free some space.")


# --- uv ---------------------------------------------------------------------------------------------------------


def find_uv() -> str:
    """A private uv: one that is here already, else installed with the venv or pip of any Python at hand."""
    candidates = [TOOLS / "uv" / "bin" / "uv", TOOLS / "packages" / "bin" / "uv"]
    for candidate in candidates:
        if candidate.exists() and run([str(candidate), "--version"]) is None:
            return str(candidate)
    say(f"Installing uv under {TOOLS.relative_to(ROOT)} ...")
    if install_uv() or (bring_venv() and install_uv()):
        for candidate in candidates:
            if candidate.exists():
                return str(candidate)
    on_path = shutil.which("uv")
    if on_path:
        say(f"Using {on_path}.")
        return on_path
    if LOG.exists() and ("No module named" in LOG.read_text() or "ensurepip" in LOG.read_text()):
        raise SetupError("this Python has neither venv nor pip. Install them (Debian: apt-get install python3-venv).")
    raise SetupError(f"pip could not install uv. Is a package index reachable? Details: {LOG}")


def install_uv() -> bool:
    """Install uv with the first Python that can."""
    return any(install_uv_in_venv(python) or install_uv_in_folder(python) for python in pythons())


def bring_venv() -> bool:
    """Install the system package with venv: on Debian, as root, when no Python here has it. Whether that was done."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None or shutil.which("uv") is not None:
        return False
    if any(run([python, "-c", "import ensurepip, venv"]) is None for python in pythons()):
        return False
    say("This Python has no venv: installing the system package python3-venv ...")
    run(["apt-get", "update"])
    return run(["apt-get", "install", "--yes", "--no-install-recommends", "python3-venv"]) is None


def pythons() -> List[str]:
    """The Python interpreters at hand, the running one first."""
    names = ["python3"] + [f"python3.{minor}" for minor in range(14, 7, -1)]
    found = [sys.executable] + [path for path in map(shutil.which, names) if path]
    return list(dict.fromkeys(found))


def install_uv_in_venv(python: str) -> bool:
    """Install uv in a virtual environment of its own. False when this Python cannot make one."""
    folder = TOOLS / "uv"
    shutil.rmtree(str(folder), ignore_errors=True)
    if run([python, "-m", "venv", str(folder)]) is not None:
        shutil.rmtree(str(folder), ignore_errors=True)
        return False
    return run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", UV_RANGE]) is None


def install_uv_in_folder(python: str) -> bool:
    """Install uv with this Python's own pip in a plain folder, for Debian's Python without venv."""
    folder = TOOLS / "packages"
    return run([python, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder), UV_RANGE]) is None


# --- the environment --------------------------------------------------------------------------------------------


def make_venv(uv: str) -> None:
    """Make `.venv` with Python 3.11, or keep the one that is there when it works."""
    check = "import sys; sys.exit('{}.{}'.format(*sys.version_info) != '" + PYTHON_VERSION + "')"
    if VENV_PYTHON.exists() and run([str(VENV_PYTHON), "-c", check]) is None:
        return
    shutil.rmtree(str(VENV), ignore_errors=True)
    say(f"Making .venv with Python {PYTHON_VERSION} ...")
    if run([uv, "venv", "--quiet", "--python", PYTHON_VERSION, str(VENV)]) is not None:
        raise SetupError(
            f"there is no Python {PYTHON_VERSION} here and uv could not bring it. Install it (Debian: apt-get install "
            f"python{PYTHON_VERSION}). Details: {LOG}"
        )


def lacks_compiler(output: str) -> bool:
    """Whether an installation failed because something had to be compiled and could not be."""
    lowered = output.lower()
    return any(sign in lowered for sign in ("compiler", "gcc", "unable to execute 'cc'", "failed to build"))


def explain_install_failure(output: str) -> str:
    """One sentence for the operator about a failed installation."""
    lowered = output.lower()
    if any(sign in lowered for sign in ("no space left", "disk quota")):
        return "the disk is full. Free some space and try again."
    if lacks_compiler(output):
        return (
            "a package has no ready-made file for this machine and needs a C compiler. Install one "
            f"(Debian: apt-get install build-essential). Details: {LOG}"
        )
    if "hash mismatch" in lowered:
        return f"a downloaded package does not match its hash in requirements.txt; it was not installed. Details: {LOG}"
    if any(sign in lowered for sign in ("failed to fetch", "error sending request", "dns error", "connect")):
        return f"the package index cannot be reached. Check the network or its proxy settings. Details: {LOG}"
    return f"the requirements could not be installed. Details: {LOG}"


def write_entry_points() -> None:
    """The `stamcelwijzer` command, and this checkout on the environment's path, without building a package."""
    launcher = VENV / "bin" / "stamcelwijzer"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
    for packages in VENV.glob("lib/python*/site-packages"):
        (packages / "stamcelwijzer.pth").write_text(str(ROOT) + "\n")


def lock() -> None:
    """Compile the hashed requirements from the ranges in pyproject.toml; pins that still fit are kept."""
    check_folder()
    output = run(
        [
            find_uv(),
            "pip",
            "compile",
            "pyproject.toml",
            "--extra",
            "test",
            "--universal",
            "--generate-hashes",
            "--no-emit-index-url",
            "--python-version",
            PYTHON_VERSION,
            "--quiet",
            "-o",
            "requirements.txt",
        ]
    )
    if output is not None:
        raise SetupError(f"requirements.txt could not be compiled. Details: {LOG}")
    say("requirements.txt is up to date; `make setup` installs it.")


# --- processes --------------------------------------------------------------------------------------------------


def run(command: List[str], more: Optional[Dict[str, str]] = None) -> Optional[str]:
    """Run a command in the checkout, its output in the log. None when it succeeded, else what it printed.

    `more` are variables that only this command gets.
    """
    environment = {**tool_environment(), **(more or {})}
    try:
        done = subprocess.run(
            command,
            cwd=str(ROOT),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except OSError as error:
        return str(error)
    with LOG.open("a") as log:
        log.write("$ {}\n{}\n".format(" ".join(command), done.stdout))
    return None if done.returncode == 0 else done.stdout


def tool_environment() -> Dict[str, str]:
    """The environment of uv and pip: the operator's own, with pip's package index and certificates told to uv too.

    uv reads no pip configuration, while a hospital that has a mirror of its own usually set it up for pip.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "VIRTUAL_ENV")}
    environment["UV_NO_PROGRESS"] = "1"
    for pip_name, uv_name in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if environment.get(pip_name):
            environment.setdefault(uv_name, environment[pip_name])
    return environment


if __name__ == "__main__":
    sys.exit(main())
