"""Panels of all chapters, turned at random, as `benchmarks/soak.py` does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHANGES, LONGEST = 1000, 50
"""Long bursts: fewer visits than the benchmark makes, as many changes."""
MOST_GROWTH_MB = 50


@pytest.mark.slow
def test_random_changes_leave_the_last_values_and_little_memory():
    code = (
        "import json\nfrom benchmarks.soak import measure\n"
        f"print(json.dumps(measure({CHANGES}, {LONGEST})))"
    )
    # In a process of its own, whose memory nothing else fills.
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["failures"] == []
    assert found["waits"] > 5
    assert found["stopped"] > 0
    assert found["after"] - found["before"] < MOST_GROWTH_MB
