"""Preparing an installation: everything once, nothing twice, and never over what staff published."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.knowledge import files, store
from bot.knowledge.files import ContentError
from bot.knowledge.tables import ContentVersion
from bot.operations import setup
from bot.settings import Settings


@pytest.fixture
def own_content(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a copy of the content that a test can change."""
    content = tmp_path / "content"
    for folder in ("faq", "sources"):
        shutil.copytree(settings.content / folder, content / folder)
    shutil.copy(settings.content / "content-map.yml", content / "content-map.yml")
    return dataclasses.replace(settings, content=content)


def versions(engine: Engine) -> int:
    with session_scope(engine) as session:
        return session.execute(select(func.count()).select_from(ContentVersion)).scalar_one()


def change_a_topic(content: Path) -> None:
    file = next((content / "faq").glob("study.yml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("De RAM-MS-studie", "De studie RAM-MS", 1), encoding="utf-8")


def test_a_second_time_changes_nothing(own_content: Settings, database: Engine) -> None:
    told: list[str] = []
    setup.prepare_database(database, own_content, told.append)
    before = versions(database)
    assert before > 0
    setup.prepare_database(database, own_content, told.append)
    assert versions(database) == before
    assert len(told) == 1


def test_changed_files_are_loaded_while_nobody_published(own_content: Settings, database: Engine) -> None:
    setup.prepare_database(database, own_content, lambda _text: None)
    change_a_topic(own_content.content)
    setup.prepare_database(database, own_content, lambda _text: None)
    with session_scope(database) as session:
        titles = [subject.title["nl"] for subject in store.published(session).subjects]
    assert any("De studie RAM-MS" in title for title in titles)


def test_what_an_editor_published_is_never_replaced_by_files(own_content: Settings, database: Engine) -> None:
    from datetime import UTC, datetime

    setup.prepare_database(database, own_content, lambda _text: None)
    topic = next(iter(files.load(own_content.content).topics.values()))
    with session_scope(database) as session:
        own_words = dataclasses.replace(topic, short={**topic.short, "nl": "In eigen woorden."})
        store.publish(session, [own_words], "redacteur", datetime.now(UTC))
    change_a_topic(own_content.content)
    before = versions(database)
    setup.prepare_database(database, own_content, lambda _text: None)
    assert versions(database) == before


def test_a_broken_content_file_stops_before_anything_is_made(own_content: Settings) -> None:
    file = own_content.content / "faq" / "study.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("topics:", "topics: [", 1), encoding="utf-8")
    with pytest.raises(ContentError, match=r"study\.yml:\d+"):
        setup.prepare(own_content, lambda _text: None)
    assert not Path(own_content.database_url.removeprefix("sqlite:///")).exists()


def test_databases_are_closed_to_others(own_content: Settings) -> None:
    setup.prepare(own_content, lambda _text: None)
    for file in own_content.var.glob("*.db"):
        assert file.stat().st_mode & 0o077 == 0
