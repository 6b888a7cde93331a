"""The key ring, sealed columns, blind indexes and rotation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.database import make_engine, session_scope
from bot.migrations import metadata
from bot.signups import audit, service, triage
from bot.signups.audit import Actor
from bot.signups.encryption import (
    EncryptedText,
    EncryptionError,
    KeyRing,
    generate_key,
    rotate,
    use_keys,
)
from bot.signups.tables import SignUpRow
from tests.unit.signups.builders import BORN, NOW, details, handover

RING = KeyRing([generate_key()])
NURSE = Actor("anna", "nurse", "10.0.0.7")


@pytest.mark.parametrize("keys", [[], ["kort"], ["é" * 44], ["A" * 43 + "="] + ["x"]])
def test_unusable_keys_are_refused_with_what_to_do(keys: list[str]) -> None:
    with pytest.raises(EncryptionError, match=r"STAMCELWIJZER_KEYS|32 random bytes"):
        KeyRing(keys)


def test_an_engine_without_keys_says_so() -> None:
    with pytest.raises(Exception, match="use_keys"), session_scope(make_engine("sqlite://")) as session:
        session.execute(select(SignUpRow).where(SignUpRow.name == "x"))


def test_an_error_of_the_database_does_not_show_the_values(sqlite_engine: Engine) -> None:
    with pytest.raises(SQLAlchemyError) as caught, session_scope(sqlite_engine) as session:
        session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Testpersoon"})
    assert "Testpersoon" not in str(caught.value)


@given(st.text())
def test_the_same_value_has_the_same_blind_index_only_for_the_same_purpose_and_key(value: str) -> None:
    assert RING.index("a", value) == RING.index("a", value)
    assert RING.index("a", value) != RING.index("b", value)
    assert RING.index("a", value) != RING.index("a", value + "x")
    assert RING.index("a", value) != KeyRing([generate_key()]).index("a", value)


def test_a_value_changed_in_the_database_is_refused(engine: Engine) -> None:
    with session_scope(engine) as session:
        signup = service.submit(session, handover(), details(), NOW)
    with engine.begin() as connection:
        sealed = connection.execute(text("SELECT phone FROM signups")).scalar_one()
        changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
        connection.execute(text("UPDATE signups SET phone = :changed"), {"changed": changed})
    with pytest.raises(EncryptionError), session_scope(engine) as session:
        service.find(session, signup.code, BORN, NOW)


def test_after_rotation_the_old_key_can_go_and_everything_still_works(engine: Engine, keys: list[str]) -> None:
    with session_scope(engine) as session:
        signup = service.submit(session, handover(), details(), NOW)
        triage.add_note(session, NURSE, signup.id, "een notitie", NOW)
    old, new = keys[0], generate_key()

    use_keys(engine, [new, old])
    with session_scope(engine) as session:
        assert service.find(session, signup.code, BORN, NOW) == service.get(
            session, signup.id, NURSE, audit.Purpose.TRIAGE, NOW
        )
        before = triage.list_signups(session, NURSE, NOW, triage.Filter(name="testpersoon"))
        assert triage.rotate_keys(session, NOW) > 10

    use_keys(engine, [new])
    with session_scope(engine) as session:
        found = service.find(session, signup.code, BORN, NOW)
        assert found is not None and found.details.name == details().name
        assert found.notes[0].text == "een notitie"
        assert triage.list_signups(session, NURSE, NOW, triage.Filter(name="testpersoon")).total == before.total == 1
    with session_scope(engine) as session:
        assert audit.verify(session).sound


def test_rotation_without_the_old_key_stops_and_changes_nothing(engine: Engine, keys: list[str]) -> None:
    with session_scope(engine) as session:
        signup = service.submit(session, handover(), details(), NOW)
    use_keys(engine, [generate_key()])
    with pytest.raises(EncryptionError), session_scope(engine) as session:
        rotate(session, metadata())
    use_keys(engine, keys)
    with session_scope(engine) as session:
        assert service.find(session, signup.code, BORN, NOW) == signup


def test_every_text_column_of_a_sign_up_that_is_not_a_label_is_sealed() -> None:
    in_clear = {"handover_digest", "code", "lookup", "trial", "language", "state", "verdict"}
    for column in SignUpRow.__table__.columns:
        if isinstance(column.type, String | EncryptedText) and column.name not in in_clear:
            assert isinstance(column.type, EncryptedText), column.name
