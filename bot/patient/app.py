"""The factory of the public web site."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_wtf.csrf import CSRFProtect

from bot import settings as settings_module
from bot.database import open_database
from bot.funnel.counters import Counters
from bot.patient import (
    api,
    asked,
    chat,
    contact,
    embed,
    errors,
    health,
    intake,
    keeping,
    limits,
    markup,
    my_data,
    pages,
    pictures,
    prescreen,
    questions,
    ratings,
    result_page,
    texts,
    wording,
)
from bot.patient.language import Site, other_languages, page_language, this_page_in
from bot.patient.library import Library
from bot.patient.parts import PARTS, Parts, install
from bot.patient.rasa_client import RasaClient
from bot.patient.tokens import ConversationTokens
from bot.patient.transcript import Transcript
from bot.privacy.masking import mask
from bot.settings import Settings
from bot.signups.encryption import ring_of
from bot.watching import logs, web
from bot.web import answers, proxies, security, serving

_MAY = {"script-src": "'self'", "connect-src": "'self'"}
# Endpoints that are the same for everyone -> seconds that a browser may keep their answers.
_SAME_FOR_ALL = {
    "pages.own_style": 300,
    "pages.robots": 3600,
    "questions.sitemap": 3600,
    # The script's address stands on pages of others and cannot change with it.
    "embed.script": 3600,
    "embed.style": 3600,
    # A corrected answer must be there within minutes.
    "questions.index": 60,
    "questions.topic": 60,
    "questions.listed": 300,
    "api.description": 3600,
}


def create_app(settings: Settings | None = None) -> Site:
    """The site as a WSGI application. Any number of processes and threads may run it.

    Args:
        settings: the environment's settings when absent.

    Raises:
        SettingsError: when a setting cannot be used.
        EncryptionError: when there are no usable keys.
    """
    settings = settings or settings_module.load()
    app = Site(__name__)
    engine = open_database(settings, must_answer=False)
    ring = ring_of(engine)
    library = Library(settings, engine)
    install(
        app,
        Parts(
            settings=settings,
            engine=engine,
            ring=ring,
            tokens=ConversationTokens(ring),
            rasa=RasaClient(settings.chat_urls, settings.chat_timeout),
            transcript=Transcript(engine, ring),
            library=library,
            counters=Counters(engine),
        ),
    )
    texts.install(app, library.texts)
    cookie_keys = [secret.hex() for secret in ring.secrets("patient-session")]
    app.config.update(
        SECRET_KEY=cookie_keys[0],
        SECRET_KEY_FALLBACKS=cookie_keys[1:],
        SESSION_COOKIE_NAME=security.cookie_name("stamcelwijzer", settings),
        SESSION_COOKIE_HTTPONLY=True,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_body_bytes,
        # A page may stay open for hours while someone looks up a drug; the token ends with the browser session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    answers.install(app)
    app.jinja_env.filters.update(own_path=wording.own_path)
    app.jinja_env.globals.update(
        choice_language=chat.choice_language,
        around_criteria=markup.around_criteria,
        picture_of=pictures.of_topic,
        way_of=pictures.of_way,
        say=wording.say,
        section=wording.section,
        page_language=page_language,
        other_languages=other_languages,
        this_page_in=this_page_in,
        url_in=app.url_in,
        site_url=settings.site_url,
        sealed_question=asked.seal,
    )
    protection = CSRFProtect(app)
    for blueprint in (
        chat.blueprint,
        keeping.blueprint,
        contact.blueprint,
        ratings.blueprint,
        asked.blueprint,
        embed.blueprint,
        api.blueprint,
        intake.blueprint,
        my_data.blueprint,
        pages.blueprint,
        questions.blueprint,
        prescreen.blueprint,
        result_page.blueprint,
        health.blueprint,
    ):
        app.register_blueprint(blueprint)
    # The API takes no cookie, so there is no session that another site could borrow.
    protection.exempt(api.blueprint)
    # Nor here: the authority is the conversation's token, which only the iframe knows.
    protection.exempt(embed.blueprint)
    # These know nobody: a form token would only make their pages different for everyone.
    protection.exempt(questions.blueprint)
    protection.exempt(ratings.blueprint)
    protection.exempt(asked.blueprint)
    protection.exempt(prescreen.blueprint)
    web.install(app, "patients")
    proxies.install(app, settings)
    security.install(app, settings, "Lax", _MAY, _SAME_FOR_ALL)
    limits.install(app, settings)
    errors.install(app)
    return app


def served() -> Site:
    """The site for a server that makes it once and then forks its workers. Raises as `create_app`."""
    settings = settings_module.load()
    # The server has its own logging set up only after this.
    logs.install(settings.process or "gunicorn")
    app = create_app(settings)
    own: Parts = app.extensions[PARTS]
    library, transcript = own.library, own.transcript
    serving.read_ahead(
        app,
        own.engine,
        (
            lambda: transcript.turns("", 1),
            lambda: transcript.turns(""),
            lambda: transcript.length(""),
            library.content,
            library.trial,
            lambda: library.alarm("", texts.DEFAULT_LANGUAGE),
            lambda: texts.text("api.not_json"),
            lambda: mask("", datetime.now(UTC).date()),
        ),
    )
    return app
