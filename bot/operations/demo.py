"""A small hospital site to try embedding with: serves docs/demo on an origin of its own."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bot import settings as project_settings
from bot.operations import parent
from bot.settings import ROOT

FOLDER = ROOT / "docs" / "demo"
PORT = 8090


class _Pages(SimpleHTTPRequestHandler):
    """The files of a folder, with the address of the Stamcelwijzer filled in where pages name it."""

    def __init__(self, *args: object, site: str, **options: object) -> None:
        self._site = site
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802 - the name that the base class calls
        """A page, or a file as it is."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix != ".html" or not path.is_file():
            super().do_GET()
            return
        body = path.read_text(encoding="utf-8").replace("{site}", self._site).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nobody reads a log of the demonstration."""


def server(site: str, port: int, folder: Path = FOLDER) -> ThreadingHTTPServer:
    """A server of the hospital's pages on the loopback address; the caller runs and closes it.

    Args:
        site: address of the Stamcelwijzer that the pages load.
        port: where to listen.
        folder: the pages.
    """
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Pages, directory=str(folder), site=site))


def main() -> None:
    """Serve until the process that started this ends."""
    parent.die_with_parent()
    site = project_settings.load().site_url
    print(f"The example hospital: http://localhost:{PORT}/", flush=True)
    with server(site, PORT) as running:
        running.serve_forever()


if __name__ == "__main__":
    main()
