"""Pictures of a trained model, as plain arrays that either face can draw.

A view is one of three kinds. Its header says once what all its pictures share
(titles, axes, limits, data points); its data is one picture.

- `heatmap`: `values`, shape `(rows, columns)`, the row of the smallest y
  first; cells that are `crisp` are not blurred into each other, a `bare` map
  has no ticks, and `notes` are texts on it, each `[x, y, text]`. `labels`
  name the rows and columns.
- `lines`: `series`, each a `label` and `values` over the header's `x`, with
  `dots` where there is nothing between the values.
- `bars`: `series`, each a `label` and `values`, one for each of the labels.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from lessons_lib.datasets import load_dataset
from lessons_lib.engine import Run
from lessons_lib.experiment import Experiment
from lessons_lib.history import Verdict
from lessons_lib.image_views import IMAGE_VIEWS
from lessons_lib.layer_views import LAYER_VIEWS
from lessons_lib.schedules import learning_rates, steps_per_epoch
from lessons_lib.text_views import TEXT_VIEWS


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


@dataclass(frozen=True)
class Weights:
    """How the weights of all kernels are spread."""

    bins: int = 41
    reach: float = 0.5

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        return {
            "name": "weights",
            "kind": "bars",
            "title": "Share of the weights by size",
            "alt": "Histogram of the kernels' weights; the first and last "
            "bar hold everything beyond.",
            "x_label": "weight",
            "y_label": "share",
            "edges": np.linspace(-self.reach, self.reach, self.bins + 1),
            "limits": [0, 1],
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        kernels = [np.ravel(w) for w in run.weights if w.ndim > 1]
        values = np.concatenate(kernels).astype("float64")
        inner = self.reach * (1 - 1e-9)
        counts, _ = np.histogram(
            np.clip(values, -inner, inner),
            self.bins,
            (-self.reach, self.reach),
        )
        shares = counts / len(values)
        return {"series": [{"label": "model", "values": shares}]}


@dataclass(frozen=True)
class Features:
    """The weight that a linear model gives to each feature."""

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        data = load_dataset(experiment.dataset)
        if experiment.widths or data.n_classes:
            raise ValueError(
                "The view 'features' needs a linear model of a regression. "
                f"Received: dataset={experiment.dataset!r}, "
                f"hidden_units={experiment.hidden_units!r}"
            )
        return {
            "name": "features",
            "kind": "bars",
            "title": "Weight of each feature",
            "alt": "One bar for each feature of the data: its weight in the "
            "linear model.",
            "x_label": "feature",
            "y_label": "weight",
            "edges": np.arange(data.x_train.shape[1] + 1) + 0.5,
            "limits": [-0.6, 1.4],
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        return {"series": [{"label": "model", "values": run.weights[0][:, 0]}]}


@dataclass(frozen=True)
class Schedule:
    """The learning rate over the epochs of a run."""

    points: int = 201

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        return {
            "name": "schedule",
            "kind": "lines",
            "title": "Learning rate over the epochs, log scale",
            "alt": "The learning rate of each step, against the epoch.",
            "x_label": "epoch",
            "y_label": "learning rate η",
            "x": np.linspace(0, experiment.epochs, self.points),
            "x_scale": "linear",
            "y_scale": "log",
            "limits": [1e-5, 10],
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        experiment = run.experiment
        data = load_dataset(experiment.dataset, experiment.train_size)
        steps = steps_per_epoch(experiment, len(data.x_train))
        rates = learning_rates(experiment, steps, run.history["val_loss"])
        at = np.linspace(0, len(rates) - 1, self.points).round().astype(int)
        return {"series": [{"label": "η", "values": rates[at]}]}


VIEWS: dict[str, View] = {
    "boundary": Boundary(),
    "features": Features(),
    "fit": Fit(),
    "schedule": Schedule(),
    "weights": Weights(),
    **IMAGE_VIEWS,
    **TEXT_VIEWS,
    **LAYER_VIEWS,
}
"""The views that an explorer can name."""


def _training_data(experiment, view, features, n_classes):
    data = experiment.load_data()
    if data.x_train.shape[1] != features or data.n_classes != n_classes:
        task = f"{n_classes} classes" if n_classes else "regression"
        raise ValueError(
            f"The view {view!r} needs a data set with {features} feature(s) "
            f"and {task}. Received: dataset={experiment.dataset!r}"
        )
    return data


def explained(
    verdict: Verdict, pictures: dict[str, dict[str, Any]]
) -> Verdict:
    """Adds to the verdict on a failed run what its views show of the cause.

    Args:
        verdict: Of the curves.
        pictures: Data of each view.
    """
    if verdict.status not in ("stuck", "grows", "diverged"):
        return verdict
    for name, data in pictures.items():
        cause = getattr(VIEWS[name], "cause", lambda _: "")(data)
        if cause:
            return replace(verdict, text=f"{verdict.text} {cause}")
    return verdict


def check_views(experiment: Experiment, names: tuple[str, ...]) -> None:
    """Raises a `ValueError` if a view is unknown or does not fit."""
    for name in names:
        if name not in VIEWS:
            raise ValueError(
                f"`views` must be some of {', '.join(VIEWS)}. "
                f"Received: {name!r}"
            )
        VIEWS[name].header(experiment)
