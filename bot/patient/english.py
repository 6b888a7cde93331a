"""The questions and answers as ordinary pages in English, under /en: only what is in English from top to bottom."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from bot.knowledge.replies import topic_message
from bot.knowledge.schema import Content, Topic
from bot.patient import faq_data, texts
from bot.patient.messages import from_rasa
from bot.patient.parts import parts
from bot.web import markup, security

blueprint = Blueprint("english", __name__, url_prefix="/en")

LANGUAGE = "en"


def is_there(content: Content, topic: Topic) -> bool:
    """Whether a topic has a page in English: question, answer and short form exist, and no notice stands before it."""
    return topic.id not in content.notices and all(
        words.get(LANGUAGE) for words in (topic.question, topic.answer, topic.short)
    )


def address_of(topic_id: str) -> str:
    """The full address of a topic in English."""
    return parts().settings.site_url + url_for("english.topic", topic_id=topic_id)


@blueprint.get("/questions")
def index() -> Response:
    """All questions that have an answer in English, by subject; in Dutch while there is no content."""
    content = parts().library.content()
    if content is None:
        return make_response(redirect(url_for("questions.index"), 302))
    subjects = []
    for subject in content.subjects:
        topics = [content.topics[name] for name in subject.topics if is_there(content, content.topics[name])]
        if topics and subject.title.get(LANGUAGE):
            subjects.append({"id": subject.id, "title": subject.title[LANGUAGE], "topics": topics})
    site = parts().settings.site_url
    page = render_template(
        "english_questions.html",
        page_language=LANGUAGE,
        words=texts.section("pages", LANGUAGE),
        subjects=subjects,
        address=site + url_for("english.index"),
        dutch=site + url_for("questions.index"),
    )
    return _kept(page)


@blueprint.get("/questions/<topic_id>")
def topic(topic_id: str) -> Response:
    """One question with its answer, sources and date; the Dutch page where there is no English."""
    content = parts().library.content()
    dutch = url_for("questions.topic", topic_id=topic_id)
    if content is None or topic_id not in content.topics or not is_there(content, content.topics[topic_id]):
        return make_response(redirect(dutch, 302))
    shown = content.topics[topic_id]
    plain = topic_message(content, topic_id, LANGUAGE, parts().library.recruitment(LANGUAGE))
    [message] = from_rasa([{"text": plain["text"]}, {"custom": plain["custom"]}])
    data = faq_data.faq_page(content, shown, markup.to_html(message.text), address_of(topic_id), LANGUAGE)
    script, allowed = faq_data.as_script(data)
    security.allow("script-src", f"'self' {allowed}")
    others = [content.topics[name] for name in shown.follow_ups if name in content.topics]
    page = render_template(
        "english_topic.html",
        page_language=LANGUAGE,
        words=texts.section("pages", LANGUAGE),
        topic=shown,
        reply=message,
        follow_ups=[other for other in others if is_there(content, other)],
        address=address_of(topic_id),
        dutch=parts().settings.site_url + dutch,
        data=Markup(script),  # noqa: S704 - what could end the element is escaped
    )
    return _kept(page)


def _kept(page: str) -> Response:
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response
