"""Named data sets, each split into training, validation and test parts.

Every generator is seeded and offline. The real image sets are downloaded by
Keras the first time they are asked for, and read from its cache afterwards.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real

import numpy as np

from lessons_lib.downloads import keras_images

DATA_SEED = 2026
"""The one seed of all data; an experiment's own seed never changes it."""


@dataclass(frozen=True)
class Dataset:
    """Examples in three parts, as float32 inputs and integer or float targets.

    Attributes:
        name: The name `load_dataset` knows it by.
        x_train: Inputs to learn from, shape `(n_train, features)`.
        y_train: Class numbers, shape `(n_train,)`, or regression targets of
            shape `(n_train, 1)`. `y_val` and `y_test` likewise.
        x_val: Inputs to choose hyperparameters with.
        x_test: Inputs to look at once, when everything is chosen.
        n_classes: Number of classes, or 0 for regression.
        image_shape: How one input's features lie as an image, or `None`.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    n_classes: int
    image_shape: tuple[int, int, int] | None = None

    @property
    def guess(self) -> float:
        """What guessing scores on the validation part.

        The accuracy of always naming the commonest class; for regression the
        squared error of always answering the mean.
        """
        if self.n_classes:
            return float(np.bincount(self.y_val).max() / len(self.y_val))
        return float(np.var(self.y_val))


@dataclass(frozen=True)
class Source:
    """What is known of a data set before it is loaded.

    Attributes:
        title: Its name in words.
        make: Returns all inputs and targets, in the order of the parts.
            Inputs of whole numbers are pixels from 0 to 255.
        sizes: Number of training, validation and test examples.
        n_classes: Number of classes, or 0 for regression.
        image_shape: How one input's features lie as an image, or `None`.
        download_mb: Megabytes fetched at first use; 0 means offline.
    """

    title: str
    make: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]
    sizes: tuple[int, int, int]
    n_classes: int = 0
    image_shape: tuple[int, int, int] | None = None
    download_mb: int = 0


class DatasetUnavailable(RuntimeError):  # noqa: N818 (says what is so)
    """A data set that has to be downloaded cannot be had right now."""


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
        download_mb=163,
    ),
}
OFFLINE = tuple(name for name, s in DATASETS.items() if not s.download_mb)


def load_dataset(
    name: str, train_size: int | None = None, label_noise: float = 0.0
) -> Dataset:
    """Loads a data set by name, the same examples every time.

    Args:
        name: One of `DATASETS`.
        train_size: How many training examples to keep; default all. The
            validation and test parts stay whole.
        label_noise: For classes, the fraction of training labels replaced by
            another class, in [0, 1]. For regression, the standard deviation
            of normal noise added to the training targets. Validation and test
            targets are never touched.

    Returns:
        A `Dataset`. Its arrays are shared and read-only.

    Raises:
        ValueError: The name is unknown or a number is out of range.
        DatasetUnavailable: It must be downloaded and that did not work.

    Example:
    >>> load_dataset("digits").x_train.shape
    (1077, 64)
    """
    check_dataset(name, train_size, label_noise)
    whole = _load_whole(name)
    n_train = DATASETS[name].sizes[0] if train_size is None else train_size
    y_train = whole.y_train[:n_train]
    if label_noise:
        y_train = _add_noise(y_train, whole.n_classes, label_noise)
        y_train.setflags(write=False)
    parts = {
        **vars(whole),
        "x_train": _training_inputs(name, n_train),
        "y_train": y_train,
    }
    return Dataset(**parts)


def count_features(name: str) -> int:
    """Returns the length of one input, without a download for images."""
    shape = DATASETS[name].image_shape
    return math.prod(shape) if shape else load_dataset(name).x_train.shape[1]


def check_dataset(
    name: str, train_size: int | None, label_noise: float
) -> None:
    """Raises a `ValueError` that names the first wrong argument, if any."""
    if not isinstance(name, str) or name not in DATASETS:
        raise ValueError(
            f"`dataset` must be one of {', '.join(DATASETS)}. "
            f"Received: dataset={name!r}"
        )
    source = DATASETS[name]
    most = source.sizes[0]
    if train_size is not None and (
        isinstance(train_size, bool)
        or not isinstance(train_size, int | np.integer)
        or not 1 <= train_size <= most
    ):
        raise ValueError(
            f"`train_size` must be None or an integer from 1 to {most}, the "
            f"training examples of {name!r}. "
            f"Received: train_size={train_size!r}"
        )
    top = 1 if source.n_classes else np.finfo("float32").max
    if (
        isinstance(label_noise, bool)
        or not isinstance(label_noise, Real)
        or not 0 <= label_noise <= top
    ):
        raise ValueError(
            "`label_noise` must be a fraction in [0, 1] for classes, or a "
            "standard deviation of at least 0 for regression. "
            f"Received: label_noise={label_noise!r}"
        )


@lru_cache(maxsize=8)
def _load_whole(name: str) -> Dataset:
    source = DATASETS[name]
    x, y = _make(name, source)
    x = x.reshape(len(x), -1)
    if x.dtype != np.uint8:
        x = x.astype("float32")
    y = y.astype("int32" if source.n_classes else "float32")
    first, second, third = np.cumsum(source.sizes)
    arrays = (
        x[:first],
        y[:first],
        _inputs(x[first:second]),
        y[first:second],
        _inputs(x[second:third]),
        y[second:third],
    )
    for array in arrays:
        array.setflags(write=False)
    return Dataset(name, *arrays, source.n_classes, source.image_shape)


def _make(name, source):
    rng = np.random.default_rng(DATA_SEED)
    if not source.download_mb:
        return source.make(rng)
    try:
        return source.make(rng)
    except Exception as error:  # Keras raises a bare Exception offline
        raise DatasetUnavailable(
            f"The data set {name!r} is downloaded by Keras at first use "
            f"({source.download_mb} MB), and the download did not work. "
            "Connect to the internet and run this again, or choose one of "
            f"the offline data sets: {', '.join(OFFLINE)}. "
            f"Keras said: {error}"
        ) from error


@lru_cache(maxsize=4)
def _training_inputs(name: str, n: int) -> np.ndarray:
    """Only those asked for: as floats, pixels take four times the memory."""
    x = _inputs(_load_whole(name).x_train[:n])
    x.setflags(write=False)
    return x


def _inputs(x: np.ndarray) -> np.ndarray:
    return x if x.dtype == np.float32 else x / np.float32(255)


def _add_noise(y: np.ndarray, n_classes: int, amount: float) -> np.ndarray:
    rng = np.random.default_rng(DATA_SEED + 1)
    if not n_classes:
        return (y + rng.normal(0, amount, y.shape)).astype(y.dtype)
    y = y.copy()
    flipped = rng.permutation(len(y))[: round(amount * len(y))]
    y[flipped] += rng.integers(1, n_classes, len(flipped), dtype=y.dtype)
    return y % n_classes
