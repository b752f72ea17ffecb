"""One page offered on the facilitator's own network, read-only, to tablets that open no local file."""

from __future__ import annotations

import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from labkit.errors import LabkitError

PORT = 8765


def server(page: Path, *, port: int = PORT, host: str = "") -> ThreadingHTTPServer:
    """Return a server that gives one file at ``/`` and nothing else; it is started with ``serve_forever``.

    Parameters
    ----------
    port
        0 takes any free one.
    host
        Address to listen on; all of this machine's by default.

    Raises
    ------
    LabkitError
        If the port is taken.
    """
    content = page.read_bytes()

    class OnePage(BaseHTTPRequestHandler):
        server_version, sys_version = "labkit", ""

        def do_GET(self) -> None:
            self._answer(send=True)

        def do_HEAD(self) -> None:
            self._answer(send=False)

        def _answer(self, *, send: bool) -> None:
            if self.path.split("?")[0] != "/":
                self.send_error(404)
                return
            self.send_response(200)
            for name, value in (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(content))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                ("X-Frame-Options", "DENY"),
            ):
                self.send_header(name, value)
            self.end_headers()
            if send:
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is noted of who opens the page."""

    try:
        return ThreadingHTTPServer((host, port), OnePage)
    except (OSError, OverflowError) as error:
        raise LabkitError(
            f"port {port} cannot be opened ({error.strerror or error}); name another with --port"
        ) from error


def serve(page: Path, *, port: int, tell: Callable[[str], object]) -> None:
    """Offer a page until it is interrupted, and tell the addresses to type on the tablets."""
    with server(page, port=port) as running:
        for address in addresses():
            tell(f"http://{address}:{running.server_address[1]}/")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            return


def addresses() -> list[str]:
    """Return this machine's addresses on its own network, without asking anybody outside."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    except OSError:
        found = set()  # a machine whose name nobody knows still has an address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Choosing a way out names the own address; a datagram socket that is only connected sends nothing.
            probe.connect(("192.0.2.1", 9))
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    return sorted(a for a in found if not a.startswith("127.")) or ["127.0.0.1"]
