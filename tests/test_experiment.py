"""An experiment accepts what can be run and names what cannot."""

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons_lib import Experiment
from lessons_lib.experiment import FIELDS

NOT_POSITIVE = (0, -0.1, math.nan, math.inf, 10**400)
NOT_NUMBERS = ("0.1", True, None, [0.1])
NOT_COUNTS = (0, -1, 1.5, "3", True, None)
NOT_FLAGS = (0, 1, "yes", None)
NOT_NAMES = ("nothing", "", None, 3, ["relu"])
BAD = {
    "dataset": NOT_NAMES,
    "train_size": (0, -5, 1078, 2.5, "10", True),
    "label_noise": (-0.1, 1.1, math.nan, math.inf, 10**400, "0", True, None),
    "architecture": NOT_NAMES,
    "hidden_units": (0, -3, 2.5, True, 5000, "64", None,
                     (0,), (1.5,), (True,), ("8",), (5000,)),
    "hidden_layers": (-1, 1.5, "3", True, 101),
    "residual": NOT_FLAGS,
    "filters": (0, (0,), (True,), None),
    "conv_layers": (-1, 1.5, "3", True, 9),
    "kernel_size": (*NOT_COUNTS, 12),
    "padding": NOT_NAMES,
    "pooling": NOT_NAMES,
    "pooled_layers": (-1, 1.5, "3", True, 9),
    "recurrent_units": NOT_COUNTS,
    "unit_forget_bias": NOT_FLAGS,
    "embedding_units": NOT_COUNTS,
    "sequence_length": (3, 1.5, "8", True, 501),
    "activation": NOT_NAMES,
    "kernel_initializer": NOT_NAMES,
    "initializer_scale": (-1, math.nan, math.inf, "0.1", True, [0.1]),
    "batch_normalization": NOT_FLAGS,
    "dropout": (1, -0.1, math.nan, *NOT_NUMBERS),
    "l1": (-1e-9, math.inf, math.nan, *NOT_NUMBERS),
    "l2": (-1e-9, math.inf, math.nan, *NOT_NUMBERS),
    "optimizer": NOT_NAMES,
    "learning_rate": (*NOT_POSITIVE, *NOT_NUMBERS),
    "schedule": NOT_NAMES,
    "decay_rate": (0, 1, math.nan, *NOT_NUMBERS),
    "decay_epochs": NOT_COUNTS,
    "warmup_epochs": NOT_COUNTS,
    "patience": (-1, 1.5, "3", True, None),
    "momentum": (1, -0.5, math.nan, *NOT_NUMBERS),
    "nesterov": NOT_FLAGS,
    "weight_decay": (-1, math.nan, *NOT_NUMBERS),
    "batch_size": (*NOT_COUNTS, 1078),
    "steps_per_epoch": (-1, 1.5, "3", True, None),
    "epochs": NOT_COUNTS,
    "seed": (-1, 2**31, 0.5, "0", True, None),
    "shuffle": NOT_FLAGS,
}  # fmt: skip
CASES = [(name, value) for name in BAD for value in BAD[name]]


def test_every_field_has_bad_values():
    assert set(BAD) == set(FIELDS)


@pytest.mark.parametrize(
    ("name", "value"), CASES, ids=lambda value: str(value)[:12]
)
def test_a_bad_value_is_named_with_what_was_expected(name, value):
    with pytest.raises(ValueError, match=f"^`{name}` must be ") as error:
        Experiment(**{name: value})

    assert f"Received: {name}={value!r}" in str(error.value)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"train_size": 10}, "`batch_size` .* from 1 to 10 .*batch_size=32"),
        ({"dataset": "sine", "batch_size": 101}, "`batch_size` .* 1 to 100 "),
        ({"optimizer": "adam", "momentum": 0.9}, "`momentum` must be 0 for"),
        ({"optimizer": "adam", "nesterov": True}, "`nesterov` .* 'sgd'"),
        ({"dataset": "moons", "architecture": "cnn"}, "`architecture` .*mlp"),
        (
            {"hidden_units": (8, 4), "hidden_layers": 2},
            "`hidden_units` .* one",
        ),
        ({"hidden_units": (), "hidden_layers": 2}, "`hidden_units` .* one"),
        (
            {"kernel_initializer": "constant"},
            "`initializer_scale` .*'constant'.* initializer_scale=None",
        ),
        ({"dataset": "sine", "architecture": "lstm"}, "`architecture` .*mlp"),
        ({"dataset": "adding", "architecture": "cnn"}, "`architecture` .*gru"),
        ({"sequence_length": 20}, "`sequence_length` .* None for 'digits'"),
        ({"dataset": "adding", "sequence_length": 2}, "`sequence.* 4 to 500"),
        ({"architecture": "cnn", "filters": (4,) * 4}, "`filters` .* 3 "),
        ({"schedule": "step", "epochs": 9}, "`decay_epochs` .* 1 to 9 "),
        ({"schedule": "warmup", "epochs": 2}, "`warmup_epochs` .* 1 to 1 "),
    ],
)
def test_values_that_do_not_go_together(fields, message):
    with pytest.raises(ValueError, match=message):
        Experiment(**fields)


def test_regression_noise_is_a_standard_deviation():
    assert Experiment(dataset="sine", label_noise=3).label_noise == 3.0


@pytest.mark.parametrize(
    ("fields", "widths"),
    [
        ({}, (64,)),
        ({"hidden_units": 5}, (5,)),
        ({"hidden_units": [4, 2]}, (4, 2)),
        ({"hidden_units": ()}, ()),
        ({"hidden_units": 5, "hidden_layers": 0}, ()),
        ({"hidden_units": np.int64(5), "hidden_layers": 3}, (5, 5, 5)),
        ({"hidden_units": (5,), "hidden_layers": 2}, (5, 5)),
    ],
)
def test_widths_of_the_hidden_layers(fields, widths):
    assert Experiment(**fields).widths == widths


def test_replace_changes_a_copy():
    experiment = Experiment()

    changed = experiment.replace(learning_rate=0.5)

    assert (changed.learning_rate, experiment.learning_rate) == (0.5, 0.1)


def test_replace_names_an_unknown_field():
    with pytest.raises(ValueError, match=r"no field \['lr'\].*learning_rate"):
        Experiment().replace(lr=0.1)


def test_replace_checks_again():
    with pytest.raises(ValueError, match="`epochs` must be"):
        Experiment().replace(epochs=0)


def test_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Experiment().learning_rate = 0.5


def test_numpy_scalars_become_plain_values():
    experiment = Experiment(
        train_size=np.int64(100),
        label_noise=np.float32(0.5),
        hidden_units=[np.int32(8)],
        learning_rate=np.float64(0.25),
        batch_size=np.uint8(16),
        shuffle=np.bool_(False),
    )

    plain = Experiment(
        train_size=100,
        label_noise=0.5,
        hidden_units=(8,),
        learning_rate=0.25,
        batch_size=16,
        shuffle=False,
    )
    assert experiment == plain
    assert json.dumps(experiment.as_dict()) == json.dumps(plain.as_dict())


def test_equal_experiments_have_equal_hashes():
    whole, real = Experiment(learning_rate=1), Experiment(learning_rate=1.0)

    assert len({whole, real}) == 1
    assert isinstance(whole.learning_rate, float)


def test_as_dict_goes_through_json_and_back():
    experiment = Experiment(hidden_units=(8, 4), label_noise=0.1, seed=3)

    fields = json.loads(json.dumps(experiment.as_dict()))

    assert Experiment(**fields) == experiment


numbers = st.integers() | st.floats() | st.fractions()
junk = (
    st.none()
    | st.booleans()
    | numbers
    | st.sampled_from([np.float32(0.1), np.int8(3), np.array([1]), 10**400])
    | st.text(max_size=5)
    | st.binary(max_size=3)
    | st.complex_numbers()
    | st.lists(numbers, max_size=3)
    | st.tuples(numbers)
)


@settings(max_examples=100, deadline=None, database=None)
@given(name=st.sampled_from(FIELDS), value=junk)
def test_junk_is_refused_by_name_or_is_a_plain_value(name, value):
    try:
        experiment = Experiment(batch_size=1).replace(**{name: value})
    except ValueError as error:
        message = str(error)
    else:
        message = ""

    if message:
        assert f"`{name}`" in message
    else:
        received = getattr(experiment, name)
        assert type(received) in (int, float, bool, tuple, type(None))
        json.dumps(received, allow_nan=False)
