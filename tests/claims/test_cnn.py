"""The claims of `book/cnn.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
from seeds import SEEDS

from lessons_lib import Experiment, build_model, load_dataset, run

ETAS = (0.003, 0.01)
BASE = Experiment(
    dataset="translated_digits",
    architecture="cnn",
    filters=16,
    conv_layers=2,
    kernel_size=3,
    pooled_layers=3,
    hidden_units=32,
    optimizer="adam",
    learning_rate=0.003,
    batch_size=32,
    epochs=15,
)
CNN = BASE.replace(dataset="centred_digits")
MLP = CNN.replace(architecture="mlp", hidden_units=41)


@cache
def runs(experiment):
    """One run for each seed, trained once for all tests."""
    return [run(experiment.replace(seed=seed)) for seed in SEEDS]


def accuracies(experiment):
    """Validation accuracies after the last epoch."""
    return np.array([r.history["val_accuracy"][-1] for r in runs(experiment)])


def tuned(experiment):
    """The experiment at the better of the two learning rates."""
    rates = [experiment.replace(learning_rate=eta) for eta in ETAS]
    return max(rates, key=lambda at: np.median(accuracies(at)))


def best(experiment):
    """Validation accuracies at the better of the two learning rates."""
    return accuracies(tuned(experiment))


def tuned_models(experiment):
    """Five models at the better of the two learning rates."""
    return [r.model for r in runs(tuned(experiment))]


class TestSweep:
    """Digits anywhere on 16×16 pixels, Adam, 15 epochs."""

    def test_a_filter_of_one_pixel_is_too_small(self):
        one, three, five = (
            best(BASE.replace(kernel_size=k)) for k in (1, 3, 5)
        )

        more = [
            build_model(BASE.replace(kernel_size=k)).count_params()
            for k in (3, 5)
        ]
        assert more[1] - more[0] == 4_352
        assert one.max() < 0.3
        lightly = best(BASE.replace(kernel_size=1, pooled_layers=1))
        assert np.median(lightly) > np.median(one) + 0.08
        assert np.median(three) == pytest.approx(0.833, abs=0.04)
        assert np.median(five) == pytest.approx(0.892, abs=0.035)

    def test_few_filters_are_worse(self):
        few = best(BASE.replace(filters=4))

        assert few.max() < best(BASE).min()
        assert np.median(few) == pytest.approx(0.65, abs=0.06)

    def test_a_second_layer_helps_and_takes_parameters_away(self):
        shallow = BASE.replace(conv_layers=1)

        assert best(shallow).max() < best(BASE).min() - 0.05
        counts = [build_model(e).count_params() for e in (shallow, BASE)]
        assert counts == [33_290, 11_034]

    def test_a_third_layer_adds_nothing_to_be_seen(self):
        third = best(BASE.replace(conv_layers=3))

        assert abs(np.median(third) - np.median(best(BASE))) < 0.04

    def test_few_parameters_beat_many(self):
        small = BASE.replace(filters=4, kernel_size=5, conv_layers=3)

        assert build_model(small).count_params() == 1_786
        shallow = best(BASE.replace(conv_layers=1))
        assert np.median(best(small)) > np.median(shallow) + 0.04

    def test_a_large_network_gets_stuck_at_the_larger_rate_only(self):
        large = BASE.replace(kernel_size=5, conv_layers=3, pooled_layers=1)

        slow, fast = (
            accuracies(large.replace(learning_rate=eta)) for eta in ETAS
        )
        assert slow.min() > 0.8
        assert fast.min() < 0.12


class TestEquivariance:
    """Random images of 16×16 pixels, an untrained filter of 3×3."""

    def layer(self, seed, **arguments):
        keras.utils.set_random_seed(seed)
        return keras.layers.Conv2D(filters=4, kernel_size=3, **arguments)

    def images(self, seed):
        normal = np.random.default_rng(seed).normal(size=(8, 16, 16, 1))
        return normal.astype("float32")

    def wrapped(self, seed, **arguments):
        conv, ring = self.layer(seed, **arguments), ((1, 1), (1, 1))

        def apply(images):
            padded = np.pad(images, ((0, 0), *ring, (0, 0)), mode="wrap")
            return conv(padded).numpy()

        return apply

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_convolution_commutes_with_shifts(self, seed):
        apply, images = self.wrapped(seed), self.images(seed)

        for shift in ((0, 1), (1, 0), (3, 5), (7, 8), (15, 2)):
            moved = np.roll(images, shift, axis=(1, 2))
            expected = np.roll(apply(images), shift, axis=(1, 2))
            np.testing.assert_allclose(apply(moved), expected, atol=1e-5)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_zero_padding_breaks_it_at_borders_only(self, seed):
        conv, images = self.layer(seed, padding="same"), self.images(seed)

        moved = conv(np.roll(images, 3, axis=2)).numpy()
        error = np.abs(moved - np.roll(conv(images).numpy(), 3, axis=2))
        columns = np.flatnonzero(error.max(axis=(0, 1, 3)) > 1e-4)
        assert columns.tolist() == [0, 2, 3, 15]

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("way", ["pool", "twice", "four", "stride"])
    def test_pooling_keeps_multiples_of_its_stride(self, way, seed):
        apply, images = self.wrapped(seed), self.images(seed)
        two, four = (keras.layers.MaxPooling2D(n) for n in (2, 4))
        layer = {
            "pool": lambda x: two(apply(x)).numpy(),
            "twice": lambda x: two(two(apply(x))).numpy(),
            "four": lambda x: four(apply(x)).numpy(),
            "stride": self.wrapped(seed, strides=2),
        }[way]
        still = layer(images)
        total = 16 // still.shape[2]

        for shift in range(9):
            after = layer(np.roll(images, shift, axis=2))
            least = min(
                np.linalg.norm(after - np.roll(still, d, axis=2))
                for d in range(still.shape[2])
            ) / np.linalg.norm(still)
            assert (least < 1e-5) == (shift % total == 0)
            assert least < 1e-5 or least > 0.1


def test_feature_maps_of_a_trained_network():
    centred = load_dataset("centred_digits")
    model = run(BASE).model
    first, pooled = model.layers[1], model.layers[2]
    canvas = centred.x_val[:40].reshape(-1, 16, 16, 1)

    for shift in (1, 2, 3):
        maps = [first(c) for c in (canvas, np.roll(canvas, shift, axis=2))]
        np.testing.assert_allclose(
            maps[1], np.roll(maps[0], shift, axis=2), atol=1e-5
        )
        still, after = (pooled(m).numpy() for m in maps)
        least = min(
            np.linalg.norm(after - np.roll(still, d, axis=2)) for d in range(8)
        ) / np.linalg.norm(still)
        assert least < 1e-5 if shift == 2 else least > 0.25


def accuracy(model, images):
    y = load_dataset("centred_digits").y_test
    answers = model(images.reshape(-1, 256)).numpy().argmax(axis=1)
    return float(np.mean(answers == y))


def by_distance(model):
    canvas = load_dataset("centred_digits").x_test.reshape(-1, 16, 16)
    sides = ((0, 1), (0, -1), (1, 0), (-1, 0))
    return [
        np.mean(
            [
                accuracy(model, np.roll(canvas, (d * a, d * b), (1, 2)))
                for a, b in sides
            ]
        )
        for d in range(5)
    ]


def on_digits_anywhere(models):
    images = load_dataset("translated_digits").x_test
    return np.array([accuracy(model, images) for model in models])


@cache
def global_networks(learning_rate=0.01):
    data, layers = load_dataset("centred_digits"), keras.layers
    networks = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        network = keras.Sequential(
            [
                keras.Input(shape=(256,)),
                layers.Reshape((16, 16, 1)),
                layers.Conv2D(32, 3, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(32, 3, padding="same", activation="relu"),
                layers.GlobalMaxPooling2D(),
                layers.Dense(10),
            ]
        )
        network.compile(
            optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            steps_per_execution=34,
        )
        network.fit(
            data.x_train, data.y_train, batch_size=32, epochs=10, verbose=0
        )
        networks.append(network)
    return networks


class TestShift:
    """Trained on centred digits, tested on digits that moved."""

    def test_the_networks_are_of_one_size(self):
        counts = [build_model(e).count_params() for e in (CNN, MLP)]

        assert counts == [11_034, 10_957]
        assert global_networks()[0].count_params() == 9_898

    def test_a_cnn_beats_an_mlp_at_a_pixel_or_two(self):
        cnn, mlp = (
            np.array([by_distance(model) for model in tuned_models(e)])
            for e in (CNN, MLP)
        )

        assert cnn[:, 0].min() > 0.93
        assert mlp[:, 0].min() > 0.92
        gap = np.median(cnn, axis=0) - np.median(mlp, axis=0)
        assert gap[1] == pytest.approx(0.23, abs=0.1)
        assert gap[2] == pytest.approx(0.2, abs=0.1)
        assert cnn[:, 1].min() > mlp[:, 1].max()
        assert cnn[:, 2].min() > mlp[:, 2].max()

    def test_a_cnn_with_flatten_is_not_invariant(self):
        cnn = np.median(
            [by_distance(model) for model in tuned_models(CNN)], axis=0
        )
        anywhere = on_digits_anywhere(tuned_models(CNN))

        assert cnn[1] < 0.8
        assert cnn[2] < 0.45
        assert cnn[4] < 0.2
        assert np.median(anywhere) == pytest.approx(0.183, abs=0.05)
        assert anywhere.min() > on_digits_anywhere(tuned_models(MLP)).max()

    def test_training_on_digits_anywhere(self):
        models = [r.model for r in runs(BASE)]
        cnn = on_digits_anywhere(models)
        mlp = on_digits_anywhere(
            tuned_models(MLP.replace(dataset=BASE.dataset))
        )

        assert cnn.min() > mlp.max() + 0.15
        assert np.median(cnn) == pytest.approx(0.836, abs=0.05)
        assert np.median(mlp) == pytest.approx(0.492, abs=0.08)
        anywhere = MLP.replace(dataset=BASE.dataset)
        assert tuned(anywhere).learning_rate == 0.01
        faster = accuracies(anywhere.replace(learning_rate=0.03))
        assert np.median(faster) < np.median(best(anywhere))
        middle = np.median([by_distance(model)[0] for model in models])
        centred = np.median(
            [by_distance(model)[0] for model in tuned_models(CNN)]
        )
        assert middle < centred - 0.05

    def test_global_pooling_keeps_even_shifts(self):
        rows = np.array([by_distance(model) for model in global_networks()])

        assert np.all(rows[:, 2] > rows[:, 1] + 0.05)
        assert np.all(rows[:, 2] > rows[:, 3] + 0.05)
        assert np.median(abs(rows[:, 2] - rows[:, 0])) < 0.02
        anywhere = on_digits_anywhere(global_networks())
        assert (
            anywhere.min() > on_digits_anywhere(tuned_models(MLP)).max() + 0.5
        )

    def test_global_pooling_gives_the_same_answers_at_even_shifts(self):
        canvas = load_dataset("centred_digits").x_test.reshape(-1, 16, 16)
        for network in global_networks():
            still, odd, even = (
                network(np.roll(canvas, d, axis=2).reshape(-1, 256))
                .numpy()
                .argmax(axis=1)
                for d in (0, 1, 2)
            )
            assert np.mean(still == even) > 0.98
            assert np.mean(still == odd) < 0.92

    def test_the_rate_of_global_pooling_is_tuned(self):
        data = load_dataset("centred_digits")

        def right(eta):
            answers = [m(data.x_val).numpy() for m in global_networks(eta)]
            return np.median(
                [np.mean(a.argmax(1) == data.y_val) for a in answers]
            )

        assert right(0.003) < right(0.01) + 0.01


def test_parameters_of_shared_weights():
    for side, c_in in ((16, 1), (8, 16)):
        layer = keras.layers.Conv2D(16, 3, padding="same")
        layer.build((None, side, side, c_in))
        assert layer.count_params() == (3**2 * c_in + 1) * 16


def test_the_network_for_photographs():
    photographs = Experiment(
        dataset="cifar10",
        architecture="cnn",
        filters=(32, 64, 64),
        padding="valid",
        pooled_layers=2,
        hidden_units=64,
        optimizer="adam",
        learning_rate=0.001,
        batch_size=64,
        epochs=10,
    )

    assert build_model(photographs).count_params() == 122_570
