"""Row 1: the engine against `model.fit`, and against NumPy for the MLP."""

import time

import numpy as np

from benchmarks.baselines import MODELS, baseline
from benchmarks.numpy_mlp import train_mlp
from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.models import build_loss, build_optimizer

SHORT_EPOCHS = 3
"""Of the CNN and the LSTM, of which `fit` would take minutes otherwise."""


def measure(rounds: int = 5) -> list[dict]:
    """Returns one row for each architecture, all timed side by side.

    Args:
        rounds: How often each way trains.
    """
    rows = []
    for name in MODELS:
        # `fit` must see the examples in the engine's order.
        experiment = baseline(name).replace(shuffle=False)
        if name != "MLP":
            experiment = experiment.replace(epochs=SHORT_EPOCHS)
        rows.append({"name": name, **_seconds(experiment, rounds)})
    return rows


def _seconds(experiment, rounds):
    """Returns the seconds of each round of each way to train."""
    keras = KerasFit(experiment)
    keras.fit()  # traces
    run(experiment)
    ways = {"engine": lambda: run(experiment), "fit": keras.fit}
    if experiment == Experiment(shuffle=False):
        ways["numpy"] = lambda: _numpy(keras, experiment)
    seconds = {name: [] for name in ways}
    # Interleaved, so that a busy moment of the machine hits all alike.
    for _ in range(rounds):
        for name, train in ways.items():
            keras.reset()
            begin = time.perf_counter()
            train()
            seconds[name].append(time.perf_counter() - begin)
    keras.reset()
    np.testing.assert_allclose(
        run(experiment).history["val_loss"], keras.fit(), rtol=1e-4
    )
    return {"epochs": experiment.epochs, "seconds": seconds}


class KerasFit:
    """A model that Keras's own `fit` trains, again and again.

    Args:
        experiment: What to train.
    """

    def __init__(self, experiment):
        self.experiment = experiment
        self.data = load_dataset(experiment.dataset)
        self.model = build_model(experiment)
        self.model.compile(
            optimizer=build_optimizer(experiment),
            loss=build_loss(experiment),
            metrics=["accuracy"] if self.data.n_classes else [],
        )
        self.optimizer = self.model.optimizer
        self.optimizer.build(self.model.trainable_variables)
        self.start = self.model.get_weights()
        self._state = [np.array(v) for v in self.optimizer.variables]

    def reset(self):
        """Forgets all training."""
        self.model.set_weights(self.start)
        for variable, value in zip(
            self.optimizer.variables, self._state, strict=True
        ):
            variable.assign(value)

    def fit(self):
        """Trains and returns the validation loss of each epoch."""
        return self.model.fit(
            self.data.x_train,
            self.data.y_train,
            validation_data=(self.data.x_val, self.data.y_val),
            batch_size=self.experiment.batch_size,
            epochs=self.experiment.epochs,
            shuffle=False,
            verbose=0,
        ).history["val_loss"]


def _numpy(keras, experiment):
    return train_mlp(
        keras.data,
        keras.start,
        experiment.learning_rate,
        experiment.batch_size,
        experiment.epochs,
        experiment.seed,
    )
