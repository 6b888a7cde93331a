"""Everything an installation needs before it can train or start: folders, keys, database, content, language model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.engine import Engine, make_url

from bot import settings as project_settings
from bot.database import make_engine, session_scope
from bot.operations import keys, preflight, processes, training
from bot.operations.errors import OperatorError
from bot.settings import PREFIX, ROOT, Settings

LANGUAGE_MODEL = ROOT / "models" / "spacy-nl"
LEXICON = ROOT / "data" / "lexicon"
IMPORTED_BY = "import"
Say = Callable[[str], None]


def prepare(settings: Settings, say: Say) -> Settings:
    """Do what is still to be done, in order. What is done already costs nothing.

    Returns:
        The settings, with the keys if these were made now.

    Raises:
        OperatorError: when something needs the operator, and the errors of the parts (see `errors.explain`).
    """
    preflight.check_folder(settings.var, f"{PREFIX}VAR")
    _refuse_broken_content(settings)
    engine = make_engine(settings.database_url)
    try:
        if keys.ensure(settings, _has_tables(engine)):
            say(f"Made an encryption key in {keys.key_file(settings)}: keep a copy in a safe place.")
            settings = project_settings.load()
        prepare_database(engine, settings, say)
    finally:
        engine.dispose()
    ensure_language(say)
    return settings


def train(settings: Settings, say: Say, force: bool = False) -> bool:
    """Train when needed; see `training.ensure`."""
    if not force and training.is_fresh(settings):
        return False
    # Only now: an image of which everything is read-only brings its model along.
    preflight.check_folder(settings.models, f"{PREFIX}MODELS")
    say("Training the model (this takes about a minute) ...")
    return training.ensure(settings, processes.environment(settings), say, force)


def prepare_database(engine: Engine, settings: Settings, say: Say) -> None:
    """Bring the database to the newest revision, check that the keys fit it, and load the content.

    Raises:
        EncryptionError: when the keys do not open what is stored.
    """
    from bot import migrations

    _close_to_others(settings)
    migrations.upgrade(engine)
    keys.check_against(engine, settings.keys, migrations.metadata())
    _load_content(engine, settings, say)


def ensure_language(say: Say) -> None:
    """Build the spaCy pipeline that Rasa loads, when its lexicon changed."""
    from bot.nlu import language

    if language.ensure(LANGUAGE_MODEL, LEXICON):
        say("Built the language model.")


def _refuse_broken_content(settings: Settings) -> None:
    """Read all content files once, so that a mistake in one is told before anything is changed."""
    from bot.eligibility.trial_file import load_trial
    from bot.knowledge import files

    load_trial(settings.trial_file)
    if not files.load(settings.content).topics:
        raise OperatorError(f"There are no topics in {settings.content / 'faq'}: restore the files.")


def _has_tables(engine: Engine) -> bool:
    file = engine.url.database if engine.url.get_backend_name() == "sqlite" else None
    if file is not None and not Path(file).is_file():
        return False
    return bool(inspect(engine).get_table_names())


def _close_to_others(settings: Settings) -> None:
    """Make new SQLite files readable by their owner only, before anything is in them."""
    for url in (settings.database_url, settings.tracker_url):
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            path = Path(str(parsed.database))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)


def _load_content(engine: Engine, settings: Settings, say: Say) -> None:
    """Import the content files as long as nobody has published anything on the desk.

    After that the published versions lead, and changed files wait for an editor's decision.
    """
    from bot.knowledge import files, store
    from bot.knowledge.tables import ContentVersion

    with session_scope(engine) as session:
        authors = set(session.execute(select(ContentVersion.author).distinct()).scalars())
        if authors - {IMPORTED_BY}:
            return
        content = files.load(settings.content)
        now = datetime.now(UTC)
        result = store.import_files(session, content, now, author=IMPORTED_BY, force=True)
        if result.changed or result.withdrawn:
            say(f"Loaded {len(content.topics)} topics into the database.")
