"""Runs of the engine: what they repeat, return and leave alone."""

import math
import random

import keras
import numpy as np
import pytest

from lessons_lib import Experiment, build_model, load_dataset, run, train
from lessons_lib.engine import _programs
from lessons_lib.history import record
from lessons_lib.layers import gradient_norms, hidden_outputs
from lessons_lib.models import build_loss

TINY = Experiment(train_size=100, epochs=3, shuffle=False, learning_rate=0.05)


@pytest.mark.parametrize(
    "changes",
    [{}, {"dropout": 0.3}, {"architecture": "cnn", "filters": (4,)}],
    ids=["mlp", "dropout", "cnn"],
)
def test_same_seed_same_history_bit_for_bit(changes):
    experiment = TINY.replace(shuffle=True, **changes)

    first = run(experiment)
    run(experiment.replace(seed=1, learning_rate=1.0))
    _programs.clear()
    again = run(experiment)

    assert first.history == again.history
    for a, b in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_seed_changes_weights_and_order():
    assert run(TINY.replace(seed=1)).history != run(TINY).history
    assert run(TINY.replace(shuffle=True)).history != run(TINY).history


def test_model_is_the_trained_keras_model():
    finished = run(TINY)
    data = load_dataset("digits")

    finished.model.compile(loss=build_loss(TINY), metrics=["accuracy"])
    loss, accuracy = finished.model.evaluate(data.x_val, data.y_val, verbose=0)

    assert loss == pytest.approx(finished.history["val_loss"][-1], rel=1e-5)
    assert accuracy == pytest.approx(finished.history["val_accuracy"][-1])


def test_initial_weights_are_those_of_plain_keras():
    keras.utils.set_random_seed(7)
    plain = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    for a, b in zip(
        plain.get_weights(),
        build_model(Experiment(seed=7)).get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)


def test_divergence_ends_the_run():
    history = run(
        TINY.replace(dataset="sine", learning_rate=10.0, epochs=50)
    ).history

    assert len(history["loss"]) < 50
    assert not math.isfinite(history["loss"][-1] + history["val_loss"][-1])
    assert all(math.isfinite(v) for v in history["loss"][:-1])


def test_a_run_leaves_pythons_random_state():
    _programs.clear()
    random.seed(3)
    state = random.getstate()

    run(TINY.replace(epochs=1, dropout=0.5))

    assert random.getstate() == state


def test_looking_at_a_growing_run_does_not_change_it():
    experiment = TINY.replace(dropout=0.3, batch_normalization=True)
    data = load_dataset("digits", 100)
    arguments = (build_loss(experiment), data.x_train, data.y_train)
    start = gradient_norms(build_model(experiment), *arguments)
    history = {}

    for epoch in train(experiment):
        record(history, epoch)
        with epoch.untrained() as model:
            found = gradient_norms(model, *arguments)
        hidden_outputs(epoch.model, data.x_train)
        np.testing.assert_allclose(found, start, rtol=1e-5)

    assert history == run(experiment).history


def test_train_names_a_wrong_argument():
    with pytest.raises(TypeError, match="`experiment` must be an Experiment"):
        next(train({"learning_rate": 0.1}))


def test_steps_per_epoch_goes_round_and_round():
    once = TINY.replace(batch_size=50, epochs=4)
    halves = once.replace(steps_per_epoch=1, epochs=8)
    doubles = once.replace(steps_per_epoch=4, epochs=2)

    whole = run(once).history["val_loss"]

    assert run(halves).history["val_loss"][1::2] == whole
    assert run(doubles).history["val_loss"] == whole[1::2]
