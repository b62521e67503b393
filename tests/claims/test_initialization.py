"""The claims of `book/initialization.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
from seeds import SEEDS, finals

from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.layers import gradient_norms

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
trained = cache(finals)


def he(scale, layers, **changes):
    """The network of the first sweep."""
    return Experiment(
        hidden_units=64,
        hidden_layers=layers,
        kernel_initializer="he_normal",
        initializer_scale=scale,
        learning_rate=0.03,
    ).replace(**changes)


def named(initializer, layers, **changes):
    """The network of the sweep over names."""
    return he(1.0, layers, kernel_initializer=initializer, **changes)


def losses(experiment):
    """Validation losses, infinite for a run that diverged."""
    return np.nan_to_num(trained("val_loss", experiment), nan=np.inf)


def tuned(experiment, *rates):
    """The lowest median over learning rates."""
    return min(
        np.median(losses(experiment.replace(learning_rate=rate)))
        for rate in rates
    )


class TestScale:
    """Digits, 64 ReLU units in each layer, SGD, 20 epochs."""

    @pytest.mark.parametrize("scale", [0.03, 0.3, 1.0, 3.0])
    def test_one_layer_forgives_a_factor_of_a_hundred(self, scale):
        assert tuned(he(scale, 1), 1.0) == pytest.approx(0.14, abs=0.04)

    def test_at_one_rate_even_one_layer_seems_to_care(self):
        assert np.median(losses(he(0.03, 1))) > 1.2
        assert np.median(losses(he(2.0, 1))) < 0.45

    def test_one_layer_breaks_at_ten(self):
        assert tuned(he(10.0, 1), 0.1, 0.3, 1.0) > 0.3

    @pytest.mark.parametrize("scale", [0.7, 1.0, 1.4])
    def test_three_layers_work_from_a_half_to_twice_the_gain(self, scale):
        assert tuned(he(scale, 3), 0.1, 0.3) < 0.19

    def test_three_layers_fail_at_a_tenth_and_at_ten(self):
        for rate in (0.03, 0.1, 0.3, 1.0):
            assert losses(he(0.1, 3, learning_rate=rate)).min() > 2.2
        assert tuned(he(0.3, 3), 0.1, 0.3) == pytest.approx(0.21, abs=0.06)
        assert tuned(he(3.0, 3), 0.03, 0.1, 0.3) > 0.3
        assert tuned(he(10.0, 3), 0.001, 0.01, 0.1) > 2.0

    def test_ten_layers_need_the_right_scale(self):
        best = tuned(he(1.0, 10), 0.03, 0.1)

        assert best < 0.27
        assert tuned(he(0.7, 10), 0.03, 0.1, 0.3) > 1.4 * best
        assert tuned(he(1.4, 10), 0.003, 0.01, 0.03) > 1.4 * best
        for rate in (0.03, 0.3, 1.0):
            assert losses(he(0.3, 10, learning_rate=rate)).min() > 2.2
        assert tuned(he(3.0, 10), 0.001, 0.003) > 1.5


class TestNames:
    @pytest.mark.parametrize("layers", [1, 3])
    def test_the_default_costs_nothing_in_shallow_networks(self, layers):
        rates = (0.1, 0.3, 1.0)

        default = tuned(named("glorot_uniform", layers), *rates)

        assert default - tuned(he(1.0, layers), *rates) < 0.07

    def test_the_default_costs_much_in_ten_layers(self):
        rates = (0.03, 0.1)
        default = tuned(named("glorot_uniform", 10), *rates, 0.3)

        assert default > tuned(he(1.0, 10), *rates) + 0.07
        assert tuned(named("orthogonal", 10), *rates) > 0.22

    def test_accuracies_in_the_text(self):
        glorot, he_normal = (
            np.median(
                trained("val_accuracy", named(name, 10, learning_rate=0.1))
            )
            for name in ("glorot_uniform", "he_normal")
        )

        assert 0.7 < glorot < he_normal
        assert he_normal == pytest.approx(0.945, abs=0.035)

    def test_with_tanh_he_is_no_worse_than_glorot(self):
        glorot = tuned(named("glorot_uniform", 10, activation="tanh"), 0.1)

        assert glorot < 0.2
        assert tuned(he(1.0, 10, activation="tanh"), 0.1) < glorot + 0.03

    @pytest.mark.parametrize("layers", [6, 10])
    def test_random_normal_never_leaves_guessing(self, layers):
        for rate in (0.1, 1.0):
            setting = named("random_normal", layers, learning_rate=rate)
            assert losses(setting).min() > 2.2

    def test_the_default_starts_late(self):
        def epoch_five(name):
            runs = [run(named(name, 10, seed=s, epochs=5)) for s in SEEDS]
            return np.median([r.history["val_loss"][-1] for r in runs])

        assert epoch_five("glorot_uniform") > 2.2
        assert epoch_five("he_normal") < 1.2

    def test_with_adam_the_default_costs_less(self):
        def adam(name, rate):
            setting = named(name, 10, optimizer="adam", learning_rate=rate)
            return losses(setting)

        glorot, best = adam("glorot_uniform", 0.003), adam("he_normal", 0.003)

        assert np.median(glorot) < 1.8 * np.median(best)
        assert glorot.min() < best.max()


def moments(initializer, activation, width, examples, depth, seed):
    """Second moments of normal inputs and of each layer's outputs."""
    keras.utils.set_random_seed(seed)
    h = keras.random.normal((examples, width))
    found = [float(keras.ops.mean(h**2))]
    for _ in range(depth):
        h = keras.layers.Dense(
            width, activation=activation, kernel_initializer=initializer
        )(h)
        found.append(float(keras.ops.mean(h**2)))
    return np.array(found)


class TestLaws:
    @pytest.mark.parametrize(
        ("initializer", "factor"),
        [
            ("glorot_uniform", 0.5),
            ("lecun_normal", 0.5),
            ("orthogonal", 0.5),
            ("he_normal", 1.0),
        ],
    )
    def test_relu_multiplies_the_second_moment_by_half_the_gain(
        self, initializer, factor
    ):
        q = [moments(initializer, "relu", 512, 64, 6, s) for s in SEEDS]
        ratios = np.array(q)[:, 1:] / np.array(q)[:, :-1]

        assert ratios.mean() == pytest.approx(factor, rel=0.06)

    @pytest.mark.parametrize("width", [32, 128])
    def test_the_spread_of_a_narrow_layer(self, width):
        q = [moments("he_normal", "relu", width, 1, 20, s) for s in SEEDS]
        ratios = np.array(q)[:, 2:] / np.array(q)[:, 1:-1]

        assert ratios.std() == pytest.approx(np.sqrt(5 / width), rel=0.3)

    def test_tanh_decays_like_one_over_twice_the_depth(self):
        q = [moments("glorot_uniform", "tanh", 512, 128, 20, s) for s in SEEDS]
        decay = 2 * np.arange(21) * np.mean(q, axis=0)

        assert decay[10] == pytest.approx(1.04, abs=0.05)
        assert decay[20] == pytest.approx(1.03, abs=0.09)

    def test_the_exact_value_comes_down_to_the_law(self):
        z, weights = np.polynomial.hermite_e.hermegauss(101)
        weights = weights / weights.sum()
        q, scaled = 1.0, []
        for depth in range(1, 301):
            q = weights @ np.tanh(np.sqrt(q) * z) ** 2
            scaled.append(2 * depth * q)

        assert scaled[9] == pytest.approx(1.044, abs=0.002)
        assert scaled[99] == pytest.approx(1.014, abs=0.002)
        assert scaled[299] == pytest.approx(1.006, abs=0.002)

    def test_random_normal_fits_a_fan_in_of_800(self):
        for width, low, high in ((200, 2e-7, 4e-6), (800, 0.4, 2.5)):
            q = [
                moments("random_normal", "relu", width, 32, 10, s)
                for s in SEEDS
            ]
            kept = [row[10] / row[0] for row in q]
            assert low < np.median(kept) < high
        assert np.sqrt(2 / 800) == pytest.approx(
            keras.initializers.RandomNormal().stddev
        )

    def test_all_hidden_layers_have_gradients_of_the_same_length(self):
        data, middle = load_dataset("digits"), {}
        for name in ("random_normal", "glorot_uniform", "he_normal"):
            rows = [
                gradient_norms(
                    build_model(named(name, 10, seed=seed)),
                    LOSS,
                    data.x_train,
                    data.y_train,
                )[:-1]
                for seed in SEEDS
            ]
            median = np.median(rows, axis=0)
            assert median.max() < 3 * median.min()
            middle[name] = np.median(median)

        glorot = middle["he_normal"] / middle["glorot_uniform"]
        assert 25 < glorot < 150
        assert 1e5 < middle["he_normal"] / middle["random_normal"] < 4e6

    def test_glorots_gradients_cancel_more_between_examples(self):
        data, alone, together = load_dataset("digits"), {}, {}
        for name in ("glorot_uniform", "he_normal"):
            models = [
                build_model(named(name, 10, seed=seed)) for seed in SEEDS
            ]

            def norms(chosen, models=models):
                x, y = data.x_train[chosen], data.y_train[chosen]
                rows = [gradient_norms(m, LOSS, x, y)[:-1] for m in models]
                return np.median(rows)

            together[name] = norms(slice(None))
            each = [norms(slice(i, i + 1)) for i in range(0, 1000, 100)]
            alone[name] = np.sqrt(np.mean(np.square(each)))

        ratio = alone["he_normal"] / alone["glorot_uniform"]
        assert 15 < ratio < 45
        assert together["he_normal"] / together["glorot_uniform"] > 1.3 * ratio

    def test_sigmoid_forgets_which_input_it_had(self):
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            h = keras.random.normal((50, 400))
            between = []
            for _ in range(5):
                h = keras.layers.Dense(400, activation="sigmoid")(h)
                between.append(float(np.mean(np.var(h, axis=0))))
            factors = np.divide(between[:-1], between[1:])
            assert factors == pytest.approx(18, rel=0.2)
            assert np.mean(np.square(h)) == pytest.approx(0.265, abs=0.03)

    def test_orthogonal_layers_keep_every_length(self):
        spread = {}
        for name in ("orthogonal", "glorot_uniform"):
            keras.utils.set_random_seed(0)
            h = inputs = keras.random.normal((64, 128))
            for _ in range(50):
                h = keras.layers.Dense(128, kernel_initializer=name)(h)
            lengths = keras.ops.norm(h, axis=1) / keras.ops.norm(
                inputs, axis=1
            )
            spread[name] = np.abs(lengths.numpy() - 1).max()

        assert spread["orthogonal"] < 1e-4
        assert spread["glorot_uniform"] > 0.2


class TestSymmetry:
    equal = named(
        "constant", 3, initializer_scale=0.02, learning_rate=0.3, epochs=20
    )

    def apart(self, weights):
        return max(np.ptp(kernel, axis=1).max() for kernel in weights[:-2:2])

    @pytest.mark.parametrize("batch_size", [1, 32, 1077])
    @pytest.mark.parametrize("units", [64, 50, 7])
    def test_equal_units_stay_equal(self, units, batch_size):
        epochs = 1 if batch_size == 1 else 5
        setting = self.equal.replace(
            hidden_units=units, batch_size=batch_size, epochs=epochs
        )

        # 64 units are a multiple of every processor's vectors.
        rounding = 0 if units == 64 else 1e-6
        assert self.apart(run(setting).weights) <= rounding

    def test_they_learn_as_one_unit_can(self):
        data = load_dataset("digits")
        for seed in SEEDS:
            done = run(self.equal.replace(seed=seed))
            assert self.apart(done.weights) == 0
            assert 0.13 < done.history["val_accuracy"][-1] < 0.5
            first, b1, second, b2, third, b3, last, b4 = done.weights
            narrow = build_model(self.equal.replace(hidden_units=1))
            kernels = 64 * second[:1, :1], 64 * third[:1, :1], 64 * last[:1]
            narrow.set_weights(
                [
                    *(first[:, :1], b1[:1], kernels[0], b2[:1]),
                    *(kernels[1], b3[:1], kernels[2], b4),
                ]
            )
            wide = done.model(data.x_val).numpy()
            gap = np.abs(narrow(data.x_val).numpy() - wide).max()
            assert gap < 1e-4 * np.ptp(wide)

    @pytest.mark.parametrize(
        ("activation", "kernels", "biases"),
        [("relu", 0, 1), ("tanh", 0, 1), ("sigmoid", 4, 4)],
    )
    def test_what_learns_from_zeros(self, activation, kernels, biases):
        for seed in SEEDS:
            zeros = self.equal.replace(
                kernel_initializer="zeros", activation=activation, seed=seed
            )
            weights = run(zeros).weights
            assert self.apart(weights) == 0
            assert sum(np.any(w) for w in weights[::2]) == kernels
            assert sum(np.any(w) for w in weights[1::2]) == biases

    def fit(self, output="glorot_uniform", **compile_with):
        data = load_dataset("digits")
        same = keras.initializers.Constant(0.02)
        net = keras.Sequential([keras.Input(shape=(64,))])
        for _ in range(2):
            net.add(keras.layers.Dense(64, "relu", kernel_initializer=same))
        net.add(keras.layers.Dense(10, kernel_initializer=output))
        net.compile(keras.optimizers.SGD(0.1), LOSS, **compile_with)
        net.fit(data.x_train, data.y_train, epochs=3, verbose=0)
        return [
            np.ptp(layer.kernel.numpy(), axis=1).max()
            for layer in net.layers[:2]
        ]

    def test_a_random_output_layer_frees_only_the_last_hidden_layer(self):
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            first, second = self.fit()
            assert first == 0
            assert second > 1e-3

    def test_with_xla_they_stay_equal_to_rounding(self):
        same = keras.initializers.Constant(0.02)

        assert max(self.fit(same, jit_compile=True)) < 1e-5
