"""Row 5: how long `make test` takes after the installation, on request."""

import re

from benchmarks.book import fresh_tree, timed_make


def measure() -> dict:
    """Returns the seconds of `make test`, and how many Python tests passed."""
    with fresh_tree() as tree:
        seconds, output = timed_make(tree, "test")
    passed = re.findall(r"(\d+) passed", output)
    return {"seconds": seconds, "passed": int(passed[-1])}
