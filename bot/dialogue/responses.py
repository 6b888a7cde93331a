"""Rasa response generator: the answers of `bot.knowledge`, and the verdict of a pre-screen that ended plainly.

Named in `endpoints.yml`. Where the action server tells a verdict, it gives the words with it.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from actions.prescreen_state import stored_answers
from actions.prescreen_verdict import verdict_message
from actions.trial import current_sources, current_trial
from bot import settings as project_settings
from bot.dialogue.plain_answers import VERDICT
from bot.knowledge.rasa_nlg import ContentResponses, language_of
from bot.knowledge.replies import Message

logger = logging.getLogger(__name__)


class Responses(ContentResponses):
    """Generates every bot message of this assistant."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        """As its parent; a process of an installation reads at once what its first messages would wait for."""
        super().__init__(endpoint_config, domain)
        if project_settings.load().process is not None:
            self._read_ahead()

    def _read_ahead(self) -> None:
        try:
            for read in (self._content, self._study.trial, current_trial, current_sources):
                read()
        except Exception:  # whatever cannot be read: the message that needs it says so
            logger.exception("not everything could be read ahead")

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Message | None:
        """The message for a response name, or None when there is none of that name."""
        if not utter_action.startswith(VERDICT) or "lines" in kwargs:
            return await super().generate(utter_action, tracker, output_channel, **kwargs)
        trial = current_trial()
        told = verdict_message(trial, stored_answers(trial, tracker), tracker.sender_id, language_of(tracker))
        message = await super().generate(told.response, tracker, output_channel, lines=told.lines)
        return {**message, "custom": told.beside} if message else None
