"""Recorded sweeps: reading them, and looking runs up in them."""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lessons_lib.contract import check_document
from lessons_lib.controls import Control
from lessons_lib.experiment import FIELDS, Experiment

FORMAT = 1
"""Of the file; `web/schema.json` describes it."""


AGAIN = "Record it again with `make sweeps`."


class SweepError(ValueError):
    """A recorded sweep cannot be read, or is not what was asked for."""


@dataclass(frozen=True)
class Sweep:
    """Recorded runs of one experiment at every position of its controls.

    Attributes:
        experiment: The experiment the grid starts from.
        controls: What varies, the last one fastest.
        seeds: The seed of each run of a setting.
        document: The whole file as `web/schema.json` describes it.
    """

    experiment: Experiment
    controls: tuple[Control, ...]
    seeds: tuple[int, ...]
    document: dict[str, Any]

    def setting(self, **values: Any) -> dict[str, Any]:
        """Returns the recorded runs of one setting.

        Args:
            **values: Control names and values; the others stay as in
                `experiment`.
        """
        self._check(values)
        position = 0
        for control in self.controls:
            value = values.get(
                control.name, getattr(self.experiment, control.name)
            )
            position = position * len(control.values) + control.index(value)
        return self.document["settings"][position]

    def curves(self, metric: str, **values: Any) -> np.ndarray:
        """Returns a metric's curves at one setting, shape `(seeds, epochs)`.

        Epochs after a divergence are NaN.
        """
        rows = self.setting(**values)["curves"][metric]
        epochs = values.get("epochs", self.experiment.epochs)
        curves = np.full((len(rows), epochs), np.nan)
        for row, values_ in zip(curves, rows, strict=True):
            if len(values_) > epochs:
                raise SweepError(
                    f"The {metric!r} of a setting must have at most {epochs} "
                    f"epochs. Received: {len(values_)}. {AGAIN}"
                )
            row[: len(values_)] = [np.nan if v is None else v for v in values_]
        return curves

    def finals(self, metric: str, over: str, **values: Any) -> np.ndarray:
        """Returns last values of a metric against one control.

        Args:
            metric: For example `"val_loss"`.
            over: The control that varies.
            **values: Where the other controls stand.

        Returns:
            Shape `(values of the control, seeds)`; NaN for diverged runs.
        """
        finals = []
        for value in self.control(over).values:
            setting = {**values, over: value}
            diverged = [
                n is not None for n in self.setting(**setting)["diverged"]
            ]
            last = self.curves(metric, **setting)[:, -1]
            finals.append(np.where(diverged, np.nan, last))
        return np.stack(finals)

    def control(self, name: str) -> Control:
        """Returns the control of that name."""
        self._check([name])
        return next(c for c in self.controls if c.name == name)

    def _check(self, names):
        known = [c.name for c in self.controls]
        for name in names:
            if name not in known:
                raise ValueError(
                    f"This sweep's controls are {', '.join(known)}. "
                    f"Received: {name!r}"
                )


def load_sweep(path: str | Path) -> Sweep:
    """Reads a recorded sweep.

    A field that `Experiment` has lost since is left out, if it stood at its
    default: the fingerprint tells.

    Args:
        path: The file that `sweep(..., path=path)` wrote.

    Raises:
        SweepError: The file is missing, is no JSON, or does not hold what a
            sweep of this version holds; the message says which.
    """
    path = Path(path)
    document = _read(path)
    try:
        if document["format"] != FORMAT:
            raise SweepError(
                f"{path} must have format {FORMAT}. Received: format="
                f"{document['format']!r}. {AGAIN}"
            )
        check_document(document)
        fields = {k: _untuple(v) for k, v in document["experiment"].items()}
        lost = {k: fields.pop(k) for k in list(fields) if k not in FIELDS}
        experiment = Experiment(**fields)
        controls = tuple(_control(c) for c in document["controls"])
        if lost:
            _check_lost(path, lost, document, experiment, controls)
        _check_grid(path, document, experiment, controls)
        return as_sweep(document, experiment, controls)
    except SweepError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SweepError(
            f"{path} does not hold a recorded sweep: {type(error).__name__} "
            f"{error}. Delete it and record it again with `make sweeps`."
        ) from error


def _read(path):
    """Returns what a file's JSON holds."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SweepError(
            f"There is no recorded sweep {path}. Record it with `make sweeps`."
        ) from error
    except OSError as error:
        raise SweepError(
            f"{path} cannot be read: {error.strerror}. {AGAIN}"
        ) from error
    # Too many digits are a ValueError; too many brackets, a RecursionError.
    except (ValueError, RecursionError) as error:
        raise SweepError(
            f"{path} must hold JSON, and does not: {error}. "
            "Delete it and record it again with `make sweeps`."
        ) from error


def _check_grid(path, document, experiment, controls):
    """Holds the settings, and where the sliders start, against the grid."""
    expected = math.prod(len(c.values) for c in controls)
    if len(document["settings"]) != expected:
        raise SweepError(
            f"{path} must hold {expected} settings. Received: "
            f"{len(document['settings'])}. Delete it and record it again "
            "with `make sweeps`."
        )
    names = [control.name for control in controls]
    for name in names:
        if name not in FIELDS or names.count(name) > 1:
            raise ValueError(
                "`controls` must be fields of Experiment, each once. "
                f"Received: {name!r}"
            )
    for control in controls:
        control.index(getattr(experiment, control.name))


def _check_lost(path, lost, document, experiment, controls):
    """Refuses runs that fields shaped which `Experiment` has lost since.

    A fingerprint counts the fields that were not at their defaults when the
    runs were made. If it is the same without the lost ones, they were.
    """
    views = tuple(view["name"] for view in document["views"])
    without = fingerprint(experiment, controls, len(document["seeds"]), views)
    if without != document["provenance"]["fingerprint"]:
        settings = ", ".join(f"{k}={v!r}" for k, v in lost.items())
        raise SweepError(
            f"{path} does not hold a recorded sweep: `experiment` must have "
            "fields of today's Experiment, or lost ones at their defaults. "
            f"Received: {settings}. {AGAIN}"
        )


def fingerprint(
    experiment: Experiment,
    controls: tuple[Control, ...],
    seeds: int,
    views: tuple[str, ...] = (),
) -> str:
    """Returns a hash of what a sweep is asked to run.

    A recorded sweep is stale when its notebook asks for another one. Fields
    that stand at their defaults do not count, so that a new field of
    `Experiment` makes no old sweep stale; a changed default is caught by the
    test that runs a sample of settings again.
    """
    plain = Experiment().as_dict()
    changed = {k: v for k, v in experiment.as_dict().items() if v != plain[k]}
    asked = {
        "format": FORMAT,
        "experiment": changed,
        "controls": [[c.name, *c.values] for c in controls],
        "seeds": seeds,
        "views": list(views),
    }
    text = json.dumps(asked, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def as_sweep(
    document: dict, experiment: Experiment, controls: tuple[Control, ...]
) -> Sweep:
    """Returns a document with what it was recorded from."""
    return Sweep(experiment, controls, tuple(document["seeds"]), document)


def _control(fields):
    names = ("name", "label", "symbol", "scale", "help")
    return Control(
        values=tuple(map(_untuple, fields["values"])),
        texts=tuple(fields["texts"]),
        **{name: fields[name] for name in names},
    )


def _untuple(value):
    return tuple(value) if isinstance(value, list) else value
