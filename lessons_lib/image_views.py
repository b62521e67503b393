"""Views of what a network makes of images: its filters, its confusions."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons_lib.datasets import DATASETS
from lessons_lib.engine import Run
from lessons_lib.experiment import Experiment


@dataclass(frozen=True)
class Confusion:
    """How often each class is taken for which, on the validation images."""

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        n = DATASETS[experiment.dataset].n_classes
        if not n:
            raise ValueError(
                "The view 'confusion' needs a data set of classes. "
                f"Received: dataset={experiment.dataset!r}"
            )
        return {
            "name": "confusion",
            "kind": "heatmap",
            "title": "What each class is taken for",
            "alt": "Confusion matrix of the validation data: the share of "
            "each true class, row by row, that is given each class.",
            "x_label": "predicted class",
            "y_label": "true class",
            "shape": [n, n],
            "extent": [-0.5, n - 0.5, -0.5, n - 0.5],
            "colors": "sequential",
            "limits": [0, 1],
            "crisp": True,
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        data = run.experiment.load_data()
        answers = run.model(data.x_val).numpy().argmax(axis=1)
        counts = np.zeros((data.n_classes, data.n_classes))
        np.add.at(counts, (data.y_val, answers), 1)
        return {"values": counts / counts.sum(axis=1, keepdims=True)}


@dataclass(frozen=True)
class Filters:
    """The kernels of the first convolution, each scaled to its own largest.

    A filter of several channels is shown as their mean.
    """

    rows: int = 4
    columns: int = 8
    cell: int = 12

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        if experiment.architecture != "cnn" or not experiment.convolutions:
            raise ValueError(
                "The view 'filters' needs a 'cnn' with a Conv2D layer. "
                f"Received: architecture={experiment.architecture!r}, "
                f"filters={experiment.filters!r}"
            )
        size = self.cell + 1
        return {
            "name": "filters",
            "kind": "heatmap",
            "title": "Filters of the first layer",
            "alt": "The weights of each filter as a small picture: green "
            "where they are positive, purple where they are negative.",
            "x_label": "column of filters",
            "y_label": "row of filters",
            "shape": [self.rows * size, self.columns * size],
            "extent": [0.5, self.columns + 0.5, 0.5, self.rows + 0.5],
            "colors": "diverging",
            "limits": [-1, 1],
            "crisp": True,
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        kernel = next(w for w in run.weights if w.ndim == 4).mean(axis=2)
        size, pixels = self.cell + 1, len(kernel)
        at = np.arange(self.cell) * pixels // self.cell
        canvas = np.zeros((self.rows * size, self.columns * size))
        shown = kernel.shape[-1], self.rows * self.columns
        for number in range(min(shown)):
            row, column = divmod(number, self.columns)
            one = kernel[:, :, number] / (
                np.abs(kernel[:, :, number]).max() or 1
            )
            top, left = row * size, column * size
            # The lowest row comes first, and an image's highest one does.
            canvas[top : top + self.cell, left : left + self.cell] = one[
                np.ix_(at[::-1], at)
            ]
        return {"values": canvas}


IMAGE_VIEWS = {"confusion": Confusion(), "filters": Filters()}
"""The views of this module, by name."""
