"""Long epochs are cut into pieces, which changes no number."""

import numpy as np
import pytest

from lessons_lib import Experiment, pace, program, train
from lessons_lib.pace import Pace

TINY = Experiment(train_size=100, epochs=3, learning_rate=0.05)
EXPERIMENTS = {
    "plain": TINY,
    "no remainder": TINY.replace(batch_size=25),
    "several epochs' worth": TINY.replace(steps_per_epoch=9),
    "scheduled": TINY.replace(schedule="cosine"),
    "plateau": TINY.replace(schedule="reduce_on_plateau", patience=1),
    "regression": Experiment(dataset="sine", epochs=3),
}


def trained(experiment):
    """Returns all logs, the last weights, and what was told on the way."""
    told, logs = [], []
    for epoch in train(experiment, told.append):
        logs.append(epoch.logs)
        weights = epoch.weights()
    return logs, weights, told


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_cut_epoch_is_the_same_epoch(name, monkeypatch):
    experiment = EXPERIMENTS[name]
    trained(experiment)  # from now on, whole epochs fit into one call
    logs, weights, told = trained(experiment)
    monkeypatch.setattr(pace, "CALL_S", 0.0)  # one step at a time
    trained(experiment)

    cut_logs, cut_weights, cut_told = trained(experiment)

    assert told[-1] == cut_told[-1] == 3
    assert len(cut_told) > 2 * len(told)
    assert cut_logs == logs
    for cut, whole in zip(cut_weights, weights, strict=True):
        np.testing.assert_array_equal(cut, whole)


def test_validation_in_parts_scores_every_example_once(monkeypatch):
    (whole, _, _) = trained(TINY)
    monkeypatch.setattr(program, "SCORED_AT_ONCE", 150)  # 360 in three parts

    (parts, _, _) = trained(TINY)

    for one, other in zip(parts, whole, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_progress_counts_epochs_and_their_fractions(monkeypatch):
    monkeypatch.setattr(pace, "CALL_S", 0.0)
    trained(TINY)

    _, _, told = trained(TINY)

    # Four steps an epoch: 32, 32, 32 and 4 examples.
    assert told == pytest.approx([k / 4 for k in range(1, 13)])


def test_what_progress_raises_ends_the_run():
    class EnoughError(Exception):
        pass

    def stop(epochs):
        if epochs >= 2:
            raise EnoughError

    seen = []
    with pytest.raises(EnoughError):
        seen.extend(epoch.number for epoch in train(TINY, stop))

    assert seen == [1]
    assert len(trained(TINY)[0]) == 3  # the program is as good as new


def test_a_pace_starts_with_one_step_and_grows_with_care():
    measured = Pace()
    assert measured.steps == 1

    measured.learn(1, 1e-6)
    assert measured.steps == pace.MOST_GROWTH

    measured.learn(10, pace.CALL_S)
    assert measured.steps == 10

    measured.learn(10, 20 * pace.CALL_S)
    assert measured.steps == 1
