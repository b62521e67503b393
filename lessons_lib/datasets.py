"""Named data sets, each split into training, validation and test parts.

Every generator is seeded and offline. The real image sets are downloaded by
Keras the first time they are asked for, and read from its cache afterwards.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real

import numpy as np

from lessons_lib.reviews import split_words
from lessons_lib.sources import DATASETS, LENGTHS, OFFLINE

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
        sequence_shape: Steps, and numbers at each step, of inputs that are
            sequences; or `None`.
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
    sequence_shape: tuple[int, int] | None = None

    @property
    def guess(self) -> float:
        """What guessing scores on the validation part.

        The accuracy of always naming the commonest class; for regression the
        squared error of always answering the mean.
        """
        if self.n_classes:
            return float(np.bincount(self.y_val).max() / len(self.y_val))
        return float(np.var(self.y_val))


class DatasetUnavailable(RuntimeError):  # noqa: N818 (says what is so)
    """A data set that has to be downloaded cannot be had right now."""


def load_dataset(
    name: str,
    train_size: int | None = None,
    label_noise: float = 0.0,
    sequence_length: int | None = None,
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
        sequence_length: Steps of each sequence, for data sets of sequences;
            default the data set's own. A longer review keeps its last words.

    Returns:
        A `Dataset`. Its arrays are shared and read-only.

    Raises:
        ValueError: The name is unknown or a number is out of range.
        DatasetUnavailable: It must be downloaded and that did not work.

    Example:
    >>> load_dataset("digits").x_train.shape
    (1077, 64)
    """
    check_dataset(name, train_size, label_noise, sequence_length)
    length = DATASETS[name].length and (sequence_length or 0)
    whole = _load_whole(name, length)
    n_train = DATASETS[name].sizes[0] if train_size is None else train_size
    y_train = whole.y_train[:n_train]
    if label_noise:
        y_train = _add_noise(y_train, whole.n_classes, label_noise)
        y_train.setflags(write=False)
    parts = {
        **vars(whole),
        "x_train": _training_inputs(name, length, n_train),
        "y_train": y_train,
    }
    return Dataset(**parts)


def count_features(name: str, sequence_length: int | None = None) -> int:
    """Returns how many numbers one input has, without a download."""
    source = DATASETS[name]
    if source.image_shape:
        return math.prod(source.image_shape)
    if source.length:
        return (sequence_length or source.length) * source.channels
    return load_dataset(name).x_train.shape[1]


def load_vocabulary(name: str) -> tuple[str, ...]:
    """Returns the word of each token of a data set of texts.

    Args:
        name: Of a data set of texts, `"reviews"` or `"imdb"`.

    Raises:
        ValueError: The data set holds no texts.
        DatasetUnavailable: It must be downloaded and that did not work.
    """
    words = DATASETS[name].words if name in DATASETS else None
    if words is None:
        raise ValueError(
            f"`name` must be a data set of texts. Received: {name!r}"
        )
    return _downloaded(name, words)


def encode_text(name: str, text: str) -> list[tuple[str, int]]:
    """Returns the words of a text, each with its token.

    Args:
        name: Of a data set of texts, whose vocabulary counts.
        text: Any text; case and punctuation do not count.

    Returns:
        Pairs of a word and its token; a word that the vocabulary lacks has
        the token of `"[unknown]"`. Where texts start with a token of their
        own, it comes first.
    """
    tokens = _tokens(name)
    words = split_words(text)
    if "[start]" in tokens:
        words.insert(0, "[start]")
    return [(word, tokens.get(word, tokens["[unknown]"])) for word in words]


@lru_cache(maxsize=2)
def _tokens(name):
    tokens: dict[str, int] = {}
    for token, word in enumerate(load_vocabulary(name)):
        tokens.setdefault(word, token)
    return tokens


def check_dataset(
    name: str,
    train_size: int | None,
    label_noise: float,
    sequence_length: int | None = None,
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
    low, high = LENGTHS
    if sequence_length is not None and (
        isinstance(sequence_length, bool)
        or not isinstance(sequence_length, int | np.integer)
        or not low <= sequence_length <= high
        or not source.length
    ):
        expected = f"None or an integer from {low} to {high}"
        if not source.length:
            expected = f"None for {name!r}, which holds no sequences"
        raise ValueError(
            f"`sequence_length` must be {expected}. "
            f"Received: sequence_length={sequence_length!r}"
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
def _load_whole(name: str, length: int) -> Dataset:
    source = DATASETS[name]
    length = length or source.length
    rng = np.random.default_rng(DATA_SEED)
    arguments = (rng, length) if source.length else (rng,)
    x, y = _downloaded(name, source.make, *arguments)
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
    return Dataset(
        name,
        *arrays,
        source.n_classes,
        source.image_shape,
        (length, source.channels) if length else None,
    )


def _downloaded(name, make, *arguments):
    source = DATASETS[name]
    if not source.download_mb:
        return make(*arguments)
    try:
        return make(*arguments)
    except Exception as error:  # Keras raises a bare Exception offline
        raise DatasetUnavailable(
            f"The data set {name!r} is downloaded by Keras at first use "
            f"({source.download_mb} MB), and the download did not work. "
            "Connect to the internet and run this again, or choose one of "
            f"the offline data sets: {', '.join(OFFLINE)}. "
            f"Keras said: {error}"
        ) from error


@lru_cache(maxsize=4)
def _training_inputs(name: str, length: int, n: int) -> np.ndarray:
    """Only those asked for: as floats, pixels take four times the memory."""
    x = _inputs(_load_whole(name, length).x_train[:n])
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
