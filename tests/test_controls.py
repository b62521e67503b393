"""Controls: values in order, texts to show, and nothing that cannot run."""

import json

import numpy as np
import pytest

from lessons_lib import Experiment
from lessons_lib.controls import CONTROLS, Control, resolve_controls

DROPOUT = Control("dropout", (0.0, 0.5))


def test_label_and_texts_come_from_name_and_values():
    control = Control("learning_rate", [1e-3, 0.1, 10.0], scale="log")

    assert control.label == "learning rate"
    assert control.values == (1e-3, 0.1, 10.0)
    assert control.texts == ("0.001", "0.1", "10")


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((False, True), ("off", "on")),
        (((64, 32), ()), ("64-32", "none")),
        (("relu", "tanh"), ("relu", "tanh")),
        ((1, 512), ("1", "512")),
    ],
)
def test_texts_of_values_that_are_no_floats(values, texts):
    assert Control("any", values, scale="choice").texts == texts


def test_numpy_values_become_plain_ones():
    control = Control("batch_size", 2 ** np.arange(3), scale="log")

    assert json.dumps(control.values) == "[1, 2, 4]"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"values": ()}, "`values` of control 'dropout'"),
        ({"values": (0.5, 0.5)}, "`values` of control 'dropout' .* different"),
        ({"values": (0.5, 0.1)}, "`values` of control 'dropout' .*ascending"),
        ({"values": ("a", "b")}, "`values` of control 'dropout' .*numbers"),
        ({"values": (-1, 1), "scale": "log"}, "`values` .* at least 0"),
        ({"values": (1, 2), "scale": "exp"}, "`scale` .*scale='exp'"),
        ({"values": (1, 2), "texts": ("one",)}, "`texts` .* 2 values"),
    ],
)
def test_wrong_fields_are_named(fields, message):
    with pytest.raises(ValueError, match=message):
        Control("dropout", **fields)


def test_index_is_the_position_on_the_slider():
    assert DROPOUT.index(0.5) == 1


def test_index_names_a_value_that_is_not_there():
    with pytest.raises(ValueError, match=r"`dropout` must be .*dropout=0\.3"):
        DROPOUT.index(0.3)


def test_as_dict_is_what_the_page_reads():
    control = Control("dropout", (0.0, 0.5), symbol="p", help="Drops units.")

    assert control.as_dict(default=0.5) == {
        "name": "dropout",
        "label": "dropout",
        "symbol": "p",
        "scale": "linear",
        "values": [0.0, 0.5],
        "texts": ["0", "0.5"],
        "default": 1,
        "help": "Drops units.",
    }


@pytest.mark.parametrize("name", CONTROLS)
def test_named_controls_hold_the_default_experiment(name):
    (control,) = resolve_controls(Experiment(), [name])

    assert control is CONTROLS[name]
    assert control.help.endswith(".")


def test_own_controls_are_kept_in_order():
    controls = resolve_controls(Experiment(), [DROPOUT, "momentum"])

    assert controls == (DROPOUT, CONTROLS["momentum"])


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ([], "`controls` must name at least one"),
        (["lr"], "`controls` .*learning_rate.*'lr'"),
        ([3], "`controls` must be Control objects.* 3"),
        ([["momentum"]], "`controls` must be Control objects"),
        ("momentum", "`controls` must be a list.*'momentum'"),
        ([Control("lr", (1, 2))], "no 'lr'.*learning_rate"),
        (["momentum", "momentum"], "name 'momentum' twice"),
        ([Control("dropout", (0.1, 0.2))], "`dropout` must be one of"),
        ([Control("dropout", (0.0, 1.0))], r"`dropout` must be .*\[0, 1\)"),
    ],
)
def test_wrong_controls_are_named(controls, message):
    with pytest.raises(ValueError, match=message):
        resolve_controls(Experiment(), controls)


def test_a_switch_is_a_choice_whatever_scale_is_given():
    assert Control("nesterov", (False, True)).scale == "choice"
    assert Control("steps", (0, 1)).scale == "linear"
