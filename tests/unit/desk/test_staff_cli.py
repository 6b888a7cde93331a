"""The `staff` commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.desk.staff_cli import staff
from bot.signups.encryption import generate_key


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAMCELWIJZER_VAR", str(tmp_path))
    monkeypatch.setenv("STAMCELWIJZER_KEYS", generate_key())


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(staff, list(arguments), input=typed)


def test_an_account_is_made_and_listed_with_its_first_password_shown_once() -> None:
    made = run("add", "anna", "--role", "nurse")
    assert made.exit_code == 0 and "First password: " in made.output
    password = made.output.split("First password: ")[1].split()[0]
    assert len(password) == 19
    listed = run("list")
    assert "anna" in listed.output and "nurse" in listed.output and password not in listed.output


def test_a_given_password_is_not_repeated() -> None:
    made = run("add", "anna", "--role", "nurse", "--password-stdin", typed="vier losse woorden hier\n")
    assert made.exit_code == 0 and "losse" not in made.output and "First password" not in made.output
    assert run("add", "bram", "--role", "nurse", "--password-stdin", typed="kort\n").exit_code == 1


@pytest.mark.parametrize("name", ["Anna", "a", "anna de vries", "../x", "1anna", "é" * 5])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    refused = run("add", name, "--role", "nurse")
    assert refused.exit_code == 1 and "cannot be a name" in refused.output


def test_a_name_that_is_taken_is_refused() -> None:
    run("add", "anna", "--role", "nurse")
    assert "already" in run("add", "anna", "--role", "editor").output


def test_an_unknown_role_is_refused() -> None:
    assert run("add", "anna", "--role", "koning").exit_code == 2


def test_an_account_is_blocked_allowed_and_given_another_role() -> None:
    run("add", "anna", "--role", "nurse")
    assert run("block", "anna").exit_code == 0
    assert "blocked" in run("list").output
    assert run("allow", "anna").exit_code == 0
    assert run("role", "anna", "editor").exit_code == 0
    assert "editor" in run("list").output and "active" in run("list").output


def test_a_reset_gives_another_first_password() -> None:
    first = run("add", "anna", "--role", "nurse").output.split("First password: ")[1].split()[0]
    second = run("reset", "anna").output.split("First password: ")[1].split()[0]
    assert first != second


@pytest.mark.parametrize("command", [("reset",), ("block",), ("allow",), ("role", "nurse")])
def test_an_account_that_is_not_there_is_named(command: tuple[str, ...]) -> None:
    result = run(command[0], "niemand", *command[1:])
    assert result.exit_code == 1 and "There is no account 'niemand'" in result.output
