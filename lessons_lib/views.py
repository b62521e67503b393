"""Pictures of a trained model, as plain arrays that either face can draw.

A view is one of three kinds. Its header says once what all its pictures share
(titles, axes, limits, data points); its data is one picture.

- `heatmap`: `values`, shape `(rows, columns)`, the row of the smallest y
  first.
- `lines`: `series`, each a `label` and `values` over the header's `x`.
- `bars`: `series`, each a `label` and `values`, one for each of the labels.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lessons_lib.datasets import load_dataset
from lessons_lib.engine import Run
from lessons_lib.experiment import Experiment


class View(Protocol):
    """Something to see of a run."""

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """Returns what all pictures of this view share."""

    def data(self, run: Run) -> dict[str, Any]:
        """Returns the picture of one run."""


@dataclass(frozen=True)
class Boundary:
    """Where a model of a two-class, two-feature data set decides."""

    size: int = 40

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        data = _training_data(experiment, "boundary", features=2, n_classes=2)
        low, high = data.x_train.min(0) - 0.3, data.x_train.max(0) + 0.3
        points = np.column_stack([data.x_train, data.y_train])
        return {
            "name": "boundary",
            "kind": "heatmap",
            "title": "Predicted probability of class 1",
            "alt": "Map of the plane: how likely the model holds class 1 at "
            "each place, with the training examples on top.",
            "x_label": "feature 1",
            "y_label": "feature 2",
            "shape": [self.size, self.size],
            "extent": [low[0], high[0], low[1], high[1]],
            "colors": "diverging",
            "limits": [0, 1],
            "points": points,
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        x0, x1, y0, y1 = self.header(run.experiment)["extent"]
        columns = np.linspace(x0, x1, self.size, dtype="float32")
        rows = np.linspace(y0, y1, self.size, dtype="float32")
        grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        logits = run.model(grid).numpy().astype("float64")
        with np.errstate(invalid="ignore"):  # infinite logits: no answer
            margin = np.clip(logits[:, 1] - logits[:, 0], -50, 50)
        return {
            "values": (1 / (1 + np.exp(-margin))).reshape(self.size, self.size)
        }


@dataclass(frozen=True)
class Fit:
    """The curve that a model of one feature has learned."""

    points: int = 200

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        data = _training_data(experiment, "fit", features=1, n_classes=0)
        x, y = data.x_train[:, 0], data.y_train[:, 0]
        margin = 0.25 * float(np.ptp(y))
        return {
            "name": "fit",
            "kind": "lines",
            "title": "Fitted curve over the training data",
            "alt": "The model's output against its input, over the training "
            "examples.",
            "x_label": "x",
            "y_label": "y",
            "x": np.linspace(x.min(), x.max(), self.points),
            "x_scale": "linear",
            "y_scale": "linear",
            "limits": [y.min() - margin, y.max() + margin],
            "points": np.column_stack([x, y]),
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        x = self.header(run.experiment)["x"].astype("float32")[:, None]
        values = run.model(x).numpy()[:, 0]
        return {"series": [{"label": "model", "values": values}]}


VIEWS: dict[str, View] = {"boundary": Boundary(), "fit": Fit()}
"""The views that an explorer can name."""


def _training_data(experiment, view, features, n_classes):
    data = load_dataset(
        experiment.dataset, experiment.train_size, experiment.label_noise
    )
    if data.x_train.shape[1] != features or data.n_classes != n_classes:
        task = f"{n_classes} classes" if n_classes else "regression"
        raise ValueError(
            f"The view {view!r} needs a data set with {features} feature(s) "
            f"and {task}. Received: dataset={experiment.dataset!r}"
        )
    return data


def check_views(experiment: Experiment, names: tuple[str, ...]) -> None:
    """Raises a `ValueError` if a view is unknown or does not fit."""
    for name in names:
        if name not in VIEWS:
            raise ValueError(
                f"`views` must be some of {', '.join(VIEWS)}. "
                f"Received: {name!r}"
            )
        VIEWS[name].header(experiment)
