"""Where each data set comes from: seeded generators, files, downloads."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lessons_lib.downloads import (
    IMDB_WORDS,
    imdb_reviews,
    imdb_words,
    keras_images,
)
from lessons_lib.reviews import VOCABULARY, make_reviews


@dataclass(frozen=True)
class Source:
    """What is known of a data set before it is loaded.

    Attributes:
        title: Its name in words.
        make: Returns all inputs and targets, in the order of the parts.
            Bytes are pixels from 0 to 255. For sequences, it also takes their
            length.
        sizes: Number of training, validation and test examples.
        n_classes: Number of classes, or 0 for regression.
        image_shape: How one input's features lie as an image, or `None`.
        length: Steps of a sequence unless others are asked for; 0 for what is
            no sequence.
        channels: Numbers at each step of a sequence.
        n_words: How many different tokens there are, where each step is a
            word; else 0.
        words: Returns the word of each token.
        class_names: What the classes are called, unless it is their number.
        download_mb: Megabytes fetched at first use; 0 means offline.
    """

    title: str
    make: Callable[..., tuple[np.ndarray, np.ndarray]]
    sizes: tuple[int, int, int]
    n_classes: int = 0
    image_shape: tuple[int, int, int] | None = None
    length: int = 0
    channels: int = 1
    n_words: int = 0
    words: Callable[[], tuple[str, ...]] | None = None
    class_names: tuple[str, ...] = ()
    download_mb: int = 0


def _digits(rng):
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = rng.permutation(len(x))
    return x[order] / 16, y[order]


def _sine(rng):
    x = rng.uniform(-1, 1, (400, 1))
    return x, np.sin(2 * np.pi * x) + rng.normal(0, 0.1, x.shape)


def _moons(rng):
    y = rng.permutation(np.arange(600) % 2)
    angle = rng.uniform(0, np.pi, 600)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x[y == 1] = [1.0, 0.5] - x[y == 1]
    return x + rng.normal(0, 0.2, x.shape) - [0.5, 0.25], y


def _spirals(rng):
    y = rng.permutation(np.arange(900) % 2)
    radius = np.sqrt(rng.uniform(0.01, 1, 900))
    angle = 3 * np.pi * radius + np.pi * y
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + rng.normal(0, 0.02, x.shape), y


def _sparse_linear(rng):
    x = rng.normal(size=(1000, 100))
    y = x[:, :10].sum(axis=1, keepdims=True)
    return x, y + rng.normal(0, 0.1, y.shape)


def _regression(rng):
    x = rng.normal(size=(1000, 20))
    y = x[:, :5].sum(axis=1, keepdims=True)
    return x, y + rng.normal(0, 0.1, y.shape)


def _adding(rng, length):
    """The adding problem of Hochreiter & Schmidhuber (1997).

    Two of the numbers are marked, one in each half; the target is their sum.
    """
    n = 3000
    x = np.zeros((n, length, 2))
    x[:, :, 0] = rng.uniform(0, 1, (n, length))
    half = length // 2
    for marked in (rng.integers(0, half, n), rng.integers(half, length, n)):
        x[np.arange(n), marked, 1] = 1
    return x, (x[:, :, 0] * x[:, :, 1]).sum(axis=1, keepdims=True)


def _moved_digits(reach: int):
    """Digits on a canvas of 16×16, up to `reach` pixels from its middle."""

    def make(rng):
        x, y = _digits(rng)
        canvas = np.zeros((len(x), 16, 16))
        places = 4 + rng.integers(-reach, reach + 1, (len(x), 2))
        for image, pixels, (row, column) in zip(
            canvas, x.reshape(-1, 8, 8), places, strict=True
        ):
            image[row : row + 8, column : column + 8] = pixels
        return canvas, y

    return make


DATASETS: dict[str, Source] = {
    "digits": Source(
        "handwritten digits (8×8 pixels)",
        _digits,
        (1077, 360, 360),
        10,
        (8, 8, 1),
    ),
    "centred_digits": Source(
        "handwritten digits in the middle of 16×16 pixels",
        _moved_digits(0),
        (1077, 360, 360),
        10,
        (16, 16, 1),
    ),
    "translated_digits": Source(
        "handwritten digits anywhere on 16×16 pixels",
        _moved_digits(4),
        (1077, 360, 360),
        10,
        (16, 16, 1),
    ),
    "moons": Source("two moons", _moons, (300, 150, 150), 2),
    "spirals": Source("two spirals", _spirals, (450, 225, 225), 2),
    "sine": Source("noisy sine", _sine, (100, 100, 200)),
    "sparse_linear": Source(
        "sparse linear problem", _sparse_linear, (600, 200, 200)
    ),
    "regression": Source(
        "regression on 20 features", _regression, (600, 200, 200)
    ),
    "adding": Source(
        "the adding problem", _adding, (2000, 500, 500), length=20, channels=2
    ),
    "reviews": Source(
        "generated film reviews",
        lambda rng, length: make_reviews(rng, 3000, length),
        (2000, 500, 500),
        2,
        length=26,
        n_words=len(VOCABULARY),
        words=lambda: VOCABULARY,
        class_names=("negative", "positive"),
    ),
    "mnist": Source(
        "MNIST digits (28×28 pixels)",
        keras_images("mnist"),
        (50_000, 10_000, 10_000),
        10,
        (28, 28, 1),
        download_mb=11,
    ),
    "fashion_mnist": Source(
        "Fashion-MNIST clothes (28×28 pixels)",
        keras_images("fashion_mnist"),
        (50_000, 10_000, 10_000),
        10,
        (28, 28, 1),
        download_mb=30,
    ),
    "cifar10": Source(
        "CIFAR-10 photographs (32×32 pixels)",
        keras_images("cifar10"),
        (45_000, 5_000, 10_000),
        10,
        (32, 32, 3),
        class_names=(
            *("airplane", "automobile", "bird", "cat", "deer"),
            *("dog", "frog", "horse", "ship", "truck"),
        ),
        download_mb=170,
    ),
    "imdb": Source(
        "IMDB film reviews",
        imdb_reviews,
        (20_000, 5_000, 25_000),
        2,
        length=80,
        n_words=IMDB_WORDS,
        words=imdb_words,
        class_names=("negative", "positive"),
        download_mb=17,
    ),
}
"""All data sets by name."""
OFFLINE = tuple(name for name, s in DATASETS.items() if not s.download_mb)
"""Names of those that need no download."""
LENGTHS = (4, 500)
"""Fewest and most steps of a sequence."""
