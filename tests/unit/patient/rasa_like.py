"""A real HTTP server that speaks Rasa's REST channel with replies a test chooses, and can fail in Rasa's ways."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Items = list[dict[str, Any]]

SOURCE = {
    "title": "Q&A Studie stamceltherapie bij MS in Nederland",
    "publisher": "Amsterdam UMC",
    "date": "2019-11-04",
    "url": "https://example.org/qa",
}


def answer(text: str, **custom: Any) -> Items:
    """One message with what belongs to it, in the two items that Rasa sends."""
    buttons = custom.pop("buttons", [])
    return [
        {"recipient_id": "x", "text": text, **({"buttons": buttons} if buttons else {})},
        {"recipient_id": "x", "custom": {"kind": "answer", **custom}},
    ]


def question(step: int = 1) -> Items:
    """A question of the pre-screen."""
    return answer(
        "Heeft u relapsing-remitting MS (RRMS)?",
        kind="question",
        asks="ms_type",
        progress={"step": step, "of": 8},
        help="Bij RRMS heeft u aanvallen, met herstel ertussen.",
        buttons=[
            {"title": "Ja, RRMS", "payload": '/answer{"ms_type": "rrms"}'},
            {"title": "Nee", "payload": '/answer{"ms_type": "other"}'},
            {"title": "Weet ik niet", "payload": '/answer{"ms_type": "unknown"}'},
        ],
    )


def verdict(intake_url: str | None) -> Items:
    """A verdict with one criterion of each outcome."""

    def row(
        criterion: str, name: str, outcome: str, words: str, explanation: str, way_on: str | None
    ) -> dict[str, Any]:
        return {
            "criterion": criterion,
            "name": name,
            "outcome": outcome,
            "words": words,
            "explanation": explanation,
            "way_on": way_on,
            "topic": "join_who",
            "source": SOURCE,
        }

    rows = [
        row("ms_type", "Vorm van MS", "met", "ja met schubs", "De studie is voor mensen met RRMS.", None),
        row("age", "Leeftijd", "unknown", "weet ik niet", "De studie is voor mensen van 18 tot en met 50 jaar.", None),
        row(
            "second_line",
            "Eerder tweedelijnsmiddel",
            "not_met",
            "ocrevus vorig jaar",
            "Wie zo'n middel gebruikte, kan niet meedoen.",
            "Vraag uw neuroloog naar de gewone zorg.",
        ),
    ]
    return answer(
        "Dit is een voorlopige uitkomst.\n\n- **Vorm van MS**: past.\n- **Leeftijd**: nog niet bekend.\n\n"
        "Wilt u zich aanmelden?",
        kind="verdict",
        verdict="needs_check",
        criteria={item["criterion"]: item["outcome"] for item in rows},
        details=rows,
        intake_url=intake_url,
        buttons=[{"title": "Een antwoord veranderen", "payload": "/go_back"}],
    )


class RasaLike:
    """The server's behaviour and what it received. Set `reply` to a function, or `raw` to send literal bytes."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.reply: Callable[[str], Items] = lambda message: answer(
            f"U zei: {message}", topic="study_aim", sources=[SOURCE]
        )
        self.raw: bytes | None = None
        self.status = 200
        self.hold: threading.Event | None = None
        self.url = ""

    def wait(self) -> None:
        """Wait while a test holds the server."""
        if self.hold is not None:
            self.hold.wait(30)

    def respond(self, body: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body for one message; waits while a test holds the server."""
        self.received.append(body)
        self.wait()
        return self.status, self.raw if self.raw is not None else json.dumps(self.reply(body["message"])).encode()


@contextmanager
def rasa_like(port: int = 0) -> Iterator[RasaLike]:
    """Run the server on a free port for as long as the context lasts."""
    behaviour = RasaLike()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            behaviour.wait()
            known = self.path == "/webhooks/rest/"
            self._send(200 if known else 404, b'{"status":"ok"}' if known else b"{}")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/webhooks/rest/webhook":
                self._send(404, b"{}")
                return
            self._send(*behaviour.respond(body))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    behaviour.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield behaviour
    finally:
        if behaviour.hold is not None:
            behaviour.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
