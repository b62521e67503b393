"""Drawings of a trained model: the pictures of `lessons_lib.views`."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from lessons_lib.figures import SPLITS

FITTING_CHARACTERS = 44
"""Of labels side by side under one chart."""
MANY_LABELS = 16
"""More of them are written smaller."""
GROUPS = ("#762A83", "#1B7837")
"""Of the points of class 0 and 1, the two ends of the diverging colours."""


def draw_view(ax: Axes, header: dict[str, Any], data: dict[str, Any]) -> None:
    """Draws a view of `lessons_lib.views`: its header and one run's data."""
    frame_view(ax, header)
    add_view(ax, header, data)


def frame_view(ax: Axes, header: dict[str, Any]) -> None:
    """Draws a view's axes, and its data points if no map would hide them."""
    ax.set_title(header["title"])
    ax.set_xlabel(header["x_label"])
    ax.set_ylabel(header["y_label"])
    if header["kind"] == "heatmap":
        x0, x1, y0, y1 = header["extent"]
        ax.set(xlim=(x0, x1), ylim=(y0, y1))
        ax.grid(False)
        if header.get("bare"):
            ax.set(xticks=(), yticks=())
        if "labels" in header:
            _label(ax, header["labels"])
            ax.set_yticks(range(len(header["labels"])), header["labels"])
        return
    if header["kind"] == "bars":
        edges = _edges(header)
        ax.set(xlim=(edges[0], edges[-1]), ylim=header["limits"])
        if "labels" in header:
            _label(ax, header["labels"])
            ax.grid(False, axis="x")
        return
    ax.set(xscale=header["x_scale"], yscale=header["y_scale"])
    ax.set(xlim=(header["x"][0], header["x"][-1]), ylim=header["limits"])
    points = np.asarray(header.get("points", ()))
    if len(points):
        ax.plot(
            points[:, 0], points[:, 1], "o", ms=3, color="#888888", alpha=0.6
        )


def _label(ax, labels):
    """Names places on the x axis, slanted where they would overlap."""
    if sum(len(label) + 1 for label in labels) <= FITTING_CHARACTERS:
        ax.set_xticks(range(len(labels)), labels)
        return
    slanted = {"rotation": 50, "rotation_mode": "anchor", "ha": "right"}
    size = 9 if len(labels) <= MANY_LABELS else 7
    ax.set_xticks(range(len(labels)), labels, size=size, **slanted)


def add_view(
    ax: Axes, header: dict[str, Any], data: dict[str, Any]
) -> list[Artist]:
    """Draws one run's data and returns what was added."""
    if header["kind"] == "heatmap":
        return _add_heatmap(ax, header, data)
    added = []
    names = {name: (color, style) for _, name, color, style in SPLITS}
    for i, series in enumerate(data["series"]):
        color, style = names.get(series["label"], (f"C{2 + i % 4}", "-"))
        if header["kind"] == "lines":
            if i and style == "-":
                style = "--"  # told apart without colour too
            dots = {"marker": "o", "ms": 4} if header.get("dots") else {}
            added += ax.plot(
                header["x"], series["values"], style, color=color, **dots
            )
            added[-1].set_label(series["label"])
            continue
        edges = _edges(header)
        width = np.diff(edges) / len(data["series"])
        added += ax.bar(
            edges[:-1] + i * width,
            series["values"],
            width * (0.8 if "labels" in header else 1),
            align="edge",
            color=color,
            label=series["label"],
        )
    if len(data["series"]) > 1:
        added.append(ax.legend(loc="best"))
    return added


def _edges(header):
    if "edges" in header:
        return np.asarray(header["edges"], dtype=float)
    return np.arange(len(header["labels"]) + 1) - 0.5


def _add_heatmap(ax, header, data):
    low, high = header["limits"]
    added = [
        ax.imshow(
            data["values"],
            origin="lower",
            extent=header["extent"],
            aspect="auto",
            cmap="PRGn" if header["colors"] == "diverging" else "viridis",
            vmin=low,
            vmax=high,
            alpha=0.6,
        )
    ]
    points = np.asarray(header.get("points", ()))
    for group, marker in ((0, "o"), (1, "^")) if len(points) else ():
        chosen = points[points[:, 2] == group]
        style = {"mec": "white", "mew": 0.4, "ms": 4, "color": GROUPS[group]}
        added += ax.plot(chosen[:, 0], chosen[:, 1], marker, **style)
    for x, y, text in data.get("notes", ()):
        place = {"ha": "center", "va": "center", "size": 8, "color": "white"}
        added.append(ax.text(x, y, text, **place))
    return added
