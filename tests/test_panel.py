"""The live panel without a browser: pictures, axes, verdicts, messages."""

import threading

import ipywidgets
from panel_moves import TINY, explorer, settled, turn

from lessons_lib import Control, Experiment, live, run


def test_the_picture_is_redrawn_in_place():
    panel = explorer(views=["boundary"]).panel
    images = panel.cards.children
    before = bytes(images[0].value)

    turn(panel, "learning_rate", 0.3)
    settled(panel)
    after = images[0].value
    turn(panel, "learning_rate", 0.1)
    settled(panel)

    assert len(images) == 3
    assert panel.cards.children is images
    assert before.startswith(b"\x89PNG")
    assert after != before
    assert images[0].value == before


def test_axes_stay_while_a_slider_moves():
    panel = explorer(Experiment(dataset="sine", epochs=20)).panel
    limits = panel.session.result.limits

    turn(panel, "learning_rate", 10.0)
    result = settled(panel)

    assert result.verdict.status == "diverged"
    assert result.limits == limits


def test_the_verdict_names_setting_and_outcome():
    panel = explorer().panel

    turn(panel, "learning_rate", 1e-4)
    settled(panel)

    assert "η = 0.0001, moons, seed 0" in panel.verdict.value
    assert "Barely moved" in panel.verdict.value


def test_several_seeds_make_a_band():
    panel = explorer().panel

    panel.seed.value = 5
    panel.seeds.value = 3
    result = settled(panel)

    expected = [run(TINY.replace(seed=s)).history for s in (5, 6, 7)]
    assert result.histories == expected
    assert result.epochs_done == panel.bar.value == panel.bar.max == 9
    assert "3 seeds" in panel.verdict.value


def test_the_verdict_counts_diverged_seeds():
    panel = explorer(
        Experiment(dataset="sine", learning_rate=10.0), seeds=2
    ).panel

    assert "Diverged" in panel.verdict.value


def test_a_setting_that_cannot_be_run_leaves_a_message():
    sizes = Control("batch_size", (8, 32, 128), scale="log")
    panel = explorer(controls=[sizes]).panel
    before = panel.session.result

    panel.session.ask(batch_size=512)

    assert "batch_size" in panel.message.value
    assert "Received: batch_size=512" in panel.message.value
    assert panel.session.result is before

    turn(panel, "batch_size", 128)
    assert settled(panel).experiment.batch_size == 128
    assert panel.message.value == ""


def test_controls_that_contradict_each_other_leave_a_message():
    optimizer = Control("optimizer", ("sgd", "adam"), scale="choice")
    panel = explorer(controls=["momentum", optimizer]).panel

    turn(panel, "momentum", 0.9)
    turn(panel, "optimizer", "adam")
    assert "`momentum` must be 0 for" in panel.message.value

    turn(panel, "momentum", 0.0)
    assert settled(panel).experiment == TINY.replace(optimizer="adam")


def test_an_unforeseen_error_leaves_a_message(monkeypatch):
    panel = explorer().panel

    def broken(experiment, progress):
        raise MemoryError("no room <left>")

    with monkeypatch.context() as patch:
        patch.setattr(live, "train", broken)
        turn(panel, "learning_rate", 0.3)
        settled(panel)
    assert "MemoryError: no room &lt;left&gt;" in panel.message.value

    turn(panel, "learning_rate", 0.03)
    assert settled(panel).experiment.learning_rate == 0.03


def test_a_network_too_deep_to_train_explains_itself():
    deep = TINY.replace(hidden_units=4, hidden_layers=2, activation="sigmoid")
    depths = Control("hidden_layers", (2, 10))
    panel = explorer(deep, [depths], views=("gradients",)).panel

    turn(panel, "hidden_layers", 10)
    settled(panel)

    assert "Barely moved" in panel.verdict.value
    assert "vanishes on its way back" in panel.verdict.value


def test_nothing_piles_up():
    panel = explorer().panel
    panel.pin.click()
    panel.session.clear_pins()
    widgets = len(ipywidgets.widgets.widget._instances)
    threads = threading.active_count()

    for i in range(40):
        turn(panel, "learning_rate", (0.1, 0.3)[i % 2])
        settled(panel)
    panel.pin.click()
    panel.session.clear_pins()

    assert threading.active_count() == threads
    # Each button of the pins has a layout and a style, which ipywidgets
    # keeps; only those may be more.
    new = list(ipywidgets.widgets.widget._instances.values())[widgets:]
    kinds = {type(widget).__name__ for widget in new}
    assert kinds <= {"Layout", "ButtonStyle"}
