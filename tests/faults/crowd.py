"""Simulated patients who chat and sign up, all at once, and note whatever no patient should ever meet."""

from __future__ import annotations

import contextlib
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from uuid import uuid4

import requests

from bot.signups.handover import Handover, make_token, read_token
from tests.unit.patient.site import ANSWERS, DETAILS

# Generous: a slow machine is no fault. Nobody may wait for ever, though.
WAIT = 120
ENOUGH = 300.0
_LINK_HOURS = 48
_FALLBACK = "storing"
_QUESTIONS = (
    "Waar is het onderzoek?",
    "Wat is stamceltherapie?",
    "Val mijn haar uit?",
    "hoe lang lig ik in het ziekenhuis",
    "fietsband plakken",
)
_DANGER = "ik wil niet meer leven"
_FITS = {
    "ms_type": "rrms",
    "medication": "yes",
    "recent_activity": "yes",
    "second_line": "no",
    "age": "yes",
    "walking": "yes",
    "randomisation": "yes",
    "test_results": "yes",
}


@dataclass
class Diary:
    """What the patients went through together."""

    turns: int = 0
    fallbacks: int = 0
    longest: float = 0.0
    problems: list[str] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def waited(self, seconds: float) -> None:
        """Note how long somebody waited for an answer."""
        with self.lock:
            self.longest = max(self.longest, seconds)

    def problem(self, words: str) -> None:
        """Note what nobody should meet."""
        with self.lock:
            self.problems.append(words[:300])


class Crowd:
    """Patients who go on until they are told to stop; each finishes what they had begun.

    Attributes:
        diary: what they met.
        site_may_be_away: while the patient site itself is the victim, a browser tells that nobody answers; the patient
            tries again.
    """

    def __init__(self, site: str, keys: Sequence[str], patients: int, pause: float) -> None:
        """Take the address and the keys of the installation, how many patients, and their seconds between messages."""
        self.site = site
        self.keys = keys
        self.pause = pause
        self.diary = Diary()
        self.site_may_be_away = False
        self._stop = threading.Event()
        walks = (_Asker, _Screened, _Reader, _SigningUp)
        self._threads = [
            threading.Thread(target=walks[number % len(walks)](self, number).live, daemon=True)
            for number in range(patients)
        ]

    @contextlib.contextmanager
    def about(self) -> Iterator[Crowd]:
        """Let them come, and wait at the end until the last one has finished."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            deadline = time.monotonic() + ENOUGH
            for thread in self._threads:
                thread.join(max(0.1, deadline - time.monotonic()))
        assert not any(thread.is_alive() for thread in self._threads), "somebody still waits"

    def rest(self) -> bool:
        """A patient thinks; whether to go on."""
        return not self._stop.wait(random.uniform(0.5, 1.5) * self.pause)

    def one_more(self) -> Screening:
        """The pre-screen of somebody whom a test leads by the hand."""
        return Screening(_Screened(self, 0))

    @property
    def goes_on(self) -> bool:
        """Whether a new conversation begins."""
        return not self._stop.is_set()

    def wait_for(self, turns: int, sign_ups: int = 0) -> None:
        """Wait until this many more messages were answered, and sign-ups confirmed."""
        turns, sign_ups = self.diary.turns + turns, len(self.diary.confirmed) + sign_ups
        wait_until(
            lambda: self.diary.turns >= turns and len(self.diary.confirmed) >= sign_ups,
            f"the patients got no further than {self.diary.turns} turns, {self.diary.problems[:3]}",
        )


def wait_until(happened: Callable[[], object], otherwise: str) -> None:
    """Wait for something that must happen by itself."""
    deadline = time.monotonic() + ENOUGH
    while not happened():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


class _Patient:
    """One patient after another, in one thread."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd = crowd
        self.number = number

    def live(self) -> None:
        while self.crowd.goes_on:
            try:
                self.visit()
            except Exception as error:
                self.crowd.diary.problem(f"{type(self).__name__}: {type(error).__name__}: {error}")
            self.crowd.rest()

    def visit(self) -> None:
        raise NotImplementedError

    def request(self, http: requests.Session, method: str, path: str, **more: object) -> requests.Response:
        """What a browser does; when nobody answers at all the person presses again."""
        while True:
            away = self.crowd.site_may_be_away
            began = time.monotonic()
            try:
                return http.request(method, f"{self.crowd.site}{path}", timeout=WAIT, **more)  # type: ignore[arg-type]
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                if not (away or self.crowd.site_may_be_away):
                    raise
                time.sleep(0.5)
            finally:
                self.crowd.diary.waited(time.monotonic() - began)

    def say(self, http: requests.Session, conversation: str | None, words: str) -> tuple[str, list[dict[str, object]]]:
        """One message through the API, with an answer whatever happens."""
        reply = self.request(http, "POST", "/api/chat", json={"message": words, "conversation": conversation})
        if reply.status_code != 200:
            raise AssertionError(f"chat answered {reply.status_code}: {reply.text[:200]}")
        body = reply.json()
        messages = body["messages"]
        assert messages and all(message["text"] for message in messages), "an empty answer"
        fell_back = any(_FALLBACK in message["text"] for message in messages)
        with self.crowd.diary.lock:
            self.crowd.diary.turns += 1
            self.crowd.diary.fallbacks += fell_back
        return body["conversation"], messages


class _Asker(_Patient):
    """Asks some questions; one of them is in danger and must always hear where to get help."""

    def visit(self) -> None:
        http, conversation = requests.Session(), None
        for words in (*random.sample(_QUESTIONS, 3), _DANGER):
            conversation, messages = self.say(http, conversation, words)
            if words is _DANGER:
                assert messages[0]["kind"] == "safety", f"danger was answered with {messages[0]['kind']}"
            if not self.crowd.rest():
                return


class _Screened(_Patient):
    """Does the pre-screen, says again what got no answer, and signs up with the link."""

    def visit(self) -> None:
        screening = Screening(self)
        while not screening.link:
            screening.go_on()
            if not (screening.link or self.crowd.rest()):
                return
        sign_up(self, screening.http, screening.link)


class Screening:
    """One pre-screen, message by message.

    Attributes:
        asked: the criterion that is asked now, or None when the last message got no such answer.
        link: the path of the form, once it was given.
    """

    def __init__(self, patient: _Patient) -> None:
        """Not begun yet."""
        self.http = requests.Session()
        self.asked: str | None = None
        self.link: str | None = None
        self._patient = patient
        self._conversation: str | None = None

    def go_on(self) -> None:
        """Answer what is asked, or say again that one wants to be asked."""
        words = f'/answer{{"{self.asked}": "{_FITS[self.asked]}"}}' if self.asked else "/start_prescreen"
        self._conversation, messages = self._patient.say(self.http, self._conversation, words)
        self.asked = next((str(message["asks"]) for message in reversed(messages) if message["asks"]), None)
        link = next((message["intake_url"] for message in messages if message["intake_url"]), None)
        self.link = str(link).removeprefix(self._patient.crowd.site) if link else None


class _Reader(_Patient):
    """Uses the page without JavaScript, and loads it again to read what was said."""

    def visit(self) -> None:
        http = requests.Session()
        page = self.request(http, "GET", "/")
        for words in random.sample(_QUESTIONS, 2):
            assert page.status_code == 200, f"the page answered {page.status_code}"
            form = {"csrf_token": csrf(page.text), "message": words, "ticket": uuid4().hex[:16]}
            page = self.request(http, "POST", "/bericht", data=form)
            assert page.status_code == 200, f"the page answered {page.status_code}"
            with self.crowd.diary.lock:
                self.crowd.diary.turns += 1
            if not self.crowd.rest():
                return


class _SigningUp(_Patient):
    """Comes with a link from before the trouble, and signs up."""

    def visit(self) -> None:
        handover = Handover(uuid4().hex, "ram-ms", ANSWERS, "nl", None, datetime.now(UTC))
        sign_up(self, requests.Session(), f"/aanmelden/{make_token(self.crowd.keys, handover)}")


def csrf(page: str) -> str:
    """The form token in a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "a page without its form"
    return unescape(found.group(1))


def sign_up(patient: _Patient, http: requests.Session, path: str) -> None:
    """Send the intake form until it is confirmed; every other person sends it once more."""
    diary = patient.crowd.diary
    token = path.rsplit("/", 1)[1]
    handover = read_token(patient.crowd.keys, token, _LINK_HOURS, datetime.now(UTC)).id
    with diary.lock:
        diary.begun.add(handover)
    page = patient.request(http, "GET", path)
    assert page.status_code == 200, f"the form answered {page.status_code}"
    for _ in range(50):
        filled = {**DETAILS, "csrf_token": csrf(page.text)}
        page = patient.request(http, "POST", path, data=filled, allow_redirects=False)
        if page.status_code == 303:
            break
        assert page.status_code == 503, f"the form answered {page.status_code}: {page.text[:200]}"
        assert DETAILS["name"] in page.text, "what was typed is gone"
        time.sleep(1)
    done = patient.request(http, "GET", "/aangemeld")
    assert done.status_code == 200 and 'class="code"' in done.text, "no code after signing up"
    with diary.lock:
        diary.confirmed.add(handover)
    if patient.number % 2:
        again = {**DETAILS, "csrf_token": csrf(page.text) if "csrf_token" in page.text else filled["csrf_token"]}
        twice = patient.request(http, "POST", path, data=again, allow_redirects=False)
        assert twice.status_code in (303, 503), f"the form answered {twice.status_code} the second time"


def digest(handover: str) -> str:
    """How the database names a hand-over."""
    return sha256(handover.encode()).hexdigest()
