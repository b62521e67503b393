"""Gradient noise against closed forms."""

import keras
import numpy as np
import pytest

from lessons_lib.gradients import example_gradients, gradient_noise

MSE = keras.losses.MeanSquaredError()


@pytest.fixture
def linear():
    """A linear model without data, and 50 examples of three features."""
    rng = np.random.default_rng(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    x = rng.normal(size=(50, 3)).astype("float32")
    y = rng.normal(size=(50, 1)).astype("float32")
    return model, x, y


def closed_form(model, x, y):
    """Gradient of (xw + b − y)² in w and b, for each example."""
    kernel, bias = model.get_weights()
    error = 2 * (x @ kernel + bias - y)
    return np.hstack([error * x, error])


def test_example_gradients_equal_the_closed_form(linear):
    np.testing.assert_allclose(
        example_gradients(linear[0], MSE, *linear[1:]),
        closed_form(*linear),
        rtol=1e-4,
        atol=1e-5,
    )


def test_noise_equals_the_covariance_trace(linear):
    each = closed_form(*linear).astype("float64")

    noise = gradient_noise(linear[0], MSE, *linear[1:])

    trace = np.trace(np.cov(each.T, bias=True))
    assert noise.variance == pytest.approx(trace, rel=1e-4)
    assert noise.scale == pytest.approx(
        trace / np.sum(each.mean(0) ** 2), rel=1e-3
    )


def test_equal_examples_have_no_noise(linear):
    model, x, y = linear
    same = np.repeat(x[:1], 10, axis=0), np.repeat(y[:1], 10, axis=0)

    assert gradient_noise(model, MSE, *same).variance == pytest.approx(
        0, abs=1e-8
    )
