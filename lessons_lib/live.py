"""What a live panel is asked for, is doing and has found. No widgets here.

Runs go through a thread of their own. Notebooks deliver slider moves in
whatever thread and event loop they like (JupyterLab uses another one than the
cells'), and a plain loop in a callback would keep the kernel from hearing of
the next move.
"""

import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from lessons_lib.datasets import DATASETS, DatasetUnavailable
from lessons_lib.downloads import watched
from lessons_lib.engine import Run, is_prepared, train
from lessons_lib.experiment import Experiment
from lessons_lib.history import (
    History,
    axis_limits,
    joint_verdict,
    record,
)
from lessons_lib.offers import announced
from lessons_lib.progress import Clock, Progress
from lessons_lib.results import GrowingRun, Result
from lessons_lib.views import VIEWS, explained

MOST_SEEDS = 10
FIRST_SHOW_S = 0.03
"""Seconds until a run is first shown: a few epochs say more than one."""
SHOW_EVERY_S = 0.1


class SupersededError(Exception):
    """Ends a run that nobody waits for any more."""


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
        self.views = {name: VIEWS[name] for name in views}
        self.show = show
        self.result: Result | None = None
        self.progress = Progress(experiment.epochs * seeds)
        self.pins: list[Result] = []
        self.message = ""
        self.training = False
        self._asked = {}
        self.seeds = seeds
        self._agreed: set[str] = set()
        self._loaded: set[str] = set()
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
        if DATASETS[self.dataset].download_mb and (
            self.dataset not in self._agreed
        ):
            self._refuse(announced(self.dataset, "or choose other data"))
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
        self._agreed.add(experiment.dataset)
        with self._lock:
            self._ticket += 1
            self._job = (self._ticket, experiment, self.seeds)
            self.training = True
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()

    def read(self, text: str) -> str:
        """Lets the view "reading" read another text.

        Returns:
            What is to be said of the text: that it has no word, or that some
            of it cannot be read; mostly `""`.
        """
        try:
            self.views["reading"] = self.views["reading"].of(text)
        except ValueError as error:
            return str(error)
        with self._lock:
            shown = self.result
        if shown is None:
            return ""
        if shown.first is not None:  # else the run in flight shows it soon
            pictures = shown.pictures | {
                "reading": self._picture("reading", shown.first)
            }
            with self._lock:
                if self.result is shown:
                    self.result = replace(shown, pictures=pictures)
            self.show()
        return self.views["reading"].note(shown.experiment)

    def train_now(self) -> None:
        """Trains the baseline, and returns when it is done.

        Data that must be downloaded are left for the reader to ask for: they
        mean minutes, which a cell of a notebook should not take unasked.
        """
        if DATASETS[self.baseline.dataset].download_mb:
            self._refuse(announced(self.baseline.dataset))
            return
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
        clock = Clock(experiment.epochs * seeds)
        self._load(ticket, experiment, clock)
        if not is_prepared(experiment):
            text = "Preparing a network of this shape for the first time."
            self._publish(ticket, clock.waiting(text))
        histories, pictures, first = [], {}, None
        due = time.monotonic() + FIRST_SHOW_S

        def advance(epochs):
            """Shows how far a long epoch is; its end is shown below."""
            nonlocal due
            if ticket != self._ticket:
                raise SupersededError
            progress = clock.at(i * experiment.epochs + epochs)
            if epochs % 1 and time.monotonic() >= due:
                self._publish(ticket, progress)
                due = time.monotonic() + SHOW_EVERY_S

        for i in range(seeds):
            if ticket != self._ticket:
                return
            history: History = {}
            histories.append(history)
            seeded = experiment.replace(seed=experiment.seed + i)
            with (
                suppress(SupersededError),
                closing(train(seeded, advance)) as epochs,
            ):
                for epoch in epochs:
                    record(history, epoch)
                    is_due = time.monotonic() >= due
                    if i == 0 and (is_due or epoch.last):
                        so_far = GrowingRun(
                            seeded, history, epoch.weights(), epoch
                        )
                        pictures = {
                            name: self._picture(name, so_far)
                            for name in self.views
                        }
                        if epoch.last:
                            first = Run(seeded, history, so_far.weights)
                    ended = epoch.last and i == seeds - 1
                    if is_due or ended:
                        done = (
                            experiment.epochs if epoch.last else epoch.number
                        )
                        done += i * experiment.epochs
                        found = self._result(
                            experiment, seeds, histories, pictures, done, first
                        )
                        self._publish(ticket, clock.at(done), found, ended)
                        due = time.monotonic() + SHOW_EVERY_S

    def _load(self, ticket, experiment, clock):
        """Loads data that may have to be downloaded, showing how it goes."""
        source = DATASETS[experiment.dataset]
        if not source.download_mb or experiment.dataset in self._loaded:
            return

        def tell(text):
            self._publish(ticket, clock.waiting(f"{source.title}: {text}"))

        tell("loading.")
        with watched(
            lambda mb: tell(f"{mb:.0f} of {source.download_mb} MB downloaded.")
        ):
            experiment.load_data()
        self._loaded.add(experiment.dataset)

    def _result(self, experiment, seeds, histories, pictures, done, first):
        name = experiment.dataset
        copies = [{k: list(v) for k, v in h.items()} for h in histories]
        limits = self._limits.get(name) or axis_limits(copies[0])
        guess = experiment.load_data().guess
        verdict = explained(
            joint_verdict(copies, guess),
            {name: data for name, (_, data) in pictures.items()},
        )
        if done == experiment.epochs * seeds and verdict.status != "diverged":
            # The first whole run on a data set, mostly the baseline, fixes
            # its axes.
            self._limits[name] = limits
        return Result(
            experiment, seeds, copies, pictures, limits, done, verdict, first
        )

    def _picture(self, name, run):
        """Header and data of a view of a run."""
        view = self.views[name]
        return view.header(run.experiment), view.data(run)

    def _publish(self, ticket, progress, result=None, ended=False):
        with self._lock:
            if ticket != self._ticket:
                return
            self.progress = progress
            self.result = result or self.result
            self.training = not ended
        self.show()

    def _fail(self, ticket, error):
        with self._lock:
            if ticket != self._ticket:
                return
            self.training = False
            self.message = str(error)
            if isinstance(error, DatasetUnavailable):
                self._agreed.discard(self.dataset)
                shown = (
                    self.result.experiment if self.result else self.baseline
                )
                self._asked["dataset"] = shown.dataset
            elif not isinstance(error, ValueError):
                self.message = f"{type(error).__name__}: {error}"
        self.show()
