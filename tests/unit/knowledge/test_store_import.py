"""Files and desk both change content: nothing is overwritten, and what clashes is told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot import migrations
from bot.database import make_engine
from bot.knowledge import files, store, store_import, writing
from bot.knowledge.schema import Content, Notice
from tests.unit.knowledge.builders import content, topic

NOW = datetime(2026, 11, 20, tzinfo=UTC)
IDS = ("study_aim", "study_groups", "study_where")


def short(name: str, text: str) -> Content:
    """The content in which one topic has another short form."""
    return content(topic(name, short={"nl": text}))


@pytest.fixture
def session(engine: Engine) -> Session:
    opened = Session(engine, future=True)
    store.import_files(opened, content(), NOW)
    return opened


def test_what_only_the_files_changed_comes_in(session: Session) -> None:
    changed = short("study_aim", "Uit git.")
    found = store_import.plan(session, changed)
    assert (found.publish, found.conflicts, found.ahead) == ((changed.topics["study_aim"],), {}, ())
    store_import.carry_out(session, found, changed, "import", NOW)
    assert store.published(session) == changed


def test_what_only_the_desk_changed_stays(session: Session) -> None:
    store.publish(session, [short("study_aim", "Van het loket.").topics["study_aim"]], "anna", NOW)
    found = store_import.plan(session, content())
    assert (found.publish, found.withdraw, found.conflicts) == ((), (), {})
    assert found.ahead == (("topic", "study_aim"),)


def test_what_both_changed_is_a_conflict_and_stays(session: Session) -> None:
    ours = short("study_aim", "Van het loket.").topics["study_aim"]
    store.publish(session, [ours], "anna", NOW)
    theirs = short("study_aim", "Uit git.")
    found = store_import.plan(session, theirs)
    assert found.conflicts == {("topic", "study_aim"): (theirs.topics["study_aim"], ours)}
    store_import.carry_out(session, found, theirs, "import", NOW)
    assert store.published(session).topics["study_aim"] == ours


def test_after_an_export_a_change_in_git_comes_in_again(session: Session) -> None:
    exported = short("study_aim", "Van het loket.")
    store.publish(session, [exported.topics["study_aim"]], "anna", NOW)
    store.mark_in_files(session, exported)
    assert store_import.plan(session, short("study_aim", "Uit git.")).conflicts == {}


def test_a_topic_that_left_the_files_is_withdrawn_unless_the_desk_changed_it(session: Session) -> None:
    subject = replace(content().subjects[0], topics=IDS[:2])
    fewer = replace(content(), subjects=(subject,), topics={name: topic(name) for name in IDS[:2]})
    assert store_import.plan(session, fewer).withdraw == (("topic", "study_where"),)
    store.publish(session, [topic("study_where", short={"nl": "Anders."})], "anna", NOW)
    assert set(store_import.plan(session, fewer).conflicts) == {("topic", "study_where")}


def test_a_topic_made_on_the_desk_stays_and_its_subject_takes_both(session: Session) -> None:
    subject = replace(content().subjects[0], topics=(*IDS, "study_desk"))
    store.publish(session, [topic("study_desk"), subject], "anna", NOW)
    other = replace(content().subjects[0], topics=(*IDS, "study_git"))
    added = replace(content(topic("study_git")), subjects=(other,))
    found = store_import.plan(session, added)
    assert found.conflicts == {}
    store_import.carry_out(session, found, added, "import", NOW)
    assert set(store.published(session).subjects[0].topics) == {*IDS, "study_desk", "study_git"}


CHANGES = st.lists(
    st.tuples(st.sampled_from(["files", "desk"]), st.sampled_from(IDS), st.sampled_from("abc")), max_size=5
)


@lru_cache(maxsize=1)
def imported() -> Engine:
    """A database in memory with the content, made once; what an example does in it is rolled back."""
    engine = make_engine("sqlite://")
    migrations.upgrade(engine)
    with Session(engine, future=True) as session:
        store.import_files(session, content(), NOW)
        session.commit()
    return engine


@settings(deadline=None, max_examples=40)
@given(CHANGES)
def test_no_change_of_either_side_is_ever_lost(changes: list[tuple[str, str, str]]) -> None:
    with Session(imported(), future=True) as session:
        in_files = content()
        for side, name, text in changes:
            changed = topic(name, short={"nl": text})
            if side == "desk":
                store.publish(session, [changed], "anna", NOW)
            else:
                in_files = replace(in_files, topics={**in_files.topics, name: changed})
        before = store.published(session)
        found = store_import.plan(session, in_files)
        store_import.carry_out(session, found, in_files, "import", NOW)
        after = store.published(session)
        for name in IDS:
            sides = {in_files.topics[name].short["nl"], before.topics[name].short["nl"]}
            moved = {text for text in sides if text != topic(name).short["nl"]}
            if len(moved) == 1:
                assert after.topics[name].short["nl"] in moved
            else:
                assert after.topics[name] == before.topics[name]
                assert (("topic", name) in found.conflicts) == (len(moved) == 2)
        session.rollback()


def test_an_export_brings_new_topics_into_the_map_and_retired_ones_out(tmp_path: Path, data: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(data, root)
    real = files.load(root)
    gone, kept = real.topics["study_aim"], next(iter(real.topics))
    assert gone.id in files.load_map(root)
    made = replace(gone, id="study_made", question={"nl": 'Wat is "nieuw"?'}, short={"nl": "Dit is nieuw."})
    topics = {**{name: one for name, one in real.topics.items() if name != gone.id}, made.id: made}
    subjects = tuple(
        replace(one, topics=tuple(name for name in topics if topics[name].subject == one.id)) for one in real.subjects
    )
    notices = {gone.id: Notice(gone.id, {"nl": "Weg."}, retires=True)}
    after = replace(real, topics=topics, subjects=subjects, notices=notices)
    writing.export(after, root)
    entries = files.load_map(root)
    assert gone.id not in entries
    assert (entries["study_made"].subject, entries["study_made"].question) == ("study", 'Wat is "nieuw"?')
    assert kept in entries or kept == gone.id
    assert files.load(root).topics == topics
