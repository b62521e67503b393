"""The claims of `book/learning_rate.ipynb`, over five seeds."""

import keras
import numpy as np
import pytest
from seeds import SEEDS, finals

from lessons_lib import Experiment, build_model, load_dataset, run, train
from lessons_lib.curvature import sharpness
from lessons_lib.history import diverged_at

MSE = keras.losses.MeanSquaredError()


class TestLearningRate:
    """Chapter 1: digits, one hidden layer of 64, SGD, batch 32, 20 epochs."""

    baseline = Experiment()

    def rate(self, learning_rate, **changes):
        return self.baseline.replace(learning_rate=learning_rate, **changes)

    def test_too_small_a_rate_does_not_arrive(self):
        assert np.median(finals("val_loss", self.rate(1e-4))) > 2.25
        assert np.median(finals("val_loss", self.rate(0.003))) > 1.7

    def test_rates_from_003_to_1_work_and_1_is_the_best(self):
        losses = [
            np.median(finals("val_loss", self.rate(rate)))
            for rate in (0.01, 0.03, 0.1, 0.3, 1.0)
        ]

        assert losses == sorted(losses, reverse=True)
        assert 0.3 < losses[1] < 0.45
        assert 0.1 < losses[-1] < 0.14

    def test_ten_times_the_epochs_make_up_for_a_tenth_of_the_rate(self):
        long = finals("val_loss", self.rate(0.003, epochs=200))
        short = finals("val_loss", self.rate(0.03))

        assert np.median(long) == pytest.approx(np.median(short), rel=0.1)

    def test_the_boundary_of_the_moons_bends_up_to_1_and_breaks_at_10(self):
        moons = Experiment(dataset="moons", hidden_units=(16,), epochs=50)
        accuracies = [
            np.median(
                finals("val_accuracy", moons.replace(learning_rate=rate))
            )
            for rate in (0.001, 0.03, 0.3, 1.0, 10.0)
        ]

        assert accuracies[:4] == sorted(accuracies[:4])
        assert accuracies[3] > 0.95
        assert accuracies[4] < 0.75 < accuracies[0] < 0.85

    def test_accuracies_in_the_text(self):
        assert np.median(
            finals("val_accuracy", self.rate(0.01))
        ) == pytest.approx(0.833, abs=0.02)
        assert np.median(
            finals("val_accuracy", self.rate(0.03))
        ) == pytest.approx(0.914, abs=0.015)
        assert np.median(
            finals("val_accuracy", self.rate(1.0))
        ) == pytest.approx(0.964, abs=0.015)

    @pytest.mark.parametrize("rate", [3.0, 10.0])
    def test_three_times_the_best_rate_only_guesses(self, rate):
        losses = finals("val_loss", self.rate(rate))
        accuracies = finals("val_accuracy", self.rate(rate))

        assert np.all(np.isfinite(losses))
        assert np.all((losses > 2.25) & (losses < 2.8))
        assert np.all(accuracies < 0.15)

    def test_at_3_the_validation_loss_stays_small(self):
        runs = [run(self.rate(3.0, seed=seed)).history for seed in SEEDS]

        assert max(max(h["val_loss"]) for h in runs) < 3

    def test_at_3_the_hidden_neurons_are_dead(self):
        x_val = load_dataset("digits").x_val
        for seed in SEEDS:
            hidden = run(self.rate(3.0, seed=seed)).model.layers[0](x_val)
            assert np.mean(hidden == 0) > 0.95

    def test_a_larger_batch_needs_more_epochs_at_a_small_rate(self):
        small = finals("val_loss", self.rate(0.01, batch_size=32))
        large = finals("val_loss", self.rate(0.01, batch_size=128))

        assert large.min() > small.max()

    def test_momentum_divides_the_best_rate_by_about_ten(self):
        rates = (0.01, 0.03, 0.1, 0.3, 1.0)
        best = {
            momentum: rates[
                np.argmin(
                    [
                        np.median(
                            finals("val_loss", self.rate(r, momentum=momentum))
                        )
                        for r in rates
                    ]
                )
            ]
            for momentum in (0.0, 0.9)
        }

        assert best == {0.0: 1.0, 0.9: 0.1}

    def test_the_range_test_picks_within_ten_times_of_the_best(self):
        data = load_dataset("digits")
        rates = np.geomspace(1e-3, 10, 200)
        for seed in SEEDS:
            model = build_model(self.rate(0.1, seed=seed))
            model.compile(
                optimizer=keras.optimizers.SGD(),
                loss=keras.losses.SparseCategoricalCrossentropy(
                    from_logits=True
                ),
            )
            rng = np.random.default_rng(seed)
            losses = []
            for rate in rates:
                batch = rng.choice(len(data.x_train), 32, replace=False)
                model.optimizer.learning_rate = rate
                losses.append(
                    model.train_on_batch(
                        data.x_train[batch], data.y_train[batch]
                    )
                )
            smooth = np.convolve(
                np.ravel(losses), np.ones(15) / 15, mode="valid"
            )
            falling = np.gradient(smooth[: smooth.argmin() + 1])
            assert 0.1 < rates[7:-7][falling.argmin()] < 1.0
            assert 0.35 < rates[7:-7][smooth.argmin()] < 0.8

    @pytest.mark.parametrize(
        ("share", "breaks"), [(0.99, False), (1.01, True)]
    )
    def test_a_linear_model_breaks_at_two_over_the_curvature(
        self, share, breaks
    ):
        linear = Experiment(
            dataset="sparse_linear",
            hidden_units=(),
            batch_size=600,
            epochs=1500,
        )
        data = load_dataset("sparse_linear")
        curvature = sharpness(
            build_model(linear), MSE, data.x_train, data.y_train
        )
        for seed in SEEDS:
            history = run(
                linear.replace(learning_rate=share * 2 / curvature, seed=seed)
            ).history
            grew = diverged_at(history) is not None
            assert grew == breaks
            assert breaks or history["loss"][-1] < 0.2 < history["loss"][0]

    @pytest.mark.parametrize("rate", [0.1, 0.15])
    def test_full_batch_training_stays_at_the_edge_of_stability(self, rate):
        data = load_dataset("sine")
        for seed in SEEDS:
            experiment = Experiment(
                dataset="sine",
                hidden_units=(32, 32),
                activation="tanh",
                batch_size=100,
                epochs=4000,
                shuffle=False,
                learning_rate=rate,
                seed=seed,
            )
            model = build_model(experiment)
            start = sharpness(model, MSE, data.x_train, data.y_train)
            late = []
            for epoch in train(experiment):
                if epoch.number > 2500 and epoch.number % 250 == 0:
                    model.set_weights(epoch.weights())
                    late.append(
                        sharpness(model, MSE, data.x_train, data.y_train)
                    )
            assert start < 0.9 * 2 / rate
            assert np.mean(late) * rate / 2 == pytest.approx(1, abs=0.05)
