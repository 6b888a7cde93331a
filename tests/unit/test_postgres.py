"""A database that stands still lets nobody wait for ever: neither a new connection nor one that was open."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot import postgres
from bot.database import make_engine
from bot.postgres import REST, Silence
from tests.databases import postgres_schema
from tests.faults.troubles import Line


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "GREETING_SECONDS", 0.5)
    monkeypatch.setattr(postgres, "STATEMENT_SECONDS", 0.5)


@pytest.fixture
def mute() -> Iterator[socket.socket]:
    """A server whose machine takes connections, and that never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_a_new_connection_is_not_waited_for_for_ever_and_others_do_not_wait_at_all(mute: socket.socket) -> None:
    engine = make_engine(f"postgresql://somebody@127.0.0.1:{mute.getsockname()[1]}/something")
    for _ in range(3):
        with pytest.raises(OperationalError, match="did not answer|does not answer"):
            engine.connect()
    mute.accept()[0].close()
    with pytest.raises(BlockingIOError):
        mute.accept()


def test_while_it_is_silent_one_tries_at_a_time() -> None:
    now = [100.0]
    silence = Silence(lambda: now[0])
    assert silence.lets_try() and silence.lets_try()
    silence.note(connecting=False)
    assert [silence.lets_try(), silence.lets_try()] == [True, False]
    silence.note(connecting=True)
    assert not silence.lets_try()
    now[0] += REST
    assert [silence.lets_try(), silence.lets_try()] == [True, False]
    silence.over()
    assert silence.lets_try() and silence.lets_try()
    silence.note(connecting=True)
    assert not silence.lets_try()


def test_a_statement_under_way_and_an_idle_connection_find_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "REST", 0.0)
    with postgres_schema() as url:
        real = make_url(url)
        line = Line(real.host or "127.0.0.1", real.port or 5432)
        engine = make_engine(real.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False))
        try:
            idle = engine.connect()
            with engine.connect() as busy:
                assert busy.execute(text("SELECT 1")).scalar() == 1
                idle.close()
                with line.silent():
                    with pytest.raises(OperationalError, match="does not answer"):
                        busy.execute(text("SELECT 2"))
                    with pytest.raises(OperationalError, match="does not answer"):
                        engine.connect()
            with engine.connect() as again:
                assert again.execute(text("SELECT 3")).scalar() == 3
        finally:
            engine.dispose()
            line.close()
