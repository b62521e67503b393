"""The numbers that "Predict first" quotes are those of the recorded runs.

A row names a piece of the section that ends in a number, and where the number
comes from: the median over the recorded seeds. Without a learning rate it is
that of the best one.
"""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from chapter_checks import sections

from lessons_lib import load_sweep

BOOK = Path(__file__).parents[1] / "book"
TUNED = {"learning_rate": None}


def rate(value, **rest):
    return {"learning_rate": value, **rest}


def size(batch_size, steps_per_epoch=0):
    return {"batch_size": batch_size, "steps_per_epoch": steps_per_epoch}


def sine(hidden_units):
    return {"hidden_units": hidden_units, "train_size": 25, **TUNED}


def net(activation, hidden_layers=3, learning_rate=0.1):
    return rate(
        learning_rate, activation=activation, hidden_layers=hidden_layers
    )


def start(kernel_initializer):
    return {"kernel_initializer": kernel_initializer}


def decay(schedule, learning_rate):
    return {"schedule": schedule, "learning_rate": learning_rate}


def cell(architecture):
    return {"architecture": architecture, "sequence_length": 40, **TUNED}


LOSS, RIGHT = "val_loss", "val_accuracy"
ROWS = {
    "learning_rate": [
        ("The loss is still 2.19", LOSS, rate(0.001)),
        ("works, and ends at 0.19", LOSS, rate(0.1)),
        ("It ends at 0.125", LOSS, rate(1.0)),
        ("The loss ends at 2.33", LOSS, rate(3.0)),
    ],
    "batch_size": [
        ("more than the others, and ends at 0.14", LOSS, size(1)),
        ("made 680 steps and ends at 0.19", LOSS, size(32)),
        ("and its loss is 1.89", LOSS, size(1077)),
        ("behind the others, at 0.49", LOSS, size(1, 34)),
        ("Both end at 0.19", LOSS, size(32, 34)),
        ("Both end at 0.19", LOSS, size(1077, 34)),
    ],
    "depth": [
        ("line, and 66.7", RIGHT, {"hidden_layers": 0}),
        ("Both losses are high, 0.45", "loss", {"hidden_layers": 10}),
        ("Both losses are high, 0.45", LOSS, {"hidden_layers": 10}),
        ("the accuracy is 77.3", RIGHT, {"hidden_layers": 10}),
        ("77.3 %, against 100", RIGHT, {"hidden_layers": 2}),
        ("Its training accuracy is 77.6", "accuracy", {"hidden_layers": 10}),
    ],
    "width": [
        ("Its error is 0.49", LOSS, sine(1)),
        ("its training error of 0.11", "loss", sine(5)),
        ("its validation error of 0.14", LOSS, sine(5)),
        ("its median is 0.052", LOSS, sine(20)),
        ("Its validation error of 0.042", LOSS, sine(100)),
        ("the lowest too: at 0.003", "loss", sine(100)),
    ],
    "activations": [
        ("With ReLU it ends at 0.17", LOSS, net("relu")),
        ("It stays at 2.30", LOSS, net("sigmoid")),
        ("the same network gets 83", RIGHT, net("sigmoid", 3, 1.0)),
        ("seven rates it ends at 0.34", LOSS, net("sigmoid", 3, None)),
        ("0.34, and ReLU at 0.17", LOSS, net("relu", 3, None)),
        ("one hidden layer: 0.14", LOSS, net("sigmoid", 1, None)),
        ("0.14 against 0.15", LOSS, net("relu", 1, None)),
    ],
    "initialization": [
        ("and ends at 0.20", LOSS, start("he_normal")),
        ("It ends at 2.31", LOSS, start("random_normal")),
        ("It ends at 2.31", LOSS, start("zeros")),
    ],
    "dropout": [
        ("falls further, from 0.80", "loss", {"dropout": 0.5}),
        ("from 0.80 to 0.14", "loss", {"dropout": 0.0}),
        ("The validation loss ends at 0.91", LOSS, {"dropout": 0.0}),
        ("ends at 0.91 instead of 0.61", LOSS, {"dropout": 0.5}),
        ("The loss ends at 2.28", LOSS, {"dropout": 0.9}),
        ("its training loss ends at 2.27", "loss", {"dropout": 0.9}),
    ],
    "learning_rate_decay": [
        ("It ends at 0.055", LOSS, decay("constant", 0.03)),
        ("It ends at 0.062", LOSS, decay("step", 0.03)),
        ("It ends at 0.060", LOSS, decay("polynomial", 0.03)),
        ("It ends at 0.059", LOSS, decay("cosine", 0.03)),
        ("last of the four, with 0.078", LOSS, decay("constant", 0.1)),
        ("It ends at 0.041", LOSS, decay("step", 0.1)),
        ("It ends at 0.029", LOSS, decay("polynomial", 0.1)),
        ("it ends at 0.034", LOSS, decay("cosine", 0.1)),
    ],
    "cnn": [
        ("It falls to 18", RIGHT, {"kernel_size": 1, **TUNED}),
        ("3×3 pixels, and 83", RIGHT, {"kernel_size": 3, **TUNED}),
        ("It rises to 89", RIGHT, {"kernel_size": 5, **TUNED}),
    ],
    "lstm": [
        ("At 40 it ends at 0.172", LOSS, cell("simple_rnn")),
        ("They end at 0.0004", LOSS, cell("gru")),
        ("and the LSTM at 0.0025", LOSS, cell("lstm")),
    ],
    "optimizers": [
        ("SGD reaches 0.125", LOSS, {"optimizer": "sgd", **TUNED}),
        ("and Adam 0.127", LOSS, {"optimizer": "adam", **TUNED}),
        ("a validation loss of 1.02", LOSS, rate(0.01, optimizer="sgd")),
    ],
}
FILES = {"lstm": "lstm_adding", "optimizers": "optimizers_digits"}


def predict_first(name):
    chapter = json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))
    text = sections(chapter)["Predict first"]
    return re.sub(r"\{term\}`([^`<]+?)(?: <[^>]*>)?`", r"\1", text)


def medians(name, metric, setting):
    """Yields the median last value at the asked or at each learning rate."""
    sweep = load_sweep(BOOK / "runs" / f"{FILES.get(name, name)}.json")
    rates = [setting.get("learning_rate", ...)]
    if rates == [None]:
        rates = sweep.control("learning_rate").values
    for each in rates:
        at = setting if each is ... else {**setting, "learning_rate": each}
        ends = sweep.curves(metric, **at)[:, -1]
        yield np.median(np.nan_to_num(ends, nan=np.inf)), at


def recorded(name, metric, setting):
    """Returns the median; where rates are tuned, that of the best rate."""
    judge = RIGHT if metric.endswith("accuracy") else LOSS
    found = list(medians(name, judge, setting))
    value, at = (max if judge == RIGHT else min)(found, key=lambda x: x[0])
    return next(medians(name, metric, at))[0] if metric != judge else value


@pytest.mark.parametrize(
    ("name", "words", "metric", "setting"),
    [(name, *row) for name, rows in ROWS.items() for row in rows],
)
def test_the_quoted_number_is_the_recorded_one(name, words, metric, setting):
    quoted = re.search(r"[\d.]+$", words).group()
    digits = len(quoted.partition(".")[2])

    assert re.search(rf"{re.escape(words)}(?![\d]|\.\d)", predict_first(name))
    value = recorded(name, metric, setting)
    value *= 100 if metric.endswith("accuracy") else 1
    assert f"{value:.{digits}f}" == quoted


def test_curves_are_as_told():
    flat = load_sweep(BOOK / "runs/learning_rate.json")
    broken = flat.curves(LOSS, learning_rate=3.0)
    assert broken.max() <= 2.91  # "no seed here is above 2.9"
    assert np.median(broken, axis=0).min() > 2.25
    assert np.median(broken, axis=0).max() < 2.4

    without = load_sweep(BOOK / "runs/dropout.json").curves(LOSS, dropout=0.0)
    middle = np.median(without, axis=0)
    assert middle.argmin() + 1 == 12
    assert f"{middle.min():.2f}" == "0.65"

    starts = load_sweep(BOOK / "runs/initialization.json")
    he = starts.curves(LOSS, kernel_initializer="he_normal")
    assert f"{np.median(he, axis=0)[0]:.2f}" == "1.69"


def test_seeds_overlap_or_part_as_told():
    drop = load_sweep(BOOK / "runs/dropout.json")
    none = drop.curves(LOSS, dropout=0.0)[:, -1]
    assert none.min() > drop.curves(LOSS, dropout=0.5)[:, -1].max()

    batch = load_sweep(BOOK / "runs/batch_size.json")
    small = batch.curves(LOSS, **size(32, 34))[:, -1]
    full = batch.curves(LOSS, **size(1077, 34))[:, -1]
    assert f"{np.median(small) - np.median(full):.3f}" == "0.004"
    assert full.max() > small.min()

    schedules = load_sweep(BOOK / "runs/learning_rate_decay.json")
    line, wave = (
        schedules.curves(LOSS, **decay(name, 0.1))[:, -1]
        for name in ("polynomial", "cosine")
    )
    assert line.max() > wave.min()

    adding = load_sweep(BOOK / "runs/lstm_adding.json")
    for name in ("gru", "lstm"):
        at = {**cell(name), "learning_rate": 0.01}
        assert np.all(adding.curves(LOSS, **at).min(axis=1) < 0.01)
