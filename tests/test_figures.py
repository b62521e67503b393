"""Drawings, judged by the artists and pixels they leave on the axes."""

import io
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from lessons_lib import Experiment, run
from lessons_lib.cards import Card, panel_figure, styled, titles
from lessons_lib.figures import (
    TRAINING,
    VALIDATION,
    add_curves,
    draw_curves,
    draw_sweep,
    frame_curves,
)
from lessons_lib.view_figures import draw_view
from lessons_lib.views import VIEWS

NAN = float("nan")


def history(loss, val_loss=None):
    val_loss = loss if val_loss is None else val_loss
    accuracy = [1 / (1 + v) for v in loss]
    return {
        "loss": loss,
        "accuracy": accuracy,
        "val_loss": val_loss,
        "val_accuracy": accuracy,
    }


SEEDS = [history([1.0, 0.5, 0.2], [1.1, 0.7, 0.6]),
         history([2.0, 1.0, 0.4], [2.1, 1.7, 1.6]),
         history([4.0, 3.0, 0.8], [4.1, 3.7, 3.6])]  # fmt: skip
LIMITS = {"loss": (0.01, 10.0), "accuracy": (0.0, 1.0)}


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def lines(ax, marker="None"):
    """Returns the drawn lines that have a length, or those of a marker."""
    return [
        line
        for line in ax.lines
        if line.get_marker() == marker and len(line.get_xdata())
    ]


def test_curves_are_medians_in_their_colours(ax):
    draw_curves(ax, SEEDS, limits=LIMITS)

    training, validation = lines(ax)
    np.testing.assert_allclose(training.get_ydata(), [2.0, 1.0, 0.4])
    np.testing.assert_allclose(validation.get_ydata(), [2.1, 1.7, 1.6])
    assert list(training.get_xdata()) == [1, 2, 3]
    assert (training.get_color(), training.get_linestyle()) == (TRAINING, "-")
    assert validation.get_color() == VALIDATION
    assert validation.get_linestyle() == "--"


def test_bands_span_the_seeds(ax):
    draw_curves(ax, SEEDS, limits=LIMITS)

    training = ax.collections[0].get_paths()[0].vertices
    last = training[training[:, 0] == 3, 1]
    assert {last.min(), last.max()} == {0.2, 0.8}


def test_one_seed_has_no_band(ax):
    draw_curves(ax, SEEDS[:1], limits=LIMITS)

    assert len(ax.collections) == 0


def test_loss_and_accuracy_side_by_side():
    figure, axes = plt.subplots(1, 2)

    draw_curves(axes, SEEDS, limits=LIMITS)

    assert [ax.get_yscale() for ax in axes] == ["log", "linear"]
    assert [ax.get_ylim() for ax in axes] == [(0.01, 10), (0, 1)]
    assert [ax.get_xlabel() for ax in axes] == ["epoch", "epoch"]
    assert [ax.get_ylabel() for ax in axes] == ["loss (log scale)", "accuracy"]
    names = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert names == ["training", "validation"]
    plt.close(figure)


def test_a_diverged_seed_ends_in_a_cross(ax):
    broken = history([1.0, 50.0, NAN])

    draw_curves(ax, [SEEDS[0], broken], limits=LIMITS)

    # At its last finite epoch, kept inside the axes.
    crosses = lines(ax, "x")
    assert [list(c.get_xydata()[0]) for c in crosses] == [[2, 10]] * 2


def test_a_seed_that_diverges_at_once_has_its_cross_at_the_edge(ax):
    draw_curves(ax, [history([NAN])], limits=LIMITS, epochs=3)

    assert list(lines(ax, "x")[0].get_xydata()[0]) == [1, 10]


def test_the_median_ends_where_most_seeds_diverged(ax):
    broken = history([1.0, NAN])

    draw_curves(ax, [SEEDS[0], broken, broken], limits=LIMITS)

    assert np.isnan(lines(ax)[0].get_ydata()).tolist() == [False, True, True]


def test_pins_are_numbered_ghosts(ax):
    draw_curves(ax, SEEDS, {2: [SEEDS[0]], 5: [SEEDS[1]]}, LIMITS)

    assert [text.get_text() for text in ax.texts] == ["2", "5"]
    drawn = [line for line in lines(ax) if line.get_color() == "#7B7F9E"]
    assert [line.get_linestyle() for line in drawn] == ["-", "--"] * 2
    np.testing.assert_allclose(drawn[2].get_ydata(), SEEDS[1]["loss"])


def test_fixed_axes_do_not_depend_on_the_run(ax):
    draw_curves(ax, [history([1e9, 1e20])], limits=LIMITS, epochs=7)

    assert ax.get_xlim() == (1, 7)
    assert ax.get_ylim() == (0.01, 10)


FINALS = np.array([[1.0, 1.2, 1.1], [0.2, 0.3, 0.4], [NAN, NAN, 0.5]])


def test_a_sweep_shows_median_and_band(ax):
    draw_sweep(ax, (0.01, 1.0, 100.0), FINALS, "log", label="rate η")

    line = next(line for line in lines(ax, "o"))
    np.testing.assert_allclose(line.get_ydata(), [1.1, 0.3, NAN])
    assert line.get_color() == VALIDATION
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ax.get_xlabel() == "rate η"
    assert ax.get_ylabel() == "validation loss (log scale)"


def test_a_setting_that_mostly_diverges_is_a_cross_on_the_edge(ax):
    limits = (0.1, 10)
    draw_sweep(ax, (0.01, 1.0, 100.0), FINALS, "log", limits=limits)

    assert lines(ax, "x")[0].get_xydata().tolist() == [[100, 10]]
    assert ax.get_ylim() == limits


def test_an_accuracy_that_diverged_is_a_cross_at_the_bottom(ax):
    draw_sweep(
        ax, (1, 2, 3), FINALS, "linear", metric="val_accuracy", limits=(0, 1)
    )

    assert lines(ax, "x")[0].get_xydata().tolist() == [[3, 0]]
    assert ax.get_yscale() == "linear"


def test_a_marker_stands_at_its_value(ax):
    draw_sweep(ax, (0.01, 1.0, 100.0), FINALS, "log", marker=1.0)

    assert lines(ax)[-1].get_xdata() == [1.0, 1.0]


def test_zero_stands_left_of_a_log_axis(ax):
    draw_sweep(ax, (0, 0.01, 1.0), FINALS, "log")

    assert lines(ax, "o")[0].get_xdata().tolist() == [0.001, 0.01, 1]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "0.01", "1"]


def test_choices_stand_side_by_side(ax):
    draw_sweep(ax, ("sgd", "adam", "lion"), FINALS, "choice", marker="adam")

    labels = [text.get_text() for text in ax.get_xticklabels()]
    assert labels == ["sgd", "adam", "lion"]
    assert lines(ax)[-1].get_xdata() == [1, 1]


def test_a_boundary_lies_under_its_points(ax):
    experiment = Experiment(dataset="moons", epochs=1)
    header = VIEWS["boundary"].header(experiment)
    data = VIEWS["boundary"].data(run(experiment))

    draw_view(ax, header, data)

    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), data["values"])
    assert image.get_extent() == header["extent"]
    assert (image.norm.vmin, image.norm.vmax) == (0, 1)
    assert sum(len(line.get_xdata()) for line in ax.lines) == 300
    assert ax.get_title() == header["title"]


def test_a_fit_lies_over_its_points(ax):
    experiment = Experiment(dataset="sine", epochs=1)
    header = VIEWS["fit"].header(experiment)

    draw_view(ax, header, VIEWS["fit"].data(run(experiment)))

    points, curve = ax.lines
    assert (len(points.get_xdata()), len(curve.get_xdata())) == (100, 200)
    np.testing.assert_allclose(ax.get_ylim(), header["limits"])


BARS = {
    "kind": "bars",
    "title": "Sizes",
    "x_label": "layer",
    "y_label": "count",
    "limits": [0, 5],
}
SERIES = {
    "series": [
        {"label": "training", "values": [1, 2]},
        {"label": "validation", "values": [3, 4]},
    ]
}


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ({"labels": ["a", "b"]}, [-0.5, 0.5, 0.0, 1.0]),
        ({"edges": [0, 1, 4]}, [0, 1, 0.5, 2.5]),
    ],
)
def test_bars_of_several_series_share_their_place(ax, where, left):
    draw_view(ax, {**BARS, **where}, SERIES)

    assert [bar.get_height() for bar in ax.patches] == [1, 2, 3, 4]
    np.testing.assert_allclose([bar.get_x() for bar in ax.patches], left)
    colors = [to_hex(ax.patches[i].get_facecolor()) for i in (0, 2)]
    assert colors == [TRAINING.lower(), VALIDATION.lower()]
    assert ax.get_ylim() == (0, 5)


@pytest.fixture
def card():
    frame = partial(
        frame_curves, metric="loss", epochs=3, limits=LIMITS["loss"]
    )
    return Card(frame)


def curves(runs):
    return partial(add_curves, metric="loss", runs=runs, limits=LIMITS["loss"])


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_a_card_leaves_no_trace_of_the_last_run(card):
    first = card.png(curves(SEEDS[:1]))
    other = card.png(curves(SEEDS))
    again = card.png(curves(SEEDS[:1]))

    assert (pixels(first) != pixels(other)).any()
    np.testing.assert_array_equal(pixels(again), pixels(first))


def test_a_card_shows_the_training_colour(card):
    image = pixels(card.png(curves(SEEDS)))

    colour = [int(TRAINING[i : i + 2], 16) for i in (1, 3, 5)]
    assert (image == colour).all(axis=2).sum() > 100


def test_a_still_picture_shows_all_side_by_side():
    loss = partial(
        frame_curves, metric="loss", epochs=3, limits=LIMITS["loss"]
    )

    figure = panel_figure([(loss, curves(SEEDS))] * 2)

    assert len(figure.axes) == 2
    assert all(lines(ax) for ax in figure.axes)
    assert plt.get_fignums() == []


def test_the_style_is_found_and_left_again():
    before = plt.rcParams["axes.titleweight"]

    with styled():
        assert plt.rcParams["axes.titleweight"] == "bold"

    assert plt.rcParams["axes.titleweight"] == before


def test_titles_make_a_caption():
    figure, axes = plt.subplots(1, 2)
    figure.suptitle("Two laws.")
    axes[0].set_title("It falls", loc="left")
    axes[1].set_title("It rises")

    assert titles(figure) == "Two laws; It falls; It rises"
    plt.close(figure)
