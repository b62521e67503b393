"""Views of layers against the measurements they show."""

import re

import numpy as np
import pytest

from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.history import Verdict
from lessons_lib.layer_views import AFTER, BEFORE, MOST_HIDDEN
from lessons_lib.layers import (
    dead_fractions,
    gradient_norms,
    hidden_outputs,
    second_moments,
)
from lessons_lib.models import build_loss
from lessons_lib.views import VIEWS, explained

DEEP = Experiment(hidden_units=8, hidden_layers=3, epochs=2)
X, Y = (
    getattr(load_dataset("digits"), p)[:512] for p in ("x_train", "y_train")
)
MEASURES = {
    "gradients": lambda m: gradient_norms(m, build_loss(DEEP), X, Y),
    "moments": lambda m: second_moments(m, X),
    "dead": lambda m: dead_fractions(m, X),
}
NAMES = (*MEASURES, "activations", "activations_after", "gradient_histogram")


@pytest.mark.parametrize("name", MEASURES)
def test_lines_show_each_layer_before_and_after_training(name):
    finished = run(DEEP)

    before, after = VIEWS[name].data(finished)["series"]

    measure = MEASURES[name]
    for series, label, model in (
        (before, BEFORE, build_model(DEEP)),
        (after, AFTER, finished.model),
    ):
        expected = measure(model)
        assert series["label"] == label
        np.testing.assert_allclose(
            series["values"][: len(expected)], expected, rtol=1e-4
        )
        assert np.isnan(series["values"][len(expected) :]).all()


@pytest.mark.parametrize("name", ["activations", "activations_after"])
def test_histograms_hold_every_output_of_each_layer_once(name):
    finished = run(DEEP)

    values = VIEWS[name].data(finished)["values"]

    assert values.shape == tuple(VIEWS[name].header(DEEP)["shape"])
    np.testing.assert_allclose(values.sum(axis=0)[:3], 1)
    assert not values[:, 3:].any()
    model = finished.model if name.endswith("after") else build_model(DEEP)
    middle = values.shape[0] // 2
    low, high = np.linspace(-2, 2, values.shape[0] + 1)[middle : middle + 2]
    first = hidden_outputs(model, X)[0]
    share = np.mean((first >= low) & (first < high))
    assert values[middle, 0] == pytest.approx(share, abs=1e-3)


def test_a_gradient_of_zero_stands_in_the_lowest_bin():
    nothing = DEEP.replace(kernel_initializer="zeros")

    values = VIEWS["gradient_histogram"].data(run(nothing))["values"]

    np.testing.assert_allclose(values[0, :4], 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", [0, 1, MOST_HIDDEN])
def test_axes_stay_while_the_depth_changes(name, depth):
    experiment = DEEP.replace(hidden_layers=depth)
    header, there = (VIEWS[name].header(e) for e in (experiment, DEEP))

    assert repr(header) == repr(there)
    data = VIEWS[name].data(run(experiment))
    if "series" in data:
        sizes = {len(series["values"]) for series in data["series"]}
        assert sizes == {len(header["x"])}


@pytest.mark.parametrize("name", NAMES)
def test_too_many_layers_are_named(name):
    with pytest.raises(ValueError, match=f"{name!r} .* 10 .*Received: 11"):
        VIEWS[name].header(DEEP.replace(hidden_layers=11))


def lines(before, after=(1.0, 1.0)):
    return {
        "series": [
            {"label": BEFORE, "values": [*before, None]},
            {"label": AFTER, "values": [*after, None]},
        ]
    }


@pytest.mark.parametrize(
    ("view", "data", "expected"),
    [
        ("gradients", lines((1e-6, 1e-1)), "1e-05 times .* it vanishes on"),
        ("gradients", lines((1e5, 1.0)), "1e.05 times .* it explodes on"),
        ("gradients", lines((0.5, 1.0)), "^Stuck.$"),
        ("gradients", lines((0.0, 0.0)), "^Stuck.$"),
        ("dead", lines((0, 0), (0.9, 1.0)), "hidden layer 2 is dead"),
        ("dead", lines((0, 0), (0.9, 0.9)), "^Stuck.$"),
        ("moments", lines((1e-9, 1e-9)), "^Stuck.$"),
    ],
)
def test_a_failed_run_is_explained_by_its_views(view, data, expected):
    verdict = explained(Verdict("stuck", "Stuck."), {view: data})

    assert verdict.status == "stuck"
    assert verdict.text.startswith("Stuck.")
    assert re.search(expected, verdict.text)


def test_a_run_that_learns_needs_no_explanation():
    fine = Verdict("settled", "Settled.")

    assert explained(fine, {"gradients": lines((1e-9, 1.0))}) == fine


def test_a_network_too_deep_to_train_explains_itself():
    deep = Experiment(
        dataset="moons", hidden_units=8, hidden_layers=10,
        activation="sigmoid", epochs=2,
    )  # fmt: skip

    text = explained(
        Verdict("stuck", "Stuck."),
        {"gradients": VIEWS["gradients"].data(run(deep))},
    ).text

    assert "vanishes on its way back" in text
