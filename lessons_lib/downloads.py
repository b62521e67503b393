"""Real data sets that Keras downloads at first use, into its own cache.

Keras shows a progress bar, checks each file's hash, deletes a file that fails
the check, and reads the cache the next time, without a network. The cache is
`~/.keras`, or `KERAS_HOME` as it is when Keras is imported.
"""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

WATCH_EVERY_S = 0.5


def keras_images(
    name: str,
) -> Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]:
    """Returns a function that loads an image set of `keras.datasets`.

    Args:
        name: The module, such as `"mnist"`.

    Returns:
        A function to pixels from 0 to 255, one image a row, and class
        numbers: first what Keras calls training data, then its test data.
    """

    def make(rng):
        import keras

        train, test = getattr(keras.datasets, name).load_data()
        x, y = (np.concatenate(both) for both in zip(train, test, strict=True))
        return x.reshape(len(x), -1), y.ravel()

    return make


IMDB_WORDS = 10_000
"""How many of the commonest words of IMDB are kept; the rest is unknown."""


def imdb_reviews(
    rng: np.random.Generator, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Loads IMDB's reviews (Maas et al. 2011) as tokens.

    Tokens are Keras's own: 0 is padding, 1 starts a review, 2 stands for a
    word beyond the first `IMDB_WORDS`. A longer review keeps its last words, a
    shorter one follows on padding, as in `keras.utils.pad_sequences`.

    Args:
        rng: Not used; Keras shuffles with a seed of its own.
        length: Tokens of each review.
    """
    import keras

    parts = keras.datasets.imdb.load_data(num_words=IMDB_WORDS)
    x = [
        keras.utils.pad_sequences(texts, length, "int32") for texts, _ in parts
    ]
    y = [labels for _, labels in parts]
    return np.concatenate(x), np.concatenate(y)


def imdb_words() -> tuple[str, ...]:
    """Loads the word of each token of `imdb_reviews`."""
    import keras

    index = keras.datasets.imdb.get_word_index()
    words = dict.fromkeys(range(IMDB_WORDS), "[unknown]")
    words |= {i + 3: word for word, i in index.items() if i + 3 < IMDB_WORDS}
    return ("", "[start]", "[unknown]", *list(words.values())[3:])


def cache_folder() -> Path:
    """Returns where Keras keeps what it downloads.

    Keras takes a folder for temporary files where its own cannot be written.
    """
    home = _keras_home()
    if not _can_be_written(home):
        home = Path(tempfile.gettempdir()) / ".keras"
    return home / "datasets"


def cache_warning() -> str:
    """Says that downloads will not last, if Keras's folder is closed to it."""
    if _can_be_written(_keras_home()):
        return ""
    return (
        f" Keras cannot write to {_keras_home()} and keeps them in "
        f"{cache_folder()}, which may be emptied at any time."
    )


def _keras_home():
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()


def _can_be_written(folder):
    while not folder.exists():  # Keras makes it, if it may
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)


@contextmanager
def watched(tell: Callable[[float], None]) -> Iterator[None]:
    """Tells how many megabytes the cache has grown, as long as one is inside.

    Keras reports a download to the terminal only; the file that grows is
    there for all to see.

    Args:
        tell: Called from another thread, and only when there is growth.
    """
    start, over = _size(), threading.Event()

    def watch():
        told = 0.0
        while not over.wait(WATCH_EVERY_S):
            grown = (_size() - start) / 1e6
            if grown > told:
                told = grown
                tell(grown)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _size():
    sizes = []
    for path in cache_folder().glob("*"):
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:
            continue  # it went between the list and the look
    return sum(sizes)
