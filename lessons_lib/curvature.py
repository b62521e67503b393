"""How a loss curves at a model's weights: its largest Hessian eigenvalue."""

import keras
import numpy as np
import tensorflow as tf


def sharpness(
    model: keras.Model,
    loss: keras.losses.Loss,
    x: np.ndarray,
    y: np.ndarray,
    *,
    tolerance: float = 1e-3,
    max_iterations: int = 500,
    seed: int = 0,
) -> float:
    """Measures the largest eigenvalue of the loss's Hessian in the weights.

    Power iteration on Hessian-vector products (Pearlmutter 1994), which never
    forms the Hessian. Gradient descent on a quadratic of this curvature is
    stable for learning rates up to 2 over the result.

    Args:
        model: A built model.
        loss: The loss it is trained on, averaged over examples.
        x: Inputs, shape `(n, features)`.
        y: Targets.
        tolerance: Relative change between iterations at which it stops.
        max_iterations: When it stops all the same.
        seed: Of the random start.

    Returns:
        The eigenvalue of largest magnitude, with its sign.

    Raises:
        ValueError: `tolerance` or `max_iterations` is not positive.
    """
    if tolerance <= 0 or max_iterations < 1:
        raise ValueError(
            "`tolerance` and `max_iterations` must be positive. Received: "
            f"tolerance={tolerance}, max_iterations={max_iterations}"
        )
    variables = [v.value for v in model.trainable_variables]
    rng = np.random.default_rng(seed)
    vector = [
        tf.constant(rng.normal(size=v.shape), v.dtype) for v in variables
    ]
    product = _hessian_vector_product(model, loss, x, y, variables)
    eigenvalue = np.inf
    for _ in range(max_iterations):
        norm = tf.linalg.global_norm(vector)
        if norm == 0:  # a flat loss
            return 0.0
        vector = [v / norm for v in vector]
        image = product(*vector)
        before = eigenvalue
        dots = [
            tf.reduce_sum(v * h) for v, h in zip(vector, image, strict=True)
        ]
        eigenvalue = float(tf.add_n(dots))
        if abs(eigenvalue - before) <= tolerance * abs(eigenvalue):
            break
        vector = image
    return eigenvalue


def _hessian_vector_product(model, loss, x, y, variables):
    x, y = tf.constant(x), tf.constant(y)

    @tf.function
    def product(*vector):
        with tf.GradientTape() as outer:
            outer.watch(variables)
            with tf.GradientTape() as inner:
                inner.watch(variables)
                value = loss(y, model(x, training=False))
            gradient = inner.gradient(value, variables)
            along = tf.add_n(
                [
                    tf.reduce_sum(g * v)
                    for g, v in zip(gradient, vector, strict=True)
                ]
            )
        return outer.gradient(
            along,
            variables,
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )

    return product
