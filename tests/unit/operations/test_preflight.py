"""Checks before a start, on real ports and folders."""

from __future__ import annotations

import dataclasses
import socket
from pathlib import Path

import pytest

from bot.operations import preflight
from bot.operations.errors import OperatorError
from bot.settings import Settings


def test_free_ports_are_accepted(settings: Settings) -> None:
    preflight.check_ports(preflight.ports(settings))


def test_a_port_in_use_is_told_with_the_setting_that_changes_it(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.site_port))
        other.listen()
        with pytest.raises(OperatorError, match=f"Port {settings.site_port} .*STAMCELWIJZER_SITE_PORT"):
            preflight.check_ports(preflight.ports(settings))


def test_a_port_given_twice_is_told_with_both_settings(settings: Settings) -> None:
    twice = dataclasses.replace(settings, desk_port=settings.chat_port)
    with pytest.raises(OperatorError, match="STAMCELWIJZER_CHAT_PORT and STAMCELWIJZER_DESK_PORT"):
        preflight.check_ports(preflight.ports(twice))


def test_an_address_this_machine_does_not_have_is_told(settings: Settings) -> None:
    # 192.0.2.0/24 is reserved for documentation.
    elsewhere = dataclasses.replace(settings, site_host="192.0.2.1")
    with pytest.raises(OperatorError, match="STAMCELWIJZER_SITE_HOST"):
        preflight.check_ports(preflight.ports(elsewhere))


def test_a_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    preflight.check_folder(tmp_path / "a" / "b", "STAMCELWIJZER_VAR")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="cannot be written.*STAMCELWIJZER_VAR"):
        preflight.check_folder(tmp_path / "file" / "var", "STAMCELWIJZER_VAR")


def test_too_little_room_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="free some space"):
        preflight.check_folder(tmp_path, "STAMCELWIJZER_MODELS", needed=2**62)
