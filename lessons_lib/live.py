"""What a live panel is asked for, is doing and has found. No widgets here.

Runs go through a thread of their own. Notebooks deliver slider moves in
whatever thread and event loop they like (JupyterLab uses another one than the
cells'), and a plain loop in a callback would keep the kernel from hearing of
the next move.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from typing import Any

from lessons_lib.datasets import DATASETS, DatasetUnavailable, load_dataset
from lessons_lib.engine import Run, train
from lessons_lib.experiment import Experiment
from lessons_lib.history import (
    Epoch,
    History,
    Verdict,
    axis_limits,
    joint_verdict,
    record,
)
from lessons_lib.views import VIEWS, check_views, explained

MOST_SEEDS = 10
FIRST_SHOW_S = 0.03
"""Seconds until a run is first shown: a few epochs say more than one."""
SHOW_EVERY_S = 0.1


@dataclass(frozen=True)
class Result:
    """A finished, stopped or still growing run of one setting.

    Attributes:
        experiment: With the first seed.
        seeds: How many seeds were asked for.
        histories: Of the seeds trained so far.
        pictures: Header and data of each view, of the first seed.
        limits: Fixed y axes by metric.
        epochs_done: Over all seeds.
        verdict: What the run amounts to.
        number: Of a pinned result; 0 for others.
    """

    experiment: Experiment
    seeds: int
    histories: list[History]
    pictures: dict[str, tuple[dict[str, Any], dict[str, Any]]]
    limits: dict[str, tuple[float, float]]
    epochs_done: int
    verdict: Verdict
    number: int = 0


@dataclass(frozen=True)
class GrowingRun(Run):
    """A run still going on, whose model is the one in training.

    Attributes:
        epoch: The newest one.
    """

    epoch: Epoch

    @property
    def model(self) -> Any:
        """See `Run.model`; good until the next epoch."""
        return self.epoch.model

    def untrained(self) -> AbstractContextManager:
        """See `Run.untrained`."""
        return self.epoch.untrained()


class Session:
    """The state behind a panel.

    Args:
        experiment: The baseline, where everything starts.
        views: Names of `VIEWS`.
        seeds: How many seeds to train, counted from the experiment's own.
        show: Called when there is something new to see, in whatever thread
            found it.
    """

    def __init__(
        self,
        experiment: Experiment,
        views: tuple[str, ...] = (),
        seeds: int = 1,
        show: Callable[[], None] = lambda: None,
    ):
        self.baseline = experiment
        self.views = views
        self.show = show
        self.result: Result | None = None
        self.pins: list[Result] = []
        self.message = ""
        self.training = False
        self._asked = {}
        self.seeds = seeds
        self._fetched = {experiment.dataset}
        self._limits: dict[str, dict[str, tuple[float, float]]] = {}
        self._lock = threading.Lock()
        self._ticket = 0
        self._job: tuple[int, Experiment, int] | None = None
        self._worker: threading.Thread | None = None

    @property
    def dataset(self) -> str:
        """The name of the data set asked for."""
        return self._asked.get("dataset", self.baseline.dataset)

    def ask(self, *, seeds: int | None = None, **fields: Any) -> None:
        """Changes what is asked for and trains it; the newest request wins.

        A setting that cannot be run leaves a message, and the last result
        stays.

        Args:
            seeds: How many seeds to train.
            **fields: Fields of the experiment.
        """
        self._asked.update(fields)
        self.seeds = seeds or self.seeds
        source = DATASETS[self.dataset]
        if source.download_mb and self.dataset not in self._fetched:
            self._refuse(
                f"{source.title}: {source.download_mb} MB are downloaded at "
                "first use. Press Train to go on, or choose other data."
            )
            return
        self.train()

    def train(self) -> None:
        """Trains what is asked for, in the worker thread."""
        try:
            experiment = self.baseline.replace(**self._asked)
            experiment.replace(seed=experiment.seed + self.seeds - 1)
        except ValueError as error:
            self._refuse(str(error))
            return
        self.message = ""
        with self._lock:
            self._ticket += 1
            self._job = (self._ticket, experiment, self.seeds)
            self.training = True
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()

    def train_now(self) -> None:
        """Trains the baseline, and returns when it is done."""
        self._ticket += 1
        self.training = True
        try:
            self._train(self._ticket, self.baseline, self.seeds)
        except DatasetUnavailable as error:
            self._fail(self._ticket, error)
        finally:
            self.training = False

    def stop(self) -> None:
        """Ends the run in flight and keeps what it found so far."""
        if self.training:
            self._refuse("Stopped.")

    def wait(self, timeout_s: float | None = None) -> None:
        """Returns when nothing is left to train; for scripts and tests."""
        worker = self._worker
        if worker is not None:
            worker.join(timeout_s)

    def pin(self) -> None:
        """Keeps the result shown now as a ghost."""
        if self.result is not None:
            number = max((p.number for p in self.pins), default=0) + 1
            self.pins = [*self.pins, replace(self.result, number=number)]
            self.show()

    def unpin(self, number: int) -> None:
        """Lets one pinned result go."""
        self.pins = [pin for pin in self.pins if pin.number != number]
        self.show()

    def clear_pins(self) -> None:
        """Lets all pinned results go."""
        self.pins = []
        self.show()

    def _refuse(self, message):
        with self._lock:
            self._ticket += 1
            self._job = None
            self.training = False
            self.message = message
        self.show()

    def _work(self):
        """Trains the newest job until there is none; then the thread ends."""
        while True:
            with self._lock:
                job, self._job = self._job, None
                if job is None:
                    self._worker = None
                    return
            try:
                self._train(*job)
            except Exception as error:  # the panel is where it can be seen
                self._fail(job[0], error)

    def _train(self, ticket, experiment, seeds):
        """Trains one job, showing it as it grows, until a newer ticket."""
        histories, pictures = [], {}
        due = time.monotonic() + FIRST_SHOW_S
        for i in range(seeds):
            history: History = {}
            histories.append(history)
            seeded = experiment.replace(seed=experiment.seed + i)
            with closing(train(seeded)) as epochs:
                for epoch in epochs:
                    if ticket != self._ticket:
                        return
                    record(history, epoch)
                    is_due = time.monotonic() >= due
                    if i == 0 and (is_due or epoch.last):
                        so_far = GrowingRun(
                            seeded, history, epoch.weights(), epoch
                        )
                        pictures = {
                            name: _picture(name, so_far) for name in self.views
                        }
                    ended = epoch.last and i == seeds - 1
                    if is_due or ended:
                        done = (
                            experiment.epochs if epoch.last else epoch.number
                        )
                        done += i * experiment.epochs
                        self._publish(
                            ticket,
                            ended,
                            self._result(
                                experiment, seeds, histories, pictures, done
                            ),
                        )
                        due = time.monotonic() + SHOW_EVERY_S

    def _result(self, experiment, seeds, histories, pictures, done):
        name = experiment.dataset
        self._fetched.add(name)
        copies = [{k: list(v) for k, v in h.items()} for h in histories]
        limits = self._limits.get(name) or axis_limits(copies[0])
        guess = load_dataset(name).guess
        verdict = explained(
            joint_verdict(copies, guess),
            {name: data for name, (_, data) in pictures.items()},
        )
        if done == experiment.epochs * seeds and verdict.status != "diverged":
            # The first whole run on a data set, mostly the baseline, fixes
            # its axes.
            self._limits[name] = limits
        return Result(
            experiment, seeds, copies, pictures, limits, done, verdict
        )

    def _publish(self, ticket, ended, result):
        with self._lock:
            if ticket != self._ticket:
                return
            self.result = result
            self.training = not ended
        self.show()

    def _fail(self, ticket, error):
        with self._lock:
            if ticket != self._ticket:
                return
            self.training = False
            self.message = str(error)
            if isinstance(error, DatasetUnavailable):
                shown = (
                    self.result.experiment if self.result else self.baseline
                )
                self._asked["dataset"] = shown.dataset
            elif not isinstance(error, ValueError):
                self.message = f"{type(error).__name__}: {error}"
        self.show()


def _picture(name, finished):
    """Header and data of a view of a run."""
    header = VIEWS[name].header(finished.experiment)
    return header, VIEWS[name].data(finished)


def datasets_for(experiment: Experiment, views: tuple[str, ...]) -> list[str]:
    """Returns the data sets on which an experiment and its views make sense.

    Those of the same task, so that the axes keep their meaning. What has to
    be downloaded is judged by whether it holds images or sequences, like the
    experiment's.
    """
    own = DATASETS[experiment.dataset]
    names = []
    for name, source in DATASETS.items():
        alike = (source.n_classes, own.n_classes), (source.length, own.length)
        if any(bool(theirs) != bool(ours) for theirs, ours in alike):
            continue
        of_a_kind = own.image_shape or own.length
        if source.download_mb and views and not of_a_kind:
            continue
        try:
            moved = experiment.replace(dataset=name)
            if not source.download_mb:
                check_views(moved, views)
        except ValueError:
            continue
        names.append(name)
    return names
