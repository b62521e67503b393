"""Whatever is handed in: it is refused by name, or it works.

`web/test/fuzz.test.ts` does the same to what the page reads.
"""

import copy
import datetime
import decimal
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lessons_lib import Control, Experiment, build_model
from lessons_lib import experiment as module
from lessons_lib.controls import resolve_controls
from lessons_lib.experiment import FIELDS, is_hidden, shown
from lessons_lib.models import build_loss, build_optimizer
from lessons_lib.recorded import SweepError, load_sweep
from lessons_lib.sources import OFFLINE
from lessons_lib.sweep import sweep

slowly = settings(
    deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


class Shy:
    """Whose text nobody can have."""

    def __repr__(self):
        raise RuntimeError("no")


ODD = {
    "NaN of NumPy": np.float32("nan"),
    "NumPy's largest": np.uint64(2**64 - 1),
    "more than a float": 10**400,
    "more than can be shown": 10**5000,
    "nested more than can be shown": (10**5000,),
    "more than a float32": 1e39,
    "less than a float32": 1e-320,
    "array": np.array([1, 2]),
    "array of one": np.array(3),
    "no array": np.array([]),
    "masked": np.ma.masked,
    "NumPy's text": np.str_("relu"),
    "NumPy's switch": np.bool_(True),
    "date": np.datetime64("2020-01-01"),
    "day": datetime.date(2020, 1, 1),
    "signalling NaN": decimal.Decimal("sNaN"),
    "path": Path("x"),
    "class": int,
    "function": len,
    "shy": Shy(),
    "lone surrogate": "\ud800",
}
numbers = st.integers() | st.floats() | st.fractions() | st.decimals()
leaves = (
    st.none()
    | st.booleans()
    | numbers
    | st.complex_numbers()
    | st.text(max_size=5)
    | st.binary(max_size=3)
    | st.sampled_from([v for v in ODD.values() if not is_hidden(v)])
)
junk = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
        | st.frozensets(st.integers(), max_size=3)
    ),
    max_leaves=5,
)

# --- experiments ------------------------------------------------------------

largest = module.LARGEST
width = st.integers(1, 6)
widths = width | st.lists(width, max_size=3).map(tuple)
share = st.floats(0, 1, exclude_max=True)
strength = st.floats(0, largest)
VALID = {
    "dataset": st.sampled_from(OFFLINE),
    "train_size": st.none() | st.integers(1, 200),
    "label_noise": st.floats(0, 1),
    "sequence_length": st.none() | st.integers(4, 12),
    "architecture": st.sampled_from(module.ARCHITECTURES),
    "hidden_units": widths,
    "hidden_layers": st.none() | st.integers(0, 4),
    "residual": st.booleans(),
    "filters": widths,
    "conv_layers": st.none() | st.integers(0, 8),
    "kernel_size": st.integers(1, 11),
    "padding": st.sampled_from(module.PADDINGS),
    "pooling": st.sampled_from(module.POOLINGS),
    "pooled_layers": st.none() | st.integers(0, 8),
    "recurrent_units": width,
    "unit_forget_bias": st.booleans(),
    "embedding_units": width,
    "activation": st.sampled_from(module.ACTIVATIONS),
    "kernel_initializer": st.sampled_from(module.INITIALIZERS),
    "initializer_scale": st.none() | st.just(0.0) | strength,
    "batch_normalization": st.booleans(),
    "dropout": share,
    "l1": strength,
    "l2": strength,
    "optimizer": st.sampled_from(module.OPTIMIZERS),
    "learning_rate": st.floats(0, largest, exclude_min=True),
    "schedule": st.sampled_from(module.SCHEDULES),
    "decay_rate": st.floats(0, 1, exclude_min=True, exclude_max=True),
    "decay_epochs": st.integers(1, 100_000),
    "warmup_epochs": st.integers(1, 100_000),
    "patience": st.integers(0, 100_000),
    "momentum": share,
    "nesterov": st.booleans(),
    "weight_decay": strength,
    "batch_size": st.integers(1, 200),
    "steps_per_epoch": st.integers(0, 100_000),
    "epochs": st.integers(1, 100_000),
    "seed": st.integers(0, 2**31 - 1),
    "shuffle": st.booleans(),
}
combinations = st.fixed_dictionaries({}, optional=VALID)


def made(fields):
    """Returns the experiment, or None where it is refused by name."""
    try:
        return Experiment(**fields)
    except ValueError as error:
        message = str(error)
    assert any(message.startswith(f"`{name}` must be ") for name in FIELDS)
    assert "Received: " in message
    return None


def test_every_field_has_valid_values():
    assert set(VALID) == set(FIELDS)


@pytest.mark.parametrize("value", list(ODD.values()), ids=list(ODD))
def test_an_odd_value_is_refused_by_name_or_becomes_plain(value):
    for name in FIELDS:
        fields = {"batch_size": 1, name: value}
        experiment = made(fields)
        if experiment is None:
            with pytest.raises(ValueError, match=f"^`{name}` .*{name}="):
                Experiment(**fields)
        else:
            json.dumps(experiment.as_dict(), allow_nan=False)
            types = {type(v) for v in vars(experiment).values()}
            assert types <= {bool, int, float, str, tuple, type(None)}


@settings(slowly, max_examples=300)
@given(
    fields=st.dictionaries(st.sampled_from(FIELDS), junk, max_size=3),
    valid=combinations,
)
def test_junk_among_valid_values_is_refused_by_name(fields, valid):
    experiment = made({**valid, **fields})

    if experiment is not None:
        assert Experiment(**experiment.as_dict()) == experiment


@settings(slowly, max_examples=200)
@given(first=combinations, second=combinations)
def test_what_is_made_goes_through_json_and_can_be_changed(first, second):
    experiment = made(first)
    assume(experiment is not None)

    text = json.dumps(experiment.as_dict(), allow_nan=False)
    assert Experiment(**json.loads(text)) == experiment
    assert hash(Experiment(**json.loads(text))) == hash(experiment)
    assert eval(repr(experiment)) == experiment
    whole = {**experiment.as_dict(), **second}
    if made(whole) is not None:
        assert experiment.replace(**second) == Experiment(**whole)


@settings(slowly, max_examples=60)
@given(
    architecture=st.sampled_from(module.ARCHITECTURES),
    dataset=st.sampled_from(OFFLINE),
    fields=combinations,
)
def test_what_is_made_can_be_built(architecture, dataset, fields):
    named = {"architecture": architecture, "dataset": dataset}
    experiment = made({"batch_size": 1, **fields, **named})
    assume(experiment is not None)

    model = build_model(experiment)

    lines = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    assert f"{model.count_params():,}" in "".join(lines)
    data = experiment.load_data()
    assert model.input_shape == (None, data.x_train.shape[1])
    assert model.output_shape == (None, data.n_classes or 1)
    optimizer = type(build_optimizer(experiment)).__name__
    assert optimizer.lower() == experiment.optimizer
    assert build_loss(experiment).name


@pytest.mark.parametrize("name", ["l1", "l2", "weight_decay", "learning_rate"])
@pytest.mark.parametrize("value", [5e-324, largest])
def test_the_least_and_the_largest_number_can_be_built(name, value):
    experiment = Experiment(**{name: value})

    build_optimizer(experiment)
    assert build_model(experiment).count_params() == 4810


@pytest.mark.parametrize("name", module.INITIALIZERS)
@pytest.mark.parametrize("scale", [0.0, 1e-200, largest])
def test_any_scale_of_any_initializer_can_be_built(name, scale):
    experiment = Experiment(kernel_initializer=name, initializer_scale=scale)

    kernel = build_model(experiment).get_weights()[0]

    assert not np.isnan(kernel).any()
    if scale < 1e-100:
        assert not kernel.any()


def test_what_cannot_be_shown_is_named_by_its_type():
    assert shown(10**5000) == "<int that cannot be shown>"
    assert shown(Shy()) == "<Shy that cannot be shown>"
    assert shown("a") == "'a'"


# --- controls ---------------------------------------------------------------

texts = st.text(max_size=5)
plain = st.integers(-5, 5) | st.floats(0, 9) | texts | st.booleans()
control_fields = st.fixed_dictionaries(
    {"name": st.just("size") | texts | junk,
     "values": st.lists(plain, max_size=4) | junk},
    optional={
        "label": texts | junk,
        "symbol": texts | junk,
        "scale": st.sampled_from(["log", "linear", "choice"]) | junk,
        "help": texts | junk,
        "texts": st.lists(texts, max_size=4) | junk,
    },
)  # fmt: skip


@settings(slowly, max_examples=400)
@given(fields=control_fields, value=junk)
def test_a_control_is_refused_by_name_or_the_page_can_read_it(fields, value):
    try:
        control = Control(**fields)
    except ValueError as error:
        message = str(error)
    else:
        message = ""
    if message:
        assert re.match("`(" + "|".join(fields) + ")` of control ", message)
        assert "Received: " in message
        return

    for position, own in enumerate(control.values):
        assert control.index(own) == position
        entry = control.as_dict(own)
        assert json.loads(json.dumps(entry, allow_nan=False)) is not None
        assert entry["default"] == position
    try:
        position = control.index(value)
    except ValueError as error:
        message = str(error)
        assert message.startswith(f"`{control.name}` must be one of")
        assert "Received: " in message
    else:
        assert control.values[position] == value


@settings(slowly, max_examples=200)
@given(controls=junk | st.lists(junk, max_size=2))
def test_controls_that_are_anything_are_refused_by_name(controls):
    with pytest.raises(ValueError, match=r"^`controls` .*Received: "):
        resolve_controls(Experiment(), controls)


# --- recorded sweeps --------------------------------------------------------

TINY = Experiment(
    dataset="moons", train_size=40, hidden_units=(4,), epochs=2, batch_size=20
)
GRID = [
    Control("learning_rate", (0.1, 1e30), scale="log"),
    Control("activation", ("relu", "tanh"), scale="choice"),
]


@pytest.fixture(scope="module")
def document():
    recorded = sweep(TINY, GRID, seeds=2, views=("boundary",), progress=False)
    return json.loads(json.dumps(recorded.document))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("runs") / "rates.json"


def place(document, steps):
    """Walks into a document; returns where it came to."""
    found = None
    for step in steps:
        keys = (
            list(document)
            if isinstance(document, dict)
            else range(len(document))
            if isinstance(document, list)
            else []
        )
        if not keys:
            break
        found = document, keys[step % len(keys)]
        document = document[found[1]]
    return found


steps = st.lists(st.integers(0, 1000), min_size=1, max_size=6)
in_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts
    | st.sampled_from([10**400, 1e39, "loss", "boundary", "relu"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(texts | st.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
changes = st.lists(
    st.tuples(
        steps,
        st.sampled_from(["replace", "replace", "delete", "double", "swap"]),
        in_json,
        steps,
    ),
    min_size=1,
    max_size=3,
)


def change(document, where, how, value, other):
    holder, key = place(document, where) or ({}, "")
    if how == "replace":
        holder[key] = value
    elif how == "swap":
        source, name = place(document, other) or ({"": 0}, "")
        holder[key] = copy.deepcopy(source[name])
    elif how == "delete" and key in (holder, *range(999)):
        del holder[key]
    elif isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))


def read(path):
    """Uses a sweep as chapters do, or says that it is refused by name."""
    message = ""
    try:
        loaded = load_sweep(path)
        for control in loaded.controls:
            for name in ("loss", "val_loss", "accuracy"):
                if name in loaded.setting()["curves"]:
                    loaded.finals(name, over=control.name)
        return json.dumps(loaded.document["provenance"]["fingerprint"])
    except SweepError as error:
        message = str(error)
    assert "make sweeps" in message
    assert "Received: " in message or str(path) in message
    return None


def test_the_document_is_read_as_it_is(document, path):
    path.write_text(json.dumps(document), encoding="utf-8")

    assert read(path)


@settings(slowly, max_examples=600)
@given(changes=changes)
def test_a_changed_document_is_refused_by_name_or_read(
    changes, document, path
):
    changed = copy.deepcopy(document)
    for each in changes:
        change(changed, *each)
    path.write_text(json.dumps(changed), encoding="utf-8")

    read(path)


@settings(slowly, max_examples=200)
@given(text=st.text() | in_json.map(json.dumps), cut=st.floats(0, 1))
def test_any_text_is_refused_by_name(text, cut, document, path):
    whole = json.dumps(document)
    for each in (text, whole[: math.floor(cut * (len(whole) - 1))]):
        path.write_text(each, encoding="utf-8", errors="replace")

        assert read(path) is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"format": ' + "9" * 5000 + "}",
        "\ufeff{}",
    ],
    ids=["deep", "long", "marked"],
)
def test_what_json_stumbles_over_is_refused_by_name(text, path):
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SweepError, match="must hold JSON, and does not"):
        load_sweep(path)


def test_a_folder_is_refused_by_name(tmp_path):
    with pytest.raises(SweepError, match=r"cannot be read: .*make sweeps"):
        load_sweep(tmp_path)


def test_a_lost_field_at_its_default_does_no_harm(document, path):
    lost = {**document["experiment"], "lost": 0.5}
    path.write_text(json.dumps({**document, "experiment": lost}))

    loaded = load_sweep(path)

    assert loaded.experiment == TINY
    assert loaded.document["settings"] == document["settings"]


def test_a_lost_field_that_shaped_the_runs_is_named(document, path):
    lost = {**document["experiment"], "lost": 0.5}
    # When it was recorded, the field was not at its default and counted.
    provenance = {**document["provenance"], "fingerprint": "0" * 64}
    damaged = {**document, "experiment": lost, "provenance": provenance}
    path.write_text(json.dumps(damaged))

    with pytest.raises(SweepError, match=r"`experiment` .*lost=0\.5.*make sw"):
        load_sweep(path)


def test_a_curve_longer_than_its_epochs_is_named(document, path):
    longer = copy.deepcopy(document)
    longer["settings"][0]["curves"]["loss"][0] = [1, 1, 1]
    path.write_text(json.dumps(longer))
    loaded = load_sweep(path)

    with pytest.raises(SweepError, match=r"'loss'.* at most 2 .*Received: 3"):
        loaded.curves("loss", learning_rate=0.1, activation="relu")
