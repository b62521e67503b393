"""A web server on loopback that compresses, as public ones do, and counts."""

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMPRESSED = (".css", ".html", ".js", ".json", ".svg")
"""Fonts and pictures are compressed as they are."""


class Counter(http.server.SimpleHTTPRequestHandler):
    """Answers a request with a file, and notes how many bytes it sent."""

    sent: list[int]

    def __init__(self, *args, sent, **options):
        self.sent = sent
        super().__init__(*args, **options)

    def do_GET(self):
        """Sends a file; a test of what browsers ask for would see a 404."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        accepted = self.headers.get("Accept-Encoding", "")
        zipped = path.suffix in COMPRESSED and "gzip" in accepted
        if zipped:
            body = gzip.compress(body, compresslevel=6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.sent.append(len(body))  # before whoever reads it can look
        self.wfile.write(body)

    def log_message(self, *args):
        """Stays silent."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """A context with a server.

    Args:
        folder: What it serves.

    Yields:
        Its address, and a list of the bytes of every answer, headers aside.
    """
    sent: list[int] = []
    handler = functools.partial(Counter, directory=str(folder), sent=sent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
