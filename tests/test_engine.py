"""The engine against `model.fit`, the oracle for every number it reports."""

import math

import numpy as np
import pytest

from lessons_lib import Experiment, build_model, run
from lessons_lib.experiment import ACTIVATIONS, INITIALIZERS
from lessons_lib.models import build_loss, build_optimizer
from lessons_lib.schedules import build_plateau, build_schedule

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
