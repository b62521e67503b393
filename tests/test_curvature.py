"""Sharpness against Hessians known in closed form."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from lessons_lib.curvature import sharpness

MSE = keras.losses.MeanSquaredError()


def linear(features):
    return keras.Sequential([keras.Input((features,)), keras.layers.Dense(1)])


def test_linear_regression_is_twice_the_second_moment():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3)) * [1, 2, 3] + 0.5
    y = rng.normal(size=(50, 1))
    design = np.column_stack([x, np.ones(50)])

    received = sharpness(
        linear(3), MSE, x.astype("float32"), y, tolerance=1e-6
    )

    expected = np.linalg.eigvalsh(2 * design.T @ design / 50)[-1]
    assert received == pytest.approx(expected, rel=1e-3)


class Quadratic(keras.Model):
    """Half of wᵀHw, whatever the input."""

    def __init__(self, hessian):
        super().__init__()
        self.hessian = tf.constant(hessian, "float32")
        self.w = self.add_weight(shape=(len(hessian),))

    def call(self, inputs, training=False):
        image = tf.linalg.matvec(self.hessian, self.w)
        return tf.reshape(0.5 * tf.reduce_sum(self.w * image), (1, 1))


def value(y_true, y_pred):
    return tf.reduce_mean(y_pred)


ZERO = np.zeros((1, 1), "float32")


@pytest.mark.parametrize(
    ("hessian", "expected"),
    [
        ([[2.0, 0.0], [0.0, 7.0]], 7),
        ([[2.0, -1.0], [-1.0, 2.0]], 3),
        ([[1.0, 0.0], [0.0, -5.0]], -5),
        ([[0.0, 0.0], [0.0, 0.0]], 0),
    ],
    ids=["diagonal", "rotated", "negative", "flat"],
)
def test_a_quadratics_hessian_is_found_with_its_sign(hessian, expected):
    model = Quadratic(hessian)

    received = sharpness(model, value, ZERO, ZERO, tolerance=1e-6)

    assert received == pytest.approx(expected, rel=1e-3)


def test_gradient_descent_is_stable_up_to_two_over_it():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20, 2)).astype("float32")
    model, y = linear(2), np.zeros((20, 1), "float32")
    limit = 2 / sharpness(model, MSE, x, y, tolerance=1e-6)
    losses = []

    for share in (0.98, 1.02):
        weights = np.array([1.0, 1.0, 1.0])
        design = np.column_stack([x, np.ones(20)])
        for _ in range(500):
            gradient = 2 * design.T @ (design @ weights) / 20
            weights = weights - share * limit * gradient
        losses.append(np.mean((design @ weights) ** 2))

    assert losses[0] < 1e-3
    assert losses[1] > 1e3


@pytest.mark.parametrize("wrong", [{"tolerance": 0}, {"max_iterations": 0}])
def test_wrong_arguments_are_named(wrong):
    with pytest.raises(ValueError, match=r"must be positive.*=0"):
        sharpness(linear(1), MSE, ZERO, ZERO, **wrong)
