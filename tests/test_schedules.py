"""Schedules: the rates of Keras's own, and a plateau that lowers them."""

import numpy as np
import pytest

from lessons_lib import Experiment, run
from lessons_lib.schedules import build_schedule, rates

TINY = Experiment(train_size=100, epochs=3, shuffle=False, learning_rate=0.05)
SCHEDULES = ("step", "exponential", "polynomial", "cosine", "warmup",
             "warmup_cosine", "one_cycle", "reduce_on_plateau")  # fmt: skip


@pytest.mark.parametrize("schedule", SCHEDULES[:-1])
def test_rates_are_those_of_the_keras_schedule(schedule):
    experiment = Experiment(schedule=schedule, epochs=6, decay_epochs=2)

    schedule = build_schedule(experiment, 5)

    one_by_one = [float(schedule(step)) for step in range(30)]
    np.testing.assert_allclose(
        rates(experiment, 5), one_by_one, rtol=1e-5, atol=1e-8
    )


def test_plateau_lowers_the_rate():
    stuck = TINY.replace(
        learning_rate=1.0, schedule="reduce_on_plateau", patience=1, epochs=12
    )
    assert (
        run(stuck).history != run(stuck.replace(schedule="constant")).history
    )
