"""Another model is taken in while the loop goes on, and what cannot be loaded changes nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.model_switch import switch

pytestmark = pytest.mark.anyio
DOMAIN = Domain.from_dict({"intents": ["greet"], "responses": {"utter_greet": [{"text": "Dag."}]}})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Models(BaseHTTPRequestHandler):
    """A model server with one model, named `new`."""

    def do_GET(self) -> None:
        has_it = self.headers.get("If-None-Match") == "new"
        self.send_response(304 if has_it else 200)
        self.send_header("ETag", "new")
        self.end_headers()
        if not has_it:
            self.wfile.write(b"a model")

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def agent() -> Iterator[Agent]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Models)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Agent(fingerprint="old", model_server=EndpointConfig(f"http://127.0.0.1:{server.server_port}/model"))
    server.shutdown()
    server.server_close()


async def test_the_loop_goes_on_while_a_model_loads_and_then_it_answers(agent: Agent) -> None:
    made, went_on = SimpleNamespace(domain=DOMAIN), threading.Event()
    loading = asyncio.Event()
    loop = asyncio.get_running_loop()

    def load(_: Agent, file: Path) -> Any:
        assert file.read_bytes() == b"a model"
        loop.call_soon_threadsafe(loading.set)
        # Within the loop this would wait in vain.
        assert went_on.wait(30)
        return made

    async def turn() -> None:
        await loading.wait()
        assert agent.fingerprint == "old"
        went_on.set()

    switched, _ = await asyncio.gather(switch(agent, load), turn())
    assert switched
    assert (agent.processor, agent.domain, agent.fingerprint) == (made, DOMAIN, "new")
    assert agent.tracker_store.domain is DOMAIN
    assert agent.nlg.responses == DOMAIN.responses  # type: ignore[attr-defined]
    assert not await switch(agent, load), "it has this one now"


async def test_a_model_that_cannot_be_loaded_leaves_the_present_one(agent: Agent) -> None:
    def load(_: Agent, __: Path) -> Any:
        raise ValueError("damaged")

    assert not await switch(agent, load)
    assert (agent.processor, agent.fingerprint) == (None, "old")


async def test_without_a_server_the_present_model_stays(agent: Agent) -> None:
    agent.model_server = EndpointConfig("http://127.0.0.1:9/model")
    assert not await switch(agent, lambda *_: pytest.fail("nothing to load"))
    assert agent.fingerprint == "old"
