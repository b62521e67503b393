"""Drawings as pictures: one that is redrawn in place, one for paper."""

import io
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

STYLE = "lessons_lib.lessons"
"""The style file; in a notebook `plt.style.use("lessons_lib.lessons")`."""

Drawing = tuple[Callable[[Axes], None], Callable[[Axes], list[Artist]]]
"""How to draw the frame of one axes, and how to add a run to it."""


def panel_figure(drawings: list[Drawing]) -> Figure:
    """Returns the still picture of an explorer, its drawings side by side."""
    with styled():
        figure = Figure(figsize=(4.4 * len(drawings), 3.1))
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(drawings), squeeze=False)
        for ax, (frame, add) in zip(axes[0], drawings, strict=True):
            frame(ax)
            add(ax)
    return figure


class Card:
    """One axes as a picture that is redrawn in place.

    Drawing axes, ticks and text takes matplotlib 40 ms or more, and a run on
    top of them 1 ms: so the frame is kept as pixels.

    Args:
        frame: Draws what stays.
    """

    def __init__(self, frame: Callable[[Axes], None]):
        with styled():
            figure = Figure(dpi=120)
            self._canvas = FigureCanvasAgg(figure)
            self._ax = figure.add_subplot()
            frame(self._ax)
            self._canvas.draw()
        # The layout is found; only new text could change it.
        figure.set_layout_engine("none")
        self._pixels = self._canvas.copy_from_bbox(figure.bbox)

    def png(self, add: Callable[[Axes], list[Artist]]) -> bytes:
        """Returns the frame and what `add` draws on it, as PNG."""
        self._canvas.restore_region(self._pixels)
        added = add(self._ax)
        for artist in sorted(added, key=Artist.get_zorder):
            self._ax.draw_artist(artist)
            artist.remove()
        buffer = io.BytesIO()
        image = Image.fromarray(np.asarray(self._canvas.buffer_rgba()))
        image.convert("RGB").save(buffer, "png", compress_level=1)
        return buffer.getvalue()


def png(figure: Figure) -> bytes:
    """Returns a figure as PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()


def titles(figure: Figure) -> str:
    """Returns the titles of a figure and its axes as one caption."""
    found = [figure.get_suptitle()]
    for ax in figure.axes:
        found += [ax.get_title(loc=loc) for loc in ("left", "center", "right")]
    return "; ".join(title.rstrip(".") for title in found if title)


def untitle(ax: Axes) -> None:
    """Takes an axes' titles away."""
    for loc in ("left", "center", "right"):
        ax.set_title("", loc=loc)


def styled():
    """Returns a context in which new figures have the look of the book."""
    return plt.style.context(STYLE)


def close(figure: Figure) -> None:
    """Lets pyplot forget a figure; else it would keep and show it."""
    plt.close(figure)
