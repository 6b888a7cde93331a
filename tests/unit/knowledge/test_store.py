"""Published content: the first import, new versions, the revision number, and the cache of a running process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.database import make_engine, session_scope
from bot.knowledge import store
from bot.knowledge.cache import ContentUnavailable, PublishedContent
from bot.knowledge.schema import Content, Picture
from bot.knowledge.tables import ContentState, ContentVersion
from tests.unit.knowledge.builders import content, topic

NOW = datetime(2026, 11, 20, 16, 55, tzinfo=UTC)


class Clock:
    """Seconds that go up when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_migration_makes_the_tables_of_the_code(engine: Engine) -> None:
    own = {ContentVersion.__tablename__, ContentState.__tablename__}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": lambda _object, name, kind, *_: kind != "table" or name in own}
        )
        assert compare_metadata(context, ContentVersion.metadata) == []


def test_what_is_imported_is_published(engine: Engine, real_content: Content) -> None:
    full = replace(topic("study_aim"), picture=Picture("phases", {"nl": "vier"}), exceptions={"readability": "x"})
    for imported in (content(full), real_content):
        with session_scope(engine) as session:
            store.import_files(session, imported, NOW, force=True)
        with session_scope(engine) as session:
            assert store.published(session) == imported


def test_topics_are_published_in_the_order_of_the_files(engine: Engine, real_content: Content) -> None:
    with session_scope(engine) as session:
        store.import_files(session, real_content, NOW)
        assert list(store.published(session).topics) == list(real_content.topics)


def test_a_second_import_does_nothing_unless_forced(engine: Engine) -> None:
    changed = content(topic("study_aim", short={"nl": "Nieuw."}))
    with session_scope(engine) as session:
        assert store.import_files(session, content(), NOW).revision == 1
    with session_scope(engine) as session:
        assert store.import_files(session, changed, NOW) == store.Published(1, ())
        assert store.published(session) == content()
    with session_scope(engine) as session:
        assert store.import_files(session, changed, NOW, force=True) == store.Published(2, ("topic/study_aim",))
        assert store.published(session) == changed
        assert store.import_files(session, changed, NOW, force=True) == store.Published(2, ())


def test_a_forced_import_withdraws_what_the_files_do_not_hold(engine: Engine) -> None:
    fewer = content()
    subject = replace(fewer.subjects[0], topics=("study_aim", "study_groups"))
    topics = {name: fewer.topics[name] for name in subject.topics}
    fewer = replace(fewer, subjects=(subject,), topics=topics)
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)
        result = store.import_files(session, fewer, NOW, force=True)
        assert result.withdrawn == ("topic/study_where",)
        assert store.published(session) == fewer
        assert len(store.history(session, "topic", "study_where")) == 1


def test_publishing_keeps_the_earlier_versions_with_their_authors(engine: Engine) -> None:
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)
    later = topic("study_aim", short={"nl": "Nieuw."})
    with session_scope(engine) as session:
        assert store.publish(session, [later], "redactie", NOW) == store.Published(2, ("topic/study_aim",))
    with session_scope(engine) as session:
        assert store.published(session).topics["study_aim"] == later
        found = store.history(session, "topic", "study_aim")
    assert [(version.version, version.author, version.active) for version in found] == [
        (2, "redactie", True),
        (1, "import", False),
    ]
    assert found[1].piece == topic("study_aim")
    assert found[0].published_at == NOW


def test_publishing_what_is_published_changes_no_revision(engine: Engine) -> None:
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)
        assert store.publish(session, [topic("study_aim")], "redactie", NOW) == store.Published(1, ())
        assert store.revision(session) == 1


def test_a_publication_that_fails_halfway_leaves_everything_as_it_was(engine: Engine) -> None:
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)
    with pytest.raises(RuntimeError), session_scope(engine) as session:
        store.publish(session, [topic("study_aim", short={"nl": "Nieuw."})], "redactie", NOW)
        raise RuntimeError("power cut")
    with session_scope(engine) as session:
        assert (store.revision(session), store.published(session)) == (1, content())


def test_the_database_refuses_two_published_versions_of_one_piece(engine: Engine) -> None:
    row = {"kind": "topic", "name": "x", "data": {}, "author": "a", "published_at": NOW, "active": True}
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        session.add_all([ContentVersion(version=1, **row), ContentVersion(version=2, **row)])


def test_a_running_process_sees_a_publication_after_the_interval(engine: Engine) -> None:
    clock = Clock()
    cache = PublishedContent(engine, interval=1.0, clock=clock)
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)
    first = cache.get()
    assert first == content()
    with session_scope(engine) as session:
        store.publish(session, [topic("study_aim", short={"nl": "Nieuw."})], "redactie", NOW)
    clock.now = 0.9
    assert cache.get() is first
    clock.now = 1.1
    assert cache.get().topics["study_aim"].short == {"nl": "Nieuw."}
    assert cache.revision == 2


def test_content_that_did_not_change_is_not_read_again(engine: Engine) -> None:
    clock = Clock()
    cache = PublishedContent(engine, clock=clock)
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)
    first = cache.get()
    clock.now = 100.0
    assert cache.get() is first


def test_an_outage_serves_the_last_known_content_and_ends_by_itself(tmp_path: Path, engine: Engine) -> None:
    clock = Clock()
    cache = PublishedContent(engine, clock=clock)
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)
    first = cache.get()
    engine.dispose()
    (tmp_path / "content.db").rename(tmp_path / "gone.db")
    for leftover in tmp_path.glob("content.db-*"):
        leftover.unlink()
    clock.now = 10.0
    assert cache.get() is first
    engine.dispose()
    (tmp_path / "content.db").unlink(missing_ok=True)
    (tmp_path / "gone.db").rename(tmp_path / "content.db")
    with session_scope(engine) as session:
        store.publish(session, [topic("study_aim", short={"nl": "Nieuw."})], "redactie", NOW)
    clock.now = 20.0
    assert cache.get().topics["study_aim"].short == {"nl": "Nieuw."}


def test_without_content_or_database_the_cache_says_what_to_do(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ContentUnavailable, match="faq import"):
        PublishedContent(engine).get()
    with pytest.raises(ContentUnavailable, match="STAMCELWIJZER_DATABASE_URL"):
        PublishedContent(make_engine(f"sqlite:///{tmp_path / 'no' / 'folder.db'}")).get()


def test_many_threads_see_the_content_while_it_is_published_again_and_again(engine: Engine) -> None:
    cache = PublishedContent(engine, interval=0.0)
    with session_scope(engine) as session:
        store.import_files(session, content(), NOW)

    def read() -> list[int]:
        return [int(cache.get().topics["study_aim"].review_by.year) for _ in range(50)]

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for year in range(2028, 2033):
            with session_scope(engine) as session:
                store.publish(session, [topic("study_aim", review_by=date(year, 5, 20))], "redactie", NOW)
        for reader in readers:
            years = reader.result()
            assert set(years) <= set(range(2027, 2033))
    assert cache.get().topics["study_aim"].review_by.year == 2032


def test_two_first_imports_at_once_make_one_version(engine: Engine) -> None:
    def load() -> None:
        with session_scope(engine) as session:
            store.import_files(session, content(), NOW)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(load) for _ in range(2)]:
            one.result()
    with session_scope(engine) as session:
        assert store.revision(session) == 1
        assert len(store.history(session, "topic", "study_aim")) == 1
