"""A loopback web server and a browser, to see pages as readers do."""

import functools
import http.server
import json
import threading
from pathlib import Path

import pytest
from checks import DESKTOP, wait_for_panels
from chromium import BROWSER_ARGUMENTS, find_browser
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
SITE = ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def web_dist() -> Path:
    """Returns the folder of the bundled front end."""
    dist = WEB / "dist"
    for name in ("turn-the-knob.js", "turn-the-knob.css"):
        if not (dist / name).is_file():
            pytest.fail(
                f"web/dist/{name} is missing. "
                "Build it: cd web && npm ci && npm run build"
            )
    return dist


@pytest.fixture(scope="session")
def schema() -> dict:
    """Returns the JSON Schema of what Python hands to the page."""
    return json.loads((WEB / "schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def axe() -> str:
    """Returns the source of the accessibility checker."""
    path = WEB / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.fail("axe-core is missing. Install it: cd web && npm ci")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser():
    """Yields one browser; each test opens its own context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=BROWSER_ARGUMENTS
        )
        yield browser
        browser.close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without logging each request."""

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def serve():
    """Returns a function from a folder to its address on loopback."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(QuietHandler, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site(serve) -> str:
    """Returns the address of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail("The site is not built. Build it: make book")
    return serve(SITE)


@pytest.fixture
def open_page(browser):
    """Returns a function that opens a page; fails on any script error."""
    contexts, errors = [], []

    def open_(url, wait=True, **options):
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        if wait:
            wait_for_panels(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []
