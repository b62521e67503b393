"""The claims of `book/depth.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
from seeds import SEEDS, finals

from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.layers import (
    gradient_norms,
    kernel_gradients,
    parameter_counts,
    second_moments,
)

SPIRALS = Experiment(
    dataset="spirals",
    hidden_layers=2,
    hidden_units=16,
    kernel_initializer="he_normal",
    optimizer="adam",
    learning_rate=0.03,
    batch_size=25,
    epochs=30,
)
DIGITS = Experiment(
    dataset="digits",
    hidden_layers=2,
    hidden_units=32,
    kernel_initializer="he_normal",
    learning_rate=0.1,
    batch_size=32,
    epochs=20,
)
TEN = DIGITS.replace(hidden_layers=10, activation="sigmoid")


@cache
def spirals(metric, **changes):
    return finals(metric, SPIRALS.replace(**changes))


@cache
def digits(metric, **changes):
    return finals(metric, DIGITS.replace(**changes))


def median(values):
    return float(np.median(np.nan_to_num(values, nan=np.inf)))


class TestSpirals:
    """450 points, layers of 16, He, Adam, batches of 25, 30 epochs."""

    def accuracy(self, **changes):
        return median(spirals("val_accuracy", **changes))

    def test_too_shallow_works_and_too_deep(self):
        assert self.accuracy(hidden_layers=0) == pytest.approx(2 / 3, abs=0.03)
        assert 0.9 < self.accuracy(hidden_layers=1) < 0.99
        for layers in (2, 3):
            accuracy = spirals("val_accuracy", hidden_layers=layers)
            assert accuracy.min() > 0.97
        assert self.accuracy(hidden_layers=10) < 0.9

    def test_three_layers_have_a_lower_loss_than_two_and_one(self):
        losses = [
            median(spirals("val_loss", hidden_layers=n)) for n in (3, 2, 1)
        ]

        assert losses[0] < 0.5 * losses[1] < 0.1 * losses[2]

    def test_the_deep_one_does_not_overfit(self):
        assert median(spirals("loss", hidden_layers=10)) > 0.3

    def test_a_smaller_rate_trains_ten_relu_layers(self):
        for eta in (0.003, 0.01):
            assert self.accuracy(hidden_layers=10, learning_rate=eta) > 0.98

    def test_ten_tanh_layers_need_a_still_smaller_rate(self):
        ten = {"activation": "tanh", "hidden_layers": 10}

        assert self.accuracy(**ten, learning_rate=0.01) < 0.8
        assert self.accuracy(**ten, learning_rate=0.003) > 0.97

    def test_one_sigmoid_layer_needs_a_large_rate(self):
        one = {"activation": "sigmoid", "hidden_layers": 1}

        assert self.accuracy(**one) < 0.75
        assert self.accuracy(**one, learning_rate=0.1) > 0.82

    def test_one_narrow_layer_is_not_enough_at_any_rate(self):
        for eta in (0.01, 0.3):
            assert self.accuracy(hidden_layers=1, learning_rate=eta) < 0.95
        losses = spirals("val_loss", hidden_layers=1, learning_rate=0.1)
        assert median(losses) > 0.02

    def test_one_narrow_layer_can_draw_the_spirals_from_some_starts(self):
        long = {"hidden_layers": 1, "learning_rate": 0.1, "epochs": 100}

        accuracies = spirals("val_accuracy", **long)

        assert accuracies.max() > 0.995
        assert accuracies.min() < 0.985

    @pytest.mark.parametrize("activation", ["relu", "tanh"])
    def test_residual_connections_train_ten_layers_at_the_same_rate(
        self, activation
    ):
        ten = {"activation": activation, "hidden_layers": 10}

        assert self.accuracy(**ten) < 0.9
        assert self.accuracy(**ten, residual=True) > 0.97

    def test_batch_normalization_hurts_a_network_that_trains(self):
        plain = spirals("val_loss", hidden_layers=3)
        normal = spirals("val_loss", hidden_layers=3, batch_normalization=True)

        assert normal.min() > 5 * plain.max()

    def test_batch_normalization_trains_ten_layers_at_a_smaller_rate(self):
        normal = {"hidden_layers": 10, "batch_normalization": True}

        assert self.accuracy(**normal) < 0.9
        assert self.accuracy(**normal, learning_rate=0.003) > 0.98

    def test_the_boundary_of_no_hidden_layer_is_straight(self):
        model = run(SPIRALS.replace(hidden_layers=0, epochs=1)).model
        grid = np.random.default_rng(0).normal(size=(50, 2)).astype("float32")
        margin = np.diff(model(grid).numpy(), axis=1)
        flat = np.column_stack([grid, np.ones(50)])
        rest = margin - flat @ np.linalg.lstsq(flat, margin, rcond=None)[0]
        assert np.abs(rest).max() < 1e-4

    def test_one_wide_layer_does_it_too(self):
        wide = SPIRALS.replace(hidden_layers=1, hidden_units=125)
        three = SPIRALS.replace(hidden_layers=3)

        assert sum(parameter_counts(wide)) == 627
        assert sum(parameter_counts(three)) == 626
        assert median(finals("val_accuracy", wide)) > 0.98
        assert median(finals("val_loss", wide)) > 5 * median(
            spirals("val_loss", hidden_layers=3)
        )


class TestDigits:
    """1,077 digits, layers of 32, He, SGD, batches of 32, 20 epochs."""

    def test_depth_gains_little(self):
        none = {"hidden_layers": 0, "learning_rate": 3.0}
        four = {
            "hidden_layers": 4, "activation": "tanh", "learning_rate": 0.3,
        }  # fmt: skip

        accuracy = median(digits("val_accuracy", **none))
        gain = median(digits("val_accuracy", **four)) - accuracy
        assert accuracy > 0.93
        assert 0 < gain < 0.04
        assert median(digits("val_loss", **four)) < median(
            digits("val_loss", **none)
        )

    def test_the_best_rate_of_relu_shrinks_with_depth(self):
        ends = {
            (layers, eta): median(
                digits("val_loss", hidden_layers=layers, learning_rate=eta)
            )
            for layers in (1, 10)
            for eta in (0.1, 0.3)
        }

        assert ends[1, 0.3] < ends[1, 0.1]
        assert ends[10, 0.3] > 3 * ends[10, 0.1]

    def test_two_sigmoid_layers_work_and_ten_guess_at_every_rate(self):
        two = {"activation": "sigmoid", "learning_rate": 1.0}
        assert median(digits("val_accuracy", **two)) > 0.92
        for eta in (0.03, 0.1, 0.3, 1.0, 3.0):
            ten = {"hidden_layers": 10, "activation": "sigmoid"}
            losses = digits("val_loss", **ten, learning_rate=eta)
            assert np.nanmin(losses) > 2.2

    def test_four_sigmoid_layers_lie_between(self):
        four = {"hidden_layers": 4, "activation": "sigmoid"}
        best = max(
            median(digits("val_accuracy", **four, learning_rate=eta))
            for eta in (0.3, 1.0, 3.0)
        )

        assert 0.3 < best < 0.8


class TestGradients:
    """512 digits, ten layers of 32, before training."""

    x = load_dataset("digits").x_train[:512]
    y = load_dataset("digits").y_train[:512]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def models(self, **changes):
        return [build_model(TEN.replace(seed=s, **changes)) for s in SEEDS]

    def deltas(self, kernels):
        """δ of each layer by the chain rule; sigmoids, zero biases."""
        h = [self.x]
        for kernel in kernels[:-1]:
            h.append(1 / (1 + np.exp(-(h[-1] @ kernel))))
        scores = np.exp(h[-1] @ kernels[-1])
        delta = [scores / scores.sum(axis=1, keepdims=True)]
        delta[0][np.arange(len(self.y)), self.y] -= 1
        for kernel, a in zip(kernels[:0:-1], h[:0:-1], strict=True):
            delta.insert(0, delta[0] @ kernel.T * a * (1 - a))
        return delta

    @pytest.mark.parametrize(
        ("initializer", "factor"),
        [("glorot_uniform", 0.24), ("he_normal", 0.315)],
    )
    def test_sigmoid_gradients_shrink_geometrically(self, initializer, factor):
        for model in self.models(kernel_initializer=initializer):
            kernels = model.get_weights()[::2]
            delta = self.deltas(kernels)
            theirs = kernel_gradients(model, self.loss, self.x, self.y)[0]
            ours = self.x.T @ delta[0] / len(self.x)
            np.testing.assert_allclose(
                ours, theirs, atol=1e-4 * np.abs(theirs).max()
            )
            size = [np.linalg.norm(d, axis=1) for d in delta[:10]]
            for here, beyond, kernel in zip(
                size[:-1], size[1:], kernels[1:10], strict=True
            ):
                bound = np.linalg.norm(kernel, 2) / 4
                assert bound < 1
                assert np.all(here <= bound * beyond * 1.0001)
            ends = np.linalg.norm(size[0]) / np.linalg.norm(size[9])
            assert ends ** (1 / 9) == pytest.approx(factor, abs=0.025)

    def factors(self, **changes):
        norms = np.stack(
            [
                gradient_norms(m, self.loss, self.x, self.y)
                for m in self.models(**changes)
            ]
        )
        return (norms[:, 1] / norms[:, 9]) ** (1 / 8)

    def test_only_the_plain_sigmoid_loses_its_gradient(self):
        assert self.factors().max() < 0.4
        for changes in (
            {"residual": True},
            {"batch_normalization": True},
            {"activation": "relu"},
            {"activation": "relu", "residual": True},
        ):
            factors = self.factors(**changes)
            assert factors.min() > 0.75
            assert factors.max() < 1.25

    def test_the_scale_of_relu_weights_moves_all_layers_alike(self):
        for scale in (0.5, 4.0):
            changes = {"activation": "relu", "initializer_scale": scale}
            factors = self.factors(**changes)
            assert factors == pytest.approx(1, abs=0.2)
            norms = gradient_norms(
                self.models(**changes)[0], self.loss, self.x, self.y
            )
            assert norms.max() < 0.05 if scale < 1 else norms.min() > 1e4

    def test_large_weights_do_not_save_the_sigmoid(self):
        for model, factor in zip(
            self.models(initializer_scale=4.0),
            self.factors(initializer_scale=4.0),
            strict=True,
        ):
            kernels = model.get_weights()[2:-2:2]
            bounds = [np.linalg.norm(kernel, 2) / 4 for kernel in kernels]
            assert min(bounds) > 2
            assert factor < 0.75

    def test_residual_relu_outputs_at_least_double_in_each_layer(self):
        def growth(**changes):
            moments = np.stack(
                [second_moments(m, self.x) for m in self.models(**changes)]
            )
            return (moments[:, 9] / moments[:, 1]) ** (1 / 8)

        both = self.models(
            activation="relu", residual=True, batch_normalization=True
        )
        for model in both:
            assert second_moments(model, self.x) == pytest.approx(0.5, abs=0.1)
        assert growth(activation="relu", residual=True).min() > 2
        assert growth(activation="relu").max() < 1.3
        assert growth(residual=True).max() < 1.2


class TestTenLayersOnDigits:
    """Ten layers of 32, trained as in `TestDigits`."""

    def accuracy(self, **changes):
        return median(digits("val_accuracy", hidden_layers=10, **changes))

    def test_either_rescue_trains_ten_sigmoid_layers(self):
        for changes in (
            {"residual": True, "learning_rate": 1.0},
            {"batch_normalization": True, "learning_rate": 0.1},
        ):
            assert self.accuracy(activation="sigmoid", **changes) > 0.91

    def test_residual_connections_alone_do_not_help_relu(self):
        plain = self.accuracy(learning_rate=0.1)
        best = max(
            self.accuracy(residual=True, learning_rate=eta)
            for eta in (0.001, 0.003, 0.01, 0.03)
        )
        both = self.accuracy(
            residual=True, batch_normalization=True, learning_rate=0.1
        )

        assert best == pytest.approx(0.853, abs=0.01)
        assert best - 0.03 < plain < both
        assert both == pytest.approx(0.961, abs=0.01)

    def test_residual_relu_diverges_at_the_plain_rate(self):
        losses = digits("val_loss", hidden_layers=10, residual=True)

        assert not np.isfinite(losses).any()

    def test_no_rescue_beats_two_plain_layers_by_much(self):
        two = median(digits("val_accuracy", learning_rate=0.3))
        ten = self.accuracy(
            residual=True, batch_normalization=True, learning_rate=0.1
        )

        assert ten == pytest.approx(two, abs=0.025)


@pytest.mark.parametrize("layers", [0, 1, 2, 5, 10])
@pytest.mark.parametrize("batch_normalization", [False, True])
def test_parameter_counts_are_those_of_keras(layers, batch_normalization):
    experiment = SPIRALS.replace(
        hidden_layers=layers, batch_normalization=batch_normalization
    )

    counts = parameter_counts(experiment)

    assert sum(counts) == build_model(experiment).count_params()
    assert counts[1:-1] == [272 + 64 * batch_normalization] * max(
        0, layers - 1
    )


def test_eight_more_layers_on_digits():
    few, many = (
        sum(parameter_counts(DIGITS.replace(hidden_layers=n))) for n in (2, 10)
    )

    assert (few, many) == (3466, 11914)


@pytest.mark.parametrize("depth", [1, 2, 3, 5, 10])
def test_each_folding_layer_doubles_the_pieces(depth):
    network = build_model(
        Experiment(dataset="sine", hidden_units=2, hidden_layers=depth)
    )
    bias, fold = np.array([0, -0.5]), np.array([[2], [-4]])
    weights = [np.ones((1, 2)), bias]
    weights += [fold @ np.ones((1, 2)), bias] * (depth - 1)
    network.set_weights([*weights, fold, np.zeros(1)])
    grid = np.linspace(0, 1, 2**12 + 1, dtype="float32")[:, None]
    rises = np.sign(np.diff(network(grid).numpy()[:, 0]))

    assert 1 + np.count_nonzero(np.diff(rises)) == 2**depth
    assert network.count_params() == 6 * depth + 1
