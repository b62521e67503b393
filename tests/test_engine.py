"""The engine against `model.fit`, the oracle for every number it reports."""

import gc
import math
import random
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from lessons_lib import (
    Experiment,
    build_model,
    engine,
    load_dataset,
    run,
    train,
)
from lessons_lib.engine import KEPT_PROGRAMS, _programs
from lessons_lib.experiment import ACTIVATIONS, INITIALIZERS
from lessons_lib.history import record
from lessons_lib.layers import gradient_norms, hidden_outputs
from lessons_lib.models import build_loss, build_optimizer
from lessons_lib.program import program_key
from lessons_lib.schedules import build_plateau, build_schedule, rates

# 100 examples in batches of 32 leave a partial last batch of 4.
TINY = Experiment(train_size=100, epochs=3, shuffle=False, learning_rate=0.05)


def fit_history(experiment):
    """Runs the same experiment through Keras's own `fit`."""
    data = experiment.load_data()
    model = build_model(experiment)
    steps = math.ceil(len(data.x_train) / experiment.batch_size)
    plateau = experiment.schedule == "reduce_on_plateau"
    compiled = experiment.architecture == "lstm" and experiment.dropout > 0
    model.compile(
        optimizer=build_optimizer(
            experiment, build_schedule(experiment, steps)
        ),
        loss=build_loss(experiment),
        metrics=["accuracy"] if data.n_classes else [],
        # XLA draws other dropout masks than TensorFlow does from the same
        # seed, and the engine compiles LSTMs; see `Program`.
        jit_compile=compiled or "auto",
    )
    history = model.fit(
        data.x_train,
        data.y_train,
        validation_data=(data.x_val, data.y_val),
        batch_size=experiment.batch_size,
        epochs=experiment.epochs,
        shuffle=False,
        callbacks=[build_plateau(experiment)] if plateau else [],
        verbose=0,
    ).history
    history.pop("learning_rate", None)  # the callback's note
    return history


OPTIMIZERS = {
    "sgd": {},
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.9, "nesterov": True},
    "rmsprop": {"optimizer": "rmsprop", "learning_rate": 0.01},
    "rmsprop momentum": {
        "optimizer": "rmsprop",
        "learning_rate": 0.003,
        "momentum": 0.5,
    },
    "adagrad": {"optimizer": "adagrad"},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
    "adamw": {
        "optimizer": "adamw",
        "learning_rate": 0.01,
        "weight_decay": 0.01,
    },
    "adamw without decay": {"optimizer": "adamw", "learning_rate": 0.01},
    "sgd with decay": {"weight_decay": 0.01},
    "nadam": {"optimizer": "nadam", "learning_rate": 0.01},
    "lion": {"optimizer": "lion", "learning_rate": 0.001},
}
REGULARIZERS = {
    "none": {},
    "dropout": {"dropout": 0.4, "hidden_units": (32, 16)},
    "l1": {"l1": 1e-3},
    "l2": {"l2": 1e-2},
    "l1 l2": {"l1": 1e-3, "l2": 1e-2},
    "batch norm": {"batch_normalization": True},
    "all": {
        "dropout": 0.2,
        "l1": 1e-3,
        "l2": 1e-3,
        "batch_normalization": True,
    },
}
ARCHITECTURES = {
    "mlp": {},
    "linear": {"hidden_units": ()},
    "deep tanh": {"hidden_units": (16, 16, 16), "activation": "tanh"},
    "deep": {"hidden_units": 16, "hidden_layers": 10},
    "residual": {"hidden_units": 16, "hidden_layers": 4, "residual": True},
    "residual batch norm": {"hidden_units": 16, "hidden_layers": 4,
                            "residual": True, "batch_normalization": True,
                            "dropout": 0.2},
    "cnn": {"architecture": "cnn", "filters": (4, 8), "hidden_units": (16,)},
    "unpooled cnn": {"architecture": "cnn", "filters": 4, "conv_layers": 2,
                     "pooled_layers": 1, "pooling": "average",
                     "padding": "valid"},
    "lstm": {"architecture": "lstm", "recurrent_units": 8, "hidden_units": ()},
}  # fmt: skip
SCHEDULES = ("step", "exponential", "polynomial", "cosine", "warmup",
             "warmup_cosine", "one_cycle", "reduce_on_plateau")  # fmt: skip
SLOW_ADAM = {"optimizer": "adam", "learning_rate": 1e-3}
QUICK_DECAY = {
    "epochs": 4,
    "decay_epochs": 1,
    "decay_rate": 0.3,
    "patience": 1,
}
CASES = {
    **{f"{a} {o}": {**ARCHITECTURES[a], **OPTIMIZERS[o]}
       for a in ("mlp", "cnn", "lstm") for o in OPTIMIZERS},
    **{f"{a} {r}": {**ARCHITECTURES[a], **REGULARIZERS[r]}
       for a in ("mlp", "cnn") for r in REGULARIZERS},
    **{f"adam {r}": {**SLOW_ADAM, **REGULARIZERS[r]} for r in REGULARIZERS},
    "lstm dropout": {**ARCHITECTURES["lstm"], "hidden_units": (8,),
                     "dropout": 0.3},
    **{f"{o} {s}": {**OPTIMIZERS[o], **QUICK_DECAY, "schedule": s}
       for o in ("momentum", "adam") for s in SCHEDULES},
    "linear": ARCHITECTURES["linear"],
    **{a: ARCHITECTURES[a] for a in ("deep tanh", "deep", "residual",
                                     "residual batch norm",
                                     "unpooled cnn")},
    **{f"activation {a}": {"activation": a} for a in ACTIVATIONS},
    **{f"initializer {i}": {"kernel_initializer": i,
                            "initializer_scale": 0.3}
       for i in INITIALIZERS},
    "gru": {"architecture": "gru", "recurrent_units": 4},
    "simple rnn": {"architecture": "simple_rnn", "recurrent_units": 4},
    "adding": {"dataset": "adding", "architecture": "lstm",
               "recurrent_units": 4, "sequence_length": 6},
    "reviews": {**SLOW_ADAM, "dataset": "reviews", "architecture": "lstm",
                "recurrent_units": 4, "embedding_units": 3,
                "sequence_length": 8},
    "bag of words": {"dataset": "reviews"},
    "bag of words adam": {**SLOW_ADAM, "dataset": "reviews"},
    "regression": {"dataset": "sine"},
    "regression dropout": {"dataset": "sine", "dropout": 0.2,
                           "label_noise": 0.3},
    "two classes": {"dataset": "moons", "label_noise": 0.1},
    "full batch": {"batch_size": 100},
    "one by one": {"batch_size": 1, "epochs": 1},
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_epoch_equals_fit(case):
    experiment = TINY.replace(**CASES[case])
    expected = fit_history(experiment)
    # A first run at other values: the traced program is then used again.
    changed = {"learning_rate": 0.01, "seed": 5}
    if experiment.schedule in ("warmup", "warmup_cosine"):
        changed["schedule"] = "cosine"
    for name in ("momentum", "dropout", "l1", "l2", "weight_decay",
                 "initializer_scale"):  # fmt: skip
        if getattr(experiment, name):
            changed[name] = getattr(experiment, name) / 2
    run(experiment.replace(**changed, epochs=1))

    history = run(experiment).history

    assert history.keys() == expected.keys()
    for name in expected:
        np.testing.assert_allclose(
            history[name], expected[name], rtol=1e-5, atol=1e-7, err_msg=name
        )


@pytest.mark.parametrize(
    "changes",
    [{}, {"dropout": 0.3}, {"architecture": "cnn", "filters": (4,)}],
    ids=["mlp", "dropout", "cnn"],
)
def test_same_seed_same_history_bit_for_bit(changes):
    experiment = TINY.replace(shuffle=True, **changes)

    first = run(experiment)
    run(experiment.replace(seed=1, learning_rate=1.0))
    _programs.clear()
    again = run(experiment)

    assert first.history == again.history
    for a, b in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_seed_changes_weights_and_order():
    assert run(TINY.replace(seed=1)).history != run(TINY).history
    assert run(TINY.replace(shuffle=True)).history != run(TINY).history


def test_model_is_the_trained_keras_model():
    finished = run(TINY)
    data = load_dataset("digits")

    finished.model.compile(loss=build_loss(TINY), metrics=["accuracy"])
    loss, accuracy = finished.model.evaluate(data.x_val, data.y_val, verbose=0)

    assert loss == pytest.approx(finished.history["val_loss"][-1], rel=1e-5)
    assert accuracy == pytest.approx(finished.history["val_accuracy"][-1])


def test_initial_weights_are_those_of_plain_keras():
    keras.utils.set_random_seed(7)
    plain = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    for a, b in zip(
        plain.get_weights(),
        build_model(Experiment(seed=7)).get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)


def test_divergence_ends_the_run():
    history = run(
        TINY.replace(dataset="sine", learning_rate=10.0, epochs=50)
    ).history

    assert len(history["loss"]) < 50
    assert not math.isfinite(history["loss"][-1] + history["val_loss"][-1])
    assert all(math.isfinite(v) for v in history["loss"][:-1])


def test_leaving_the_loop_stops_and_frees_the_program():
    for epoch in train(TINY):
        assert epoch.number == 1
        break

    assert run(TINY).history["loss"] == run(TINY).history["loss"]
    assert len(_programs[program_key(TINY)]) == 1


def test_interleaved_runs_do_not_disturb_each_other():
    alone = run(TINY).history["loss"]

    pairs = zip(
        train(TINY), train(TINY.replace(learning_rate=1.0)), strict=True
    )
    together = [first.logs["loss"] for first, _ in pairs]

    assert together == alone


def test_runs_in_threads_do_not_disturb_each_other():
    alone = run(TINY).history
    results = {}

    def work(number):
        results[number] = run(TINY).history

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(results[i] == alone for i in range(4))


def test_a_run_leaves_pythons_random_state():
    _programs.clear()
    random.seed(3)
    state = random.getstate()

    run(TINY.replace(epochs=1, dropout=0.5))

    assert random.getstate() == state


def test_programs_are_bounded():
    for width in range(1, KEPT_PROGRAMS + 4):
        run(TINY.replace(hidden_units=(width,), epochs=1))

    assert len(_programs) == KEPT_PROGRAMS


def test_a_slider_does_not_retrace(monkeypatch):
    run(TINY.replace(momentum=0.5, dropout=0.1, l2=0.1))
    made = []
    monkeypatch.setattr(engine, "Program", made.append)

    for value in (0.2, 0.6, 0.9):
        run(
            TINY.replace(
                momentum=value,
                dropout=value,
                l2=value,
                learning_rate=value,
                batch_size=int(10 * value),
                train_size=50,
                kernel_initializer="he_normal",
                initializer_scale=value,
                seed=3,
            )
        )

    assert made == []


def test_a_forgotten_program_leaves_nothing_behind():
    def graphs():
        gc.collect()
        return sum(isinstance(o, tf.Graph) for o in gc.get_objects())

    _programs.clear()
    run(TINY)
    _programs.clear()
    before = graphs()
    for width in (3, 4, 5):
        run(TINY.replace(hidden_units=width, optimizer="adam"))
        _programs.clear()

    assert graphs() == before


def test_looking_at_a_growing_run_does_not_change_it():
    experiment = TINY.replace(dropout=0.3, batch_normalization=True)
    data = load_dataset("digits", 100)
    arguments = (build_loss(experiment), data.x_train, data.y_train)
    start = gradient_norms(build_model(experiment), *arguments)
    history = {}

    for epoch in train(experiment):
        record(history, epoch)
        with epoch.untrained() as model:
            found = gradient_norms(model, *arguments)
        hidden_outputs(epoch.model, data.x_train)
        np.testing.assert_allclose(found, start, rtol=1e-5)

    assert history == run(experiment).history


def test_train_names_a_wrong_argument():
    with pytest.raises(TypeError, match="`experiment` must be an Experiment"):
        next(train({"learning_rate": 0.1}))


@pytest.mark.parametrize("schedule", SCHEDULES[:-1])
def test_rates_are_those_of_the_keras_schedule(schedule):
    experiment = Experiment(schedule=schedule, epochs=6, decay_epochs=2)

    schedule = build_schedule(experiment, 5)

    one_by_one = [float(schedule(step)) for step in range(30)]
    np.testing.assert_allclose(
        rates(experiment, 5), one_by_one, rtol=1e-5, atol=1e-8
    )


def test_plateau_lowers_the_rate():
    stuck = TINY.replace(
        learning_rate=1.0, schedule="reduce_on_plateau", patience=1, epochs=12
    )
    assert (
        run(stuck).history != run(stuck.replace(schedule="constant")).history
    )


def test_steps_per_epoch_goes_round_and_round():
    once = TINY.replace(batch_size=50, epochs=4)
    halves = once.replace(steps_per_epoch=1, epochs=8)
    doubles = once.replace(steps_per_epoch=4, epochs=2)

    whole = run(once).history["val_loss"]

    assert run(halves).history["val_loss"][1::2] == whole
    assert run(doubles).history["val_loss"] == whole[1::2]
