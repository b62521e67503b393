"""Runs the benchmarks and writes their table: `python -m benchmarks`."""

import json
import os
import platform
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).parent / "README.md"
MEASUREMENTS = ("engine", "memory", "chapters")


def measure(name: str):
    """Runs one measurement in a process of its own."""
    print(f"measuring {name} …", flush=True)
    code = (
        f"import json; from benchmarks.{name} import measure; "
        "print(json.dumps(measure()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=README.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SystemExit(f"The measurement {name!r} failed:\n{result.stderr}")
    return json.loads(result.stdout.splitlines()[-1])


def table(results: dict) -> str:
    """Returns the measurements as Markdown."""
    lines = [
        "| what | measured | wanted |",
        "| --- | --- | --- |",
    ]
    wanted = {"MLP": 30, "CNN": 2.5, "LSTM": 5}
    for row in results["engine"]:
        name = row["name"]
        lines.append(
            f"| {name}: `model.fit` over the engine, architecture seen before "
            f"| {row['fit_over_engine']:.1f} × | ≥ {wanted[name]} × |"
        )
        lines.append(
            f"| {name}: first run of an architecture over a later one "
            f"| {row['first_over_engine']:.1f} × | |"
        )
        if "engine_over_numpy" in row:
            lines.append(
                f"| {name}: the engine over a hand-written NumPy loop "
                f"| {row['engine_over_numpy']:.2f} × | ≤ 1.5 × |"
            )
    memory = results["memory"]
    lines.append(
        f"| memory that {memory['retrains']} retrains leave behind "
        f"| {memory['after'] - memory['before']:.0f} MB | < 50 MB |"
    )
    for row in results["chapters"]:
        lines.append(
            f"| chapter `{row['name']}`: seconds to execute, peak memory "
            f"| {row['seconds']:.0f} s, {row['peak']:.0f} MB "
            "| ≤ 60 s, ≤ 1200 MB |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measures, prints and writes the table."""
    results = {name: measure(name) for name in MEASUREMENTS}
    text = table(results)
    print(text)
    README.write_text(
        "# Benchmarks\n\n"
        "Written by `make bench`, all in one run, on one machine. "
        "The losses of the compared runs are checked to be equal.\n\n"
        f"{text}\n\n"
        f"{date.today().isoformat()}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Keras {version('keras')}.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
