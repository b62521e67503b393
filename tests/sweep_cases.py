"""A small grid, for the tests of sweeps."""

import json
from importlib import import_module

from lessons_lib import Experiment, run
from lessons_lib.controls import Control

# `lessons_lib.sweep` is the function, which hides the module of that name.
MODULE = import_module("lessons_lib.sweep")
TINY = Experiment(
    train_size=40, hidden_units=(4,), epochs=2, batch_size=20, seed=3
)
RATES = Control("learning_rate", (0.01, 0.1), scale="log")
SIZES = Control("batch_size", (10, 20), scale="log")
GRID = [RATES, SIZES]
BREAKS = Control("learning_rate", (0.1, 1e30), scale="log")
ASKED = {"seeds": 2, "progress": False}


def plain(document):
    """Returns the document as it is read from a file."""
    return json.loads(json.dumps(document))


def collect_runs(monkeypatch):
    """Returns a list that collects what sweeps train from now on."""
    trained = []

    def counted(experiment):
        trained.append(experiment)
        return run(experiment)

    monkeypatch.setattr(MODULE, "run", counted)
    return trained
