"""The explorers whose baselines stand for each architecture."""

import json

from benchmarks.toc import ROOT
from lessons_lib import Experiment, Explorer
from lessons_lib.record import explorers

MODELS = {
    "MLP": ("learning_rate", "learning_rate"),
    "CNN": ("cnn", "cnn"),
    "LSTM": ("lstm", "lstm"),
}
"""Chapter and explorer that stand for each architecture."""


def explorer(model: str) -> Explorer:
    """Returns the explorer that stands for an architecture."""
    chapter, name = MODELS[model]
    found = explorers(ROOT / "book" / f"{chapter}.ipynb")
    return next(each for each in found if each.name == name)


def baseline(model: str) -> Experiment:
    """Returns where that explorer's knobs stand at first."""
    return explorer(model).experiment


def cell(model: str) -> str:
    """Returns the source of the cell that makes that explorer."""
    chapter, name = MODELS[model]
    text = (ROOT / "book" / f"{chapter}.ipynb").read_text(encoding="utf-8")
    sources = [
        "".join(cell["source"])
        for cell in json.loads(text)["cells"]
        if "explorer" in cell["metadata"].get("tags", [])
    ]
    return next(each for each in sources if f'name="{name}"' in each)
