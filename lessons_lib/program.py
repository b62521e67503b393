"""Traced epochs: Keras's own steps without Python between them.

Everything that a slider moves (learning rate, batch size, strengths and
rates, seed) is read from memory and never frozen into the trace.
"""

import math
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from lessons_lib import schedules
from lessons_lib.datasets import DATASETS
from lessons_lib.dials import Dial, with_dialled_dropout
from lessons_lib.experiment import RECURRENT, Experiment
from lessons_lib.history import Epoch
from lessons_lib.models import (
    build_layers,
    build_loss,
    build_model,
    build_optimizer,
    seeded,
)
from lessons_lib.pace import Pace

KEPT_STARTS = 16
"""How many initial weights a program keeps, of seeds and initializers."""

SCORED_AT_ONCE = 500
"""Validation examples of one call: a thousand images take a gigabyte."""

_FREE = {
    "seed", "shuffle", "learning_rate", "schedule", "decay_rate",
    "decay_epochs", "warmup_epochs", "patience", "epochs", "batch_size",
    "steps_per_epoch", "train_size", "label_noise", "kernel_initializer",
    "initializer_scale", "hidden_units", "hidden_layers", "filters",
    "conv_layers",
}  # fmt: skip
_STARTS = ("seed", "kernel_initializer", "initializer_scale")
_INITIALIZERS = {
    "kernel": "kernel_initializer",
    "recurrent_kernel": "recurrent_initializer",
    "embeddings": "embeddings_initializer",
}
"""Names of random variables, and where their layers keep the initializers."""
_DIALS = ("momentum", "weight_decay", "dropout", "l1", "l2")


class Program:
    """A model, an optimizer and traced steps that train them.

    Args:
        experiment: Any experiment of the architecture; see `program_key`.
    """

    def __init__(self, experiment: Experiment):
        source = DATASETS[experiment.dataset]
        self._classes = bool(source.n_classes)
        self._steady = _is_steady(experiment)
        model = build_model(experiment)
        with seeded(experiment.seed):
            self._model = with_dialled_dropout(model)
        self._loss = build_loss(experiment)
        self._optimizer = build_optimizer(experiment)
        self._optimizer.build(self._model.trainable_variables)
        # There is one replica, and its sum is itself. Keras's way to it
        # leaves the whole trace in a registry of TensorFlow for good, 10 MB
        # for each deep network that a slider visits.
        self._optimizer._all_reduce_sum_gradients = list
        self._optimizer_start = [v.numpy() for v in self._optimizer.variables]
        self._constants = {id(v): v.numpy() for v in self._model.variables}
        self._starts: OrderedDict[tuple, list[np.ndarray]] = OrderedDict()
        self._dials = self._install_dials(experiment)
        # XLA pays where one step is hundreds of small operations.
        compiled = experiment.architecture in RECURRENT
        self._step = self._train_step
        if compiled:
            self._step = tf.function(self._train_step, jit_compile=True)
        # Traced on purpose for each program, so without TensorFlow's warning.
        self._work = tf.function(self._train_and_score).get_concrete_function(
            *_signature(source, self._model)
        )
        self._paces: defaultdict[int, Pace] = defaultdict(Pace)

    def _install_dials(self, experiment):
        dials = {name: Dial() for name in _DIALS if getattr(experiment, name)}
        for name in ("momentum", "weight_decay"):
            if name in dials:
                setattr(self._optimizer, name, dials[name])
        for layer in self._model.layers:
            if isinstance(layer, keras.layers.Dropout):
                layer.rate = dials["dropout"]
            penalty = getattr(layer, "kernel_regularizer", None)
            for name in ("l1", "l2"):
                if penalty is not None and name in dials:
                    setattr(penalty, name, dials[name])
        return dials

    def reset(self, experiment: Experiment) -> None:
        """Puts everything in the experiment's initial state."""
        key = tuple(getattr(experiment, name) for name in _STARTS)
        if key not in self._starts:
            self._starts[key] = self._start(experiment)
            if len(self._starts) > KEPT_STARTS:
                self._starts.popitem(last=False)
        self._first = self._starts[key]
        _assign(self._model, self._first)
        for variable, value in zip(
            self._optimizer.variables, self._optimizer_start, strict=True
        ):
            variable.assign(value)
        for name, dial in self._dials.items():
            dial.variable.assign(getattr(experiment, name))

    def _start(self, experiment):
        """Returns what `build_model(experiment).variables` would hold.

        Only the initializers run: each Keras variable that is made leaves
        its first value behind in TensorFlow, and a slider makes thousands.
        """
        values = dict(self._constants)
        kept = [
            layer
            for layer in self._model.layers
            if not isinstance(layer, keras.layers.InputLayer)
        ]
        for layer, ours in zip(build_layers(experiment), kept, strict=True):
            fresh = getattr(layer, "cell", layer)
            for variable in ours.variables:
                if variable.name in _INITIALIZERS:
                    start = getattr(fresh, _INITIALIZERS[variable.name])
                    values[id(variable)] = start(variable.shape).numpy()
                elif variable.name == "seed_generator_state":
                    values[id(variable)] = fresh.seed_generator.state.numpy()
        return list(values.values())

    def epochs(
        self, experiment: Experiment, progress: Callable[[float], None]
    ) -> Iterator[Epoch]:
        """Yields each epoch of a run that starts from the present state."""
        data = experiment.load_data()
        examples = tf.constant(data.x_train), tf.constant(data.y_train)
        scored = [
            (tf.constant(data.x_val[i:j]), tf.constant(data.y_val[i:j]))
            for i, j in _slices(len(data.x_val), SCORED_AT_ONCE)
        ]
        nothing = tuple(part[:0] for part in scored[0])
        n = len(data.x_train)
        steps = schedules.steps_per_epoch(experiment, n)
        rates = schedules.rates(experiment, steps).reshape(-1, steps)
        plateau = None
        if experiment.schedule == "reduce_on_plateau":
            plateau = schedules.build_plateau(experiment, self._optimizer)
        orders = _orders(experiment, n, steps)
        for number in range(1, experiment.epochs + 1):
            logs = self._run_epoch(
                examples,
                next(orders),
                experiment.batch_size,
                rates[number - 1],
                scored,
                nothing,
                lambda share, before=number - 1: progress(before + share),
            )
            if plateau is not None:
                plateau.on_epoch_end(number - 1, dict(logs))
                rates[number:] = self._optimizer.learning_rate.numpy()
            broken = not math.isfinite(logs["loss"] + logs["val_loss"])
            last = broken or number == experiment.epochs
            yield Epoch(number, logs, last, self._model, self._untrained_model)
            if broken:
                return

    def _run_epoch(
        self, examples, order, batch_size, rates, scored, nothing, progress
    ):
        """Trains one epoch in as few calls as the pace allows.

        How it is cut changes no number: sums are carried on from call to
        call. The last steps and the first validation examples share a call.
        """
        metrics = 2 if self._classes else 1
        pace = self._paces[batch_size]
        size, totals = tf.constant(batch_size), np.zeros(metrics, "float32")
        steps, first, val_totals = len(rates), 0, 0.0
        while first < steps:
            last = min(first + pace.steps, steps)
            begin = time.perf_counter()
            sums = self._work(
                totals,
                *examples,
                order[first * batch_size : last * batch_size],
                size,
                rates[first:last],
                *(scored[0] if last == steps else nothing),
            ).numpy()
            pace.learn(last - first, time.perf_counter() - begin)
            totals, val_totals = sums[:metrics], sums[metrics:]
            first = last
            progress(first / steps)
        for part in scored[1:]:
            sums = self._work(
                totals, *examples, order[:0], size, rates[:0], *part
            ).numpy()
            val_totals = val_totals + sums[metrics:]
            progress(1.0)
        n_val = sum(len(x) for x, _ in scored)
        values = (
            totals / np.float32(len(order)),
            val_totals / np.float32(n_val),
        )
        names = ("loss", "accuracy")[:metrics]
        names += tuple(f"val_{name}" for name in names)
        return dict(zip(names, np.concatenate(values).tolist(), strict=True))

    @contextmanager
    def _untrained_model(self):
        """Lends the model with its initial weights."""
        weights = [variable.numpy() for variable in self._model.variables]
        _assign(self._model, self._first)
        try:
            yield self._model
        finally:
            _assign(self._model, weights)

    def _train_step(self, x, y):
        model, variables = self._model, self._model.trainable_variables
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = self._total_loss(y, outputs)
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return self._scores(loss, y, outputs)

    def _train_and_score(
        self, totals, x, y, order, batch_size, rates, x_val, y_val
    ):
        """Trains on the examples of `order`, adding their scores to `totals`.

        Returns:
            Sums over the training examples, then over the validation ones,
            of which there may be none.
        """
        n = tf.shape(order)[0]
        x, y = tf.gather(x, order), tf.gather(y, order)
        n_steps = tf.shape(rates)[0]
        if self._steady and n_steps > 0:
            self._optimizer.learning_rate.assign(rates[0])
        for step in tf.range(n_steps):
            tf.autograph.experimental.set_loop_options(parallel_iterations=1)
            first = step * batch_size
            last = tf.minimum(first + batch_size, n)
            if not self._steady:
                self._optimizer.learning_rate.assign(rates[step])
            scores = self._step(x[first:last], y[first:last])
            totals += scores * tf.cast(last - first, scores.dtype)
        n_val = tf.shape(x_val)[0]
        val_totals = tf.zeros_like(totals)
        if n_val > 0:
            outputs = self._model(x_val, training=False)
            scores = self._scores(
                self._total_loss(y_val, outputs), y_val, outputs
            )
            val_totals = scores * tf.cast(n_val, scores.dtype)
        return tf.concat([totals, val_totals], axis=0)

    def _total_loss(self, y, outputs):
        return tf.add_n([self._loss(y, outputs), *self._model.losses])

    def _scores(self, loss, y, outputs):
        if not self._classes:
            return tf.stack([loss])
        right = tf.equal(tf.argmax(outputs, axis=1, output_type=y.dtype), y)
        return tf.stack([loss, tf.reduce_mean(tf.cast(right, loss.dtype))])


def _assign(model, values):
    for variable, value in zip(model.variables, values, strict=True):
        variable.assign(value)


def _orders(experiment, n, steps):
    """Yields the examples of each epoch, in the order they are visited."""
    rng = np.random.default_rng(experiment.seed)
    order = np.arange(n, dtype="int32")
    length = steps * experiment.batch_size if experiment.steps_per_epoch else n
    ahead = order[:0]
    while True:
        passes = [ahead]
        for _ in range(-(-(length - len(ahead)) // n)):
            if experiment.shuffle:
                order = rng.permutation(order)
            passes.append(order)
        ahead = np.concatenate(passes)
        yield ahead[:length]
        ahead = ahead[length:]


def _slices(n, size):
    return [(first, min(first + size, n)) for first in range(0, n, size)]


def _signature(source, model):
    """Any number of examples and steps, so that a program is traced once."""
    x = tf.TensorSpec([None, model.input_shape[1]], tf.float32)
    y = tf.TensorSpec([None, 1], tf.float32)
    if source.n_classes:
        y = tf.TensorSpec([None], tf.int32)
    totals = tf.TensorSpec([2 if source.n_classes else 1], tf.float32)
    order, batch_size = (
        tf.TensorSpec([None], tf.int32),
        tf.TensorSpec([], tf.int32),
    )
    rates = tf.TensorSpec([None], tf.float32)
    return [totals, x, y, order, batch_size, rates, x, y]


def _is_steady(experiment):
    """Whether the learning rate stays as it is within an epoch."""
    return experiment.schedule in ("constant", "reduce_on_plateau")


def program_key(experiment: Experiment) -> tuple:
    """Returns what two experiments share when one program can train both."""
    source = DATASETS[experiment.dataset]
    fields = experiment.as_dict()
    shape = {k: v for k, v in fields.items() if k not in _FREE}
    shape.update({name: bool(fields[name]) for name in _DIALS})
    sizes = experiment.widths, experiment.convolutions
    steady = _is_steady(experiment)
    return (*shape.items(), sizes, source.n_classes, steady)
