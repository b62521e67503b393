"""Measurements of layers against the same sums done by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from lessons_lib import Experiment, build_model, load_dataset
from lessons_lib.layers import (
    dead_fractions,
    gradient_norms,
    hidden_outputs,
    kernel_gradients,
    parameter_counts,
    second_moments,
)
from lessons_lib.models import build_loss

DEEP = Experiment(hidden_units=(7, 5), activation="tanh")
DATA = load_dataset("digits", 40)
X, Y = DATA.x_train, DATA.y_train


def by_hand(model, x):
    """Outputs of plain `Dense` layers, the last one's too."""
    outputs = []
    for layer in model.layers:
        z = x @ layer.kernel.numpy() + layer.bias.numpy()
        x = np.asarray(layer.activation(z))
        outputs.append(x)
    return outputs


def test_hidden_outputs_are_those_of_the_hidden_layers():
    model = build_model(DEEP)

    found = hidden_outputs(model, X)

    assert [h.shape for h in found] == [(40, 7), (40, 5)]
    for a, b in zip(found, by_hand(model, X), strict=False):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_hidden_outputs_come_before_dropout_and_the_residual_sum():
    experiment = DEEP.replace(
        hidden_units=6, hidden_layers=3, residual=True, dropout=0.5
    )
    model = build_model(experiment)

    found = hidden_outputs(model, X)

    dense = [d for d in model.layers if isinstance(d, layers.Dense)]
    np.testing.assert_allclose(found[0], dense[0](X), rtol=1e-5, atol=1e-6)
    assert all((h != 0).all() for h in found)


def test_batch_normalization_takes_the_statistics_of_the_examples():
    model = build_model(DEEP.replace(batch_normalization=True))
    model.layers[2].activation = keras.activations.linear

    normal = hidden_outputs(model, X)[0]

    np.testing.assert_allclose(normal.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(normal.std(axis=0), 1, atol=0.2)


def test_a_model_without_hidden_layers_has_no_outputs():
    model = build_model(DEEP.replace(hidden_units=()))

    assert hidden_outputs(model, X) == []
    assert second_moments(model, X).shape == (0,)
    assert gradient_norms(model, build_loss(DEEP), X, Y).shape == (1,)


def test_kernel_gradients_are_differences_of_the_loss():
    model, loss = build_model(DEEP), build_loss(DEEP)

    gradients = kernel_gradients(model, loss, X, Y)

    rng = np.random.default_rng(0)
    for layer, gradient in zip(model.layers, gradients, strict=True):
        kernel = layer.kernel.numpy()
        direction = rng.normal(size=kernel.shape).astype("float32")
        ends = []
        for sign in (1, -1):
            layer.kernel.assign(kernel + sign * 1e-2 * direction)
            ends.append(float(loss(Y, model(X))))
        layer.kernel.assign(kernel)
        slope = (ends[0] - ends[1]) / 2e-2
        assert np.sum(gradient * direction) == pytest.approx(slope, rel=2e-2)


def test_norms_and_moments_sum_up_the_arrays():
    model, loss = build_model(DEEP), build_loss(DEEP)

    np.testing.assert_allclose(
        gradient_norms(model, loss, X, Y),
        [np.sqrt((g**2).sum()) for g in kernel_gradients(model, loss, X, Y)],
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        second_moments(model, X),
        [(h**2).mean() for h in hidden_outputs(model, X)],
        rtol=1e-5,
    )


def test_a_unit_is_dead_if_it_is_off_for_every_example():
    model = build_model(Experiment(hidden_units=4))
    model.layers[0].kernel.assign(tf.zeros((64, 4)))
    model.layers[0].bias.assign([1.0, -1.0, 0.0, 2.0])

    np.testing.assert_array_equal(dead_fractions(model, X), [0.5])


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_units": ()},
        {"hidden_layers": 3},
        {"hidden_layers": 3, "batch_normalization": True, "residual": True},
        {"dataset": "sine", "hidden_units": (5, 3), "dropout": 0.1},
        {"dataset": "spirals", "hidden_units": 9},
    ],
)
def test_parameter_counts_are_those_of_keras(changes):
    experiment = Experiment(**changes)

    counts = parameter_counts(experiment)

    assert len(counts) == len(experiment.widths) + 1
    assert sum(counts) == build_model(experiment).count_params()


def test_parameter_counts_are_for_multilayer_networks():
    with pytest.raises(ValueError, match=r"must be an 'mlp'.*'lstm'"):
        parameter_counts(Experiment(architecture="lstm"))
