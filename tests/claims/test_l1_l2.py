"""The claims of `book/l1_l2.ipynb`, over five seeds."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from seeds import SEEDS
from sklearn.linear_model import Lasso, Ridge

from lessons_lib import Experiment, load_dataset, run

FEW = Experiment(
    dataset="sparse_linear",
    train_size=100,
    label_noise=1.0,
    hidden_units=(),
    learning_rate=0.03,
    momentum=0.9,
    batch_size=50,
    epochs=100,
)
FULL_BATCH = FEW.replace(
    train_size=600,
    batch_size=600,
    momentum=0.0,
    learning_rate=0.1,
    epochs=10,
    steps_per_epoch=30,
)


def kernels(run):
    return [w for w in run.weights if w.ndim > 1]


def error(run):
    """Returns the validation error, from the predictions themselves."""
    data = load_dataset("sparse_linear")
    return float(np.mean((run.model(data.x_val).numpy() - data.y_val) ** 2))


def errors(experiment):
    return np.array([error(run(experiment.replace(seed=s))) for s in SEEDS])


class TestLinear:
    """100 noisy examples of 100 features, 10 of which matter."""

    def test_no_penalty_is_worse_than_guessing(self):
        guess = load_dataset("sparse_linear").guess
        losses = errors(FEW)

        assert np.median(losses) > guess
        assert np.median(losses) == pytest.approx(11.4, abs=0.6)
        assert np.sum(losses < guess) == 2

    def test_without_a_penalty_the_loss_still_rises(self):
        curves = [run(FEW.replace(seed=s)).history["val_loss"] for s in SEEDS]

        assert np.all(np.diff(np.median(curves, axis=0)[-20:]) > 0)

    @pytest.mark.parametrize(("penalty", "best"), [("l1", 1.25), ("l2", 4.88)])
    def test_both_penalties_are_best_at_a_tenth(self, penalty, best):
        losses = [
            errors(FEW.replace(**{penalty: s})) for s in (0.03, 0.1, 0.3)
        ]

        assert losses[1].max() < min(losses[0].min(), losses[2].min())
        assert np.median(losses[1]) == pytest.approx(best, rel=0.05)

    def test_too_strong_a_penalty_hurts(self):
        assert errors(FEW.replace(l1=1.0)).min() > 7
        assert errors(FEW.replace(l2=1.0)).min() > 6.8

    def test_half_of_keras_val_loss_is_penalty(self):
        for seed in SEEDS:
            finished = run(FEW.replace(l1=0.1, seed=seed))
            total = finished.history["val_loss"][-1]
            penalty = 0.1 * np.abs(kernels(finished)[0]).sum()

            assert total == pytest.approx(error(finished) + penalty, rel=1e-3)
            assert 0.4 < penalty / total < 0.6

    def test_early_stopping_does_most_of_what_l2_does(self):
        curves = [run(FEW.replace(seed=s)).history["val_loss"] for s in SEEDS]
        median = np.median(curves, axis=0)

        assert median.argmin() + 1 < 15
        assert median.min() == pytest.approx(5.6, abs=0.3)
        assert median[-1] > 1.8 * median.min()

    def test_adding_l2_to_l1_hurts_here(self):
        alone = errors(FEW.replace(l1=0.1))

        assert errors(FEW.replace(l1=0.1, l2=0.1)).min() > 2 * alone.max()

    def test_with_600_examples_only_l1_still_helps(self):
        none, l2, l1 = (
            np.median(errors(FULL_BATCH.replace(**penalty)))
            for penalty in ({}, {"l2": 0.01}, {"l1": 0.1})
        )

        assert none == pytest.approx(0.275, abs=0.01)
        assert l2 == pytest.approx(none, rel=0.05)
        assert l1 < none / 2

    def test_trained_with_l2_it_is_ridge_regression(self):
        data = load_dataset("sparse_linear", 100, 1.0)
        exact = Ridge(alpha=100 * 0.1).fit(
            data.x_train.astype(float), data.y_train.astype(float)[:, 0]
        )
        setting = FULL_BATCH.replace(
            train_size=100, batch_size=100, l2=0.1, steps_per_epoch=50
        )
        for seed in SEEDS:
            kernel, bias = run(setting.replace(seed=seed)).weights

            assert np.abs(kernel[:, 0] - exact.coef_).max() < 1e-4
            assert abs(bias[0] - exact.intercept_) < 1e-4


class TestRivals:
    """200 digits with wrong labels, two layers of 128, Adam, 40 epochs."""

    def measured(self, **choice):
        """Data losses and accuracies of five seeds."""
        digits = load_dataset("digits")
        setting = Experiment(
            dataset="digits",
            train_size=200,
            label_noise=0.2,
            batch_size=50,
            hidden_units=(128, 128),
            optimizer="adam",
            epochs=40,
            **choice,
        )
        entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        models = [run(setting.replace(seed=seed)).model for seed in SEEDS]
        scores = [model(digits.x_val).numpy() for model in models]
        losses = [float(entropy(digits.y_val, z)) for z in scores]
        rights = [np.mean(z.argmax(1) == digits.y_val) for z in scores]
        return np.array(losses), np.array(rights)

    def test_by_the_loss_penalties_gain_nothing_and_dropout_a_little(self):
        nothing, l1, l2, dropout = (
            np.median(self.measured(**choice)[0])
            for choice in (
                {"learning_rate": 0.001},
                {"learning_rate": 0.001, "l1": 0.0001},
                {"learning_rate": 0.001, "l2": 0.001},
                {"learning_rate": 0.003, "dropout": 0.5},
            )
        )

        assert [l1, l2] == pytest.approx([nothing, nothing], abs=0.02)
        assert nothing == pytest.approx(0.647, abs=0.02)
        assert dropout == pytest.approx(0.61, abs=0.02)

    def test_by_accuracy_l2_leads(self):
        nothing, l1, l2, dropout = (
            self.measured(learning_rate=0.001, **choice)[1]
            for choice in ({}, {"l1": 0.001}, {"l2": 0.01}, {"dropout": 0.5})
        )

        assert l2.min() > nothing.max()
        assert np.median(l2) == pytest.approx(0.864, abs=0.015)
        assert np.median(l1) < np.median(l2)
        assert np.median(dropout) == pytest.approx(0.85, abs=0.015)
        assert np.median(nothing) < np.median(dropout)


class TestZeros:
    """600 examples, L1 of 0.3."""

    @pytest.mark.parametrize("rate", [0.1, 0.01])
    def test_keras_l1_jitters_by_about_a_step(self, rate):
        setting = FULL_BATCH.replace(
            l1=0.3, learning_rate=rate, steps_per_epoch=round(1.2 / rate)
        )
        for seed in SEEDS:
            kernel = run(setting.replace(seed=seed)).weights[0][:, 0]
            useless = np.abs(kernel[10:])

            assert np.all(kernel != 0)
            assert 0.2 * rate * 0.3 < useless.max() < 3 * rate * 0.3
            assert np.sum(np.abs(kernel) < 0.1) == 90

    def test_the_proximal_step_finds_exactly_the_ten(self):
        class SoftThreshold(keras.constraints.Constraint):
            def __call__(self, w):
                shrunk = keras.ops.relu(keras.ops.abs(w) - 0.1 * 0.3)
                return keras.ops.sign(w) * shrunk

        data = load_dataset("sparse_linear", label_noise=1.0)
        exact = Lasso(alpha=0.3 / 2, tol=1e-8).fit(
            data.x_train.astype(float), data.y_train.astype(float)[:, 0]
        )
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            layer = keras.layers.Dense(1, kernel_constraint=SoftThreshold())
            model = keras.Sequential([keras.Input((100,)), layer])
            model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
            for _ in range(150):
                model.train_on_batch(data.x_train, data.y_train)
            kernel = model.get_weights()[0][:, 0]

            assert np.flatnonzero(kernel).tolist() == list(range(10))
            assert kernel[:10].mean() == pytest.approx(0.83, abs=0.01)
            np.testing.assert_allclose(kernel, exact.coef_, atol=1e-3)

    def test_with_600_examples_the_best_strength_is_not_clean(self):
        data = load_dataset("sparse_linear", label_noise=1.0)
        losses = []
        for l1, useless in ((0.1, 23), (0.2, 4), (0.3, 0)):
            kept = Lasso(alpha=l1 / 2, tol=1e-8).fit(
                data.x_train.astype(float), data.y_train.astype(float)[:, 0]
            )
            said = kept.predict(data.x_val.astype(float))
            losses.append(np.mean((said - data.y_val[:, 0]) ** 2))
            assert np.all(kept.coef_[:10] != 0)
            assert np.sum(kept.coef_[10:] != 0) == pytest.approx(
                useless, abs=1
            )
        assert losses == pytest.approx([0.11, 0.18, 0.34], abs=0.01)

    def test_with_100_examples_the_choice_is_not_clean(self):
        data = load_dataset("sparse_linear", 100, 1.0)
        for l1, expected in ((0.1, (10, 36)), (0.3, (10, 14)), (1.0, (7, 1))):
            kept = Lasso(alpha=l1 / 2, tol=1e-8, max_iter=100_000).fit(
                data.x_train.astype(float), data.y_train.astype(float)[:, 0]
            )
            found = np.sum(kept.coef_[:10] != 0), np.sum(kept.coef_[10:] != 0)
            assert found == pytest.approx(expected, abs=1)

    def test_on_other_draws_the_ten_are_always_kept_and_never_alone(self):
        data = load_dataset("sparse_linear", label_noise=1.0)
        for seed in SEEDS:
            chosen = np.random.default_rng(seed).choice(600, 100, False)
            kept = Lasso(alpha=0.1 / 2, max_iter=100_000).fit(
                data.x_train[chosen].astype(float),
                data.y_train[chosen].astype(float)[:, 0],
            )
            assert np.all(kept.coef_[:10] != 0)
            assert np.sum(kept.coef_[10:] != 0) > 10


class TestWeightDecay:
    """L2 penalty and weight decay, under SGD and under Adam."""

    def test_under_sgd_they_differ_by_the_bias_alone(self):
        data = load_dataset("sparse_linear", 100, 1.0)

        def kernel(seed, l2, decay):
            keras.utils.set_random_seed(seed)
            penalty = keras.regularizers.L2(l2)
            layer = keras.layers.Dense(1, kernel_regularizer=penalty)
            model = keras.Sequential([keras.Input((100,)), layer])
            sgd = keras.optimizers.SGD(0.03, weight_decay=decay)
            sgd.exclude_from_weight_decay(var_names=["bias"])
            model.compile(optimizer=sgd, loss="mse")
            for _ in range(100):
                model.train_on_batch(data.x_train, data.y_train)
            return model.get_weights()[0]

        for seed in SEEDS:
            difference = kernel(seed, 0.05, None) - kernel(seed, 0.0, 0.1)
            assert np.abs(difference).max() < 2e-6

    @pytest.mark.parametrize("decoupled", [False, True])
    def test_under_adam_only_l2_depends_on_the_gradient(self, decoupled):
        scales = np.array([[1], [3], [10], [30]], dtype="float32")
        # Five repeats of one generator: its seeds 0 to 4 share their noise.
        w = keras.Variable(np.ones((5, 4, 500), dtype="float32"))
        optimizer = keras.optimizers.AdamW(
            0.001, weight_decay=0.2 if decoupled else 0.0
        )
        optimizer.build([w])
        noise = tf.random.Generator.from_seed(1)
        l2 = 0.0 if decoupled else 0.1

        def step(i):
            gradient = scales * noise.normal(w.shape) + 2 * l2 * w
            optimizer.apply([gradient], [w])
            return [i + 1]

        loop = tf.function(tf.while_loop, autograph=False)
        loop(lambda i: i < 2000, step, [0])
        rates = -np.log(w.numpy().mean(axis=-1)) / 2.0
        expected = np.full(4, 0.2) if decoupled else 0.2 / scales[:, 0]
        np.testing.assert_allclose(np.median(rates, 0), expected, rtol=0.1)
        np.testing.assert_allclose(rates, [expected] * 5, rtol=0.3)

    def test_on_a_network_both_help_and_tiny_weights_come_with_strength(self):
        network = Experiment(
            dataset="sparse_linear",
            label_noise=1.0,
            hidden_units=(64, 32),
            optimizer="adam",
            learning_rate=0.003,
            batch_size=50,
            epochs=50,
        )
        loss, total, tiny = {}, {}, {}
        for name, changes in (
            ("none", {}),
            ("weak l2", {"l2": 0.01}),
            ("l2", {"l2": 0.1}),
            ("decay", {"weight_decay": 1.0}),
        ):
            runs = [run(network.replace(seed=s, **changes)) for s in SEEDS]
            flat = [np.concatenate([*map(np.ravel, kernels(r))]) for r in runs]
            loss[name] = np.array([error(r) for r in runs])
            total[name] = np.array([r.history["val_loss"][-1] for r in runs])
            tiny[name] = np.array([np.mean(np.abs(w) < 0.01) for w in flat])

        assert np.median(loss["none"]) == pytest.approx(1.65, abs=0.15)
        assert np.median(loss["l2"]) == pytest.approx(0.77, abs=0.12)
        assert np.median(loss["decay"]) == pytest.approx(0.91, abs=0.12)
        assert total["l2"].min() > total["none"].max()
        assert tiny["l2"].min() > 1.8 * tiny["decay"].max()
        assert np.median(loss["weak l2"]) == pytest.approx(0.87, abs=0.1)
        assert np.median(tiny["weak l2"]) == pytest.approx(0.175, abs=0.02)
        assert tiny["weak l2"].max() < 1.3 * tiny["decay"].min()
