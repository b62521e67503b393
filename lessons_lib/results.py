"""What a live panel has found of one setting."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from lessons_lib.engine import Run
from lessons_lib.experiment import Experiment
from lessons_lib.history import Epoch, History, Verdict


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
        first: The run of the first seed, once it has ended.
        number: Of a pinned result; 0 for others.
    """

    experiment: Experiment
    seeds: int
    histories: list[History]
    pictures: dict[str, tuple[dict[str, Any], dict[str, Any]]]
    limits: dict[str, tuple[float, float]]
    epochs_done: int
    verdict: Verdict
    first: Run | None = None
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
