"""Knobs: each trains what it says, and says what it is."""

import ipywidgets
import pytest
from panel_moves import TINY, explorer, settled

from lessons_lib import Control, Experiment, Explorer, run

KNOBS = {
    "slider": ("learning_rate", 0.3, ipywidgets.SelectionSlider),
    "buttons": (
        Control("activation", ("relu", "tanh"), scale="choice"),
        "tanh",
        ipywidgets.ToggleButtons,
    ),
    "menu": (
        Control(
            "optimizer",
            ("sgd", "rmsprop", "adam", "adamw", "lion"),
            scale="choice",
        ),
        "adam",
        ipywidgets.Dropdown,
    ),
    "box": (
        Control("nesterov", (False, True)),
        True,
        ipywidgets.Checkbox,
    ),
    "slider of tuples": (
        Control("hidden_units", ((), (4,), (4, 4)), scale="choice"),
        (4, 4),
        ipywidgets.SelectionSlider,
    ),
}


@pytest.mark.parametrize("kind", KNOBS)
def test_a_knob_trains_what_it_says(kind):
    control, value, widget = KNOBS[kind]
    panel = explorer(controls=[control]).panel
    name = getattr(control, "name", control)
    knob = panel.knobs[name]

    knob.value = value
    result = settled(panel)

    assert isinstance(knob.widget, widget)
    assert knob.value == value
    assert result.experiment == TINY.replace(**{name: value})
    assert result.histories == [run(result.experiment).history]


def test_every_input_says_what_it_is():
    panel = explorer(controls=["learning_rate", "momentum"]).panel

    knob = panel.knobs["learning_rate"].widget
    assert knob.description == "learning rate η"
    assert "step" in knob.tooltip
    assert knob.continuous_update
    inputs = [panel.data, panel.seed, panel.seeds]
    inputs += [panel.train, panel.stop, panel.pin, panel.bar]
    assert all(i.description and i.tooltip for i in inputs)


def test_zero_and_one_are_a_slider_and_no_checkbox():
    panel = Explorer(
        Experiment(steps_per_epoch=1, epochs=1),
        controls=[Control("steps_per_epoch", (0, 1))],
    ).panel

    assert isinstance(
        panel.knobs["steps_per_epoch"].widget, ipywidgets.SelectionSlider
    )
