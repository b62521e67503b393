"""Demos: a function of slider values to a figure, without a browser."""

import gc
import json
import re

import ipywidgets
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from lessons_lib import Control, Demo

POWER = Control("power", (1, 2, 3), label="power", symbol="p", help="Bends.")
SIGN = Control("sign", ("up", "down"), scale="choice")


def curve(power, sign="down"):
    """Draws a power of x."""
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1, 2], [x**power for x in (0, 1, 2)])
    ax.set_title(f"x to the {power} goes {sign}")
    return figure


def demo(function=curve, controls=(POWER, SIGN), **settings):
    settings = {"name": "powers", "title": "Powers", **settings}
    return Demo(function, list(controls), **settings)


def spec(page):
    pattern = (
        r'<script type="application/json" class="knob-spec">(.*?)</script>'
    )
    return json.loads(re.search(pattern, page)[1])


def test_a_page_gets_a_frame_for_every_position():
    page = demo()._repr_mimebundle_()["text/html"]

    found = spec(page)
    assert len(found["frames"]) == 6
    assert all(frame.startswith("<svg") for frame in found["frames"])
    assert found["captions"][0] == "x to the 1 goes up"
    assert found["captions"][-1] == "x to the 3 goes down"
    assert [c["default"] for c in found["controls"]] == [0, 1]


def test_a_notebook_gets_both_faces():
    bundle = demo()._repr_mimebundle_()

    assert bundle["text/plain"] == "Demo(curve, controls=['power', 'sign'])"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "text/html" in bundle


def test_knobs_start_at_the_functions_defaults():
    assert demo().start == (1, "down")


@pytest.mark.parametrize("power", POWER.values)
@pytest.mark.parametrize("sign", SIGN.values)
def test_turning_a_knob_shows_its_position(power, sign):
    shown = demo()
    shown._repr_mimebundle_()

    for knob, value in zip(shown.knobs, (power, sign), strict=True):
        knob.value = value

    label = f'aria-label="x to the {power} goes {sign}"'
    assert label in shown.picture.value
    assert "<svg" in shown.picture.value


def test_of_100_rapid_turns_the_last_is_shown():
    shown = demo(controls=[POWER])
    shown._repr_mimebundle_()

    for i in range(100):
        shown.knobs[0].value = POWER.values[i % 3]

    assert "x to the 1 goes down" in shown.picture.value


def test_shown_twice_it_is_drawn_once():
    drawn = []

    def counted(power):
        drawn.append(power)
        return curve(power)

    shown = demo(counted, [POWER])
    first, second = shown._repr_mimebundle_(), shown._repr_mimebundle_()

    assert drawn == [1, 2, 3]
    assert first == second


def beside(power):
    """Draws two things beside each other."""
    figure, axes = plt.subplots(1, 2)
    for ax, title in zip(axes, ("down", "up"), strict=True):
        ax.plot([0, power])
        ax.set_title(title)
    return figure


@pytest.mark.parametrize(
    ("function", "caption", "drawn"),
    [
        (curve, "x to the 1 goes down", []),
        (beside, "down; up", ["down", "up"]),
    ],
)
def test_one_title_stands_above_the_drawing_only(function, caption, drawn):
    shown = demo(function, [POWER])

    drawing, said = shown.frames[(1,)]

    assert said == caption
    words = re.findall(r"<text[^>]*>([^<]*)</text>", drawing)
    assert [word for word in words if word.isalpha()] == drawn
    shown._repr_mimebundle_()
    assert f">{caption}</div>" in shown.picture.value


def test_no_figure_is_left_open():
    shown = demo()
    shown._repr_mimebundle_()
    gc.collect()

    assert plt.get_fignums() == []
    assert not any(isinstance(o, Figure) for o in gc.get_objects())


def test_figures_have_the_look_of_the_book():
    seen = []

    def styled(power):
        seen.append(plt.rcParams["axes.titleweight"])
        return curve(power)

    demo(styled, [POWER])._repr_mimebundle_()

    assert set(seen) == {"bold"}


def test_knobs_have_names_and_help():
    knob = demo().knobs[0].widget

    assert isinstance(knob, ipywidgets.SelectionSlider)
    assert knob.description == "power p"
    assert knob.tooltip == "Bends."


def test_too_many_positions_are_refused():
    many = Control("power", tuple(range(61)))

    with pytest.raises(
        ValueError, match=r"at most 60 positions.*Received: 61"
    ):
        demo(controls=[many])


def test_sixty_positions_are_not_too_many():
    most = Control("power", tuple(range(60)))

    assert demo(controls=[most]).start == (0,)


@pytest.mark.parametrize("controls", [[], [Control("colour", (1, 2))]])
def test_controls_must_be_the_functions_arguments(controls):
    with pytest.raises(ValueError, match="must name the arguments"):
        demo(controls=controls)


def test_a_function_must_return_a_figure():
    with pytest.raises(TypeError, match="must return a matplotlib Figure"):
        demo(lambda power: None, [POWER])._repr_mimebundle_()
