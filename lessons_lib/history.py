"""What a training run reports, and what it amounts to in words. NumPy only."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

History = dict[str, list[float]]
"""Metric name to its value after each epoch, as Keras's `History.history`."""


@dataclass(frozen=True)
class Epoch:
    """One epoch of a run.

    Attributes:
        number: 1 for the first epoch.
        logs: `loss` and `val_loss`, for classes also `accuracy` and
            `val_accuracy`, as `model.fit` reports them.
        last: Whether the run ends here, by its length or by divergence.
        model: The Keras model as it is now; the next epoch goes on training
            it, so look before asking for one.
        untrained: A context in which `model` has its initial weights.
    """

    number: int
    logs: dict[str, float]
    last: bool
    model: Any
    untrained: Callable[[], AbstractContextManager]

    def weights(self) -> list[np.ndarray]:
        """Returns a copy of the weights, in Keras's order."""
        return self.model.get_weights()


@dataclass(frozen=True)
class Verdict:
    """What a run amounts to.

    Attributes:
        status: `"diverged"`, `"grows"`, `"stuck"`, `"unsteady"`, `"overfits"`,
            `"improving"` or `"settled"`.
        text: One or two sentences in plain language.
    """

    status: str
    text: str


def record(history: History, epoch: Epoch) -> None:
    """Appends an epoch's metrics to a history."""
    for name, value in epoch.logs.items():
        history.setdefault(name, []).append(value)


def diverged_at(history: History) -> int | None:
    """Returns the first epoch with a NaN or infinite metric, or `None`."""
    for number, values in enumerate(zip(*history.values(), strict=True), 1):
        if not all(map(math.isfinite, values)):
            return number
    return None


def verdict(history: History, guess: float | None = None) -> Verdict:
    """Says in words how a run went, from its curves alone.

    The thresholds (10 % of change, 50 % of unsteadiness, the last fifth of the
    epochs) are this book's convention.

    Args:
        history: Metrics of at least one epoch.
        guess: `Dataset.guess`, what guessing scores; default not compared.

    Returns:
        The first `Verdict` that applies, worst first.

    Raises:
        ValueError: The history has no epoch.
    """
    loss, val_loss = history.get("loss", []), history.get("val_loss", [])
    if not loss:
        raise ValueError(
            f"`history` must hold an epoch. Received: {history!r}"
        )
    end = diverged_at(history)
    if end is not None:
        bad = "NaN" if math.isnan(loss[end - 1]) else "infinite"
        if math.isfinite(loss[end - 1]):
            bad = "too large to compute on the validation data"
        return Verdict(
            "diverged",
            f"Diverged in epoch {end}: the loss became {bad}. "
            "The steps are too long for this loss surface.",
        )
    epochs = len(loss)
    now = f"training loss {_short(loss[-1])}"
    now += f", validation loss {_short(val_loss[-1])}"
    if "val_accuracy" in history:
        now += f", validation accuracy {history['val_accuracy'][-1]:.1%}"
    if epochs == 1:
        return Verdict("improving", f"One epoch done: {now}.")
    if loss[-1] > 1.5 * loss[0]:
        return Verdict(
            "grows",
            f"Growing: the training loss went from {_short(loss[0])} to "
            f"{_short(loss[-1])} in {epochs} epochs.",
        )
    if min(loss) > 0.9 * loss[0]:
        return Verdict(
            "stuck",
            f"Barely moved: the training loss went from {_short(loss[0])} to "
            f"{_short(loss[-1])} in {epochs} epochs.",
        )
    if guess is not None and _no_better(history, guess):
        return Verdict("stuck", f"No better than guessing: {now}.")
    if loss[-1] > 1.5 * min(loss):
        return Verdict(
            "unsteady",
            f"Unsteady: the training loss was {_short(min(loss))} in epoch "
            f"{int(np.argmin(loss)) + 1} and is {_short(loss[-1])} now.",
        )
    best = int(np.argmin(val_loss))
    if val_loss[-1] > 1.1 * val_loss[best] and loss[-1] < loss[best]:
        return Verdict(
            "overfits",
            f"Overfits since epoch {best + 1}: the validation loss rose from "
            f"{_short(val_loss[best])} to {_short(val_loss[-1])} while the "
            "training loss kept falling.",
        )
    before = max(0, epochs - 1 - math.ceil(epochs / 5))
    if val_loss[-1] < 0.95 * val_loss[before]:
        return Verdict("improving", f"Still improving: {now}.")
    return Verdict("settled", f"Settled: {now}.")


def _no_better(history: History, guess: float) -> bool:
    if "val_accuracy" in history:
        return history["val_accuracy"][-1] < guess + 0.05
    return history["val_loss"][-1] > 0.95 * guess


def joint_verdict(
    histories: list[History], guess: float | None = None
) -> Verdict:
    """Says how the runs of several seeds went.

    Returns:
        The verdict of the median curves, taken epoch by epoch over the seeds
        that did not diverge and are not still on their way; with how many of
        them diverged, if any.
    """
    broken = [h for h in histories if diverged_at(h) is not None]
    whole = [h for h in histories if diverged_at(h) is None]
    if not whole:
        return verdict(broken[0], guess)
    longest = max(len(h["loss"]) for h in whole)
    whole = [h for h in whole if len(h["loss"]) == longest]
    middle = verdict(
        {
            name: np.median([h[name] for h in whole], axis=0).tolist()
            for name in whole[0]
        },
        guess,
    )
    if not broken:
        return middle
    counts = f"{len(broken)} of {len(histories)} seeds diverged. "
    return Verdict("diverged", f"{counts}Of the others: {middle.text}")


def axis_limits(history: History) -> dict[str, tuple[float, float]]:
    """Returns axes that stay put while a slider moves.

    Args:
        history: Of the baseline, the run at the sliders' first positions.

    Returns:
        For each metric of the training data, `(low, high)`. Accuracies span
        0 to 1. Losses, on a log axis, span the baseline's whole decades and
        half a decade or more on either side.
    """
    limits = {}
    for name in (n for n in history if not n.startswith("val_")):
        if name == "accuracy":
            limits[name] = (0.0, 1.0)
            continue
        seen = np.array([*history[name], *history[f"val_{name}"]])
        seen = seen[np.isfinite(seen) & (seen > 0)]
        low, high = (seen.min(), seen.max()) if len(seen) else (0.1, 1.0)
        low = 10.0 ** math.floor(math.log10(low) - 0.5)
        high = 10.0 ** math.ceil(math.log10(high) + 0.5)
        limits[name] = (low, high)
    return limits


def summarize(
    histories: list[History], metric: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns median and range over the seeds of one setting.

    A diverged seed counts as the worst in the median: leaving it out would let
    the others speak for a setting that mostly fails. The range spans the
    seeds that are still finite. The front end of the pages does the same.

    Args:
        histories: One for each seed; they may differ in length.
        metric: For example `"val_loss"`.

    Returns:
        Median, lowest and highest value after each epoch; NaN where there is
        none.
    """
    epochs = max((len(h.get(metric, [])) for h in histories), default=0)
    table = np.full((len(histories), epochs), np.nan)
    for row, history in zip(table, histories, strict=True):
        values = history.get(metric, [])
        row[: len(values)] = values
        end = diverged_at(history)
        if end is not None:
            row[end - 1 :] = -np.inf if metric.endswith("accuracy") else np.inf
    finite = np.isfinite(table)
    low = np.min(table, axis=0, where=finite, initial=np.inf)
    high = np.max(table, axis=0, where=finite, initial=-np.inf)
    median = np.nanmedian(table, axis=0) if epochs else np.empty(0)
    return tuple(
        np.where(np.isfinite(v), v, np.nan) for v in (median, low, high)
    )


def _short(value: float) -> str:
    return f"{value:.3g}" if 1e-3 <= abs(value) < 1e4 else f"{value:.1e}"
