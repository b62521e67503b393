"""Views of what a network makes of images: filters, confusions, mistakes."""

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
        source = DATASETS[experiment.dataset]
        n = source.n_classes
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
            "labels": list(source.class_names) or [str(k) for k in range(n)],
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        data = run.experiment.load_data()
        answers = run.val_logits.argmax(axis=1)
        counts = np.zeros((data.n_classes, data.n_classes))
        np.add.at(counts, (data.y_val, answers), 1)
        return {"values": counts / counts.sum(axis=1, keepdims=True)}


@dataclass(frozen=True)
class Filters:
    """The first 16 kernels of the first layer, each scaled to its largest.

    A filter of several channels is shown as their mean.
    """

    rows: int = 2
    columns: int = 8
    cell: int = 12
    gap: int = 2

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        if experiment.architecture != "cnn" or not experiment.convolutions:
            raise ValueError(
                "The view 'filters' needs a 'cnn' with a Conv2D layer. "
                f"Received: architecture={experiment.architecture!r}, "
                f"filters={experiment.filters!r}"
            )
        size = self.cell + self.gap
        return {
            "name": "filters",
            "kind": "heatmap",
            "title": "Filters of the first layer",
            "alt": "The weights of each filter as a small picture: green "
            "where they are positive, purple where they are negative.",
            "x_label": "",
            "y_label": "",
            "shape": [self.rows * size, self.columns * size],
            "extent": [0, self.columns, 0, self.rows],
            "colors": "diverging",
            "limits": [-1, 1],
            "crisp": True,
            "bare": True,
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        kernel = next(w for w in run.weights if w.ndim == 4).mean(axis=2)
        size, pixels = self.cell + self.gap, len(kernel)
        at = np.arange(self.cell) * pixels // self.cell
        canvas = np.zeros((self.rows * size, self.columns * size))
        shown = kernel.shape[-1], self.rows * self.columns
        for number in range(min(shown)):
            row, column = divmod(number, self.columns)
            one = kernel[:, :, number] / (
                np.abs(kernel[:, :, number]).max() or 1
            )
            margin = self.gap // 2
            top, left = row * size + margin, column * size + margin
            # The lowest row comes first, and an image's highest one does.
            canvas[top : top + self.cell, left : left + self.cell] = one[
                np.ix_(at[::-1], at)
            ]
        return {"values": canvas}


@dataclass(frozen=True)
class Mistakes:
    """Validation images that are misread, those misread most surely first.

    Colour images are shown as the mean of their channels.
    """

    rows: int = 2
    columns: int = 4

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        source = DATASETS[experiment.dataset]
        if not source.image_shape:
            raise ValueError(
                "The view 'mistakes' needs a data set of images. "
                f"Received: dataset={experiment.dataset!r}"
            )
        height, width, _ = source.image_shape
        return {
            "name": "mistakes",
            "kind": "heatmap",
            "title": "Misread images: the truth → the answer",
            "alt": "Validation images that the network misreads, the surest "
            "mistakes first, each with its true class and the answer.",
            "x_label": "",
            "y_label": "",
            "shape": [
                self.rows * (height + _line(height)),
                self.columns * (width + 1),
            ],
            "extent": [0, self.columns, 0, self.rows],
            "colors": "sequential",
            "limits": [0, 1],
            "crisp": True,
            "bare": True,
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        data = run.experiment.load_data()
        height, width, channels = data.image_shape
        logits = run.val_logits.astype("float64")
        answers = logits.argmax(axis=1)
        with np.errstate(invalid="ignore"):  # a diverged network is not sure
            certainty = (
                logits.max(axis=1)
                - np.take_along_axis(
                    logits, data.y_val[:, None], axis=1
                ).ravel()
            )
        (wrong,) = np.nonzero(answers != data.y_val)
        shown = wrong[np.argsort(-certainty[wrong], kind="stable")]
        names = DATASETS[data.name].class_names or range(data.n_classes)
        high, wide = height + _line(height), width + 1
        canvas = np.zeros((self.rows * high, self.columns * wide))
        notes = []
        for place, example in enumerate(shown[: self.rows * self.columns]):
            row, column = divmod(place, self.columns)
            image = data.x_val[example].reshape(height, width, channels)
            top = (self.rows - 1 - row) * high  # the lowest row comes first
            canvas[
                top : top + height, column * wide : column * wide + width
            ] = image.mean(axis=2)[::-1]
            text = f"{names[data.y_val[example]]} → {names[answers[example]]}"
            middle = self.rows - row - _line(height) / high / 2
            notes.append([column + width / wide / 2, middle, text])
        return {"values": canvas, "notes": notes}


def _line(height):
    """Pixels that a line of text needs above an image."""
    return max(3, height // 4)


IMAGE_VIEWS = {
    "confusion": Confusion(),
    "filters": Filters(),
    "mistakes": Mistakes(),
}
"""The views of this module, by name."""
