"""The factory of the staff web site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from bot import settings as settings_module
from bot.database import open_database
from bot.desk import (
    call_sheet,
    callbacks,
    capacity,
    deliveries,
    drafts,
    errors,
    fixed_texts,
    funnel,
    guard,
    health,
    hospital_login,
    letters,
    login,
    own_account,
    pages,
    provider,
    questions_asked,
    ratings,
    signups,
    steps,
    study,
    trail,
    wording,
)
from bot.desk.editor import air, new, overview, preview, review, sources, topic, training, trying, versions, words
from bot.desk.parts import PARTS, Parts, install, real_time
from bot.settings import Settings
from bot.signups.encryption import ring_of
from bot.watching import logs, web
from bot.web import answers, proxies, security, serving
from bot.web import input as web_input
from bot.web.limits import limit_posts, make_limiter

_MOST_BYTES = 200_000
_LOGIN_ATTEMPTS = "30 per 5 minutes"
_LOGIN_VIEWS = ("login.send", "login.code", "login.set_up", "login.password", "account.change")


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = real_time) -> Flask:
    """The desk as a WSGI application. Any number of processes and threads may run it.

    Args:
        settings: the environment's settings when absent.
        clock: tells the moment it is.

    Raises:
        SettingsError: when a setting cannot be used.
        EncryptionError: when there are no usable keys.
    """
    settings = settings or settings_module.load()
    app = Flask(__name__)
    engine = open_database(settings, must_answer=False)
    install(app, Parts(settings, engine, clock))
    cookie_keys = [secret.hex() for secret in ring_of(engine).secrets("desk-session")]
    app.config.update(
        SECRET_KEY=cookie_keys[0],
        SECRET_KEY_FALLBACKS=cookie_keys[1:],
        SESSION_COOKIE_NAME=security.cookie_name("stamcelwijzer-desk", settings),
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        # The token ends with the session, which has its own terms.
        WTF_CSRF_TIME_LIMIT=None,
    )
    CSRFProtect(app)
    for blueprint in (
        login.blueprint,
        hospital_login.blueprint,
        own_account.blueprint,
        signups.blueprint,
        steps.blueprint,
        call_sheet.blueprint,
        callbacks.blueprint,
        letters.blueprint,
        study.blueprint,
        deliveries.blueprint,
        capacity.blueprint,
        funnel.blueprint,
        fixed_texts.blueprint,
        questions_asked.blueprint,
        ratings.blueprint,
        overview.blueprint,
        new.blueprint,
        topic.blueprint,
        preview.blueprint,
        sources.blueprint,
        review.blueprint,
        versions.blueprint,
        air.blueprint,
        training.blueprint,
        trying.blueprint,
        pages.blueprint,
        trail.blueprint,
        health.blueprint,
    ):
        app.register_blueprint(blueprint)
    provider.install(app, settings)
    guard.install(app)
    drafts.install(app)
    wording.install(app)
    words.install(app)
    answers.install(app)
    study.install(app)
    deliveries.install(app)
    capacity.install(app)
    errors.install(app)
    web.install(app, "desk")
    web_input.install(app)
    proxies.install(app, settings)
    security.install(app, settings, "Strict", {"script-src": "'self'", "connect-src": "'self'"})
    limit_posts(app, make_limiter(app, settings), _LOGIN_VIEWS, _LOGIN_ATTEMPTS)
    return app


def served() -> Flask:
    """The site for a server that makes it once and then forks its workers. Raises as `create_app`."""
    settings = settings_module.load()
    # The server has its own logging set up only after this.
    logs.install(settings.process or "gunicorn")
    app = create_app(settings)
    own: Parts = app.extensions[PARTS]
    serving.read_ahead(app, own.engine, (own.study.trial,))
    return app
