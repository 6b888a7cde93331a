"""The questions and answers as ordinary pages: all by subject, one address a topic, a search box, and the sitemap.

These pages are the same for everybody and hold no form token, so browsers and proxies may keep them for a while. The
mark by which they ask whether a page changed is a hash of the page itself: it follows the published content, the trial
file and the templates alike.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response, render_template, request, url_for
from markupsafe import Markup

from bot.knowledge.replies import in_language, topic_message, topic_payload
from bot.knowledge.schema import Content
from bot.patient import english, faq_data, texts
from bot.patient.messages import BotMessage, from_rasa
from bot.patient.parts import parts
from bot.web import markup, security

blueprint = Blueprint("questions", __name__)

LANGUAGE = texts.DEFAULT_LANGUAGE
_MOST_TYPED = 300
_OTHER_WAYS = 6


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
    library = parts().library
    return make_response(
        _index(content, typed=typed, found=library.find(typed, LANGUAGE), alarm=library.alarm(typed)),
    )


@blueprint.get("/vragen/<topic_id>")
def topic(topic_id: str) -> Response:
    """One question with its answer, sources and date."""
    content = parts().library.content()
    if content is None:
        return _unavailable()
    notice = content.notices.get(topic_id)
    if notice or topic_id not in content.topics:
        words = markup.to_html(in_language(notice.text, LANGUAGE)) if notice else None
        offered = [content.topics[name] for name in notice.topics if name in content.topics] if notice else []
        page = _index(content, gone=True, notice=words, offered=offered)
        # Off air for a while is no reason for search engines to forget the address; gone for good is.
        return make_response(page, 200 if notice and not notice.retires else 404)
    address = parts().settings.site_url + url_for("questions.topic", topic_id=topic_id)
    message = _message(content, topic_id)
    data = faq_data.faq_page(content, content.topics[topic_id], markup.to_html(message.text), address, LANGUAGE)
    script, allowed = faq_data.as_script(data)
    security.allow("script-src", f"'self' {allowed}")
    subject = next(subject for subject in content.subjects if topic_id in subject.topics)
    page = render_template(
        "topic.html",
        topic=content.topics[topic_id],
        subject=in_language(subject.title, LANGUAGE),
        reply=message,
        follow_ups=[content.topics[other] for other in content.topics[topic_id].follow_ups if other in content.topics],
        address=address,
        data=Markup(script),  # noqa: S704 - what could end the element is escaped
        language=LANGUAGE,
        english=english.address_of(topic_id) if english.is_there(content, content.topics[topic_id]) else None,
    )
    return _kept(page)


@blueprint.get("/vragen.json")
def listed() -> Response:
    """All questions with other ways to ask them, to suggest while somebody types: the browser matches."""
    content = parts().library.content()
    topics = [topic for name, topic in content.topics.items() if name not in content.notices] if content else []
    rows = [
        {
            "label": in_language(topic.question, LANGUAGE),
            "value": topic_payload(topic.id),
            "also": " ".join(topic.questions.get(LANGUAGE, ())[:_OTHER_WAYS]),
        }
        for topic in topics
    ]
    response = _kept(json.dumps(rows, ensure_ascii=False, separators=(",", ":")))
    response.content_type = "application/json; charset=utf-8"
    return response


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses that search engines may show."""
    content = parts().library.content()
    paths = [url_for(name) for name in ("chat.show", "questions.index", "prescreen.show", "pages.privacy")]
    if content is not None:
        paths += [url_for("questions.topic", topic_id=name) for name in content.topics if name not in content.notices]
        in_english = [name for name, topic in content.topics.items() if english.is_there(content, topic)]
        paths += [url_for("english.index")] if in_english else []
        paths += [url_for("english.topic", topic_id=name) for name in in_english]
    response = _kept(render_template("sitemap.xml", addresses=[parts().settings.site_url + path for path in paths]))
    response.content_type = "application/xml; charset=utf-8"
    return response


def _message(content: Content, topic_id: str) -> BotMessage:
    plain = topic_message(content, topic_id, LANGUAGE, parts().library.recruitment(LANGUAGE))
    [message] = from_rasa([{"text": plain["text"]}, {"custom": plain["custom"]}])
    return message


def _index(content: Content, **shown: object) -> str:
    subjects = [
        {
            "id": subject.id,
            "title": in_language(subject.title, LANGUAGE),
            "topics": [content.topics[name] for name in subject.topics if name not in content.notices],
        }
        for subject in content.subjects
    ]
    address = parts().settings.site_url + url_for("questions.index")
    in_english = parts().settings.site_url + url_for("english.index")
    return render_template(
        "questions.html", subjects=subjects, address=address, english=in_english, language=LANGUAGE, **shown
    )


def _kept(page: str) -> Response:
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response


def _unavailable() -> Response:
    return make_response(render_template("error.html", **texts.section("errors.503")), 503)
