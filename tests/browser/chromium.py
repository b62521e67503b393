"""The Chromium that the browser tests and the benchmarks look through."""

import os
import shutil

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",  # A container's root user has no sandbox.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # The browser itself must stay silent: a test counts the page's requests.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str:
    """Returns the path of `$CHROMIUM`, else of a Chromium on `PATH`."""
    found = filter(
        None, [os.environ.get("CHROMIUM"), *map(shutil.which, BROWSER_NAMES)]
    )
    path = next(found, None)
    if path is None:
        raise FileNotFoundError(
            "The browser tests need Chromium or Chrome on PATH, "
            "or its path in $CHROMIUM."
        )
    return path
