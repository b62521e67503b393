"""Loss surfaces over two weights, and paths of optimizers on them."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Surface:
    """A function of two weights to go down on.

    Attributes:
        title: Its name in words.
        loss: Maps `w1, w2` (numbers, arrays or tensors) to the loss.
        start: Where paths begin.
        extent: `(low, high)` of w1, then of w2, worth drawing.
        minimum: Where the loss is lowest, or `None` if it has no bottom.
    """

    title: str
    loss: Callable
    start: tuple[float, float]
    extent: tuple[float, float, float, float]
    minimum: tuple[float, float] | None


SURFACES = {
    "bowl": Surface(
        "long bowl, curvatures 1 and 30",
        lambda w1, w2: w1**2 / 2 + 30 * w2**2 / 2,
        (-4.0, 1.0),
        (-5.0, 5.0, -2.0, 2.0),
        (0.0, 0.0),
    ),
    "rosenbrock": Surface(
        "Rosenbrock's curved valley (1960)",
        lambda w1, w2: (1 - w1) ** 2 + 100 * (w2 - w1**2) ** 2,
        (-1.2, 1.0),
        (-2.0, 2.0, -1.0, 3.0),
        (1.0, 1.0),
    ),
    "saddle": Surface(
        "saddle",
        lambda w1, w2: w1**2 / 2 - w2**2 / 2 + w2**4 / 4,
        (2.0, 0.001),
        (-2.5, 2.5, -1.8, 1.8),
        (0.0, 1.0),
    ),
}
"""Surfaces by name."""


def descend(
    optimizer: keras.optimizers.Optimizer, surface: Surface, steps: int
) -> np.ndarray:
    """Follows an optimizer down a surface.

    Args:
        optimizer: A fresh Keras optimizer.
        surface: One of `SURFACES`, or your own.
        steps: How many steps to take, at least 1.

    Returns:
        The weights before each step and after the last, shape
        `(steps + 1, 2)`; NaN or infinite where the path left all bounds.

    Raises:
        ValueError: `steps` is not positive.
    """
    if steps < 1:
        raise ValueError(
            f"`steps` must be at least 1. Received: steps={steps}"
        )
    weights = keras.Variable(np.array(surface.start, "float32"))
    optimizer.build([weights])

    @tf.function
    def path():
        places = tf.TensorArray(tf.float32, steps + 1)
        places = places.write(0, weights.value)
        for step in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = surface.loss(weights.value[0], weights.value[1])
            optimizer.apply(tape.gradient(loss, [weights.value]), [weights])
            places = places.write(step + 1, weights.value)
        return places.stack()

    # A demo follows dozens of optimizers; called directly, TensorFlow would
    # warn of so many traces.
    return path.get_concrete_function()().numpy()
