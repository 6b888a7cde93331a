"""The factory of the public web site."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from bot import settings as settings_module
from bot.database import open_database
from bot.patient import api, chat, errors, health, intake, limits, markup, my_data, pages, security, wording
from bot.patient.library import Library
from bot.patient.parts import Parts, install
from bot.patient.rasa_client import RasaClient
from bot.patient.tokens import ConversationTokens
from bot.patient.transcript import Transcript
from bot.settings import Settings
from bot.signups.encryption import ring_of

# 10,000 characters of any script, escaped in JSON, must still get an answer instead of an error.
_MOST_BYTES = 1_000_000


def create_app(settings: Settings | None = None) -> Flask:
    """The site as a WSGI application. Any number of processes and threads may run it.

    Args:
        settings: the environment's settings when absent.

    Raises:
        SettingsError: when a setting cannot be used.
        EncryptionError: when there are no usable keys.
    """
    settings = settings or settings_module.load()
    app = Flask(__name__)
    engine = open_database(settings, must_answer=False)
    ring = ring_of(engine)
    install(
        app,
        Parts(
            settings=settings,
            engine=engine,
            ring=ring,
            tokens=ConversationTokens(ring),
            rasa=RasaClient(settings.chat_url, settings.chat_timeout),
            transcript=Transcript(engine, ring),
            library=Library(settings, engine),
        ),
    )
    cookie_keys = [secret.hex() for secret in ring.secrets("patient-session")]
    app.config.update(
        SECRET_KEY=cookie_keys[0],
        SECRET_KEY_FALLBACKS=cookie_keys[1:],
        SESSION_COOKIE_NAME="stamcelwijzer",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        # A page may stay open for hours while someone looks up a drug; the token ends with the browser session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(markup=markup.to_html, dutch_date=wording.dutch_date, own_path=wording.own_path)
    app.jinja_env.globals["around_criteria"] = markup.around_criteria
    protection = CSRFProtect(app)
    for blueprint in (
        chat.blueprint,
        api.blueprint,
        intake.blueprint,
        my_data.blueprint,
        pages.blueprint,
        health.blueprint,
    ):
        app.register_blueprint(blueprint)
    # The API takes no cookie, so there is no session that another site could borrow.
    protection.exempt(api.blueprint)
    security.install(app, settings)
    limits.install(app, settings)
    errors.install(app)
    return app
