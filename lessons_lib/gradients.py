"""How noisy the gradient of a batch is."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class GradientNoise:
    """The gradient of the whole data, and the spread of single examples'.

    Attributes:
        mean: Gradient of the mean loss, all parameters in one vector.
        variance: Trace of the covariance of single-example gradients, tr Σ.
    """

    mean: np.ndarray
    variance: float

    @property
    def scale(self) -> float:
        """The simple noise scale tr Σ / |G|², in examples.

        Batches much smaller than this are mostly noise, much larger ones
        mostly repeat themselves (McCandlish et al. 2018, eq. 2.9).
        """
        return self.variance / float(self.mean @ self.mean)


def example_gradients(
    model: keras.Model, loss: keras.losses.Loss, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Returns the gradient of each single example's loss.

    Args:
        model: A built model, taken in inference mode.
        loss: The loss it is trained on.
        x: Inputs, shape `(n, features)`.
        y: Targets, `n` of them.

    Returns:
        Shape `(n, parameters)`.
    """
    variables = [v.value for v in model.trainable_variables]

    @tf.function
    def gradient(example):
        x_one, y_one = example
        with tf.GradientTape() as tape:
            tape.watch(variables)
            value = loss(y_one[None], model(x_one[None], training=False))
        parts = tape.gradient(value, variables)
        return tf.concat([tf.reshape(p, [-1]) for p in parts], axis=0)

    @tf.function
    def all_gradients(x, y):
        return tf.map_fn(gradient, (x, y), fn_output_signature=tf.float32)

    x, y = tf.constant(x), tf.constant(y)
    # Traced on purpose for each model, so without TensorFlow's warning.
    return all_gradients.get_concrete_function(x, y)(x, y).numpy()


def gradient_noise(
    model: keras.Model, loss: keras.losses.Loss, x: np.ndarray, y: np.ndarray
) -> GradientNoise:
    """Measures the `GradientNoise` of a model on a data set.

    A batch of `B` examples drawn with replacement has a gradient of mean
    `noise.mean` and total variance `noise.variance / B`.

    Args:
        model: A built model, taken in inference mode.
        loss: The loss it is trained on.
        x: Inputs, shape `(n, features)`.
        y: Targets, `n` of them.
    """
    each = example_gradients(model, loss, x, y).astype("float64")
    mean = each.mean(axis=0)
    return GradientNoise(
        mean, float(np.mean(np.sum((each - mean) ** 2, axis=1)))
    )
