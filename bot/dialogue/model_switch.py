"""Takes in another live model beside the one that answers: a chat process goes on answering while it loads.

Rasa's own way of asking for a model loads it within the loop that answers, which then is silent for seconds. So Rasa
asks once, when it starts (`wait_time_between_pulls: 0` in `endpoints.yml`), and this asks from then on. What is handed
out is checked by the model server.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
from rasa.core.agent import Agent
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from sanic import Sanic
from sanic.exceptions import SanicException

logger = logging.getLogger(__name__)

SECONDS_BETWEEN = 1.0
_LONGEST_DOWNLOAD = 120.0
_tasks: set[asyncio.Task[None]] = set()


def begin() -> None:
    """Ask for other models from now on, in the loop that runs; outside a loop nothing is served and nothing begins."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    # Rasa may open its stores more than once; one task is enough.
    if not _tasks:
        task = loop.create_task(_keep_asking(), name="model-switch")
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)


async def _keep_asking() -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN)
        agent = _served()
        if agent is not None and agent.model_server is not None:
            await switch(agent, load)


def _served() -> Agent | None:
    """The agent of this process, once Rasa has made it."""
    try:
        found = Sanic.get_app().ctx
    except SanicException:
        return None
    return getattr(found, "agent", None)


async def switch(agent: Agent, load: Callable[[Agent, Path], Any]) -> bool:
    """Ask the model server for another model, and let the agent answer with it once it is loaded.

    Args:
        agent: the one that answers; turns under way end on the model they began with.
        load: makes a processor of a model file; runs in a thread.

    Returns:
        Whether there was another one. When it cannot be had or loaded, the present one stays.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="stamcelwijzer-model-") as folder:
            file = Path(folder) / "model.tar.gz"
            name = await _download(agent, file)
            if name is None:
                return False
            processor = await asyncio.get_running_loop().run_in_executor(None, load, agent, file)
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        logger.debug("the model server does not answer: %s", type(error).__name__)
        return False
    except Exception:  # a model is code and data: loading one of another version can fail in any way
        logger.exception("another model cannot be loaded, the present one stays")
        return False
    _answer_with(agent, processor, name)
    logger.info("another model answers from now on")
    return True


def load(agent: Agent, file: Path) -> MessageProcessor:
    """A processor with this model and everything else of the agent, as Rasa makes it."""
    return MessageProcessor(
        model_path=file,
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        action_endpoint=agent.action_endpoint,
        generator=agent.nlg,
        http_interpreter=agent.http_interpreter,
    )


async def _download(agent: Agent, file: Path) -> str | None:
    """Fetch the live model and give its name; None when the agent has it, or there is none."""
    server = agent.model_server
    assert server is not None
    timeout = aiohttp.ClientTimeout(total=_LONGEST_DOWNLOAD)
    async with (
        server.session() as session,
        session.get(server.url, headers={"If-None-Match": agent.fingerprint}, timeout=timeout) as response,
    ):
        name = response.headers.get("ETag")
        if response.status != 200 or not name:
            return None
        file.write_bytes(await response.read())
        return str(name)


def _answer_with(agent: Agent, processor: MessageProcessor, name: str) -> None:
    """What `Agent.load_model` does once it has loaded."""
    agent.processor, agent.domain, agent.fingerprint = processor, processor.domain, name
    agent.tracker_store.domain = processor.domain
    if isinstance(agent.nlg, TemplatedNaturalLanguageGenerator):
        agent.nlg.responses = processor.domain.responses
