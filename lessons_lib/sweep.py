"""Sweeps: an experiment over a grid of control values, for several seeds.

A recorded sweep is one JSON file; `web/schema.json` describes it, and the
static pages replay it. Runs go through joblib: one after the other, unless
`joblib.parallel_config` gives them more processes or another engine.
"""

import hashlib
import itertools
import json
import math
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from tqdm.auto import tqdm

from lessons_lib.controls import Control, resolve_controls
from lessons_lib.datasets import DATASETS, load_dataset
from lessons_lib.encoding import encode_cells, rounded
from lessons_lib.engine import run
from lessons_lib.experiment import Experiment
from lessons_lib.history import axis_limits, diverged_at, joint_verdict
from lessons_lib.views import VIEWS, check_views

FORMAT = 1


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


def sweep(
    experiment: Experiment,
    controls: list[str | Control],
    *,
    path: str | Path | None = None,
    seeds: int = 5,
    views: tuple[str, ...] = (),
    progress: bool = True,
) -> Sweep:
    """Runs an experiment at every position of its controls, for several seeds.

    With a `path`, each finished setting is kept in
    `<path>.partial` at once, so that a killed sweep goes on where it stopped;
    the file itself is written whole or not at all.

    Args:
        experiment: Where all other hyperparameters stand.
        controls: Names of `lessons_lib.controls.CONTROLS`, or `Control`
            objects; the grid is their product.
        path: The file to write; default none.
        seeds: How many seeds, counted from the experiment's own.
        views: Names of `lessons_lib.views.VIEWS` to record, of the first seed.
        progress: Whether to show a progress bar.

    Returns:
        The `Sweep`.

    Raises:
        ValueError: An argument is wrong; the message names it.
        OSError: The folder of `path` cannot be written to. Raised before
            anything runs.
    """
    if not isinstance(seeds, int) or isinstance(seeds, bool) or seeds < 1:
        raise ValueError(
            f"`seeds` must be a positive integer. Received: {seeds!r}"
        )
    controls = resolve_controls(experiment, controls)
    check_views(experiment, views)
    settings = list(_grid(experiment, controls))
    journal = _Journal(path, fingerprint(experiment, controls, seeds, views))
    done = journal.read()
    jobs = [
        joblib.delayed(_record)(index, setting, seeds, views)
        for index, setting in enumerate(settings)
        if index not in done
    ]
    # One setting at a time to each worker: a killed sweep loses no more.
    parallel = joblib.Parallel(batch_size=1, return_as="generator_unordered")
    bar = tqdm(
        total=len(settings),
        initial=len(done),
        disable=not progress,
        desc=Path(path).stem if path else "sweep",
        unit="setting",
    )
    with bar:
        for index, result in parallel(jobs):
            journal.add(index, result)
            done[index] = result
            bar.update()
    recorded = [done[index] for index in range(len(settings))]
    document = _document(experiment, controls, seeds, views, recorded, path)
    if path is not None:
        journal.finish(document)
    return _sweep(document, experiment, controls)


def load_sweep(path: str | Path) -> Sweep:
    """Reads a recorded sweep.

    Args:
        path: The file that `sweep(..., path=path)` wrote.

    Raises:
        SweepError: The file is missing, is no JSON, or does not hold what a
            sweep of this version holds; the message says which.
    """
    path = Path(path)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SweepError(
            f"There is no recorded sweep {path}. Record it with `make sweeps`."
        ) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SweepError(
            f"{path} must hold JSON, and does not: {error}. "
            "Delete it and record it again with `make sweeps`."
        ) from error
    try:
        if document["format"] != FORMAT:
            raise SweepError(
                f"{path} must have format {FORMAT}. Received: format="
                f"{document['format']!r}. Record it again with `make sweeps`."
            )
        fields = {k: _untuple(v) for k, v in document["experiment"].items()}
        experiment = Experiment(**fields)
        controls = tuple(_control(c) for c in document["controls"])
        expected = int(np.prod([len(c.values) for c in controls]))
        if len(document["settings"]) != expected:
            raise SweepError(
                f"{path} must hold {expected} settings. Received: "
                f"{len(document['settings'])}. Delete it and record it again "
                "with `make sweeps`."
            )
        return _sweep(document, experiment, controls)
    except SweepError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SweepError(
            f"{path} does not hold a recorded sweep: {type(error).__name__} "
            f"{error}. Delete it and record it again with `make sweeps`."
        ) from error


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


def _grid(experiment, controls) -> Iterator[Experiment]:
    names = [control.name for control in controls]
    for values in itertools.product(*(control.values for control in controls)):
        yield experiment.replace(**dict(zip(names, values, strict=True)))


def _record(index, experiment, seeds, views):
    """Runs one setting for all seeds; called in a worker."""
    first = experiment.seed
    runs = [run(experiment.replace(seed=first + i)) for i in range(seeds)]
    histories = [r.history for r in runs]
    setting = {
        "verdict": "",
        "status": "",
        "diverged": [diverged_at(h) for h in histories],
        "curves": {
            name: [h[name] for h in histories] for name in histories[0]
        },
        "views": {},
    }
    if setting["diverged"][0] is None:
        setting["views"] = {name: _view(name, runs[0]) for name in views}
    return index, _judged(rounded(setting), experiment.dataset)


def _view(name, finished):
    """A view's picture of a run, as the page reads it."""
    header = VIEWS[name].header(finished.experiment)
    data = VIEWS[name].data(finished)
    if header["kind"] == "heatmap":
        return {"values": encode_cells(data["values"], header["limits"])}
    return data


def _document(experiment, controls, seeds, views, settings, path):
    """Everything a page needs, as `web/schema.json` describes it."""
    source = DATASETS[experiment.dataset]
    defaults = [getattr(experiment, c.name) for c in controls]
    baseline = next(
        setting["curves"]
        for setting, at in zip(
            settings, _grid(experiment, controls), strict=True
        )
        if [getattr(at, c.name) for c in controls] == defaults
    )
    # As floats, in which the None of a diverged epoch is NaN again.
    limits = axis_limits(
        {name: np.array(rows[0], float) for name, rows in baseline.items()}
    )
    low, high = limits["loss"]
    limits["loss"] = (min(low, _decade(_finals(settings, "loss"), low)), high)
    objective_limits = [_decade(_finals(settings, "val_loss"), low), high]
    metrics = [
        {
            "name": name,
            "title": name,
            "scale": "log" if name == "loss" else "linear",
            "limits": list(limits[name]),
        }
        for name in ("loss", "accuracy")
        if name in baseline
    ]
    return {
        "format": FORMAT,
        "name": Path(path).stem if path else "sweep",
        "experiment": experiment.as_dict(),
        "dataset": {
            "name": experiment.dataset,
            "title": source.title,
            "n_train": experiment.train_size or source.sizes[0],
            "n_val": source.sizes[1],
        },
        "controls": [
            control.as_dict(default)
            for control, default in zip(controls, defaults, strict=True)
        ],
        "seeds": [experiment.seed + i for i in range(seeds)],
        "metrics": metrics,
        "objective": {
            **metrics[0],
            "limits": objective_limits,
            "name": "val_loss",
            "title": "validation loss after the last epoch",
            "better": "lower",
        },
        "views": [rounded(VIEWS[name].header(experiment)) for name in views],
        "settings": settings,
        "provenance": {
            "fingerprint": fingerprint(experiment, controls, seeds, views),
            "python": platform.python_version(),
            "tensorflow": _tensorflow_version(),
            "keras": version("keras"),
            "numpy": version("numpy"),
            "recorded": date.today().isoformat(),
        },
    }


def _finals(settings, name):
    """Returns a curve's median last value in each setting that has one."""
    lasts = [[row[-1] for row in s["curves"][name]] for s in settings]
    return [np.median(last) for last in lasts if None not in last]


def _decade(finals, low):
    """Returns the decade below `finals`, at most three below `low`."""
    lowest = min((v for v in finals if v > 0), default=low)
    return max(10.0 ** math.floor(math.log10(lowest)), low / 1000)


def refresh(
    path: str | Path, experiment: Experiment, controls: tuple[Control, ...]
) -> bool:
    """Writes a recorded sweep again if its words or axes have changed.

    Labels, verdicts, titles and axes come from today's code and arguments;
    the runs and their provenance stay as they are.

    Args:
        path: A sweep whose `fingerprint` is that of the other arguments.
        experiment: The experiment the grid starts from.
        controls: What varies.

    Returns:
        Whether anything had changed.
    """
    recorded = load_sweep(path)
    old = recorded.document
    document = _document(
        experiment,
        controls,
        len(recorded.seeds),
        tuple(view["name"] for view in old["views"]),
        [_judged(setting, experiment.dataset) for setting in old["settings"]],
        path,
    )
    document["provenance"] = old["provenance"]
    text = _text(document)
    if text == Path(path).read_text(encoding="utf-8"):
        return False
    _write(Path(path), text)
    return True


def _judged(setting, dataset):
    """Returns a setting with the verdict on its curves."""
    curves = setting["curves"]
    histories = [
        {
            name: np.array(rows[i], float).tolist()
            for name, rows in curves.items()
        }
        for i in range(len(setting["diverged"]))
    ]
    judged = joint_verdict(histories, load_dataset(dataset).guess)
    return {**setting, "verdict": judged.text, "status": judged.status}


def _text(document):
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _tensorflow_version():
    import tensorflow as tf

    return tf.__version__


def _sweep(document, experiment, controls):
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


class _Journal:
    """The settings finished so far, one line each, beside the file to be.

    Args:
        path: The file to be, or `None` to keep nothing.
        asked: The `fingerprint`; a journal of another one is started anew.
    """

    def __init__(self, path, asked):
        self._path = None if path is None else Path(path)
        self._asked = asked

    @property
    def _partial(self):
        return self._path.with_name(self._path.name + ".partial")

    def read(self) -> dict[int, dict]:
        """Returns settings by position, and makes sure more can be written."""
        if self._path is None:
            return {}
        if self._path.is_dir():
            raise IsADirectoryError(f"`path` must be a file: {self._path}")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = []
        if self._partial.exists():
            text = self._partial.read_text(encoding="utf-8", errors="replace")
            lines = text.splitlines()
        done = {}
        if lines and lines[0] == self._asked:
            for line in lines[1:]:
                try:
                    index, setting = json.loads(line)
                except json.JSONDecodeError:
                    break  # the line that was being written when it was killed
                done[index] = setting
        text = "".join(f"{json.dumps(item)}\n" for item in done.items())
        _write(self._partial, f"{self._asked}\n{text}")
        return done

    def add(self, index: int, setting: dict) -> None:
        if self._path is None:
            return
        with self._partial.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps([index, setting])}\n")

    def finish(self, document: dict) -> None:
        _write(self._path, _text(document))
        self._partial.unlink()


def _write(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
