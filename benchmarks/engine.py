"""Row 1: the engine against `model.fit`, and against NumPy for the MLP."""

import statistics
import time

import numpy as np

from benchmarks.numpy_mlp import train_mlp
from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.models import build_loss, build_optimizer

EXPERIMENTS = {
    "MLP": Experiment(),
    "CNN": Experiment(architecture="cnn", filters=(8, 16), epochs=3),
    "LSTM": Experiment(architecture="lstm", hidden_units=(), epochs=3),
}
ROUNDS = 5


def measure() -> list[dict]:
    """Returns one row for each architecture, all timed side by side."""
    return [_row(name, experiment) for name, experiment in EXPERIMENTS.items()]


def _row(name, experiment):
    experiment = experiment.replace(shuffle=False)
    data = load_dataset(experiment.dataset)
    model = build_model(experiment)
    start = model.get_weights()
    model.compile(
        optimizer=build_optimizer(experiment),  # plain SGD keeps no state
        loss=build_loss(experiment),
        metrics=["accuracy"],
    )
    _fit(model, data, experiment)  # traces
    first = _seconds(lambda: run(experiment))
    times = {"fit": [], "engine": [], "numpy": []}
    # Interleaved, so that a busy moment of the machine hits all alike.
    for _ in range(ROUNDS):
        times["engine"].append(_seconds(lambda: run(experiment)))
        model.set_weights(start)
        times["fit"].append(_seconds(lambda: _fit(model, data, experiment)))
        if name == "MLP":
            times["numpy"].append(
                _seconds(lambda: _numpy(data, start, experiment))
            )
    engine = run(experiment).history["val_loss"]
    np.testing.assert_allclose(
        engine, model.history.history["val_loss"], rtol=1e-4
    )
    middle = {key: statistics.median(t) for key, t in times.items() if t}
    row = {
        "name": name,
        "fit_over_engine": middle["fit"] / middle["engine"],
        "first_over_engine": first / middle["engine"],
    }
    if name == "MLP":
        row["engine_over_numpy"] = middle["engine"] / middle["numpy"]
    return row


def _fit(model, data, experiment):
    model.fit(
        data.x_train,
        data.y_train,
        validation_data=(data.x_val, data.y_val),
        batch_size=experiment.batch_size,
        epochs=experiment.epochs,
        shuffle=False,
        verbose=0,
    )


def _numpy(data, start, experiment):
    return train_mlp(
        data,
        start,
        experiment.learning_rate,
        experiment.batch_size,
        experiment.epochs,
        experiment.seed,
    )


def _seconds(action):
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
