"""The results file: raw numbers, each with its date and its machine."""

import importlib.metadata
import json
import os
import platform
from datetime import date
from pathlib import Path
from typing import Any

PACKAGES = ("keras", "tensorflow", "tensorflow-cpu", "numpy", "jupyterlab")

Results = dict[str, dict[str, Any]]
"""Name of a measurement to `machine` and `values`, what it measured."""


def machine() -> dict[str, Any]:
    """Returns what a number depends on, without naming the machine."""
    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # TensorFlow has one of two names
    return {
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **packages,
    }


def load(path: Path) -> Results:
    """Returns the results of a file; none if there is no file."""
    if not path.exists():
        return {}
    return json.loads(path.read_text(encoding="utf-8"))


def merge(results: Results, name: str, values: Any) -> Results:
    """Returns results in which one measurement is new.

    Args:
        results: All others keep their numbers, dates and machines.
        name: Of the measurement.
        values: What it measured on this machine today.
    """
    return {**results, name: {"machine": machine(), "values": values}}


def save(results: Results, path: Path) -> None:
    """Writes results in the same order whatever was measured first."""
    rounded = _rounded({name: results[name] for name in sorted(results)})
    text = json.dumps(rounded, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _rounded(value):
    """Returns a value whose floats keep four digits; clocks say no more."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return value
