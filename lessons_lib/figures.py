"""Every drawing of training runs, on matplotlib axes.

`draw_…` functions draw a whole picture and are for chapters. Where a slider
moves, a `frame_…` function draws what stays, an `add_…` function draws one run
on top and returns what it added; see `lessons_lib.cards`.
"""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullFormatter, NullLocator

from lessons_lib.history import (
    History,
    axis_limits,
    diverged_at,
    summarize,
)

TRAINING, VALIDATION = "#0072B2", "#D55E00"
SPLITS = (
    ("", "training", TRAINING, "-"),
    ("val_", "validation", VALIDATION, "--"),
)
GHOST = "#7B7F9E"
Limits = tuple[float, float]


def draw_curves(
    axes: Axes | np.ndarray,
    runs: list[History],
    pins: dict[int, list[History]] | None = None,
    limits: dict[str, Limits] | None = None,
    epochs: int | None = None,
) -> None:
    """Draws loss, then accuracy, after each epoch.

    Args:
        axes: One `Axes` for the loss, or two for loss and accuracy.
        runs: Histories of one setting, one for each seed; the line is their
            median, the band their range, and a ✕ ends each diverged one.
        pins: Other settings' runs by number, drawn as numbered ghosts.
        limits: Fixed y axes by metric; default `axis_limits` of the first run.
        epochs: Length of the x axis; default the longest run's.
    """
    limits = limits or axis_limits(runs[0])
    epochs = epochs or max(len(h["loss"]) for h in runs)
    for ax, metric in zip(np.ravel(axes), ("loss", "accuracy"), strict=False):
        frame_curves(ax, metric, epochs, limits[metric], pins)
        add_curves(ax, metric, runs, limits[metric])


def frame_curves(
    ax: Axes,
    metric: str,
    epochs: int,
    limits: Limits,
    pins: dict[int, list[History]] | None = None,
) -> None:
    """Draws what stays while a slider moves: axes, key and pinned runs."""
    log = metric == "loss"
    ax.set_title(metric.capitalize())
    ax.set_xlabel("epoch")
    ax.set_ylabel(f"{metric} (log scale)" if log else metric)
    ax.set_yscale("log" if log else "linear")
    ax.set_xlim(1 if epochs > 1 else 0, max(epochs, 2))
    ax.set_ylim(limits)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    if log:
        ax.yaxis.set_minor_locator(NullLocator())
    keys = [
        ax.plot([], [], color=color, linestyle=style, label=name)[0]
        for _, name, color, style in SPLITS
    ]
    ax.legend(
        handles=keys,
        ncols=2,
        loc="lower right",
        bbox_to_anchor=(1, 1),
        borderaxespad=0.1,
        handlelength=1.8,
        columnspacing=1,
    )
    for number, runs in (pins or {}).items():
        _add_ghost(ax, metric, runs, limits, number, epochs)


def _add_ghost(ax, metric, runs, limits, number, epochs):
    for prefix, _, _, style in SPLITS:
        median, _, _ = summarize(runs, prefix + metric)
        x = np.arange(1, len(median) + 1)
        ax.plot(x, median, color=GHOST, linestyle=style, linewidth=1.1)
    seen = np.flatnonzero(np.isfinite(median))
    # Each number a little left of the one before: runs that end alike would
    # hide each other's.
    end = seen[-1] if len(seen) else 0
    at = max(0, end - (number - 1) * -(-epochs // 14))
    y = (
        median[at]
        if len(seen) and np.isfinite(median[at])
        else _worst(metric, limits)
    )
    ax.text(
        at + 1,
        np.clip(y, *limits),
        str(number),
        size=7,
        color="white",
        ha="center",
        va="center",
        bbox={
            "boxstyle": "circle,pad=0.2",
            "facecolor": GHOST,
            "edgecolor": "none",
        },
    )


def add_curves(
    ax: Axes, metric: str, runs: list[History], limits: Limits
) -> list[Artist]:
    """Draws the runs of one setting: medians, bands and a ✕ for divergence."""
    added = []
    for prefix, _, color, style in SPLITS:
        name = prefix + metric
        median, low, high = summarize(runs, name)
        x = np.arange(1, len(median) + 1)
        if len(runs) > 1:
            band = ax.fill_between(x, low, high, color=color, alpha=0.18, lw=0)
            added.append(band)
        added += ax.plot(x, median, color=color, linestyle=style)
        # Where the run stands now, as long as that is inside the axes.
        seen = np.flatnonzero((median >= limits[0]) & (median <= limits[1]))[
            -1:
        ]
        added += ax.plot(
            x[seen], median[seen], "o", ms=4, color=color, clip_on=False
        )
        crosses = [_cross(h, name, limits) for h in runs if diverged_at(h)]
        if crosses:
            added += ax.plot(
                *zip(*crosses, strict=True),
                "x",
                color=color,
                ms=8,
                mew=2,
                clip_on=False,
            )
    return added


def _cross(history, name, limits):
    values = np.array(history[name])
    end = np.flatnonzero(np.isfinite(values))[-1:]
    if not len(end):
        return 1, _worst(name, limits)
    return end[0] + 1, np.clip(values[end[0]], *limits)


def _worst(metric, limits):
    return limits[0] if metric.endswith("accuracy") else limits[1]


def draw_sweep(
    ax: Axes,
    values: tuple,
    finals: np.ndarray,
    scale: str,
    *,
    metric: str = "val_loss",
    label: str = "",
    limits: Limits | None = None,
    marker: object = None,
) -> None:
    """Draws a metric after the last epoch against the values of a control.

    Args:
        ax: Where to draw.
        values: The control's values, in order.
        finals: Shape `(values, seeds)`, NaN for diverged runs, as
            `Sweep.finals` returns. The line is the median over seeds, in which
            a diverged one counts as the worst; the band spans the others.
        scale: The control's: `"log"`, `"linear"` or `"choice"`.
        metric: What `finals` are; losses are drawn on a log axis.
        label: The control in words, on the x axis.
        limits: Of the y axis; default chosen by matplotlib.
        marker: The value to mark, such as the one the chapter uses.
    """
    accuracy = metric.endswith("accuracy")
    color = VALIDATION if metric.startswith("val_") else TRAINING
    finals = np.asarray(finals, dtype=float)
    worst = -np.inf if accuracy else np.inf
    median = np.median(np.where(np.isnan(finals), worst, finals), axis=1)
    lost = ~np.isfinite(median)
    median = np.where(lost, np.nan, median)
    finite = np.isfinite(finals)
    low = np.min(finals, axis=1, where=finite, initial=np.inf)
    high = np.max(finals, axis=1, where=finite, initial=-np.inf)
    low, high = (np.where(np.isfinite(v), v, np.nan) for v in (low, high))

    x = _places(ax, values, scale)
    name = metric.replace("val_", "validation ").replace("_", " ")
    ax.set_yscale("linear" if accuracy else "log")
    ax.set_xlabel(label)
    ax.set_ylabel(name if accuracy else f"{name} (log scale)")
    ax.set_title(f"{name.capitalize()} after the last epoch")
    if scale == "choice":
        ax.vlines(x, low, high, color=color, alpha=0.4, linewidth=5)
        ax.plot(x, median, "o", color=color)
    else:
        ax.fill_between(x, low, high, color=color, alpha=0.18, linewidth=0)
        ax.plot(x, median, "o-", color=color, markersize=4)
    if limits:
        ax.set_ylim(limits)
    edge = ax.get_ylim()[0 if accuracy else 1]
    ax.plot(
        x[lost],
        np.full(lost.sum(), edge),
        "x",
        color=color,
        markersize=8,
        markeredgewidth=2,
        clip_on=False,
    )
    ax.set_ylim(ax.get_ylim())
    if marker is not None:
        place = x[list(values).index(marker)]
        ax.axvline(place, color=GHOST, linestyle=":", linewidth=1.5)


def _places(ax, values, scale):
    """Sets the x axis up and returns where the values stand on it."""
    if scale == "choice":
        ax.set_xticks(range(len(values)), [str(v) for v in values])
        ax.set_xlim(-0.5, len(values) - 0.5)
        return np.arange(len(values))
    x = np.asarray(values, dtype=float)
    if scale == "log":
        # Zero has no logarithm; it stands a decade left of the rest.
        zero, x = x == 0, np.where(x == 0, x[x > 0].min() / 10, x)
        ax.set_xscale("log")
        if zero.any() or x.max() / x.min() < 1000:
            ax.set_xticks(x, [f"{v:g}" for v in values])
            ax.xaxis.set_minor_formatter(NullFormatter())
            ax.xaxis.set_minor_locator(NullLocator())
    return x
