"""Notebook cells with the metadata that nbgrader reads, version 3."""

from typing import Any


def locked(name: str, source: str, kind: str = "markdown") -> dict[str, Any]:
    """Returns a cell that learners cannot change.

    Args:
        name: The cell's identity, used once in a notebook.
        source: What stands in it.
        kind: `"markdown"` or `"code"`.
    """
    return _cell(name, source, kind, locked=True)


def answer(name: str, source: str) -> dict[str, Any]:
    """Returns a code cell whose solution region nbgrader empties."""
    return _cell(name, source, "code", solution=True)


def tests(name: str, source: str, points: int) -> dict[str, Any]:
    """Returns a code cell that is worth its points if it raises nothing."""
    return _cell(name, source, "code", grade=True, locked=True, points=points)


def written(name: str, source: str, points: int) -> dict[str, Any]:
    """Returns an answer in words, which nbgrader empties and people grade."""
    return _cell(
        name, source, "markdown", grade=True, solution=True, points=points
    )


def notebook_of(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns a notebook for Python, as `json.dump` writes it."""
    kernel = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": kernel,
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(name, source, kind, **changes):
    nbgrader = {
        "cell_type": kind,
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
        **changes,
    }
    cell = {
        "cell_type": kind,
        "id": name,
        "metadata": {"nbgrader": nbgrader},
        "source": source,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
