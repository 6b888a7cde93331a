"""The questions and answers as ordinary pages: all by subject, one address a topic, a search box, and the sitemap.

These pages are the same for everybody and hold no form token, so browsers and proxies may keep them for a while. The
mark by which they ask whether a page changed is a hash of the page itself: it follows the published content, the trial
file and the templates alike. A page in another language than Dutch has only topics that exist in it.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from bot.knowledge import notices
from bot.knowledge.replies import in_language, topic_message, topic_payload
from bot.knowledge.schema import Content
from bot.patient import faq_data, texts
from bot.patient.language import Site, other_languages, page_language
from bot.patient.messages import BotMessage, from_rasa
from bot.patient.parts import parts
from bot.patient.translated import is_in, on_a_page
from bot.patient.wording import section
from bot.web import markup, security

blueprint = Blueprint("questions", __name__)

_MOST_TYPED = 300
_OTHER_WAYS = 6
_SAME_IN_ALL = ("chat.show", "questions.index", "prescreen.show", "contact.show", "pages.privacy")


@blueprint.get("/vragen")
def index() -> Response:
    """All questions by subject."""
    content = parts().library.content()
    return _unavailable() if content is None else _kept(_index(content))


@blueprint.post("/vragen")
def search() -> Response:
    """Topics that look like what somebody typed. By POST, so that their words end up in no address and no log."""
    content = parts().library.content()
    if content is None:
        return _unavailable()
    typed = request.form.get("zoek", "").strip()[:_MOST_TYPED]
    if not typed:
        return make_response(_index(content))
    library, language = parts().library, page_language()
    found = [topic for topic in library.find(typed, language) if is_in(content, topic.id, language)]
    return make_response(_index(content, typed=typed, found=found, alarm=library.alarm(typed, language)))


@blueprint.get("/vragen/<topic_id>")
def topic(topic_id: str) -> Response:
    """One question with its answer, sources and date; the Dutch page where there is none in this language."""
    content, language = parts().library.content(), page_language()
    if content is None:
        return _unavailable()
    notice = content.notices.get(topic_id)
    if language != texts.DEFAULT_LANGUAGE and topic_id in content.topics and not is_in(content, topic_id, language):
        return make_response(redirect(_in(texts.DEFAULT_LANGUAGE, topic_id), 302))
    if notice or topic_id not in content.topics:
        words, tongue = notices.words(content, notice, language) if notice else ("", language)
        offered = [content.topics[name] for name in notice.topics if is_in(content, name, language)] if notice else []
        page = _index(content, gone=True, notice=words, tongue=tongue, offered=offered)
        # Off air for a while is no reason for search engines to forget the address; gone for good is.
        return make_response(page, 200 if notice and not notice.retires else 404)
    shown = content.topics[topic_id]
    address = parts().settings.site_url + url_for("questions.topic", topic_id=topic_id)
    message = _message(content, topic_id)
    data = faq_data.faq_page(content, shown, markup.to_html(message.text), address, language)
    script, allowed = faq_data.as_script(data)
    security.allow("script-src", f"'self' {allowed}")
    subject = next(subject for subject in content.subjects if topic_id in subject.topics)
    elsewhere = [other for other in other_languages() if not on_a_page(content, topic_id, other)]
    page = render_template(
        "topic.html",
        topic=shown,
        subject=in_language(subject.title, language),
        reply=message,
        follow_ups=[content.topics[other] for other in shown.follow_ups if is_in(content, other, language)],
        data=Markup(script),  # noqa: S704 - what could end the element is escaped
        language=language,
        # Where there is no such page the switch leads to all questions.
        switch={other: _in(other) for other in elsewhere},
    )
    return _kept(page)


@blueprint.get("/vragen.json")
def listed() -> Response:
    """All questions with other ways to ask them, to suggest while somebody types: the browser matches."""
    content, language = parts().library.content(), page_language()
    names = [name for name in content.topics if on_a_page(content, name, language)] if content else []
    rows = [
        {
            "label": in_language(topic.question, language),
            "value": topic_payload(topic.id),
            "also": " ".join(topic.questions.get(language, ())[:_OTHER_WAYS]),
        }
        for topic in (content.topics[name] for name in names if content)
    ]
    response = _kept(json.dumps(rows, ensure_ascii=False, separators=(",", ":")))
    response.content_type = "application/json; charset=utf-8"
    return response


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses that search engines may show, in every language."""
    content, site = parts().library.content(), parts().settings.site_url
    paths = []
    for language in texts.PAGE_LANGUAGES:
        paths += [_site().url_in(language, name) for name in _SAME_IN_ALL]
        topics = content.topics if content else {}
        paths += [_in(language, name) for name in topics if content and on_a_page(content, name, language)]
    response = _kept(render_template("sitemap.xml", addresses=[site + path for path in paths]))
    response.content_type = "application/xml; charset=utf-8"
    return response


def _site() -> Site:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(app, Site)
    return app


def _in(language: str, topic_id: str | None = None) -> str:
    """The path of a topic, or of all questions, in a language."""
    if topic_id is None:
        return _site().url_in(language, "questions.index")
    return _site().url_in(language, "questions.topic", topic_id=topic_id)


def _message(content: Content, topic_id: str) -> BotMessage:
    language = page_language()
    plain = topic_message(content, topic_id, language, parts().library.recruitment(language))
    [message] = from_rasa([{"text": plain["text"]}, {"custom": plain["custom"]}])
    return message


def _index(content: Content, **shown: object) -> str:
    subjects = []
    for subject in content.subjects:
        topics = [content.topics[name] for name in subject.topics if on_a_page(content, name, page_language())]
        if topics or page_language() == texts.DEFAULT_LANGUAGE:
            subjects.append({"id": subject.id, "title": in_language(subject.title, page_language()), "topics": topics})
    return render_template("questions.html", subjects=subjects, **shown)


def _kept(page: str) -> Response:
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response


def _unavailable() -> Response:
    return make_response(render_template("error.html", **section("errors.503")), 503)
