"""How far a run is, told in numbers and words."""

import threading

import pytest
from panel_moves import TINY, explorer, settled, turn, until

from lessons_lib import Control, live, pace, progress
from lessons_lib.progress import Clock, Progress


@pytest.fixture
def now(monkeypatch):
    """A clock that stands at `now[0]` seconds."""
    seconds = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: seconds[0])
    return seconds


def test_the_time_left_follows_the_pace_since_the_first_step(now):
    clock = Clock(20)
    now[0] += 60  # compiling
    clock.at(0.5)
    now[0] += 3

    told = clock.at(2.0)

    assert told.left_s == pytest.approx(3 / 1.5 * 18)
    assert told.text == "epoch 3 of 20, about 36 s left"


def test_a_run_of_moments_says_nothing(now):
    clock = Clock(20)
    clock.at(1)
    now[0] += 0.4

    assert clock.at(10).text == ""


def test_a_finished_run_has_nothing_left(now):
    clock = Clock(2)
    clock.at(1)
    now[0] += 10

    assert clock.at(2) == Progress(2, 2)


@pytest.mark.parametrize(
    ("left_s", "words"),
    [(0.2, "1 s"), (89, "89 s"), (95, "2 min"), (7200, "2.0 h")],
)
def test_the_time_left_in_words(left_s, words):
    told = Progress(5, 1.5, left_s)

    assert told.text == f"epoch 2 of 5, about {words} left"


def test_a_new_architecture_says_that_it_is_prepared():
    panel = explorer(
        controls=[Control("hidden_units", ((4,), (4, 3, 4)), scale="choice")]
    ).panel
    seen = []
    show = panel.session.show
    panel.session.show = lambda: (seen.append(panel.session.progress), show())

    turn(panel, "hidden_units", (4, 3, 4))
    settled(panel)

    assert "Preparing" in seen[0].text
    assert panel.left.value == ""

    seen.clear()
    panel.train.click()
    settled(panel)
    assert all(told.text == "" for told in seen)


def test_a_long_epoch_moves_the_bar_and_says_how_long(monkeypatch):
    monkeypatch.setattr(pace, "CALL_S", 0.002)
    monkeypatch.setattr(progress, "SURE_S", 0.0)
    control = Control("steps_per_epoch", (0, 100_000))
    panel = explorer(controls=[control]).panel

    turn(panel, "steps_per_epoch", 100_000)
    until(lambda: 0 < panel.bar.value < 1)
    until(lambda: "left" in panel.left.value)

    assert panel.session.result.experiment == TINY  # nothing new to draw yet
    assert panel.left.value.startswith("epoch 1 of 3, about ")
    panel.stop.click()
    settled(panel)
    assert panel.left.value == ""


def test_stop_acts_within_an_epoch(monkeypatch):
    told, train = [], live.train

    def listening(experiment, progress):
        def tell(epochs):
            told.append(epochs)
            progress(epochs)

        return train(experiment, tell)

    monkeypatch.setattr(live, "train", listening)
    monkeypatch.setattr(pace, "CALL_S", 0.01)
    control = Control("steps_per_epoch", (0, 100_000))
    panel = explorer(controls=[control]).panel
    told.clear()
    turn(panel, "steps_per_epoch", 100_000)
    until(lambda: told)
    worker = panel.session._worker
    assert isinstance(worker, threading.Thread)

    panel.stop.click()
    worker.join(20)

    assert not worker.is_alive()
    assert 0 < told[-1] < 1
    assert panel.session.result.experiment == TINY
