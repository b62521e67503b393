"""A figure with knobs: laws and shapes that need no training run."""

import html
import inspect
import itertools
from collections.abc import Callable
from functools import cached_property
from typing import Any

import ipywidgets as widgets

from lessons_lib import page
from lessons_lib.cards import Figure, close, styled, titles, untitle
from lessons_lib.controls import Control
from lessons_lib.knobs import Knob

WIDGET = "application/vnd.jupyter.widget-view+json"

COLOURS = "".join(f"{n}:{dark};" for n, dark in page.DARK_COLOURS.values())
DARK = f"<style>[data-jp-theme-light=false] .knob-drawing{{{COLOURS}}}</style>"
"""JupyterLab's dark themes give drawings the colours of dark pages."""


class Demo:
    """A function of slider values to a figure, to be shown by a notebook.

    Every position is drawn once, when the demo is first shown; both faces
    then show the same drawings.

    Args:
        function: Takes each control's value by name, returns a matplotlib
            `Figure`. Its titles state what is to be seen: they stand above
            the drawing, and are read to those who cannot see. A default value
            that is among a control's values is where that knob starts;
            otherwise it is the first.
        controls: What varies; at most `page.MOST_FRAMES` positions in all.
        name: For links, unique in the page.
        title: A line above the figure.

    Raises:
        ValueError: Too many positions, or controls that the function does not
            take.

    Example:
    >>> Demo(tangent, controls=[Control("x", (0.0, 1.0))], name="tangent")
    """

    def __init__(
        self,
        function: Callable[..., Figure],
        controls: list[Control],
        *,
        name: str,
        title: str = "",
    ):
        self.function = function
        self.controls = tuple(controls)
        self.name = name
        self.title = title
        positions = 1
        for control in self.controls:
            positions *= len(control.values)
        if positions > page.MOST_FRAMES:
            raise ValueError(
                f"`controls` must have at most {page.MOST_FRAMES} positions "
                "in all, since each is drawn beforehand. "
                f"Received: {positions}"
            )
        names = [control.name for control in self.controls]
        try:
            bound = inspect.signature(function).bind(**dict.fromkeys(names))
        except TypeError as error:
            raise ValueError(
                f"`controls` must name the arguments of `function`. Received: "
                f"{', '.join(names)}; Python says: {error}"
            ) from error
        defaults = {
            n: p.default for n, p in bound.signature.parameters.items()
        }
        self.start = tuple(
            defaults[c.name] if defaults[c.name] in c.values else c.values[0]
            for c in self.controls
        )

    def __repr__(self) -> str:
        controls = [control.name for control in self.controls]
        return f"Demo({self.function.__name__}, controls={controls})"

    @cached_property
    def frames(self) -> dict[tuple, tuple[str, str]]:
        """SVG and caption of every position, by the controls' values."""
        positions = itertools.product(*(c.values for c in self.controls))
        return {values: self._frame(values) for values in positions}

    def _frame(self, values):
        names = (control.name for control in self.controls)
        with styled():
            figure = self.function(**dict(zip(names, values, strict=True)))
            if not isinstance(figure, Figure):
                raise TypeError(
                    "`function` must return a matplotlib Figure. "
                    f"Received: {figure!r}"
                )
            caption = titles(figure)
            if len(figure.axes) == 1:  # of several, titles tell which is which
                untitle(figure.axes[0])
            drawing = page.svg(figure)
        close(figure)
        return drawing, caption

    @cached_property
    def knobs(self) -> tuple[Knob, ...]:
        """The controls as widgets."""
        return tuple(
            Knob(control, value, lambda *_: self._show())
            for control, value in zip(self.controls, self.start, strict=True)
        )

    @cached_property
    def picture(self) -> widgets.HTML:
        """The drawing of the position that the knobs stand at."""
        return widgets.HTML(
            layout=widgets.Layout(width="100%", max_width="560px")
        )

    @cached_property
    def widget(self) -> widgets.VBox:
        """The live face; shown twice, it is one panel in two places."""
        heading = [widgets.HTML(f"<b>{html.escape(self.title)}</b>")]
        knobs = widgets.HBox(
            [knob.widget for knob in self.knobs],
            layout=widgets.Layout(flex_flow="row wrap", width="100%"),
        )
        self._show()
        return widgets.VBox([*heading * bool(self.title), knobs, self.picture])

    def _show(self):
        svg, caption = self.frames[tuple(knob.value for knob in self.knobs)]
        label = html.escape(caption, quote=True)
        # The drawing takes the colour of its surroundings, dark or light.
        self.picture.value = (
            f'{DARK}<div style="line-height:1.4;white-space:normal">{label}'
            f'</div><div role="img" aria-label="{label}" class="knob-drawing" '
            f'style="color:var(--jp-content-font-color1,inherit)">{svg}</div>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None):
        """Answers with the live face and, for pages and paper, all frames."""
        frames, captions = zip(*self.frames.values(), strict=True)
        controls = [
            control.as_dict(value)
            for control, value in zip(self.controls, self.start, strict=True)
        ]
        view = self.widget._repr_mimebundle_()
        return {
            "text/plain": repr(self),
            "text/html": page.demo_html(
                self.name, self.title, controls, list(frames), list(captions)
            ),
            WIDGET: view[WIDGET],
        }
