"""The drawing beside an answer or on the my-data page, for the templates."""

from __future__ import annotations

import logging

from bot.knowledge.replies import in_language
from bot.patient.parts import parts
from bot.pictures.drawing import Drawing, NoSuchDrawing, draw
from bot.signups.workflow import FINAL, State

log = logging.getLogger(__name__)

_WAY = "join_selection"


def of_topic(topic_id: str | None, language: str, here: str | None = None) -> Drawing | None:
    """The drawing that belongs to a topic, or None when it has none or is off the air.

    Args:
        topic_id: the topic; None for a message that answers none.
        language: of the words in it.
        here: for a drawing of a way, the step to mark.
    """
    content = parts().library.content() if topic_id else None
    topic = content.topics.get(str(topic_id)) if content else None
    if content is None or topic is None or topic.picture is None or topic.id in content.notices:
        return None
    try:
        return draw(topic.picture.name, language, in_language(topic.picture.description, language), here)
    except NoSuchDrawing:
        log.warning("topic %s names a drawing that does not exist", topic.id)
        return None


def of_way(state: State, language: str) -> Drawing | None:
    """The way after signing up with the step where somebody is now; None for who left it."""
    if state in FINAL - {State.INCLUDED}:
        return None
    return of_topic(_WAY, language, state.value)
