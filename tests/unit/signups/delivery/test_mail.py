"""The confirmation by e-mail, against a real SMTP server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import session_scope
from bot.settings import SettingsError
from bot.signups import service
from bot.signups.delivery.mail import Confirmation
from bot.signups.delivery.sender import Sender
from bot.signups.delivery.smtp import Server
from tests.running import free_ports
from tests.unit.signups.delivery.conftest import Clock, House
from tests.unit.signups.delivery.mail_server import HOST, PASSWORD, USER, Mailbox, mail_server

SITE = "https://site.example.org"
FROM = "studie@hospital.example.org"
ADDRESS = "voorbeeld@example.org"
# What a mail that others may read must not tell.
TELLING = ("ms", "stamcel", "studie", "ram-ms", "rrms", "neuroloog", "ziekenhuis", "voorbeeld")


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with mail_server(tmp_path) as server:
        yield server


def house_with(engine: Engine, port: int, ca_file: Path | None, scheme: str = "smtp", **login: str) -> House:
    clock = Clock()
    target = Confirmation(Server(f"{scheme}://{HOST}:{port}", **login), FROM, SITE)
    return House(engine, Sender(engine, {target.name: target}, 3, 5.0, ca_file, clock), clock)


@pytest.fixture
def house(sqlite_engine: Engine, mailbox: Mailbox) -> House:
    return house_with(sqlite_engine, mailbox.port, mailbox.ca_file)


def test_the_code_arrives_and_nothing_about_health(house: House, mailbox: Mailbox) -> None:
    signup = house.submit(email=ADDRESS)
    house.sender.deliver_due()
    (mail,) = mailbox.received
    assert mail["To"] == ADDRESS
    assert mail["From"] == FROM
    body = mail.get_content()
    assert signup.code in body
    assert f"{SITE}/mijn-aanmelding" in body
    words = f"{mail['Subject']} {body}".lower().replace(SITE, "")
    assert [word for word in TELLING if word in words.replace(".", " ").replace(",", " ").split()] == []
    assert house.states() == ["mail:submitted:delivered"]


def test_who_signed_up_in_english_is_written_to_in_english(house: House, mailbox: Mailbox) -> None:
    signup = house.submit(email=ADDRESS, language="en")
    house.sender.deliver_due()
    (mail,) = mailbox.received
    body = mail.get_content()
    assert mail["Content-Language"] == "en" and mail["Subject"] == "We have received your form"
    assert signup.code in body and f"{SITE}/en/my-sign-up" in body


def test_who_gave_no_address_gets_no_mail_and_that_is_no_failure(house: House, mailbox: Mailbox) -> None:
    house.submit(email="")
    house.sender.deliver_due()
    assert mailbox.received == []
    assert house.states() == ["mail:submitted:cancelled"]


def test_later_changes_send_nothing_and_take_no_waiting_mail_away(house: House, mailbox: Mailbox) -> None:
    signup = house.submit(email=ADDRESS)
    mailbox.reply = "451 Try again later"
    house.sender.deliver_due()
    with session_scope(house.engine) as session:
        service.withdraw(session, signup.id, house.clock())
    assert house.states() == ["mail:submitted:waiting"]
    mailbox.reply = "250 OK"
    house.clock.forward(timedelta(hours=1))
    house.sender.deliver_due()
    # Who has withdrawn meanwhile is not written to any more.
    assert mailbox.received == []
    assert house.states() == ["mail:submitted:cancelled"]


def test_a_server_that_is_busy_gets_it_later(house: House, mailbox: Mailbox) -> None:
    house.submit(email=ADDRESS)
    mailbox.reply = "451 Try again later"
    house.sender.deliver_due()
    mailbox.reply = "250 OK"
    house.clock.forward(timedelta(hours=1))
    house.sender.deliver_due()
    assert len(mailbox.received) == 1
    assert house.states() == ["mail:submitted:delivered"]


def test_a_refused_mail_waits_for_somebody(house: House, mailbox: Mailbox) -> None:
    house.submit(email=ADDRESS)
    mailbox.reply = "550 No such user"
    house.sender.deliver_due()
    assert [(one.problem.value if one.problem else "", one.status) for one in house.deliveries()] == [("refused", 550)]
    assert house.states() == ["mail:submitted:dead"]


def test_a_server_that_is_down_gets_it_later(sqlite_engine: Engine) -> None:
    house = house_with(sqlite_engine, free_ports(1)[0], None)
    house.submit(email=ADDRESS)
    house.sender.deliver_due()
    assert [one.problem.value if one.problem else "" for one in house.deliveries()] == ["unreachable"]
    assert house.states() == ["mail:submitted:waiting"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_greets_without_end_is_left(sqlite_engine: Engine, scheme: str) -> None:
    stop = threading.Event()

    def greet(listening: socket.socket) -> None:
        taken, _ = listening.accept()
        # Once it has heard enough, the other side is gone.
        with taken, contextlib.suppress(OSError):
            taken.sendall(b"220-")
            while not stop.wait(0.02):
                taken.sendall(b"x")

    with socket.create_server((HOST, 0)) as listening, ThreadPoolExecutor(1) as pool:
        house = house_with(sqlite_engine, listening.getsockname()[1], None, scheme).with_sender(timeout=0.3)
        house.submit(email=ADDRESS)
        greeting = pool.submit(greet, listening)
        house.sender.deliver_due()
        stop.set()
        greeting.result()
    (delivery,) = house.deliveries()
    assert delivery.state.value == "waiting" and delivery.problem is not None
    # Where TLS is expected from the start, a greeting in plain text is refused at once.
    assert delivery.problem.value == ("timeout" if scheme == "smtp" else "tls")


def test_a_certificate_nobody_vouches_for_stops_the_mail(sqlite_engine: Engine, mailbox: Mailbox) -> None:
    house = house_with(sqlite_engine, mailbox.port, None)
    house.submit(email=ADDRESS)
    house.sender.deliver_due()
    assert [one.problem.value if one.problem else "" for one in house.deliveries()] == ["tls"]
    assert mailbox.received == []


@pytest.mark.parametrize(("password", "states"), [(PASSWORD, ["delivered"]), ("wrong", ["dead"])])
def test_logging_in_where_the_server_wants_it(
    sqlite_engine: Engine, tmp_path: Path, password: str, states: list[str]
) -> None:
    with mail_server(tmp_path, login=True) as server:
        house = house_with(sqlite_engine, server.port, server.ca_file, user=USER, password=password)
        house.submit(email=ADDRESS)
        house.sender.deliver_due()
    assert [one.state.value for one in house.deliveries()] == states


def test_a_server_of_this_machine_needs_no_tls(sqlite_engine: Engine, tmp_path: Path) -> None:
    with mail_server(tmp_path, tls=False) as server:
        house = house_with(sqlite_engine, server.port, None)
        house.submit(email=ADDRESS)
        house.sender.deliver_due()
        assert len(server.received) == 1


@pytest.mark.parametrize(
    ("url", "sender", "told"),
    [
        ("https://mail.example.org", FROM, "smtp://host"),
        ("smtp://user:secret@mail.example.org", FROM, "name or password"),
        ("smtp://mail.example.org", "", "MAIL_FROM"),
    ],
)
def test_a_mail_server_that_cannot_be_used_stops_the_start(url: str, sender: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        project_settings.load({"STAMCELWIJZER_MAIL_URL": url, "STAMCELWIJZER_MAIL_FROM": sender})
