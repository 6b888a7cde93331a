"""Other channels are a matter of configuration: the chat process takes the credentials that are named."""

from __future__ import annotations

import re
from pathlib import Path

from bot import settings as project_settings
from bot.operations.processes import all_processes
from bot.settings import ROOT

DOCUMENT = ROOT / "docs" / "channels.md"


def test_the_example_in_the_document_opens_rest_and_socketio(tmp_path: Path) -> None:
    from rasa.core.run import create_http_input_channels

    example = re.search(r"\n\n((?:    .+\n)+)", DOCUMENT.read_text(encoding="utf-8"))
    assert example
    file = tmp_path / "credentials.yml"
    file.write_text(re.sub(r"(?m)^ {4}", "", example[1]), encoding="utf-8")
    assert {channel.name() for channel in create_http_input_channels(None, str(file))} == {"rest", "socketio"}
    settings = project_settings.load({"STAMCELWIJZER_CREDENTIALS": str(file)})
    commands = [process.command(settings) for name, process in all_processes(settings).items() if "chat" in name]
    assert commands and all(str(file) in command for command in commands)
