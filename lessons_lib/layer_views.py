"""Views of what happens inside a network, layer by layer.

Each shows at most `MOST_HIDDEN` hidden layers on an axis that stays put while
a slider changes their number.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons_lib import layers
from lessons_lib.engine import Run
from lessons_lib.experiment import Experiment
from lessons_lib.models import build_loss

MOST_HIDDEN = 10
"""Hidden layers that the views have room for."""
PROBED = 512
"""Training examples that a network is looked at with."""
FAINT = 1e-3
"""A first layer whose gradient is this small beside the last one's, or the
other way round, is named as a cause of failure. This book's convention."""

BEFORE, AFTER = "before training", "after training"


@dataclass(frozen=True)
class LayerLines(ABC):
    """One number for each layer, before and after training.

    Args:
        name: Of the view.
        title: What the numbers are.
        y_label: What the numbers are, on the axis.
        y_scale: `"log"` or `"linear"`.
        limits: Of the axis.
    """

    name: str
    title: str
    y_label: str
    y_scale: str
    limits: tuple[float, float]

    has_output_layer = False

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        _check_depth(experiment, self.name)
        last = MOST_HIDDEN + self.has_output_layer
        return {
            "name": self.name,
            "kind": "lines",
            "title": self.title,
            "alt": f"{self.title}, from the first layer to the last, before "
            "and after training.",
            "x_label": "layer",
            "y_label": self.y_label,
            "x": np.arange(1, last + 1),
            "x_scale": "linear",
            "y_scale": self.y_scale,
            "limits": list(self.limits),
            "dots": True,
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        experiment = run.experiment
        room = MOST_HIDDEN + self.has_output_layer
        with run.untrained() as model:
            before = self.measure(model, experiment)
        after = self.measure(run.model, experiment)
        return {
            "series": [
                {"label": label, "values": _padded(values, room)}
                for label, values in ((BEFORE, before), (AFTER, after))
            ]
        }

    @abstractmethod
    def measure(self, model: Any, experiment: Experiment) -> np.ndarray:
        """Returns one number for each layer of a model."""


class Gradients(LayerLines):
    """How long the loss's gradient is in each layer's kernel."""

    has_output_layer = True

    def measure(self, model: Any, experiment: Experiment) -> np.ndarray:
        """See `lessons_lib.layers.gradient_norms`."""
        return layers.gradient_norms(model, *_probe_batch(experiment))

    def cause(self, data: dict[str, Any]) -> str:
        """Says so if the gradient vanishes or explodes on its way back."""
        values = [v for v in _series(data, BEFORE) if v is not None]
        values = [v for v in values if np.isfinite(v)]
        if len(values) < 2 or not values[-1]:
            return ""
        ratio = values[0] / values[-1]
        if FAINT <= ratio <= 1 / FAINT:
            return ""
        fate = "vanishes" if ratio < FAINT else "explodes"
        return (
            "Before training, the gradient of the first layer is "
            f"{ratio:.0e} times that of the last: it {fate} on its way back."
        )


class Moments(LayerLines):
    """How large the outputs of each hidden layer are."""

    def measure(self, model: Any, experiment: Experiment) -> np.ndarray:
        """See `lessons_lib.layers.second_moments`."""
        return layers.second_moments(model, _probe_batch(experiment)[1])


class DeadUnits(LayerLines):
    """Which share of each hidden layer's units is dead."""

    def measure(self, model: Any, experiment: Experiment) -> np.ndarray:
        """See `lessons_lib.layers.dead_fractions`."""
        return layers.dead_fractions(model, _probe_batch(experiment)[1])

    def cause(self, data: dict[str, Any]) -> str:
        """Says so if no unit of a layer is alive after training."""
        for number, share in enumerate(_series(data, AFTER), 1):
            if share == 1:
                return (
                    f"Every unit of hidden layer {number} is dead: its output "
                    "is 0 for all training examples, and nothing passes."
                )
        return ""


@dataclass(frozen=True)
class LayerHistograms(ABC):
    """How the outputs or gradients of each layer are spread.

    One column for each layer, coloured by the share of values in each bin.

    Args:
        name: Of the view.
        title: What is spread.
        y_label: What the values are.
        reach: Lowest and highest value; the outermost bins hold what is
            beyond.
        trained: Whether the network is looked at after training.
    """

    name: str
    title: str
    y_label: str
    reach: tuple[float, float]
    trained: bool = False
    bins: int = 41
    top: float = 0.25

    has_output_layer = False

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        _check_depth(experiment, self.name)
        columns = MOST_HIDDEN + self.has_output_layer
        return {
            "name": self.name,
            "kind": "heatmap",
            "title": self.title,
            "alt": f"{self.title}: one column for each layer, brighter where "
            "more values lie.",
            "x_label": "layer",
            "y_label": self.y_label,
            "shape": [self.bins, columns],
            "extent": [0.5, columns + 0.5, *self.reach],
            "colors": "sequential",
            "limits": [0, self.top],
            "crisp": True,
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        if self.trained:
            found = self.measure(run.model, run.experiment)
        else:
            with run.untrained() as model:
                found = self.measure(model, run.experiment)
        columns = MOST_HIDDEN + self.has_output_layer
        shares = np.zeros((self.bins, columns))
        for column, values in enumerate(found[:columns]):
            shares[:, column] = self._shares(values)
        return {"values": shares}

    def _shares(self, values):
        low, high = self.reach
        inner = 1e-9 * (high - low)
        values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
        counts, _ = np.histogram(
            np.clip(values, low + inner, high - inner), self.bins, self.reach
        )
        return counts / values.size

    @abstractmethod
    def measure(self, model: Any, experiment: Experiment) -> list[np.ndarray]:
        """Returns the values of each layer of a model."""


class Activations(LayerHistograms):
    """How the outputs of each hidden layer are spread."""

    def measure(self, model: Any, experiment: Experiment) -> list[np.ndarray]:
        """See `lessons_lib.layers.hidden_outputs`."""
        return layers.hidden_outputs(model, _probe_batch(experiment)[1])


class GradientHistogram(LayerHistograms):
    """How large the entries of each layer's gradient are."""

    has_output_layer = True

    def measure(self, model: Any, experiment: Experiment) -> list[np.ndarray]:
        """See `lessons_lib.layers.kernel_gradients`."""
        found = layers.kernel_gradients(model, *_probe_batch(experiment))
        with np.errstate(divide="ignore"):  # a gradient of 0
            return [np.log10(np.abs(g.astype("float64"))) for g in found]


def _check_depth(experiment, view):
    if len(experiment.widths) > MOST_HIDDEN:
        raise ValueError(
            f"The view {view!r} needs at most {MOST_HIDDEN} hidden layers. "
            f"Received: {len(experiment.widths)} hidden layers"
        )


def _probe_batch(experiment):
    """Loss, inputs and targets to look at a network with."""
    data = experiment.load_data()
    x, y = data.x_train[:PROBED], data.y_train[:PROBED]
    return build_loss(experiment), x, y


def _padded(values, length):
    """NaN where a network has no layer."""
    values = np.asarray(values, dtype=float)[:length]
    return np.append(values, np.full(length - len(values), np.nan))


def _series(data, label):
    return next(s["values"] for s in data["series"] if s["label"] == label)


LAYER_VIEWS = {
    view.name: view
    for view in (
        Gradients(
            "gradients",
            "Gradient of each layer's weights",
            "gradient norm (log scale)",
            "log",
            (1e-9, 100),
        ),
        Moments(
            "moments",
            "Mean square of hidden outputs",
            "second moment (log scale)",
            "log",
            (1e-6, 1e4),
        ),
        DeadUnits(
            "dead",
            "Dead units of each hidden layer",
            "share of dead units",
            "linear",
            (0, 1),
        ),
        Activations(
            "activations",
            "Hidden outputs before training",
            "output",
            (-2.0, 2.0),
        ),
        Activations(
            "activations_after",
            "Hidden outputs after training",
            "output",
            (-2.0, 2.0),
            trained=True,
        ),
        GradientHistogram(
            "gradient_histogram",
            "Gradients before training",
            "log₁₀ of the gradient's size",
            (-10.0, 1.0),
        ),
    )
}
"""The views of this module, by name."""
