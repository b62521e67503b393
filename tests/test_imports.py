"""Dependencies point one way: each module knows only those below it."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (ROOT / "lessons_lib").glob("*.py")
}
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))

BELOW = {
    "downloads": set(),
    "reviews": set(),
    "sources": {"downloads", "reviews"},
    "datasets": {"sources", "downloads", "reviews"},
    "history": set(),
    "encoding": set(),
    "curvature": set(),
    "page": {"encoding"},
    "cards": set(),
    "figures": {"datasets", "history"},
    "view_figures": {"figures"},
    "experiment": {"datasets"},
    "controls": {"experiment"},
    "models": {"experiment", "datasets"},
    "schedules": {"experiment"},
    "pace": set(),
    "progress": set(),
    "dials": set(),
    "results": {"engine", "experiment", "history"},
    "program": {
        *("pace", "dials", "schedules", "models"),
        *("experiment", "datasets", "history"),
    },
    "engine": {"program", "models", "experiment", "history"},
    "layers": {"experiment", "datasets"},
    "layer_views": {"layers", "engine", "models", "experiment"},
    "image_views": {"engine", "experiment", "datasets"},
    "text_views": {"engine", "experiment", "datasets", "reviews"},
    "views": {
        *("layer_views", "image_views", "text_views", "engine", "schedules"),
        *("history", "experiment", "datasets"),
    },
    "gradients": set(),
    "surfaces": set(),
    "journal": set(),
    "contract": set(),
    "recorded": {"contract", "controls", "experiment"},
    "document": {
        *("recorded", "views", "controls", "encoding"),
        *("history", "datasets", "experiment"),
    },
    "sweep": {
        *("document", "recorded", "journal", "engine", "controls"),
        *("views", "encoding", "history", "experiment"),
    },
    "offers": {"experiment", "datasets", "downloads", "views"},
    "live": {
        *("engine", "experiment", "datasets", "downloads", "history"),
        *("views", "progress", "offers", "results"),
    },
    "knobs": {"controls"},
    "exercises": set(),
    "parts": set(),
    "graded_cells": set(),
    "names": set(),
    "slicing": {"names"},
    "assignment": {"exercises", "parts", "graded_cells", "slicing"},
}
"""What each module may import; the panels that are not here, anything but
`record`, which is the only one to know the whole package."""

DRAW = {"cards", "figures", "page", "view_figures"}
"""Modules that may import matplotlib; `page` writes a figure as SVG."""

IN_NOTEBOOKS = {
    "keras",
    "matplotlib",
    "numpy",
    "lessons_lib",
    # A gradient tape, which Keras has none of, and some of Python's own.
    "tensorflow",
    "functools",
    "itertools",
    "time",
}
IN_COLAB_CELLS = {"os", "subprocess", "sys"}


def imported(source: str) -> set[str]:
    """Returns the dotted names that a module imports, wherever it does."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = ["lessons_lib"] if node.level else []
            parts += [node.module] if node.module else []
            names |= {".".join([*parts, a.name]) for a in node.names}
    return names


def packages(source: str) -> set[str]:
    return {name.split(".")[0] for name in imported(source)}


def modules_of_ours(source: str) -> set[str]:
    """Returns the modules of ours that a module imports.

    What `lessons_lib` itself exports counts as the module it comes from.
    """
    origins = dict(
        name.split(".")[:0:-1] for name in imported(SOURCES["__init__"])
        if name.startswith("lessons_lib.")
    )  # fmt: skip
    ours = set()
    for name in imported(source):
        package, *rest = name.split(".")
        if package == "lessons_lib":
            first = rest[0] if rest else "the whole package"
            ours.add(first if first in SOURCES else origins.get(first, first))
    return ours


def wrong_arrows(module: str, source: str) -> set[str]:
    allowed = BELOW.get(module, set(SOURCES) - {"record"})
    if module == "record":
        allowed = {*SOURCES, "the whole package"}
    return modules_of_ours(source) - allowed


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import lessons_lib.sweep", {"sweep"}),
        ("from lessons_lib.sweep import load_sweep", {"sweep"}),
        ("from lessons_lib import page", {"page"}),
        ("from lessons_lib import Experiment", {"experiment"}),
        ("from . import page", {"page"}),
        ("from .sweep import load_sweep", {"sweep"}),
        ("def late():\n    from lessons_lib import run", {"engine"}),
        ("import lessons_lib", {"the whole package"}),
        ("import numpy, keras.layers", set()),
    ],
)
def test_imports_are_read(source, expected):
    assert modules_of_ours(source) == expected


def test_a_wrong_arrow_is_found():
    assert wrong_arrows("engine", "from .sweep import sweep") == {"sweep"}
    assert wrong_arrows("explorer", "import lessons_lib.record") == {"record"}


def test_the_rules_name_modules_that_exist():
    named = set(BELOW).union(*BELOW.values(), DRAW)

    assert named <= set(SOURCES)


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_arrows_point_down(module):
    assert wrong_arrows(module, SOURCES[module]) == set()


@pytest.mark.parametrize("module", sorted(set(SOURCES) - DRAW))
def test_nothing_else_draws(module):
    assert "matplotlib" not in packages(SOURCES[module])


@pytest.mark.parametrize("module", sorted({*BELOW, "record"} - {"knobs"}))
def test_widgets_stay_in_the_panels(module):
    assert "ipywidgets" not in packages(SOURCES[module])


def foreign(cell: dict) -> set[str]:
    """Returns what a notebook's cell imports that readers do not know."""
    if cell["cell_type"] != "code":
        return set()
    colab = "colab" in cell["metadata"].get("tags", [])
    known = IN_COLAB_CELLS if colab else IN_NOTEBOOKS
    return {
        name
        for name in imported("".join(cell["source"]))
        if name.split(".")[0] not in known
        and not name.startswith("sklearn.datasets.")
    }


@pytest.mark.parametrize(
    ("source", "tags", "expected"),
    [
        ("import keras\nimport matplotlib.pyplot as plt", [], set()),
        ("from sklearn.datasets import load_digits", [], set()),
        ("from sklearn.svm import SVC", [], {"sklearn.svm.SVC"}),
        ("import os, scipy", [], {"os", "scipy"}),
        ("import os\nimport sys", ["colab"], set()),
        ("import keras", ["colab"], {"keras"}),
    ],
)
def test_foreign_imports_are_found(source, tags, expected):
    cell = {"cell_type": "code", "source": [source], "metadata": {}}
    cell["metadata"]["tags"] = tags

    assert foreign(cell) == expected


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_import_what_readers_know(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]

    assert set().union(*map(foreign, cells)) == set()
