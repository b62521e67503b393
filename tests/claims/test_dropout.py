"""The claims of `book/dropout.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
from seeds import SEEDS, finals

from lessons_lib import Experiment, load_dataset, run

ETAS = (0.001, 0.003, 0.01)
trained = cache(finals)


class TestDropout:
    """Chapter 7: 200 digits, 40 wrong labels, 128-128, Adam, 40 epochs."""

    baseline = Experiment(
        dataset="digits",
        train_size=200,
        label_noise=0.2,
        hidden_units=(128, 128),
        dropout=0.5,
        optimizer="adam",
        learning_rate=0.003,
        batch_size=50,
        epochs=40,
    )
    clean = baseline.replace(train_size=1077, label_noise=0.0)

    def losses(self, **changes):
        return trained("val_loss", self.baseline.replace(**changes))

    def tuned(self, dropout, **changes):
        """Losses of a dropout rate at its own best learning rate."""
        rows = [
            self.losses(dropout=dropout, learning_rate=eta, **changes)
            for eta in ETAS
        ]
        return min(rows, key=np.median)

    def test_at_one_learning_rate_dropout_looks_like_a_cure(self):
        none, half = self.losses(dropout=0.0), self.losses(dropout=0.5)

        assert half.max() < none.min()
        assert np.median(none) == pytest.approx(0.91, abs=0.06)
        assert np.median(half) == pytest.approx(0.61, abs=0.05)
        assert np.median(self.losses(dropout=0.2)) > np.median(half) + 0.05

    def test_accuracies_in_the_text(self):
        for dropout, accuracy in ((0.0, 0.747), (0.5, 0.844)):
            setting = self.baseline.replace(dropout=dropout)
            assert np.median(finals("val_accuracy", setting)) == pytest.approx(
                accuracy, abs=0.025
            )

    def test_too_much_dropout_breaks(self):
        assert self.losses(dropout=0.8).min() > 1.2
        assert np.median(self.losses(dropout=0.9)) > 2.15

    def repeated(self, **changes):
        """The share of the wrong labels that each seed's network repeats."""
        noisy = load_dataset("digits", 200, 0.2)
        wrong = noisy.y_train != load_dataset("digits", 200).y_train
        assert wrong.sum() == 40
        setting = self.baseline.replace(**changes)
        runs = [run(setting.replace(seed=seed)) for seed in SEEDS]
        answers = [
            r.model(noisy.x_train[wrong]).numpy().argmax(1) for r in runs
        ]
        return [np.mean(a == noisy.y_train[wrong]) for a in answers]

    def test_without_dropout_the_wrong_labels_are_memorised(self):
        assert min(self.repeated(dropout=0.0)) > 0.7
        assert max(self.repeated()) < 0.4

    def test_a_small_learning_rate_stops_before_they_are(self):
        slow = self.repeated(dropout=0.0, learning_rate=0.001)

        assert np.median(slow) == pytest.approx(0.25, abs=0.12)

    @pytest.mark.parametrize(
        ("width", "share"), [(8, 0.1), (32, 0.175), (64, 0.6), (256, 1.0)]
    )
    def test_wide_networks_memorise_and_narrow_ones_do_not(self, width, share):
        shares = self.repeated(dropout=0.0, hidden_units=(width, width))

        assert np.median(shares) == pytest.approx(share, abs=0.12)

    def test_a_tuned_learning_rate_takes_most_of_the_gain(self):
        unfair = np.median(self.losses(dropout=0.0)) - np.median(self.losses())
        fair = np.median(self.tuned(0.0)) - np.median(self.tuned(0.5))

        assert unfair > 0.22
        assert 0 < fair < 0.3 * unfair

    def test_a_still_smaller_learning_rate_is_too_slow(self):
        assert self.losses(dropout=0.0, learning_rate=0.0003).min() > 0.8

    def test_dropout_tolerates_a_wrong_learning_rate(self):
        def spread(dropout):
            ends = [
                np.median(self.losses(dropout=dropout, learning_rate=eta))
                for eta in ETAS
            ]
            return max(ends) - min(ends)

        assert spread(0.0) > 0.6
        assert spread(0.5) < 0.25

    def test_dropout_makes_a_small_learning_rate_worse(self):
        with_it, without = (
            self.losses(dropout=p, learning_rate=0.001) for p in (0.5, 0.0)
        )

        assert np.median(with_it) == pytest.approx(0.74, abs=0.04)
        assert np.median(without) == pytest.approx(0.65, abs=0.04)
        assert with_it.min() > np.median(without)

    @pytest.mark.parametrize("width", [8, 32])
    def test_dropout_hurts_narrow_networks(self, width):
        none = self.losses(dropout=0.0, hidden_units=(width, width))
        half = self.losses(dropout=0.5, hidden_units=(width, width))

        assert half.min() > none.max() + 0.1

    def test_dropout_helps_a_wide_network(self):
        none = self.losses(dropout=0.0, hidden_units=(256, 256))
        half = self.losses(dropout=0.5, hidden_units=(256, 256))

        assert half.max() < none.min() - 0.1

    @pytest.mark.parametrize(
        ("width", "cost"), [(8, 0.93), (32, 0.28), (256, -0.14)]
    )
    def test_so_it_is_when_each_has_its_own_rate(self, width, cost):
        units = (width, width)
        none = np.median(self.tuned(0.0, hidden_units=units))
        half = np.median(self.tuned(0.5, hidden_units=units))

        assert half - none == pytest.approx(cost, abs=0.1)

    @pytest.mark.parametrize(("eta", "epochs"), [(0.001, 25), (0.01, 12)])
    def test_dropout_slows_convergence(self, eta, epochs):
        def first(dropout):
            setting = self.clean.replace(
                dropout=dropout, learning_rate=eta, epochs=epochs
            )
            firsts = []
            for seed in SEEDS:
                history = run(setting.replace(seed=seed)).history
                below = np.array(history["val_loss"]) < 0.2
                assert below.any()
                firsts.append(below.argmax() + 1)
            return np.array(firsts)

        assert np.median(first(0.5)) > 1.3 * np.median(first(0.0))

    @pytest.mark.parametrize("eta", [0.003, 0.01])
    def test_dropout_hurts_a_model_that_underfits(self, eta):
        tiny = self.clean.replace(hidden_units=(4, 4), learning_rate=eta)

        assert np.median(finals("accuracy", tiny.replace(dropout=0.0))) < 0.8
        none = np.median(finals("val_loss", tiny.replace(dropout=0.0)))
        half = np.median(finals("val_loss", tiny))
        assert none < 1.25 < 1.6 < half

    def test_without_wrong_labels_dropout_gains_nothing(self):
        none = np.median(self.losses(dropout=0.0, label_noise=0.0))
        half = np.median(self.losses(dropout=0.5, label_noise=0.0))

        assert half > none


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_inverted_dropout_keeps_the_mean_and_adds_variance(rate):
    normal = np.random.default_rng(0).normal(size=(200, 128))
    a = np.maximum(normal, 0).astype("float32")
    law = rate / (1 - rate)
    for seed in SEEDS:
        layer = keras.layers.Dropout(rate, seed=seed)
        dropped = np.stack(
            [layer(a, training=True).numpy() for _ in range(20)]
        )
        error = np.sqrt(law * np.mean(a**2) / dropped.size)
        assert abs(dropped.mean() - a.mean()) < 4.5 * error
        added = np.mean((dropped - a) ** 2) / np.mean(a**2)
        assert added == pytest.approx(law, rel=0.02)
        total = dropped.var() - a.var()
        assert total == pytest.approx(law * np.mean(a**2), rel=0.04)


def test_training_and_evaluation_mode_differ_on_one_input():
    data = load_dataset("digits")
    for seed in SEEDS:
        model = run(TestDropout.baseline.replace(seed=seed)).model
        one = np.repeat(data.x_val[1:2], 500, axis=0)
        noisy = keras.ops.softmax(model(one, training=True)).numpy()
        calm = keras.ops.softmax(model(one, training=False)).numpy()
        answer = calm[0].argmax()
        assert np.ptp(calm, axis=0).max() < 1e-5
        assert noisy[:, answer].std() > 0.05
        assert calm[0, answer] > noisy[:, answer].mean()


def test_reported_training_loss_is_above_the_evaluated_one():
    data = load_dataset("digits", 200, 0.2)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for seed in SEEDS:
        done = run(TestDropout.baseline.replace(seed=seed))
        evaluated = float(loss(data.y_train, done.model(data.x_train)))
        assert evaluated < done.history["loss"][-1] - 0.1


class TestMonteCarlo:
    """The noisy sine, 100-100, Adam, 2,000 steps."""

    data = load_dataset("sine")
    far = np.r_[-2:-1:40j, 1:2:40j].astype("float32")[:, None]

    def coverage(self, rate, size):
        """Spread and coverages: curve, points, with noise, beyond."""
        n, rows = len(self.data.x_test), []
        inputs = np.concatenate([self.data.x_test, self.far])
        truth = np.sin(2 * np.pi * inputs[:, 0])
        for seed in SEEDS:
            setting = Experiment(
                dataset="sine",
                hidden_units=(100, 100),
                dropout=rate,
                train_size=size,
                optimizer="adam",
                learning_rate=0.003,
                batch_size=25,
                steps_per_epoch=100,
                epochs=20,
                seed=seed,
            )
            model = run(setting).model
            passes = model(np.tile(inputs, (100, 1)), training=True)
            passes = passes.numpy().reshape(100, -1)
            mean, spread = passes.mean(axis=0), passes.std(axis=0)
            curve = np.abs(truth - mean) < 1.96 * spread
            miss = np.abs(self.data.y_test[:, 0] - mean[:n])
            rows.append(
                [
                    spread[:n].mean(),
                    curve[:n].mean(),
                    np.mean(miss < 1.96 * spread[:n]),
                    np.mean(miss < 1.96 * np.hypot(spread[:n], 0.1)),
                    curve[n:].mean(),
                ]
            )
        return np.median(rows, axis=0)

    def test_what_the_band_covers(self):
        many, few, strong = (
            self.coverage(rate, size)
            for rate, size in ((0.1, 100), (0.1, 25), (0.5, 100))
        )

        assert many[1] > 0.92
        assert many[2] < 0.87
        assert many[3] == pytest.approx(0.95, abs=0.035)
        assert many[4] < 0.45
        assert few[0] < many[0] * 1.02
        assert few[1] < 0.8
        assert strong[0] > 1.7 * many[0]
        assert strong[1] < 0.88


def test_input_dropout_on_a_linear_model_is_an_l2_penalty():
    data = load_dataset("sparse_linear")
    x, y = data.x_train, data.y_train
    for seed in SEEDS:
        w = np.random.default_rng(seed).normal(size=(100, 1)).astype("float32")
        layer = keras.layers.Dropout(rate=0.2, seed=seed)
        losses = [
            np.mean((layer(x, training=True).numpy() @ w - y) ** 2)
            for _ in range(200)
        ]
        penalty = 0.25 * np.sum(w[:, 0] ** 2 * np.mean(x**2, axis=0))
        law = np.mean((x @ w - y) ** 2) + penalty
        assert np.mean(losses) == pytest.approx(
            law, abs=4 * np.std(losses) / np.sqrt(200)
        )
