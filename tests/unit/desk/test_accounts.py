"""Accounts on both databases: counting failures and codes is left to the database, so it is tried on each."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.desk import accounts
from bot.desk.accounts import MAX_FAILURES, Account, AccountError
from bot.desk.roles import Role
from bot.desk.tables import StaffRow
from bot.signups.encryption import generate_key, use_keys
from bot.signups.triage import rotate_keys
from tests.unit.desk.office import OPERATOR, unguessed
from tests.unit.signups.builders import NOW
from tests.unit.signups.conftest import empty_postgres, engine, keys, sqlite_engine, sqlite_file

__all__ = ["empty_postgres", "engine", "keys", "sqlite_engine", "sqlite_file"]


@pytest.fixture
def account(engine: Engine) -> Account:
    with session_scope(engine) as session:
        accounts.add(session, "anna", Role.NURSE, OPERATOR, NOW)
    with session_scope(engine) as session:
        (account,) = accounts.all_accounts(session)
        accounts.second_factor_uri(session, account)
    return account


def code(engine: Engine) -> str:
    with session_scope(engine) as session:
        return pyotp.TOTP(session.execute(select(StaffRow.totp_secret)).scalar_one()).at(NOW)


def test_a_code_sent_many_times_at_once_works_once(engine: Engine, account: Account) -> None:
    ready, right = threading.Barrier(4), code(engine)

    def send(_time: int) -> bool:
        ready.wait()
        with session_scope(engine) as session:
            return accounts.check_code(session, account, right, "10.0.0.7", NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [False, False, False, True]


def test_guesses_at_once_are_all_counted(engine: Engine, account: Account) -> None:
    ready = threading.Barrier(MAX_FAILURES)

    def guess(_time: int) -> None:
        ready.wait()
        with session_scope(engine) as session:
            assert accounts.check_password(session, "anna", unguessed(), "10.0.0.7", NOW) is None

    with ThreadPoolExecutor(MAX_FAILURES) as pool:
        list(pool.map(guess, range(MAX_FAILURES)))
    with session_scope(engine) as session:
        (found,) = accounts.all_accounts(session)
    assert found.locked_until is not None and found.locked_until > NOW


def test_the_second_factor_is_not_shown_again_once_it_works(engine: Engine, account: Account) -> None:
    with session_scope(engine) as session:
        assert accounts.check_code(session, account, code(engine), "10.0.0.7", NOW)
    with pytest.raises(AccountError), session_scope(engine) as session:
        accounts.second_factor_uri(session, account)


def test_the_second_factor_works_on_after_the_keys_are_rotated(
    engine: Engine, account: Account, keys: list[str]
) -> None:
    before, new = code(engine), generate_key()
    use_keys(engine, [new, *keys])
    with session_scope(engine) as session:
        rotate_keys(session, NOW)
    use_keys(engine, [new])
    assert code(engine) == before
