"""Writes `_headers`: the strictest policy that the pages work under.

The theme puts small scripts into each page, one of which names the page. The
policy lets exactly these run, by their hashes, and no other inline script, no
`eval` and no other host. Styles may stand inside the page: matplotlib's
drawings are styled so, and MathJax places every symbol so.

Some hosts read the file themselves; `CONTRIBUTING.md` says what others do.
"""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-hashes' {hashes}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""`'unsafe-hashes'` is for the theme's buttons that print or fill the screen:
it lets handlers in attributes run if, and only if, they are hashed too."""


class InlineScripts(HTMLParser):
    """Collects what a page runs that does not come from a file."""

    def __init__(self):
        super().__init__()
        self.found = set()
        self._text = None

    def handle_starttag(self, tag, attrs):
        """Takes handlers in attributes, and the start of a script."""
        values = dict(attrs)
        self.found |= {
            text for name, text in attrs if name.startswith("on") and text
        }
        runs = values.get("type", "") in ("", "text/javascript", "module")
        if tag == "script" and "src" not in values and runs:
            self._text = []

    def handle_data(self, data):
        """Takes a piece of a script."""
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag):
        """Takes the end of a script."""
        if self._text is not None:
            self.found.add("".join(self._text))
            self._text = None


def content_policy(site: Path) -> str:
    """Returns the policy of all pages in a folder.

    Args:
        site: The folder of the built pages.
    """
    scripts = set()
    for page in sorted(site.rglob("*.html")):
        if "_static" in page.relative_to(site).parts:
            continue  # the theme's templates, which no page shows
        inline = InlineScripts()
        inline.feed(page.read_text(encoding="utf-8"))
        scripts |= inline.found
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    hashes = sorted(
        f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests
    )
    return POLICY.format(hashes=" ".join(hashes))


def write(app, exception):
    """Writes the file beside the pages when they are all there."""
    if exception is None and app.builder.format == "html":
        site = Path(app.outdir)
        text = f"/*\n  Content-Security-Policy: {content_policy(site)}\n"
        (site / "_headers").write_text(text, encoding="utf-8")


def setup(app):
    """Is called by Sphinx."""
    app.connect("build-finished", write, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
