"""The built site under the policy that it asks for in `_headers`."""

import base64
import functools
import hashlib
import re
import threading
from http.server import ThreadingHTTPServer

import pytest
from checks import PANELS, next_frame, pixels, wait_for_panels
from conftest import ROOT, QuietHandler

SITE = ROOT / "_build" / "html"
PAGES = sorted(SITE.glob("*.html")) + sorted(SITE.glob("book/*.html"))
WATCH = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", event =>
        violations.push(`${event.effectiveDirective} ${event.blockedURI}`
            + ` ${event.sourceFile}:${event.lineNumber}`));
"""


class PolicyHandler(QuietHandler):
    """Sends each file with the policy, as a host of the book does."""

    policy = ""

    def end_headers(self):
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()


@pytest.fixture(scope="module")
def policy():
    """Returns the policy that the build has written."""
    path = SITE / "_headers"
    if not path.is_file():
        pytest.fail("The site is not built. Build it: make book")
    where, line = path.read_text(encoding="utf-8").splitlines()
    assert where == "/*"
    return line.strip().removeprefix("Content-Security-Policy: ")


@pytest.fixture(scope="module")
def guarded(policy):
    """Yields the address of the site, served with its policy."""
    kind = type("Handler", (PolicyHandler,), {"policy": policy})
    handler = functools.partial(kind, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visit(guarded, open_page):
    """Returns a function that opens a page; fails on any violation."""
    pages, errors = [], []

    def visit_(address, arrives=None):
        page = open_page("about:blank", wait=False)
        page.add_init_script(WATCH)
        page.on(
            "console",
            lambda message: (
                errors.append(f"{message.text} {message.location['url']}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        response = page.goto(f"{guarded}/{address}")
        assert "content-security-policy" in response.headers
        page.wait_for_url(f"{guarded}/{arrives or address}")
        pages.append(page)
        wait_for_panels(page)
        return page

    yield visit_
    for page in pages:
        next_frame(page)
        assert page.evaluate("violations") == []
    assert errors == []


def test_the_policy_is_strict(policy):
    directives = dict(
        directive.strip().split(" ", 1) for directive in policy.split(";")
    )

    assert directives["default-src"] == "'none'"
    assert "unsafe-eval" not in policy
    loose = [name for name in directives if "inline" in directives[name]]
    assert loose == ["style-src"]
    sources = {word for text in directives.values() for word in text.split()}
    plain = {word for word in sources if not word.startswith("'sha256-")}
    assert plain == {
        *("'none'", "'self'", "data:"),
        *("'unsafe-inline'", "'unsafe-hashes'"),
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_policy_knows_every_inline_script(policy, page):
    text = page.read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?: data-cfasync[^>]*)?>(.*?)</script>",
                         text, re.S)  # fmt: skip

    missing = [
        script
        for script in scripts
        if base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        not in policy
    ]

    assert scripts or "http-equiv" in text  # the front page sends readers on
    assert missing == []


def test_a_chapter_works_under_the_policy(visit):
    page = visit("book/learning_rate.html")

    assert page.locator("mjx-container").count() > 5
    for kind in ("canvas", ".knob-stage svg"):  # an explorer, a demo
        place = page.locator(f"{PANELS}:has({kind})").first
        slider = place.get_by_role("slider").first
        slider.focus()
        page.keyboard.press("Home")
        before = pixels(place), place.locator(kind).first.inner_html()
        page.keyboard.press("End")
        after = pixels(place), place.locator(kind).first.inner_html()
        assert after != before


def test_runs_leave_as_csv_under_the_policy(visit):
    page = visit("book/learning_rate.html")
    place = page.locator(f"{PANELS}:has(canvas)").first

    place.get_by_role("button", name="Pin this run").click()
    with page.expect_download() as download:
        place.get_by_role("button", name="Download").click()

    assert download.value.path().read_text().startswith("run,")


def test_the_themes_buttons_work_under_the_policy(visit):
    page = visit("book/learning_rate.html")
    page.evaluate("window.print = () => { window.printed = true; }")

    button = page.locator("button[onclick='window.print()']")
    button.evaluate("button => button.click()")
    page.locator("button.theme-switch-button").first.click()

    assert page.evaluate("window.printed") is True
    assert page.evaluate("document.documentElement.dataset.mode") != "auto"


def test_search_and_front_page_work_under_the_policy(visit):
    page = visit("search.html?q=sharpness")
    page.get_by_role("link", name="Learning rate").first.wait_for()

    front = visit("index.html", arrives="book/index.html")

    front.get_by_role("link", name="Learning rate").first.wait_for()


def test_a_script_that_nobody_named_does_not_run(guarded, open_page):
    page = open_page(f"{guarded}/book/glossary.html")
    page.evaluate(
        "document.addEventListener('securitypolicyviolation', "
        "event => { window.stopped = event.effectiveDirective; })"
    )

    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )

    page.wait_for_function("window.stopped")
    assert page.evaluate("[window.stopped, window.ran]") == [
        "script-src-elem",
        None,
    ]
