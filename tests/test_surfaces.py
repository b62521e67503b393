"""Paths on surfaces against closed forms."""

import keras
import numpy as np
import pytest

from lessons_lib.surfaces import SURFACES, descend


def test_sgd_on_the_bowl_is_the_closed_form():
    path = descend(
        keras.optimizers.SGD(learning_rate=0.05), SURFACES["bowl"], 20
    )

    steps = np.arange(21)[:, None]
    factors = (1 - 0.05 * np.array([1, 30])) ** steps
    np.testing.assert_allclose(path, [-4, 1] * factors, rtol=1e-4, atol=1e-6)


def test_momentum_on_the_bowl_is_the_recursion():
    path = descend(
        keras.optimizers.SGD(learning_rate=0.02, momentum=0.9),
        SURFACES["bowl"],
        30,
    )

    place, velocity = np.array([-4.0, 1.0]), np.zeros(2)
    for step in range(30):
        velocity = 0.9 * velocity - 0.02 * np.array([1, 30]) * place
        place = place + velocity
        np.testing.assert_allclose(path[step + 1], place, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", SURFACES)
def test_minima_are_flat_and_lower_than_their_surroundings(name):
    surface = SURFACES[name]
    lowest = surface.loss(*surface.minimum)
    for angle in np.linspace(0, 2 * np.pi, 12):
        w1, w2 = surface.minimum + 0.01 * np.array(
            [np.cos(angle), np.sin(angle)]
        )
        assert surface.loss(w1, w2) > lowest


def test_steps_must_be_positive():
    with pytest.raises(ValueError, match="`steps` must be at least 1"):
        descend(keras.optimizers.SGD(), SURFACES["bowl"], 0)
