"""Training: Keras's own models, losses and optimizers, fast.

`model.fit` spends most of a small model's time between steps, in Python. Here
one `tf.function` runs a whole epoch, or about a tenth of a second of a long
one, on tensors held in memory. What each step computes is left to Keras, and a
test holds every epoch's numbers against `model.fit`'s. Traced programs are
kept, so that a slider that moves again trains at once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
from tensorflow.python.eager import context

from lessons_lib.experiment import Experiment
from lessons_lib.history import Epoch, History, record
from lessons_lib.models import build_model
from lessons_lib.program import SCORED_AT_ONCE, Program, program_key

KEPT_PROGRAMS = 16
"""How many traced programs are kept."""


@dataclass(frozen=True)
class Run:
    """A training run that ended, was stopped or diverged.

    Attributes:
        experiment: What was run.
        history: Metric name to its value after each epoch.
        weights: The last weights, in the order of `model.get_weights()`.
    """

    experiment: Experiment
    history: History
    weights: list[np.ndarray]

    @cached_property
    def model(self) -> keras.Model:
        """The trained Keras model, not compiled."""
        model = build_model(self.experiment)
        model.set_weights(self.weights)
        return model

    @cached_property
    def val_logits(self) -> np.ndarray:
        """The model's answers to the validation inputs, as it gives them."""
        x = self.experiment.load_data().x_val
        parts = range(0, len(x), SCORED_AT_ONCE)
        return np.concatenate(
            [self.model(x[i : i + SCORED_AT_ONCE]) for i in parts]
        )

    @contextmanager
    def untrained(self) -> Iterator[keras.Model]:
        """A context that gives the model with its initial weights."""
        yield build_model(self.experiment)


def train(
    experiment: Experiment,
    progress: Callable[[float], None] = lambda epochs: None,
) -> Iterator[Epoch]:
    """Trains a fresh model, one epoch at a time; leave the loop to stop.

    The run ends early after an epoch whose loss is NaN or infinite.

    Args:
        experiment: The `Experiment` to run.
        progress: Called with the epochs done so far, fractions included, about
            every tenth of a second and at least once an epoch; what it raises
            ends the run. Default: nothing is called.

    Yields:
        An `Epoch` with the metrics of `model.fit`, after each epoch.

    Raises:
        DatasetUnavailable: The data set must be downloaded and cannot be.

    Example:
    >>> for epoch in train(Experiment(epochs=3)):
    ...     print(epoch.number, epoch.logs["val_loss"])
    """
    if not isinstance(experiment, Experiment):
        raise TypeError(
            f"`experiment` must be an Experiment. Received: {experiment!r}"
        )
    program = _check_out(experiment)
    try:
        program.reset(experiment)
        yield from program.epochs(experiment, progress)
    finally:
        _check_in(experiment, program)


def run(experiment: Experiment) -> Run:
    """Trains to the end and returns the `Run`.

    Args:
        experiment: The `Experiment` to run.

    Returns:
        A `Run`: its `history` has the form of Keras's `History.history`, its
        `model` is the trained Keras model.

    Example:
    >>> run(Experiment(epochs=2)).history["val_loss"]
    """
    history: History = {}
    for epoch in train(experiment):
        record(history, epoch)
        if epoch.last:
            weights = epoch.weights()
    return Run(experiment, history, weights)


def is_prepared(experiment: Experiment) -> bool:
    """Returns whether `train` starts at once, its program being traced."""
    with _lock:
        return bool(_programs.get(program_key(experiment)))


_programs: OrderedDict[tuple, list[Program]] = OrderedDict()
_lock = threading.Lock()
_forgotten = 0
"""How many programs were let go since the start."""


def _check_out(experiment: Experiment) -> Program:
    """Takes an idle program, so that two runs never share one."""
    with _lock:
        idle = _programs.get(program_key(experiment))
        if idle:
            return idle.pop()
    return Program(experiment)


def _check_in(experiment: Experiment, program: Program) -> None:
    global _forgotten
    key = program_key(experiment)
    with _lock:
        _programs.setdefault(key, [])[:] = [program]
        _programs.move_to_end(key)
        while len(_programs) > KEPT_PROGRAMS:
            _programs.popitem(last=False)
            _forgotten += 1
            if _forgotten % KEPT_PROGRAMS == 0:
                # TensorFlow keeps what it compiled of a forgotten program,
                # 1 to 2 MB each. Letting go of that, as
                # `keras.utils.clear_session` does, costs each kept program
                # about 0.1 s at its next run, so it is done seldom.
                context.context().clear_kernel_cache()
