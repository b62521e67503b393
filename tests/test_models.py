"""Models: the layers an experiment asks for, as plain Keras makes them."""

import random

import keras
import numpy as np
import pytest
from keras import layers

from lessons_lib import Experiment, build_model
from lessons_lib.experiment import INITIALIZERS
from lessons_lib.models import build_loss, build_optimizer

CNN = Experiment(architecture="cnn", filters=(4, 8), hidden_units=(16,))
LSTM = Experiment(architecture="lstm", recurrent_units=5, hidden_units=())


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Dense"),
        ({"hidden_units": ()}, ""),
        ({"hidden_units": 8, "hidden_layers": 0}, ""),
        ({"hidden_units": 8, "hidden_layers": 3}, "Dense Dense Dense"),
        (
            {"hidden_units": (8, 8, 4), "residual": True, "dropout": 0.5},
            "InputLayer Dense Dropout Dense Dropout Add Dense Dropout",
        ),
        (
            {"dropout": 0.1, "hidden_units": (4, 4)},
            "Dense Dropout Dense Dropout",
        ),
        ({"batch_normalization": True}, "Dense BatchNormalization Activation"),
        (
            {"batch_normalization": True, "dropout": 0.5},
            "Dense BatchNormalization Activation Dropout",
        ),
        (
            {"architecture": "cnn"},
            "Reshape Conv2D MaxPooling2D Conv2D MaxPooling2D Flatten Dense",
        ),
        (
            {
                "architecture": "cnn",
                "filters": 4,
                "conv_layers": 3,
                "pooled_layers": 1,
                "pooling": "average",
            },
            "Reshape Conv2D AveragePooling2D Conv2D Conv2D Flatten Dense",
        ),
        ({"architecture": "lstm", "hidden_units": ()}, "Reshape LSTM"),
        ({"architecture": "gru", "hidden_units": 4}, "Reshape GRU Dense"),
        (
            {"dataset": "adding", "architecture": "simple_rnn"},
            "Reshape SimpleRNN Dense",
        ),
        (
            {"dataset": "reviews", "architecture": "lstm"},
            "Embedding LSTM Dense",
        ),
        (
            {"dataset": "reviews"},
            "Embedding GlobalAveragePooling1D Dense",
        ),
    ],
)
def test_layers_before_the_output_in_order(changes, expected):
    model = build_model(Experiment(**changes))

    assert kinds(model) == [*expected.split(), "Dense"]


@pytest.mark.parametrize(
    ("experiment", "expected"),
    [
        (Experiment(), 64 * 64 + 64 + 64 * 10 + 10),
        (Experiment(hidden_units=()), 64 * 10 + 10),
        (Experiment(dataset="sine", hidden_units=(7,)), 7 + 7 + 7 + 1),
        (
            Experiment(hidden_units=(8,), batch_normalization=True),
            64 * 8 + 8 + 4 * 8 + 8 * 10 + 10,
        ),
        (
            CNN,  # 8×8 pixels, halved twice: 2×2 of 8 filters
            (9 * 4 + 4) + (9 * 4 * 8 + 8) + (4 * 8 * 16 + 16) + (160 + 10),
        ),
        (
            # The CIFAR-10 network of Keras's tutorial, on digits' classes.
            Experiment(
                dataset="cifar10",
                architecture="cnn",
                filters=(32, 64, 64),
                padding="valid",
                pooled_layers=2,
                hidden_units=64,
            ),
            122_570,
        ),
        (
            # The IMDB network of Keras's examples, with two logits for one.
            Experiment(
                dataset="imdb",
                architecture="lstm",
                embedding_units=32,
                recurrent_units=32,
                hidden_units=(),
            ),
            10_000 * 32 + 4 * (32 * 32 + 32 * 32 + 32) + 32 * 2 + 2,
        ),
        (LSTM, 4 * (8 * 5 + 5 * 5 + 5) + 5 * 10 + 10),
    ],
    ids=[
        "mlp",
        "linear",
        "sine",
        "batch norm",
        "cnn",
        "cifar10",
        "imdb",
        "lstm",
    ],
)
def test_parameter_counts(experiment, expected):
    assert build_model(experiment).count_params() == expected


@pytest.mark.parametrize("dataset", ["digits", "moons", "sine"])
def test_outputs_are_logits(dataset):
    model = build_model(Experiment(dataset=dataset))
    outputs = {"digits": 10, "moons": 2, "sine": 1}[dataset]

    out = model(np.ones((3, model.input_shape[1]), "float32"))

    assert out.shape == (3, outputs)
    assert model.layers[-1].activation is keras.activations.linear


PLAIN = {
    "mlp dropout": (
        Experiment(hidden_units=(6, 4), dropout=0.3),
        lambda: [
            layers.Dense(6, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(4, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(10),
        ],
    ),
    "batch norm": (
        Experiment(
            hidden_units=(6,),
            batch_normalization=True,
            kernel_initializer="he_normal",
        ),
        lambda: [
            layers.Dense(6, kernel_initializer="he_normal"),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dense(10, kernel_initializer="he_normal"),
        ],
    ),
    "cnn": (
        CNN,
        lambda: [
            layers.Reshape((8, 8, 1)),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(10),
        ],
    ),
    "lstm": (
        LSTM,
        lambda: [
            layers.Reshape((8, 8)),
            layers.LSTM(5),
            layers.Dense(10),
        ],
    ),
}


def test_a_residual_layer_adds_its_input():
    experiment = Experiment(hidden_units=5, hidden_layers=3, residual=True)
    model = build_model(experiment)
    dense = [d for d in model.layers if isinstance(d, layers.Dense)]
    x = np.random.default_rng(0).normal(size=(4, 64)).astype("float32")

    h = dense[0](x)
    h = h + dense[1](h)
    h = h + dense[2](h)

    np.testing.assert_allclose(model(x), dense[3](h), rtol=1e-6)


RANDOM = [n for n in INITIALIZERS if n not in ("constant", "zeros")]


@pytest.mark.parametrize("name", RANDOM)
def test_an_initializers_scale_multiplies_what_keras_draws(name):
    own = Experiment(kernel_initializer=name, hidden_units=(6, 5))

    plain = build_model(own).get_weights()
    scaled = build_model(own.replace(initializer_scale=0.3)).get_weights()

    for a, b in zip(plain, scaled, strict=True):
        np.testing.assert_allclose(0.3 * a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "scale", "expected"),
    [("constant", 0.3, 0.3), ("zeros", None, 0), ("zeros", 3.0, 0)],
)
def test_initializers_without_chance(name, scale, expected):
    experiment = Experiment(kernel_initializer=name, initializer_scale=scale)

    kernels = build_model(experiment).get_weights()[::2]

    assert all(np.all(kernel == np.float32(expected)) for kernel in kernels)


@pytest.mark.parametrize("case", PLAIN)
def test_same_seed_gives_the_weights_of_plain_keras(case):
    experiment, make = PLAIN[case]
    keras.utils.set_random_seed(7)
    plain = keras.Sequential([keras.Input((64,)), *make()])

    model = build_model(experiment.replace(seed=7))

    for a, b in zip(plain.variables, model.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    x = np.random.default_rng(0).normal(size=(4, 64)).astype("float32")
    np.testing.assert_array_equal(plain(x).numpy(), model(x).numpy())


@pytest.mark.parametrize(("wanted", "start"), [(True, 1), (False, 0)])
def test_the_forget_gates_bias_starts_as_asked(wanted, start):
    model = build_model(LSTM.replace(unit_forget_bias=wanted))

    bias = next(w for w in model.get_weights() if w.shape == (20,))

    np.testing.assert_array_equal(bias[5:10], start)
    assert not bias[:5].any()
    assert not bias[10:].any()


def test_global_random_state_stays_as_it_is():
    random.seed(3)
    expected = random.random(), np.random.RandomState(3).rand()
    random.seed(3)
    np.random.seed(3)

    build_model(Experiment(seed=9, dropout=0.5))

    assert (random.random(), np.random.rand()) == expected


def test_global_random_state_is_restored_after_an_error(monkeypatch):
    def fail(*_):
        random.random()
        raise RuntimeError

    monkeypatch.setattr("lessons_lib.models._dense", fail)
    state = random.getstate()

    with pytest.raises(RuntimeError):
        build_model(Experiment())

    assert random.getstate() == state


@pytest.mark.parametrize(("l1", "l2"), [(0.5, 0), (0, 0.25), (0.5, 0.25)])
def test_penalties_are_on_the_kernels_only(l1, l2):
    model = build_model(Experiment(hidden_units=(3,), l1=l1, l2=l2))
    for layer in model.layers:
        layer.bias.assign(np.full(layer.bias.shape, 100.0))

    penalty = float(sum(model.losses))

    kernels = [layer.kernel.numpy() for layer in model.layers]
    expected = sum(l1 * abs(k).sum() + l2 * (k**2).sum() for k in kernels)
    assert penalty == pytest.approx(expected, rel=1e-5)


def test_convolutions_are_penalised_too():
    model = build_model(CNN.replace(l2=0.1))

    assert len(model.losses) == 4


def test_no_penalty_by_default():
    assert build_model(Experiment()).losses == []


@pytest.mark.parametrize(
    ("fields", "kind", "expected"),
    [
        (
            {"momentum": 0.9, "nesterov": True},
            keras.optimizers.SGD,
            {"momentum": 0.9, "nesterov": True, "weight_decay": None},
        ),
        (
            {"optimizer": "rmsprop", "momentum": 0.5},
            keras.optimizers.RMSprop,
            {"momentum": 0.5},
        ),
        (
            {"optimizer": "adam", "weight_decay": 0.25},
            keras.optimizers.Adam,
            {"weight_decay": 0.25},
        ),
        (
            {"optimizer": "adamw", "weight_decay": 0.25},
            keras.optimizers.AdamW,
            {"weight_decay": 0.25},
        ),
        ({"optimizer": "adagrad"}, keras.optimizers.Adagrad, {}),
        ({"optimizer": "nadam"}, keras.optimizers.Nadam, {}),
        ({"optimizer": "lion"}, keras.optimizers.Lion, {}),
    ],
)
def test_optimizers_carry_the_fields(fields, kind, expected):
    config = build_optimizer(Experiment(learning_rate=0.5, **fields))

    assert type(config) is kind
    received = config.get_config()
    assert received["learning_rate"] == 0.5
    assert {name: received[name] for name in expected} == expected


def test_adamw_without_decay_takes_adams_step():
    weights = []
    for name in ("adam", "adamw"):
        variable = keras.Variable([1.0, -2.0])
        optimizer = build_optimizer(Experiment(optimizer=name))
        optimizer.apply_gradients([(np.float32([0.5, 0.5]), variable)])
        weights.append(variable.numpy())

    np.testing.assert_array_equal(*weights)


def test_loss_is_cross_entropy_on_logits_or_squared_error():
    classes, regression = Experiment(), Experiment(dataset="sine")

    entropy = build_loss(classes)(np.array([1]), np.array([[0.0, 0.0]]))
    square = build_loss(regression)(np.array([[1.0]]), np.array([[3.0]]))

    assert float(entropy) == pytest.approx(np.log(2))
    assert float(square) == 4
