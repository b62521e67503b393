"""The claims of `book/optimizers.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf
from seeds import SEEDS

from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.curvature import sharpness
from lessons_lib.surfaces import SURFACES, Surface, descend

MAKERS = {
    "SGD": keras.optimizers.SGD,
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "RMSprop": keras.optimizers.RMSprop,
    "Adagrad": keras.optimizers.Adagrad,
    "Adam": keras.optimizers.Adam,
}


@cache
def histories(experiment):
    """Returns the history of each seed; settings come up more than once."""
    return [run(experiment.replace(seed=seed)).history for seed in SEEDS]


def finals(metric, experiment):
    """Returns a metric's last value for each seed; a diverged one is worst."""
    last = np.array([h[metric][-1] for h in histories(experiment)])
    return np.where(np.isnan(last), np.inf, last)


def median(experiment):
    """Returns the median validation loss after the last epoch."""
    return np.median(finals("val_loss", experiment))


@cache
def curvature(linear):
    """Returns the largest curvature of a linear model's squared error."""
    data, mse = load_dataset("regression"), keras.losses.MeanSquaredError()
    return sharpness(build_model(linear), mse, data.x_train, data.y_train)


class TestRegression:
    """Chapter 9: 20 features, hidden layers of 64 and 32, 50 epochs."""

    baseline = Experiment(
        dataset="regression",
        hidden_units=(64, 32),
        epochs=50,
        learning_rate=0.01,
    )
    tuned = (
        ("sgd", 0.1),
        ("rmsprop", 0.01),
        ("adagrad", 0.1),
        ("adam", 0.03),
        ("nadam", 0.03),
        ("lion", 0.001),
    )

    def loss(self, optimizer, rate, **changes):
        return median(
            self.baseline.replace(
                optimizer=optimizer, learning_rate=rate, **changes
            )
        )

    def test_in_the_race_at_one_rate_adams_training_loss_wins(self):
        adam, sgd, rmsprop = (
            np.median(
                finals("loss", self.baseline.replace(optimizer=optimizer))
            )
            for optimizer in ("adam", "sgd", "rmsprop")
        )

        assert adam < sgd / 3
        assert adam < rmsprop / 3
        assert adam < 0.1**2  # the noise itself is learned by heart

    def test_tuning_closes_most_of_the_gap(self):
        at_one_rate = [self.loss(kind, 0.01) for kind, _ in self.tuned]
        at_their_best = [self.loss(kind, rate) for kind, rate in self.tuned]

        assert np.argmax(at_one_rate) == 5  # Lion
        assert max(at_one_rate) > 5 * min(at_one_rate)
        assert max(at_their_best) < 2.2 * min(at_their_best)
        assert at_their_best[5] < at_their_best[0]  # Lion overtakes SGD

    def test_adams_bowl_is_wider_than_those_of_sgd_and_lion(self):
        adam = [self.loss("adam", rate) for rate in (0.003, 0.01, 0.03)]
        sgd = [self.loss("sgd", rate) for rate in (0.01, 0.1, 0.3)]
        lion = [self.loss("lion", rate) for rate in (1e-4, 3e-4, 1e-3, 3e-3)]

        assert max(adam) < 2.6 * min(adam)
        assert sgd[0] > 1.7 * sgd[1]
        assert sgd[2] > 50 * sgd[1]
        assert min(lion[0], lion[3]) > 2 * min(lion)

    def test_momentum_works_like_ten_times_the_rate(self):
        for rate in (1e-4, 1e-3, 1e-2):
            heavy = self.loss("sgd", rate, momentum=0.9)
            assert heavy == pytest.approx(
                self.loss("sgd", 10 * rate), rel=0.15
            )

    def test_momentum_breaks_where_sgd_is_best_and_ends_lower(self):
        momentum = self.loss("sgd", 0.03, momentum=0.9)

        assert momentum < 0.9 * self.loss("sgd", 0.1)
        assert self.loss("sgd", 0.1, momentum=0.9) > 50 * momentum

    def test_nesterov_with_momentum_099_beats_all_tuned_ones(self):
        extra = self.loss("sgd", 0.003, momentum=0.99, nesterov=True)

        assert extra < 0.024
        assert extra < min(self.loss(*tuned) for tuned in self.tuned)

    def test_adamw_without_decay_is_adam(self):
        adam, adamw = (
            histories(self.baseline.replace(optimizer=kind, epochs=5))
            for kind in ("adam", "adamw")
        )

        assert adam == adamw


class TestDigits:
    """One hidden layer of 64, batches of 32, 20 epochs."""

    def setting(self, optimizer, rate, **changes):
        return Experiment(optimizer=optimizer, learning_rate=rate, **changes)

    def test_a_factor_of_eight_vanishes(self):
        untuned = median(self.setting("sgd", 0.01))
        sgd = median(self.setting("sgd", 1.0))
        adam = median(self.setting("adam", 0.01))

        assert 6.5 < untuned / adam < 10
        assert 0.85 < sgd / adam < 1.15

    def test_tuned_adaptive_optimizers_end_alike_and_lion_behind(self):
        adagrad = median(self.setting("adagrad", 0.3))
        nadam = median(self.setting("nadam", 0.01))
        rmsprop = median(self.setting("rmsprop", 0.01))
        momentum = median(self.setting("sgd", 0.1, momentum=0.9))
        lions = [median(self.setting("lion", r)) for r in (3e-4, 1e-3)]

        for loss in (adagrad, nadam, rmsprop, momentum):
            assert 0.11 < loss < 0.18
        assert min(lions) > 0.22

    def test_the_default_decay_matters_less_than_the_seed(self):
        none, default, much = (
            finals("val_loss", self.setting("adamw", 0.01, weight_decay=decay))
            for decay in (0.0, 0.004, 0.4)
        )

        assert abs(np.median(default) - np.median(none)) < np.ptp(none)
        assert np.median(much) > 1.2 * np.median(none)


class TestEdge:
    """A linear model of the regression, whose loss is a bowl."""

    linear = Experiment(
        dataset="regression", hidden_units=(), batch_size=600, epochs=200
    )

    def works(self, edge, **changes):
        """Whether five seeds agree that η = edge / λ works."""
        experiment = self.linear.replace(
            learning_rate=edge / curvature(self.linear), **changes
        )
        answers = set()
        for seed in SEEDS:
            losses = run(experiment.replace(seed=seed)).history["loss"]
            fell = np.isfinite(losses[-1]) and losses[-1] < losses[0]
            answers.add(bool(fell))
        assert len(answers) == 1
        return answers.pop()

    @pytest.mark.parametrize(
        ("beta", "nesterov"),
        [(0.0, False), (0.9, False), (0.99, False), (0.9, True)],
    )
    def test_the_limit_is_the_law_within_one_percent(self, beta, nesterov):
        law = 2 * (1 + beta) / (1 + 2 * beta * nesterov)

        # Near the limit the roots have size √β: 0.99 forgets slowly.
        setting = {"momentum": beta, "nesterov": nesterov}
        setting["epochs"] = 600 if beta == 0.99 else 200

        assert self.works(0.99 * law, **setting)
        assert not self.works(1.01 * law, **setting)

    @pytest.mark.parametrize(
        ("beta", "edge"), [(0.0, 1.65), (0.9, 0.37), (0.99, 0.04)]
    )
    def test_with_batches_momentum_lowers_the_edge(self, beta, edge):
        batches = {"batch_size": 32, "epochs": 40, "momentum": beta}

        assert self.works(0.75 * edge, **batches)
        assert not self.works(1.3 * edge, **batches)


class TestAdamsFirstStep:
    """Closed forms against Keras's own Adam; nothing here has a seed."""

    def steps(self, gradient, count=1):
        weights = keras.Variable(np.zeros(len(gradient), "float32"))
        adam = keras.optimizers.Adam(learning_rate=0.01)
        adam.build([weights])
        for _ in range(count):
            adam.apply([tf.constant(gradient, "float32")], [weights])
        return weights.numpy() / 0.01

    def uncorrected(self, gradient, count):
        """Returns the length of each uncorrected step, in units of η."""
        mean, square, lengths = 0.0, 0.0, []
        for _ in range(count):
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.999 * square + 0.001 * gradient**2
            lengths.append(mean / np.sqrt(square))
        return np.array(lengths)

    def test_the_first_step_is_the_sign(self):
        steps = self.steps([1000, -1, 0.01, -0.0001])

        np.testing.assert_allclose(steps[:3], [-1, 1, -1], rtol=1e-3)
        assert steps[3] == pytest.approx(0.969, abs=0.002)

    def test_rmsprop_starts_as_long_as_an_uncorrected_adam(self):
        weights = keras.Variable(np.zeros(2, "float32"))
        rmsprop = keras.optimizers.RMSprop(learning_rate=0.01)
        rmsprop.apply([tf.constant([50.0, -2.0])], [weights])

        steps = weights.numpy() / 0.01
        np.testing.assert_allclose(steps, [-3.162, 3.162], rtol=1e-3)

    def test_a_constant_gradient_keeps_corrected_steps_at_eta(self):
        assert self.steps([0.5], count=20)[0] == pytest.approx(-20, rel=1e-3)

    @pytest.mark.parametrize("gradient", [1e-3, 1.0, 1e3])
    def test_uncorrected_steps_are_too_long(self, gradient):
        lengths = self.uncorrected(gradient, 1000)

        assert lengths[0] == pytest.approx(3.162, abs=0.001)
        assert lengths.argmax() + 1 == 12
        assert lengths.max() == pytest.approx(6.57, abs=0.01)
        assert lengths[-1] == pytest.approx(1.26, abs=0.01)


class TestSurfaces:
    """Paths of Keras's own optimizers; nothing here has a seed."""

    def ends(self, kind, surface, rates):
        losses = [
            surface.loss(*descend(MAKERS[kind](r), surface, 100)[-1].tolist())
            for r in rates
        ]
        return np.nan_to_num(losses, nan=np.inf)

    @pytest.mark.parametrize(
        ("name", "kind", "rate", "loss"),
        [
            ("bowl", "SGD", 0.03, 0.018),
            ("bowl", "momentum", 0.03, 5.2e-5),
            ("bowl", "Adam", 0.3, 5.7e-5),
            ("rosenbrock", "SGD", 0.003, 0.97),
            ("rosenbrock", "momentum", 0.003, 0.036),
            ("rosenbrock", "Adam", 1.0, 0.19),
        ],
    )
    def test_the_rates_of_the_figure_are_the_best(
        self, name, kind, rate, loss
    ):
        rates = (rate / 10**0.5, rate, rate * 10**0.5)
        lower, best, higher = self.ends(kind, SURFACES[name], rates)

        assert best < min(lower, higher)
        assert best == pytest.approx(loss, rel=0.1)

    @pytest.mark.parametrize("kind", ["SGD", "momentum", "Adam"])
    def test_all_leave_the_saddle(self, kind):
        assert self.ends(kind, SURFACES["saddle"], (0.3,)) < -0.249

    def test_only_sgd_sees_the_scale_of_the_loss(self):
        bowl = SURFACES["bowl"]
        steep = Surface(
            "steep",
            lambda w1, w2: 1000 * bowl.loss(w1, w2),
            bowl.start,
            bowl.extent,
            bowl.minimum,
        )
        for kind, rate in (("RMSprop", 0.1), ("Adagrad", 1.0), ("Adam", 0.1)):
            paths = [
                descend(MAKERS[kind](rate), s, 100) for s in (bowl, steep)
            ]
            assert np.abs(paths[0] - paths[1]).max() < 0.01
        assert not np.isfinite(self.ends("SGD", steep, (0.03,)))

    def test_only_adam_sees_the_axes(self):
        bowl, half = SURFACES["bowl"], 0.5**0.5
        turned = Surface(
            "turned",
            lambda w1, w2: bowl.loss(half * (w1 + w2), half * (w2 - w1)),
            (-5 * half, -3 * half),
            bowl.extent,
            bowl.minimum,
        )
        for kind, rate in (("SGD", 0.03), ("momentum", 0.03)):
            straight = self.ends(kind, bowl, (rate,))
            oblique = self.ends(kind, turned, (rate,))
            assert oblique == pytest.approx(straight, rel=0.05)
        adam = [self.ends("Adam", s, (0.1,))[0] for s in (bowl, turned)]
        assert adam[1] > 100 * adam[0]
