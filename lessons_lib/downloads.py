"""Real image sets that Keras downloads at first use, into its own cache.

Keras shows a progress bar, checks each file's hash, deletes a file that fails
the check, and reads the cache the next time, without a network. The cache is
`~/.keras`, or `KERAS_HOME` as it is when Keras is imported.
"""

from collections.abc import Callable

import numpy as np


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
