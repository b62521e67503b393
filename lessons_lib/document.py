"""A recorded sweep as one document, for the file and the page."""

import itertools
import json
import math
import platform
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

from lessons_lib.controls import Control
from lessons_lib.datasets import DATASETS
from lessons_lib.encoding import rounded
from lessons_lib.experiment import Experiment
from lessons_lib.history import axis_limits, joint_verdict
from lessons_lib.recorded import FORMAT, fingerprint
from lessons_lib.views import VIEWS, explained


def grid(
    experiment: Experiment, controls: tuple[Control, ...]
) -> Iterator[Experiment]:
    """Yields every setting of the controls, the last one varying fastest."""
    names = [control.name for control in controls]
    for values in itertools.product(*(control.values for control in controls)):
        yield experiment.replace(**dict(zip(names, values, strict=True)))


def build_document(experiment, controls, seeds, views, settings, path):
    """Everything a page needs, as `web/schema.json` describes it."""
    source = DATASETS[experiment.dataset]
    defaults = [getattr(experiment, c.name) for c in controls]
    baseline = next(
        setting["curves"]
        for setting, at in zip(
            settings, grid(experiment, controls), strict=True
        )
        if [getattr(at, c.name) for c in controls] == defaults
    )
    # As floats, in which the None of a diverged epoch is NaN again.
    limits = axis_limits(
        {name: np.array(rows[0], float) for name, rows in baseline.items()}
    )
    low, high = limits["loss"]
    limits["loss"] = (min(low, _decade(_finals(settings, "loss"), low)), high)
    objective_limits = [_decade(_finals(settings, "val_loss"), low), high]
    metrics = [
        {
            "name": name,
            "title": name,
            "scale": "log" if name == "loss" else "linear",
            "limits": list(limits[name]),
        }
        for name in ("loss", "accuracy")
        if name in baseline
    ]
    return {
        "format": FORMAT,
        "name": Path(path).stem if path else "sweep",
        "experiment": experiment.as_dict(),
        "dataset": {
            "name": experiment.dataset,
            "title": source.title,
            "n_train": experiment.train_size or source.sizes[0],
            "n_val": source.sizes[1],
        },
        "controls": [
            control.as_dict(default)
            for control, default in zip(controls, defaults, strict=True)
        ],
        "seeds": [experiment.seed + i for i in range(seeds)],
        "metrics": metrics,
        "objective": {
            **metrics[0],
            "limits": objective_limits,
            "name": "val_loss",
            "title": "validation loss after the last epoch",
            "better": "lower",
        },
        "views": [rounded(VIEWS[name].header(experiment)) for name in views],
        "settings": settings,
        "provenance": {
            "fingerprint": fingerprint(experiment, controls, seeds, views),
            "python": platform.python_version(),
            "tensorflow": _tensorflow_version(),
            "keras": version("keras"),
            "numpy": version("numpy"),
            "recorded": date.today().isoformat(),
        },
    }


def _finals(settings, name):
    """Returns a curve's median last value in each setting that has one."""
    lasts = [[row[-1] for row in s["curves"][name]] for s in settings]
    return [np.median(last) for last in lasts if None not in last]


def _decade(finals, low):
    """Returns the decade below `finals`, at most three below `low`."""
    lowest = min((v for v in finals if v > 0), default=low)
    return max(10.0 ** math.floor(math.log10(lowest)), low / 1000)


def judged(setting, experiment):
    """Returns a setting of an experiment with the verdict on its results."""
    curves = setting["curves"]
    histories = [
        {
            name: np.array(rows[i], float).tolist()
            for name, rows in curves.items()
        }
        for i in range(len(setting["diverged"]))
    ]
    judged = explained(
        joint_verdict(histories, experiment.load_data().guess),
        setting["views"],
    )
    return {**setting, "verdict": judged.text, "status": judged.status}


def as_text(document: dict) -> str:
    """Returns a document as the JSON of its file."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _tensorflow_version():
    import tensorflow as tf

    return tf.__version__
