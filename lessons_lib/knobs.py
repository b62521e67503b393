"""Controls as widgets that the reader turns; one for each `Control`."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from lessons_lib.controls import Control

MOST_BUTTONS = 4
"""Choices between more values, or longer texts, become a menu."""


class Knob:
    """A control's widget: a slider for numbers, buttons or a menu for choices.

    Args:
        control: What it controls.
        value: Where it starts, one of the control's values.
        turned: Called with the control's name and its new value, also while a
            slider is still being dragged.
    """

    def __init__(
        self, control: Control, value: Any, turned: Callable[[str, Any], None]
    ):
        self.control = control
        self.widget = _widget(control, control.index(value))
        self._turned = turned
        self.widget.observe(self._report, "value")

    @property
    def value(self) -> Any:
        """The control's value that the widget stands at."""
        return self.control.values[int(self.widget.value)]

    @value.setter
    def value(self, value: Any) -> None:
        position = self.control.index(value)
        kind = type(self.widget.value)
        self.widget.value = kind(position)

    def _report(self, change):
        self._turned(self.control.name, self.value)


def _widget(control, position):
    name = f"{control.label} {control.symbol}".strip()
    shared = {
        "description": name,
        "tooltip": control.help or name,
        "style": {"description_width": "initial"},
        "layout": widgets.Layout(
            flex="1 1 280px", width="auto", min_width="0", max_width="460px"
        ),
    }
    # 0 and 1 equal them, but are numbers on a slider.
    if control.values == (False, True) and control.values[0] is False:
        return widgets.Checkbox(value=bool(position), indent=False, **shared)
    options = [(text, i) for i, text in enumerate(control.texts)]
    # Sizes of layers are a choice to the page, but they have an order.
    sizes = all(isinstance(value, tuple) for value in control.values)
    if control.scale != "choice" or sizes:
        return widgets.SelectionSlider(
            options=options, value=position, **shared
        )
    short = sum(map(len, control.texts)) <= 30
    if len(options) <= MOST_BUTTONS and short:
        shared["style"] = {
            "description_width": "initial",
            "button_width": "auto",
        }
        return widgets.ToggleButtons(
            options=options,
            value=position,
            tooltips=[control.help] * len(options),
            **shared,
        )
    return widgets.Dropdown(options=options, value=position, **shared)
