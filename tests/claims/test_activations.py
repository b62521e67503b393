"""The claims of `book/activations.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf
from seeds import SEEDS, finals

from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.experiment import ACTIVATIONS
from lessons_lib.layers import dead_fractions, gradient_norms, hidden_outputs

GUESS = np.log(10)
digits = load_dataset("digits")
base = Experiment(
    dataset="digits",
    hidden_units=32,
    hidden_layers=3,
    activation="relu",
    learning_rate=0.1,
    batch_size=32,
    epochs=20,
)


@cache
def ends(experiment):
    """Final validation losses and accuracies of five seeds."""
    histories = [run(experiment.replace(seed=s)).history for s in SEEDS]
    return [
        np.array([h[metric][-1] for h in histories])
        for metric in ("val_loss", "val_accuracy")
    ]


def losses(activation, depth, rate, **changes):
    """Final validation losses of five seeds, infinite where diverged."""
    experiment = base.replace(
        activation=activation,
        hidden_layers=depth,
        learning_rate=rate,
        **changes,
    )
    return np.nan_to_num(ends(experiment)[0], nan=np.inf)


def median(*args, **changes):
    return np.median(losses(*args, **changes))


def slopes(name, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = keras.activations.get(name)(x)
    return tape.gradient(y, x).numpy()


# --- the functions themselves ------------------------------------------------


def test_slopes_in_the_text():
    x = np.linspace(-6, 6, 4801, dtype="float32")
    top = {name: slopes(name, x).max() for name in ACTIVATIONS[:-1]}

    assert top["sigmoid"] == pytest.approx(0.25)
    assert top["hard_sigmoid"] == pytest.approx(1 / 6)
    assert top["tanh"] == pytest.approx(1)
    assert top["softsign"] == pytest.approx(1)
    assert slopes("relu", np.float32([0])) == 0
    assert slopes("gelu", np.float32([-1])) < 0
    assert slopes("silu", np.float32([-2])) < 0


def test_selu_is_a_deeper_and_steeper_elu():
    x = np.linspace(-3, 3, 13, dtype="float32")

    deeper = keras.activations.elu(x, alpha=1.6732632)

    selu = keras.activations.selu(x)
    np.testing.assert_allclose(selu, 1.0507010 * deeper.numpy(), rtol=1e-5)


def test_the_leak_is_02_by_name_and_03_as_a_layer():
    one = np.float32([-1])

    by_name = keras.layers.Dense(1, activation="leaky_relu").activation(one)

    assert float(by_name[0]) == pytest.approx(-0.2)
    assert float(keras.layers.LeakyReLU()(one)[0]) == pytest.approx(-0.3)


# --- compared on the digits --------------------------------------------------


def test_the_ranking_depends_on_the_learning_rate():
    slow = {f: median(f, 1, 0.03) for f in ("selu", "relu", "sigmoid")}
    fast = {f: median(f, 1, 3.0) for f in ("relu", "sigmoid", "softsign")}

    assert slow["selu"] < slow["relu"] < slow["sigmoid"] - 0.5
    assert fast["sigmoid"] < 0.3 < 2.2 < fast["relu"]
    assert losses("exponential", 1, 1.0).min() > 1.9


TUNED = {
    "linear": 0.3, "relu": 1.0, "leaky_relu": 0.3, "elu": 1.0, "selu": 0.3,
    "gelu": 0.3, "silu": 0.3, "tanh": 1.0, "sigmoid": 3.0, "softplus": 0.3,
    "softsign": 1.0, "hard_sigmoid": 3.0,
}  # fmt: skip
"""A rate that suits each function in a network of one hidden layer."""


def test_tuned_all_but_the_exponential_end_alike_in_one_layer():
    ends = {name: median(name, 1, rate) for name, rate in TUNED.items()}

    assert max(ends.values()) < 0.25
    assert ends["tanh"] < min(ends["relu"], ends["softplus"])


def test_tuned_accuracies_in_one_layer_are_close():
    medians = [
        np.median(
            ends(
                base.replace(
                    activation=name, hidden_layers=1, learning_rate=rate
                )
            )[1]
        )
        for name, rate in TUNED.items()
    ]

    assert min(medians) > 0.93
    assert max(medians) - min(medians) < 0.035


def test_three_sigmoid_layers_need_ten_times_the_rate():
    assert losses("sigmoid", 3, 0.1).min() > 2.2
    assert median("relu", 3, 0.1) + 0.1 < median("sigmoid", 3, 1.0) < 1.2


def test_three_layers_tell_some_functions_apart():
    assert max(median("softsign", 3, 1.0), median("tanh", 3, 0.3)) < 0.155
    assert min(median("relu", 3, rate) for rate in (0.1, 0.3)) > 0.155
    assert median("hard_sigmoid", 3, 1.0) > 1
    assert np.isinf(losses("exponential", 3, 0.01)).sum() >= 3


@pytest.mark.parametrize("activation", ["sigmoid", "hard_sigmoid"])
def test_no_rate_trains_eight_sigmoid_layers(activation):
    for rate in (0.01, 0.1, 1.0, 10.0):
        assert losses(activation, 8, rate).min() > 2.2


def test_eight_layers_of_others_learn():
    assert median("tanh", 8, 0.1) < 0.25
    assert median("selu", 8, 0.03) < 0.25
    assert median("elu", 8, 0.1) < 0.45


def test_eight_exponential_layers_diverge():
    for seed in SEEDS:
        setting = base.replace(
            activation="exponential",
            hidden_layers=8,
            learning_rate=0.01,
            seed=seed,
        )
        assert not np.isfinite(run(setting).history["loss"][-1])


def test_batch_normalization_trains_eight_sigmoid_layers():
    assert losses("sigmoid", 8, 0.1, batch_normalization=True).max() < 0.4
    adam = losses("sigmoid", 8, 0.003, optimizer="adam")
    assert adam.min() > 1.2


def test_selu_gains_little_from_lecun_and_breaks_first_with_he():
    lecun = {"kernel_initializer": "lecun_normal"}
    default = min(median("selu", 8, rate) for rate in (0.03, 0.1))
    own = min(median("selu", 8, rate, **lecun) for rate in (0.03, 0.1))

    assert abs(default - own) < 0.08
    he = losses("selu", 8, 0.1, kernel_initializer="he_normal")
    assert np.sum(he > 1) >= 4
    assert np.sum(losses("selu", 8, 0.1, **lecun) < 0.3) >= 4


@pytest.mark.parametrize(
    ("activation", "rate"), [("gelu", 0.03), ("silu", 0.1)]
)
def test_he_rescues_eight_layers_of_gelu_and_silu(activation, rate):
    he = losses(activation, 8, rate, kernel_initializer="he_normal")
    default = min(median(activation, 8, rate) for rate in (0.03, 0.1, 0.3))

    assert np.median(he) < 0.4
    assert default > 0.7


def test_he_helps_eight_layers_of_relu_and_tanh():
    he = {"kernel_initializer": "he_normal"}

    assert median("relu", 8, 0.03, **he) < 0.4
    assert min(median("relu", 8, r) for r in (0.03, 0.1)) > 0.3
    assert median("tanh", 8, 0.1, **he) < median("tanh", 8, 0.1)


def test_tanh_and_selu_lead_eight_layers_at_fitting_starts():
    he = {"kernel_initializer": "he_normal"}
    lecun = {"kernel_initializer": "lecun_normal"}
    tanh, selu = losses("tanh", 8, 0.1, **he), losses("selu", 8, 0.03, **lecun)
    others = [
        losses(name, 8, rate, **he)
        for name, rate in (("relu", 0.03), ("gelu", 0.03), ("silu", 0.1))
    ]

    assert max(tanh.max(), selu.max()) < min(o.min() for o in others)


def test_eight_layers_without_a_bend_beat_relu():
    best = {
        name: min(median(name, 8, rate) for rate in (0.01, 0.03, 0.1))
        for name in ("linear", "softsign", "leaky_relu", "relu")
    }

    assert best.pop("relu") > 1.2 * max(best.values())


def test_a_linear_network_cannot_follow_the_spirals():
    spirals = Experiment(
        dataset="spirals",
        hidden_units=16,
        hidden_layers=2,
        optimizer="adam",
        learning_rate=0.01,
        batch_size=32,
        steps_per_epoch=100,
        epochs=20,
    )

    assert finals("val_accuracy", spirals).min() > 0.97
    straight = spirals.replace(activation="linear")
    assert finals("val_accuracy", straight).max() < 0.75
    late = spirals.replace(activation="sigmoid")
    assert np.median(finals("val_accuracy", late)) < 0.85
    faster = finals("val_accuracy", late.replace(learning_rate=0.03))
    assert np.median(faster) < 0.9 < 0.98 < faster.max()


def test_on_a_regression_relu_tanh_and_sigmoid_end_alike():
    sine = Experiment(
        dataset="sine",
        train_size=100,
        hidden_units=50,
        optimizer="adam",
        batch_size=25,
        steps_per_epoch=60,
        epochs=40,
    )

    def errors(name, rate):
        return finals(
            "val_loss", sine.replace(activation=name, learning_rate=rate)
        )

    alike = [
        errors(name, rate)
        for name, rate in (("relu", 0.03), ("tanh", 0.1), ("sigmoid", 0.1))
    ]
    assert load_dataset("sine").guess == pytest.approx(0.56, abs=0.005)
    assert errors("linear", 0.03) == pytest.approx([0.517] * 5, abs=0.01)
    assert all(0.018 < np.median(each) < 0.03 for each in alike)
    assert max(e.min() for e in alike) < min(e.max() for e in alike)
    elu = [np.median(errors("elu", rate)) for rate in (0.03, 0.1)]
    assert min(elu) == pytest.approx(0.09, abs=0.02)


def test_linear_layers_collapse_to_one():
    for seed in SEEDS:
        model = run(base.replace(activation="linear", seed=seed)).model
        h = digits.x_val.astype("float64")
        kernel, bias = np.eye(64), np.zeros(64)
        for layer in model.layers:
            w, b = (v.astype("float64") for v in layer.get_weights())
            kernel, bias, h = kernel @ w, bias @ w + b, h @ w + b
        np.testing.assert_allclose(h, digits.x_val @ kernel + bias, atol=1e-10)
        np.testing.assert_allclose(
            model(digits.x_val), digits.x_val @ kernel + bias, atol=1e-3
        )


# --- dead units --------------------------------------------------------------


@cache
def ending(activation, rate):
    """Shares of dead units and validation accuracies of five seeds."""
    setting = base.replace(activation=activation, learning_rate=rate)
    network, rows = build_model(setting), []
    for seed in SEEDS:
        done = run(setting.replace(seed=seed))
        network.set_weights(done.weights)
        dead = dead_fractions(network, digits.x_train).mean()
        rows.append((dead, done.history["val_accuracy"][-1]))
    return np.transpose(rows)


def test_a_large_learning_rate_kills_relu_units():
    dead, accuracy = ending("relu", 0.3)
    assert dead.max() < 0.13
    assert np.median(accuracy) > 0.94

    dead, accuracy = ending("relu", 1.0)
    assert dead.min() > 0.5
    assert np.sort(accuracy)[3] < 0.2


@pytest.mark.parametrize("activation", ["leaky_relu", "elu"])
def test_others_do_not_die_and_fail_all_the_same(activation):
    for rate in (0.3, 1.0):
        assert ending(activation, rate)[0].max() == 0
    assert ending(activation, 0.3)[1].min() > 0.9
    assert ending(activation, 1.0)[1].max() < 0.2


def test_a_leaky_network_at_a_rate_of_one_is_nan():
    setting = base.replace(activation="leaky_relu", learning_rate=1.0)
    weights = [run(setting.replace(seed=seed)).weights for seed in SEEDS]

    assert sum(all(np.isnan(w).any() for w in each) for each in weights) >= 4


def test_between_the_two_rates_the_three_networks_part():
    assert ending("relu", 0.6)[0].min() > 0.1
    assert ending("leaky_relu", 0.6)[1].max() > 0.9
    assert ending("elu", 0.6)[1].max() < 0.3


def test_off_is_not_dead():
    for seed in SEEDS:
        model = run(base.replace(seed=seed)).model
        hidden = hidden_outputs(model, digits.x_train)
        assert np.mean([np.mean(h == 0) for h in hidden]) > 0.35
        assert dead_fractions(model, digits.x_train).mean() < 0.2


def test_dead_units_of_the_first_layer_stay_and_later_ones_may_return():
    returned = 0
    for seed in SEEDS:
        setting = base.replace(seed=seed)
        fresh, done = build_model(setting), run(setting).model
        before, after = (
            [np.all(h == 0, axis=0) for h in hidden_outputs(m, digits.x_train)]
            for m in (fresh, done)
        )
        dead = before[0]
        assert after[0][dead].all()
        np.testing.assert_array_equal(
            fresh.layers[0].kernel.numpy()[:, dead],
            done.layers[0].kernel.numpy()[:, dead],
        )
        returned += sum(
            int(np.sum(b & ~a))
            for b, a in zip(before[1:], after[1:], strict=True)
        )
    assert returned > 0


# --- the laws ----------------------------------------------------------------


def test_each_sigmoid_layer_leaves_less_than_a_quarter_of_the_gradient():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def factors(activation):
        found = []
        for seed in SEEDS:
            model = build_model(
                base.replace(activation=activation, hidden_layers=8, seed=seed)
            )
            norms = gradient_norms(model, loss, digits.x_train, digits.y_train)
            found.append((norms[1] / norms[7]) ** (1 / 6))
        return np.array(found)

    assert factors("sigmoid") == pytest.approx(0.227, abs=0.02)
    assert factors("hard_sigmoid") == pytest.approx(0.165, abs=0.015)
    assert np.median(factors("tanh")) == pytest.approx(1, abs=0.15)
    assert np.median(factors("relu")) == pytest.approx(1, abs=0.2)


def dead_shares(width, seed, x, nets, depth=20, draw="uniform"):
    """Shares of random nets that are off, by layer: for x[0], for all x."""
    rng = np.random.default_rng(seed)
    h, one, every = x.T[None], [], []
    for _ in range(depth):
        shape = (nets, width, h.shape[1])
        kernel = (
            rng.uniform(-1, 1, shape)
            if draw == "uniform"
            else rng.normal(size=shape)
        )
        h = np.maximum(kernel.astype("float32") @ h, 0)
        off = np.all(h == 0, axis=1)
        one.append(off[:, 0].mean())
        every.append(off.all(axis=1).mean())
    return np.array(one), np.array(every)


@pytest.mark.parametrize(
    ("width", "at_20"), [(2, 0.997), (3, 0.931), (4, 0.725), (8, 0.075)]
)
@pytest.mark.parametrize("draw", ["uniform", "normal"])
def test_born_dead_for_one_input(width, at_20, draw):
    law = 1 - (1 - 2.0**-width) ** np.arange(1, 21)
    assert law[-1] == pytest.approx(at_20, abs=0.0007)
    for seed in SEEDS:
        shares, _ = dead_shares(
            width, seed, digits.x_train[seed : seed + 1], 2000, draw=draw
        )
        error = np.sqrt(law * (1 - law) / 2000)
        assert np.all(np.abs(shares - law) < 4.5 * error + 1e-9)


def test_for_all_digits_at_once_a_network_is_dead_less_often():
    law = 1 - (1 - 2.0**-4) ** 20
    ones, everys = zip(
        *(dead_shares(4, s, digits.x_train[::10], 300) for s in SEEDS),
        strict=True,
    )
    one = np.mean([row[-1] for row in ones])
    every = np.mean([row[-1] for row in everys])
    assert one == pytest.approx(law, abs=0.06)
    assert every < one


def test_a_leak_rescues_deep_and_narrow_networks():
    narrow = base.replace(
        hidden_units=4, hidden_layers=8, optimizer="adam", learning_rate=0.01
    )

    def accuracies(activation, rate):
        setting = narrow.replace(activation=activation, learning_rate=rate)
        return finals("val_accuracy", setting, range(10))

    slow, fast = accuracies("relu", 0.003), accuracies("relu", 0.01)
    leaky = accuracies("leaky_relu", 0.01)
    assert np.sum(slow < 0.15) >= 2
    assert np.sum(fast < 0.15) >= 5
    assert leaky.min() > 0.4
    best = max(np.median(slow), np.median(fast))
    assert np.median(leaky) > best + 0.2

    born = [build_model(narrow.replace(seed=seed)) for seed in range(10)]
    shares = [dead_fractions(m, digits.x_train).max() for m in born]
    assert np.sum(np.array(shares) == 1) == 2
