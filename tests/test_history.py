"""What curves amount to, checked on curves made by hand."""

import math
import re

import numpy as np
import pytest

from lessons_lib.history import (
    Epoch,
    axis_limits,
    diverged_at,
    joint_verdict,
    record,
    summarize,
    verdict,
)

FALLING = [1.0, 0.8, 0.6, 0.5, 0.4, 0.35, 0.3, 0.3, 0.3, 0.3]


def curves(loss, val_loss=None, **others):
    return {"loss": loss, "val_loss": val_loss or loss, **others}


def test_record_appends_each_metric():
    history = {}

    for number in (1, 2):
        record(history, Epoch(number, {"loss": 1 / number}, False, None, None))

    assert history == {"loss": [1.0, 0.5]}


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["loss", "val_loss"])
def test_diverged_at_is_the_first_epoch_with_a_bad_metric(name, bad):
    history = {"loss": [1.0, 2.0, 3.0], "val_loss": [1.0, 2.0, 3.0]}
    history[name] = [1.0, bad, bad]

    assert diverged_at(history) == 2


def test_diverged_at_is_none_for_finite_metrics():
    assert diverged_at(curves(FALLING)) is None


@pytest.mark.parametrize(
    ("history", "status", "text"),
    [
        (curves([1.0, 9.0, math.nan]), "diverged", "in epoch 3: .* NaN"),
        (curves([1.0, math.inf]), "diverged", "in epoch 2: .* infinite"),
        (curves([1.0, 9.0], [1.0, math.inf]), "diverged", "on the validation"),
        (curves([2.0]), "improving", "One epoch done: training loss 2"),
        (curves([1.0] * 10), "stuck", "Barely moved: .* 1 to 1 in 10 epochs"),
        (curves([1.0, 5.0, 9.0]), "grows", "Growing: .* 1 to 9 in 3 epochs"),
        (
            curves([1.0, 0.2, 0.5]),
            "unsteady",
            "was 0.2 in epoch 2 and is 0.5 now",
        ),
        (
            curves([1.0, 0.5, 0.3, 0.2, 0.1], [1.0, 0.6, 0.5, 0.7, 0.9]),
            "overfits",
            "since epoch 3: .* 0.5 to 0.9",
        ),
        (
            curves([1.0, 0.9, 0.8, 0.7, 0.6, 0.5]),
            "improving",
            "Still improving: training loss 0.5",
        ),
        (curves(FALLING), "settled", "Settled: .* validation loss 0.3"),
    ],
)
def test_verdicts(history, status, text):
    judged = verdict(history)

    assert judged.status == status
    assert re.search(text, judged.text), judged.text


def test_the_verdict_names_the_accuracy():
    accuracy = {"accuracy": [0.9] * 10, "val_accuracy": [0.875] * 10}

    judged = verdict(curves(FALLING, **accuracy))

    assert judged.text.endswith("validation accuracy 87.5%.")


@pytest.mark.parametrize(
    ("last_loss", "status"), [(0.91, "stuck"), (0.89, "settled")]
)
def test_less_than_a_tenth_of_change_is_stuck(last_loss, status):
    loss = [1.0, *[last_loss] * 9]

    assert verdict(curves(loss)).status == status


@pytest.mark.parametrize(
    ("last_loss", "status"), [(0.46, "unsteady"), (0.44, "settled")]
)
def test_half_above_the_lowest_loss_is_unsteady(last_loss, status):
    loss = [1.0, 0.3, *[last_loss] * 8]

    assert verdict(curves(loss)).status == status


@pytest.mark.parametrize(
    ("last_loss", "status"), [(0.34, "overfits"), (0.32, "settled")]
)
def test_a_tenth_above_the_best_validation_loss_is_overfitting(
    last_loss, status
):
    loss = np.linspace(1.0, 0.8, 10).tolist()
    val_loss = [1.0, 0.3, *[last_loss] * 8]

    assert verdict(curves(loss, val_loss)).status == status


@pytest.mark.parametrize(
    ("last_loss", "status"), [(0.94, "improving"), (0.96, "settled")]
)
def test_a_twentieth_in_the_last_fifth_of_the_epochs_is_improving(
    last_loss, status
):
    loss = [2.0, *[1.0] * 6, 1.0, 1.0, last_loss]

    assert verdict(curves(loss)).status == status


@pytest.mark.parametrize(
    ("accuracy", "status"), [(0.54, "stuck"), (0.56, "settled")]
)
def test_an_accuracy_near_guessing_is_stuck(accuracy, status):
    history = curves(FALLING, val_accuracy=[accuracy] * 10)

    assert verdict(history, guess=0.5).status == status
    assert verdict(history).status == "settled"


@pytest.mark.parametrize(("guess", "status"), [(0.3, "stuck"), (1, "settled")])
def test_a_squared_error_near_guessing_is_stuck(guess, status):
    assert verdict(curves(FALLING), guess).status == status


@pytest.mark.parametrize("history", [{}, {"loss": [], "val_loss": []}])
def test_a_verdict_needs_an_epoch(history):
    with pytest.raises(ValueError, match="`history` must hold an epoch"):
        verdict(history)


def test_the_joint_verdict_is_that_of_the_median_curves():
    runs = [
        curves([1.0, 0.9, 0.2, 0.2]),
        curves([1.0, 0.5, 0.5, 0.4]),
        curves([1.0, 0.4, 0.4, 0.9]),
        curves([1.0, 0.2, 0.3, 0.8]),
    ]

    median = curves([1.0, 0.45, 0.35, 0.6])
    assert joint_verdict(runs) == verdict(median)


def test_the_joint_verdict_waits_for_seeds_on_their_way():
    done, growing = curves(FALLING), curves([1.0, 5.0])

    assert joint_verdict([done, growing]) == verdict(done)


def test_the_joint_verdict_counts_diverged_seeds():
    broken, whole = curves([1.0, math.nan]), curves(FALLING)

    judged = joint_verdict([broken, whole, broken])

    assert judged.status == "diverged"
    assert judged.text.startswith("2 of 3 seeds diverged. Of the others: ")
    assert judged.text.endswith(verdict(whole).text)


def test_the_joint_verdict_when_all_diverge():
    broken = curves([1.0, math.nan])

    assert joint_verdict([broken, broken]) == verdict(broken)


def test_limits_span_the_baselines_decades_and_half_a_decade_more():
    history = curves([2.0, 0.5], [2.0, 0.2], accuracy=[0.1, 0.2])

    assert axis_limits(history) == {"loss": (0.01, 10.0), "accuracy": (0, 1)}


@pytest.mark.parametrize("loss", [[1.0, math.inf], [1.0, math.nan], [0.0]])
def test_limits_of_any_baseline_are_positive_and_finite(loss):
    low, high = axis_limits(curves(loss))["loss"]

    assert 0 < low < high < math.inf


def test_summarize_gives_median_and_range_of_each_epoch():
    runs = [curves([float(v), 2.0 * v]) for v in (5, 1, 2)]

    median, low, high = summarize(runs, "loss")

    np.testing.assert_array_equal(median, [2, 4])
    np.testing.assert_array_equal(low, [1, 2])
    np.testing.assert_array_equal(high, [5, 10])


def test_summarize_counts_a_diverged_seed_as_the_worst():
    runs = [curves([3.0, math.nan]), curves([1.0, 1.0]), curves([2.0, 2.0])]

    median, low, high = summarize(runs, "loss")

    np.testing.assert_array_equal(median, [2, 2])
    np.testing.assert_array_equal(low, [1, 1])
    np.testing.assert_array_equal(high, [3, 2])


def test_summarize_counts_a_diverged_seed_as_the_lowest_accuracy():
    broken = curves([1.0, math.nan], accuracy=[0.5, 0.9])
    whole = [curves([1.0, 1.0], accuracy=[0.5, a]) for a in (0.6, 0.8)]

    median, low, high = summarize([broken, *whole], "accuracy")

    np.testing.assert_array_equal(median, [0.5, 0.6])
    np.testing.assert_array_equal(low, [0.5, 0.6])
    np.testing.assert_array_equal(high, [0.5, 0.8])
