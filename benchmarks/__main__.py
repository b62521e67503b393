"""Runs benchmarks and writes their results: `python -m benchmarks`."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import results, table
from benchmarks.toc import ROOT

FOLDER = Path(__file__).parent
QUICK = (
    *("engine", "retrain", "lab", "pages", "memory", "soak"),
    *("chapters", "book"),
)
ON_REQUEST = ("tests",)
"""`make test` takes about 40 minutes."""


def measure(name: str):
    """Runs one measurement in a process of its own and returns its values."""
    print(f"measuring {name} …", end="", flush=True)
    code = (
        f"import json; from benchmarks.{name} import measure; "
        "print(json.dumps(measure()))"
    )
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        # The browser's part is shared with the browser tests.
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests" / "browser")},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f" {name!r} failed:\n{done.stderr}")
    print(f" {time.perf_counter() - begin:.0f} s")
    return json.loads(done.stdout.splitlines()[-1])


def main(arguments: list[str], folder: Path = FOLDER) -> None:
    """Measures what is asked for; writes after each measurement.

    Args:
        arguments: Names of measurements; none for all the quick ones.
        folder: Where `results.json` and `README.md` lie.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"of {', '.join(QUICK)}, which are the default; "
        f"{', '.join(ON_REQUEST)}, which take 40 minutes; or all",
    )
    names = parser.parse_args(arguments).names or QUICK
    if "all" in names:
        names = (*QUICK, *ON_REQUEST)
    for name in names:
        if name not in (*QUICK, *ON_REQUEST):
            parser.error(
                f"a name must be all or one of {', '.join(QUICK)}, "
                f"{', '.join(ON_REQUEST)}. Received: {name!r}"
            )
    path = folder / "results.json"
    if os.getloadavg()[0] > (os.cpu_count() or 1) / 2:
        print("This machine is busy: its numbers will be worse than it is.")
    for name in names:
        found = results.merge(results.load(path), name, measure(name))
        results.save(found, path)
        text = table.render(results.load(path))
        (folder / "README.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
