"""The load measurement: its conversations, what it makes of a round, and the pages that follow from it."""

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from bot.eligibility.trial_file import load_trial
from bot.operations.load import report
from bot.operations.load.client import Task, conversations, measure
from bot.operations.load.report import Found, Growth
from bot.operations.load.rounds import Summary, quantile
from bot.operations.load.running import family, variables
from bot.operations.preflight import check_ports, ports
from bot.settings import ROOT, load

FAST = Summary(rate=200.0, p50=5.0, p99=12.0, prescreen=6.0, processor=8.0, failed=0)
SLOW = Summary(rate=25.0, p50=40.0, p99=60.0, prescreen=50.0, processor=40.0, failed=0)


class _Chat(http.server.BaseHTTPRequestHandler):
    """A site that answers every message but one, and keeps what it heard."""

    protocol_version = "HTTP/1.1"
    heard: list[tuple[str | None, str]] = []

    def do_POST(self) -> None:  # noqa: N802 - the name that the base class calls
        """One message."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        token = body["conversation"] or f"token{len(self.heard)}"
        self.heard.append((token, body["message"]))
        answer = json.dumps({"conversation": token, "messages": [{}] if body["message"] != "hallo" else []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def chat() -> Iterator[str]:
    _Chat.heard = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Chat) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_every_criterion_is_answered_in_a_conversation_with_a_pre_screen() -> None:
    asked = len(load_trial(ROOT / "data" / "trials" / "ram-ms.yml").criterion_ids)
    counts = {sum(turn.prescreen for turn in one) for one in conversations()}
    assert counts == {0, asked}


def test_clients_have_their_conversations_and_count_what_failed(chat: str) -> None:
    found = anyio.run(measure, Task("site", (chat,), clients=3, conversations=1, repeat=2))
    wanted = [turn for one in conversations() for turn in one * 2]
    assert len(_Chat.heard) == len(wanted)
    assert found.failed == sum(turn.say == "hallo" for turn in wanted)
    assert len(found.prescreen) == sum(turn.prescreen for turn in wanted)
    assert len(found.other) + len(found.prescreen) + found.failed == len(wanted)


def test_quantiles_of_few_and_of_none() -> None:
    assert quantile([], 0.5) == 0
    assert quantile([1.0, 2.0, 3.0], 0.5) == 2
    assert quantile([1.0, 2.0, 3.0], 0.99) == 3


def test_a_family_has_the_process_itself() -> None:
    assert os.getpid() in family(os.getppid())


def found() -> Found:
    loads = {("site", 1): (FAST, SLOW), ("site", 64): (FAST, SLOW), ("rasa", 1): (FAST, SLOW)}
    memory = ({"chat": 500.0, "chat-2": 480.0, "site": 200.0}, {"chat": 1000.0})
    growth = [Growth("ten times as long", FAST, SLOW, aimed=True), Growth("much is stored", FAST, SLOW)]
    return Found(2, 2, loads, (10.0, 20.0), memory, (30.0, 60.0), growth)


def test_the_tables_tell_ratios() -> None:
    text = report.tables(found())
    assert "| whole path | 64 | 8.00 x | 0.12 | 0.20 | 0.12 | 0.20 |" in text
    assert "| memory in all, MB (PSS) | 1180 | 1000 |" in text
    assert "| ten times as long | 5.0 | 40.0 | 8.00 | 5.00 |" in text


def test_the_aims_tell_whether_they_are_held() -> None:
    text = report.tables(found())
    assert "| at least 8 times the throughput | whole path 8.00 / 8.00; Rasa alone 8.00 | yes |" in text
    assert "| at most 0.25 of the p50 | whole path 0.12 / 0.12; Rasa alone 0.12 | yes |" in text
    assert "| at most 0.5 of the memory, a chat process | 0.50 | yes |" in text
    assert "| at most 1.3 of the p50 with ten times as long | 8.00 | no |" in text
    assert "| at least 8 times the throughput | - | no |" in report.tables(Found(2, 2))


def test_an_installation_gets_ports_of_its_own_with_room_for_more_chat_processes(tmp_path: Path) -> None:
    first, second = (ports(load(variables(tmp_path, CHAT_PROCESSES="9"))) for _ in range(2))
    numbers = [port.number for port in first]
    assert len(numbers) == len(set(numbers))
    check_ports(second)


def test_sizing_follows_from_the_measurement() -> None:
    rows = [line for line in report.sizing(found()).splitlines() if line.startswith("| 1")]
    # 200 messages a second, of which 60% counts, is 60 for each chat process.
    assert rows[-1] == "| 10,000 | 5.6 | 1 | 1 | 700 |"
    assert "| 200,000 | 111.1 | 2 | 1 | 1200 |" in report.sizing(found())
