"""The claims of `book/width.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
from seeds import SEEDS

from lessons_lib import Experiment, load_dataset, run, train


@cache
def histories(experiment):
    return [run(experiment.replace(seed=seed)).history for seed in SEEDS]


def last(metric, experiment):
    return np.array([h[metric][-1] for h in histories(experiment)])


def by_hand():
    """Five neurons with the weights that the chapter writes down."""
    bends = np.array([-1, -0.75, -0.25, 0.25, 0.75])
    slopes = 4.8 * np.array([[1.0], [-2], [2], [-2], [2]])
    model = keras.Sequential(
        [
            keras.Input(shape=(1,)),
            keras.layers.Dense(5, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    model.set_weights([np.ones((1, 5)), -bends, slopes, np.zeros(1)])
    return model


class TestSine:
    """The noisy sine, one hidden layer, Adam, 2,400 steps."""

    baseline = Experiment(
        dataset="sine",
        train_size=100,
        hidden_units=20,
        optimizer="adam",
        learning_rate=0.03,
        batch_size=25,
        steps_per_epoch=60,
        epochs=40,
    )

    def median(self, metric, width, eta, size):
        setting = self.baseline.replace(
            hidden_units=width, learning_rate=eta, train_size=size
        )
        return np.median(last(metric, setting))

    def test_few_points_are_fitted_best_by_wide_networks(self):
        own = {1: 0.003, 5: 0.1, 20: 0.1, 50: 0.1, 512: 0.03}
        errors = {
            w: self.median("val_loss", w, eta, 25) for w, eta in own.items()
        }

        assert errors[1] > 0.35
        assert 0.08 < errors[5] < 0.25
        assert errors[50] < 0.065
        assert errors[512] < 0.065
        assert errors[512] < 1.4 * errors[50]
        assert errors[512] < errors[20] * 1.1

    @pytest.mark.parametrize(("width", "eta"), [(50, 0.1), (512, 0.03)])
    def test_wide_networks_fit_the_noise_of_few_points(self, width, eta):
        assert self.median("loss", width, eta, 25) < 0.008

    def test_with_more_points_wide_networks_come_near_the_noise(self):
        for width, eta in ((50, 0.03), (100, 0.03), (512, 0.01)):
            assert 0.01 < self.median("val_loss", width, eta, 100) < 0.04
        for metric in ("loss", "val_loss"):
            assert self.median(metric, 5, 0.03, 100) > 0.08

    def test_a_wide_network_breaks_at_the_rate_of_a_narrow_one(self):
        wide = self.baseline.replace(
            hidden_units=512, learning_rate=0.1, train_size=25
        )

        assert last("val_loss", wide).min() > 0.3

    def test_five_neurons_are_enough_but_training_does_not_find_them(self):
        data = load_dataset("sine")
        error = np.mean((by_hand()(data.x_val).numpy() - data.y_val) ** 2)
        trained = [
            last(
                "val_loss",
                self.baseline.replace(hidden_units=5, learning_rate=eta),
            )
            for eta in (0.01, 0.03, 0.1)
        ]

        assert error == pytest.approx(0.0194, abs=0.0005)
        assert np.min(trained) > 0.03
        assert np.median(trained) > 0.1

    def test_the_hand_written_network_stays_where_it_is(self):
        data, model = load_dataset("sine"), by_hand()
        model.compile(keras.optimizers.Adam(0.003), loss="mse")
        model.fit(data.x_train, data.y_train, 25, epochs=60, verbose=0)

        error = np.mean((model(data.x_train).numpy() - data.y_train) ** 2)
        assert 0.01 < error < 0.02


class TestDigits:
    """200 digits, one hidden layer, Adam, 1,000 steps."""

    baseline = Experiment(
        dataset="digits",
        train_size=200,
        label_noise=0.2,
        hidden_units=32,
        optimizer="adam",
        learning_rate=0.01,
        batch_size=50,
        steps_per_epoch=25,
        epochs=40,
    )

    def of(self, metric, width, eta=0.01, noise=0.2):
        return last(
            metric,
            self.baseline.replace(
                hidden_units=width, learning_rate=eta, label_noise=noise
            ),
        )

    def test_from_16_neurons_on_all_wrong_labels_are_learned(self):
        assert np.median(self.of("accuracy", 16)) > 0.98
        assert self.of("accuracy", 512).min() == 1
        assert self.of("accuracy", 4).max() < 0.9

    def test_the_loss_has_a_hump_and_the_accuracy_has_none(self):
        loss = {w: np.median(self.of("val_loss", w)) for w in (4, 16, 512)}
        right = {
            w: np.median(self.of("val_accuracy", w)) for w in (4, 16, 512)
        }

        assert loss[16] > loss[512] + 0.1
        assert loss[16] > loss[4] + 0.1
        assert right[4] < right[16] < right[512] - 0.02

    def test_at_their_own_rates_wide_networks_are_as_good(self):
        own = {16: 0.001, 128: 0.0003, 512: 0.0001}
        losses = [
            np.median(self.of("val_loss", *pair)) for pair in own.items()
        ]

        assert max(losses) < 0.8
        assert losses[2] < losses[0] + 0.05

    def test_the_widest_needs_a_rate_beyond_the_grid(self):
        slow = np.median(self.of("val_accuracy", 512, 0.0001))
        fast = np.median(self.of("val_accuracy", 512, 0.0003))

        assert slow == pytest.approx(0.883, abs=0.025)
        assert slow > fast + 0.04

    @pytest.mark.parametrize(
        ("width", "loss"), [(128, 0.90), (256, 0.75), (512, 0.675)]
    )
    def test_that_rate_is_too_small_for_narrower_ones(self, width, loss):
        slow = np.median(self.of("val_loss", width, 0.0001))

        assert slow == pytest.approx(loss, abs=0.05)

    def test_no_more_parameters_than_examples_is_far_too_few(self):
        narrow = self.of("val_accuracy", 2, 0.003, 0.0)
        wide = self.of("val_accuracy", 512, 0.001, 0.0)

        assert np.median(narrow) < 0.55
        assert wide.min() > 0.87
        for width, eta in ((32, 0.003), (64, 0.001), (256, 0.001)):
            accuracy = np.median(self.of("val_accuracy", width, eta, 0.0))
            assert accuracy == pytest.approx(0.905, abs=0.025)

    @pytest.mark.parametrize("width", [32, 512])
    def test_random_labels_are_memorised(self, width):
        assert self.of("accuracy", width, noise=0.9).min() > 0.99
        assert self.of("val_accuracy", width, noise=0.9).max() < 0.2

    def test_eight_neurons_learn_true_labels_but_not_random_ones(self):
        assert np.median(self.of("accuracy", 8, noise=0.0)) > 0.99
        assert np.median(self.of("accuracy", 8, noise=0.9)) < 0.8

    @pytest.mark.parametrize(("width", "factor"), [(32, 3), (512, 1.5)])
    def test_random_labels_take_more_steps(self, width, factor):
        def steps(noise):
            setting = self.baseline.replace(
                hidden_units=width, label_noise=noise
            )
            right = [h["accuracy"] for h in histories(setting)]
            reached = np.array(right) == 1
            return np.where(
                reached.any(axis=1), reached.argmax(axis=1) + 1, 41
            )

        assert np.median(steps(0.9)) > factor * np.median(steps(0.0))

    def test_twice_the_random_labels_take_far_more_than_twice_the_steps(self):
        def steps(size, seed):
            setting = self.baseline.replace(
                train_size=size, label_noise=0.9, hidden_units=512, seed=seed
            )
            for number, epoch in enumerate(train(setting), 1):
                if epoch.logs["accuracy"] == 1:
                    return number
            return 41

        few, many = ([steps(n, s) for s in SEEDS] for n in (200, 400))
        assert np.median(many) > 2.5 * np.median(few)


SIZES = (5, 40, 100, 200, 210, 300, 1000)


@cache
def frozen(size):
    """Least squares on a frozen ReLU layer over 200 digits, by seed.

    Returns:
        Validation errors, shape `(seeds, ridge 0 and 30, wrong and true)`;
        lengths of the weights, `(seeds, ridge)`; training errors at ridge 0.
    """
    noisy, true = (load_dataset("digits", 200, share) for share in (0.2, 0))
    eye = np.eye(10)
    goals = np.hstack([eye[noisy.y_train], eye[true.y_train]])
    answers = np.hstack([eye[noisy.y_val]] * 2)
    errors, lengths, training = [], [], []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        layer = keras.layers.Dense(
            size, activation="relu", kernel_initializer="he_normal"
        )
        h, h_val = (
            layer(2 * x - 1).numpy().astype("float64")
            for x in (noisy.x_train, noisy.x_val)
        )
        # By Keras, on one thread: NumPy's threads slow parallel tests down.
        u, s, vt = map(np.asarray, keras.ops.svd(h, full_matrices=False))
        kept = s > 1e-6 * s[0]
        short = (vt[kept].T / s[kept]) @ (u[:, kept].T @ goals)
        gram = keras.ops.matmul(h.T, h) + 30 * np.eye(size)
        ridge = np.asarray(keras.ops.solve(gram, h.T @ goals))
        squares = [(h_val @ w - answers) ** 2 for w in (short, ridge)]
        errors.append([[s[:, :10].mean(), s[:, 10:].mean()] for s in squares])
        lengths.append([np.linalg.norm(w[:, :10]) for w in (short, ridge)])
        training.append(np.mean((h @ short - goals) ** 2))
    return np.array(errors), np.array(lengths), np.array(training)


def middle(size, ridge, labels):
    """Returns the median validation error over the seeds."""
    row, column = (0, 30).index(ridge), ("wrong", "true").index(labels)
    return np.median(frozen(size)[0][:, row, column])


class TestRandomFeatures:
    """200 digits, a fifth of the labels wrong, no training but the last."""

    def test_double_descent(self):
        wrong = {size: middle(size, 0, "wrong") for size in SIZES}

        assert wrong[40] == pytest.approx(0.062, abs=0.006)
        assert frozen(200)[0][:, 0, 0].min() > 1.5
        assert wrong[200] > 10
        assert wrong[100] < 0.15
        assert wrong[300] == pytest.approx(0.24, abs=0.04)
        assert wrong[1000] == pytest.approx(0.081, abs=0.008)

    def test_training_error_is_zero_beyond_the_threshold(self):
        assert np.median(frozen(100)[2]) > 0.005
        assert np.median(frozen(200)[2]) > 1e-6
        assert np.median(frozen(210)[2]) < 1e-12

    def test_true_labels_have_a_lower_peak_and_second_descent(self):
        true = {size: middle(size, 0, "true") for size in SIZES}

        assert 1 < true[200] < middle(200, 0, "wrong")
        assert true[1000] == pytest.approx(0.025, abs=0.003)
        assert true[1000] < 0.6 * min(true[40], true[100])

    def test_ridge_removes_the_peak(self):
        ridge = {size: middle(size, 30, "wrong") for size in SIZES}

        assert ridge[200] == pytest.approx(0.042, abs=0.003)
        assert ridge[5] > ridge[40] > ridge[100] > ridge[200] > ridge[1000]
        assert ridge[1000] < 0.8 * middle(40, 0, "wrong")

    def test_the_weights_are_longest_at_the_threshold(self):
        free = {size: np.median(frozen(size)[1][:, 0]) for size in SIZES}

        assert free[200] > 20 * max(free[100], free[300])
        assert free[1000] < free[300]
        assert max(frozen(size)[1][:, 1].max() for size in SIZES) < 1.2
