"""Panels, turned and waited for, for the tests."""

import time

from lessons_lib import Experiment, Explorer, live

TINY = Experiment(dataset="moons", epochs=3, hidden_units=(4,))
LONG = TINY.replace(epochs=100_000)
WIDGET = "application/vnd.jupyter.widget-view+json"


def explorer(experiment=TINY, controls=("learning_rate",), **settings):
    return Explorer(experiment, controls=list(controls), **settings)


def turn(panel, name, value):
    panel.knobs[name].value = value


def settled(panel):
    """Waits for the end of training and returns the result."""
    panel.session.wait(120)
    assert not panel.session.training
    return panel.session.result


def until(condition, timeout_s=120):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def watch_training(monkeypatch):
    """Returns a list of the experiments that are trained from now on."""
    seen = []
    train = live.train

    def watched(experiment, progress):
        seen.append(experiment)
        return train(experiment, progress)

    monkeypatch.setattr(live, "train", watched)
    return seen
