"""The claims of `book/learning_rate_decay.ipynb`, over five seeds or more."""

from functools import cache

import keras
import numpy as np
import pytest
from seeds import SEEDS, finals

from lessons_lib import Experiment, load_dataset, run
from lessons_lib.schedules import learning_rates, rates

DECAYS = (
    "step", "exponential", "polynomial", "cosine", "warmup_cosine",
    "one_cycle", "reduce_on_plateau",
)  # fmt: skip


@cache
def final_loss(experiment, seed):
    """Returns the last validation loss of one seed, trained only once."""
    return finals("val_loss", experiment, range(seed, seed + 1))[0]


def mean_losses(rates):
    """Returns the exact mean loss after each step in the demo's bowl."""
    curvature, noise = np.array([1.0, 0.03]), 0.3
    squares = np.array([9.0, 9.0])
    losses = [curvature @ squares / 2]
    for rate in rates:
        squares = (1 - rate * curvature) ** 2 * squares + (rate * noise) ** 2
        losses.append(curvature @ squares / 2)
    return np.array(losses)


class TestLearningRateDecay:
    """Chapter 10: regression, 64 and 32 neurons, SGD, batch 8, 30 epochs."""

    baseline = Experiment(
        dataset="regression",
        hidden_units=(64, 32),
        batch_size=8,
        epochs=30,
        learning_rate=0.07,
        schedule="cosine",
    )

    def losses(self, schedule, peak, seeds=SEEDS, **changes):
        tuned = self.baseline.replace(
            schedule=schedule, learning_rate=peak, **changes
        )
        values = np.array([final_loss(tuned, seed) for seed in seeds])
        return np.where(np.isfinite(values), values, np.inf)

    def test_at_the_shared_rate_003_no_decay_beats_the_constant_rate(self):
        constant = np.median(self.losses("constant", 0.03))

        for name in DECAYS:
            assert np.median(self.losses(name, 0.03)) > constant

    def test_at_the_shared_rate_01_the_constant_rate_is_far_above(self):
        constant = np.median(self.losses("constant", 0.1))

        for name in DECAYS:
            assert np.median(self.losses(name, 0.1)) < 0.8 * constant
        assert np.median(self.losses("polynomial", 0.1)) < 0.5 * constant

    def test_each_at_its_own_rate_the_four_best_end_below(self):
        ten = range(10)
        constant = min(
            np.median(self.losses("constant", peak, ten))
            for peak in (0.05, 0.07, 0.1)
        )

        assert constant == pytest.approx(0.038, abs=0.004)
        for name, most in (
            ("polynomial", 0.9),
            ("cosine", 0.97),
            ("warmup_cosine", 0.85),
            ("one_cycle", 0.9),
        ):
            assert np.median(self.losses(name, 0.1, ten)) < most * constant

    def test_the_order_holds_on_the_test_set(self):
        data = load_dataset("regression")
        medians = []
        for name, peak in (("constant", 0.07), ("warmup_cosine", 0.1)):
            tuned = self.baseline.replace(schedule=name, learning_rate=peak)
            medians.append(
                np.median(
                    [
                        np.mean(
                            (
                                run(tuned.replace(seed=seed)).model(
                                    data.x_test
                                )
                                - data.y_test
                            )
                            ** 2
                        )
                        for seed in range(10)
                    ]
                )
            )

        assert medians[1] < 0.9 * medians[0]

    def test_from_014_on_every_schedule_loses_a_seed(self):
        for name in ("constant", *DECAYS):
            assert self.losses(name, 0.14).max() > 0.2

    def test_at_batch_32_the_straight_line_gains_nothing_much(self):
        constant = np.median(self.losses("constant", 0.14, batch_size=32))
        line = np.median(self.losses("polynomial", 0.14, batch_size=32))

        assert line > 0.9 * constant

    def test_at_batch_32_the_one_cycle_schedule_still_gains(self):
        constant = self.losses("constant", 0.14, batch_size=32)
        cycle = self.losses("one_cycle", 0.14, batch_size=32)

        assert np.sort(cycle)[3] < constant.min()
        assert np.median(cycle) < 0.88 * np.median(constant)

    def test_a_larger_early_rate_generalises_better_at_equal_training(self):
        runs = {
            name: [
                run(
                    self.baseline.replace(
                        schedule=name, learning_rate=peak, seed=seed
                    )
                ).history
                for seed in SEEDS
            ]
            for name, peak in (("constant", 0.03), ("polynomial", 0.07))
        }
        last = {
            (name, metric): np.array([h[metric][-1] for h in histories])
            for name, histories in runs.items()
            for metric in ("loss", "val_loss")
        }

        ratio = np.median(last["polynomial", "loss"]) / np.median(
            last["constant", "loss"]
        )
        assert 0.8 < ratio < 1.1
        assert np.all(
            last["polynomial", "val_loss"] < 0.9 * last["constant", "val_loss"]
        )

    def test_plateau_drops_come_at_different_epochs(self):
        recipe = self.baseline.replace(
            schedule="reduce_on_plateau",
            learning_rate=0.1,
            decay_rate=0.2,
            patience=5,
        )
        first = set()
        for seed in SEEDS:
            losses = run(recipe.replace(seed=seed)).history["val_loss"]
            by_epoch = learning_rates(recipe, 75, losses)[::75]
            first.update(np.flatnonzero(np.diff(by_epoch))[:1] + 1)

        assert len(first) > 1
        assert 6 <= min(first) <= max(first) <= 20


class TestNoiseFloor:
    """The laws of the chapter's section Why."""

    @pytest.mark.parametrize("rate", [0.01, 0.1, 1.0, 1.6])
    def test_a_noisy_bowl_settles_at_the_formula(self, rate):
        rng = np.random.default_rng(0)
        w, total = np.zeros((5, 400)), np.zeros(5)
        for step in range(3000):
            w = w - rate * (w + rng.normal(size=w.shape))
            if step >= 1000:
                total += np.mean(w**2 / 2, axis=1) / 2000

        assert total == pytest.approx(rate / (2 * (2 - rate)), rel=0.05)

    @pytest.mark.parametrize("rate", [0.01, 0.1])
    def test_a_linear_keras_model_settles_at_the_formula(self, rate):
        features, batch, steps = 20, 8, 3000
        truth = np.where(np.arange(features) < 5, 1.0, 0.0)
        layer = keras.layers.Dense(1, use_bias=False)
        model = keras.Sequential([keras.Input(shape=(features,)), layer])
        model.compile(
            optimizer=keras.optimizers.SGD(learning_rate=rate),
            loss="mse",
            steps_per_execution=20,
        )
        means = []
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            x = rng.normal(size=(steps * batch, features))
            y = x @ truth + rng.normal(0, 0.1, len(x))
            excess = []

            def watch(batch, logs, excess=excess):
                error = layer.get_weights()[0][:, 0] - truth
                excess.append(np.sum(error**2))

            model.fit(
                x,
                y,
                batch,
                verbose=0,
                shuffle=False,
                callbacks=[
                    keras.callbacks.LambdaCallback(on_train_batch_end=watch)
                ],
            )
            means.append(np.mean(excess[len(excess) // 2 :]))
        law = (
            rate * features * 0.1**2 / (batch - rate * (features + batch + 1))
        )

        assert np.mean(means) == pytest.approx(law, rel=0.05)

    def test_the_bowl_has_the_crossing_of_the_network(self):
        def end(schedule, peak):
            experiment = Experiment(
                schedule=schedule, learning_rate=peak, epochs=30
            )
            return mean_losses(rates(experiment, 10))[-1]

        assert end("constant", 0.1) == pytest.approx(0.0265, abs=1e-4)
        assert end("constant", 0.1) < end("polynomial", 0.1)
        assert end("constant", 1.0) == pytest.approx(0.0678, abs=1e-4)
        assert end("polynomial", 1.0) == pytest.approx(0.0079, abs=1e-4)
        assert end("constant", 0.3) == pytest.approx(0.0153, abs=1e-4)


def test_the_tutorial_counts_steps_for_epochs():
    step = keras.optimizers.schedules.ExponentialDecay(
        0.01, decay_steps=20, decay_rate=0.9
    )
    linear = keras.optimizers.schedules.PolynomialDecay(
        0.01, decay_steps=100, end_learning_rate=0.001
    )

    assert float(step(25 * 35)) < 0.01 * 0.01 < float(step(25 * 34))
    assert float(step(2500)) == pytest.approx(1.9e-8, rel=0.05)
    assert float(linear(25 * 4)) == pytest.approx(0.001)
    assert float(linear(25 * 3)) > 0.003
