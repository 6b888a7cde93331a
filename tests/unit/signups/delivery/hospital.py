"""A hospital system to deliver to: a real HTTP server that remembers what it got and answers what the test wants."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HUGE = 5_000_000


@dataclass(frozen=True)
class Got:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["Idempotency-Key"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass(frozen=True)
class Say:
    """What to answer.

    `raw` is sent instead of an HTTP answer; `hang` answers nothing until the server stops; `drip` sends that and
    then its last byte again and again, so that something always comes and the answer never ends.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    hang: bool = False
    drip: bytes = b""
    huge: bool = False


@dataclass
class Hospital:
    """The running server. `answers` are used up one by one; after that `usually` decides."""

    url: str
    got: list[Got] = field(default_factory=list)
    answers: list[Say] = field(default_factory=list)
    usually: Callable[[Got], Say] = lambda _got: Say()
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, got: Got) -> Say:
        with self.lock:
            self.got.append(got)
            said = self.answers.pop(0) if self.answers else self.usually(got)
        self.arrived.release()
        return said

    def wait_for_request(self) -> None:
        assert self.arrived.acquire(timeout=60), "no request arrived"


def _handler(hospital: Hospital) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = hospital.take(Got(self.path, dict(self.headers), body))
            # The other side may be gone or have heard enough; that is what some tests are about.
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                self._answer(said)

        def _answer(self, said: Say) -> None:
            if said.hang:
                hospital.stopped.wait(60)
                return
            if said.drip:
                self._drip(said.drip)
                return
            if said.raw is not None:
                self.wfile.write(said.raw)
                return
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(HUGE if said.huge else len(said.body)))
            self.end_headers()
            for _ in range(HUGE // 10_000 if said.huge else 0):
                self.wfile.write(b"x" * 10_000)
            self.wfile.write(said.body)

        def _drip(self, begun: bytes) -> None:
            self.wfile.write(begun)
            while not hospital.stopped.wait(0.02):
                self.wfile.write(begun[-1:])

        def do_GET(self) -> None:
            hospital.take(Got(self.path, dict(self.headers), b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    return Handler


@contextlib.contextmanager
def open_hospital(certificate: Path | None = None) -> Iterator[Hospital]:
    """A server on a free port; with TLS when given a file with certificate and key."""
    hospital = Hospital("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hospital))
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    hospital.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/in"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hospital
    finally:
        hospital.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Voorbeeldziekenhuis")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "hospital.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return file


def fhir_server(got: Got) -> Say:
    """What a FHIR server says to a transaction that it carried out."""
    entries = [{"response": {"status": "200 OK"}} for _ in got.json["entry"]]
    told = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
    return Say(body=json.dumps(told).encode())


def redcap_server(got: Got) -> Say:
    """What REDCap says to an import or a deletion that it carried out."""
    return Say(body=b"1" if got.form["action"] == "delete" else b'{"count": 1}')
