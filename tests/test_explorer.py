"""The live panel, without a browser: widgets are turned, results looked at."""

import base64
import csv
import io
import threading
import time
from urllib.parse import unquote

import ipywidgets
import keras
import pytest

from lessons_lib import Control, Experiment, Explorer, live, run
from lessons_lib.datasets import DatasetUnavailable
from lessons_lib.live import datasets_for

TINY = Experiment(dataset="moons", epochs=3, hidden_units=(4,))
LONG = TINY.replace(epochs=100_000)
WIDGET = "application/vnd.jupyter.widget-view+json"


def explorer(experiment=TINY, controls=("learning_rate",), **settings):
    return Explorer(experiment, controls=list(controls), **settings)


def turn(panel, name, value):
    panel.knobs[name].value = value


def settled(panel):
    """Waits for the end of training and returns the result."""
    panel.session.wait(30)
    assert not panel.session.training
    return panel.session.result


def until(condition, timeout_s=20):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@pytest.fixture
def trained(monkeypatch):
    """Lists the experiments that are trained from now on."""
    seen = []
    train = live.train

    def watched(experiment):
        seen.append(experiment)
        return train(experiment)

    monkeypatch.setattr(live, "train", watched)
    return seen


def test_a_notebook_gets_both_faces():
    bundle = explorer(name="moons", title="Two <moons>")._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html", "image/png", WIDGET}
    assert "Explorer(Experiment(" in bundle["text/plain"]
    assert "runs/moons.json" in bundle["text/html"]
    assert "<svg" in bundle["text/html"]
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


def test_without_a_recorded_sweep_the_page_keeps_a_picture():
    page = explorer()._repr_mimebundle_()["text/html"]

    assert "<svg" in page
    assert "script" not in page


def test_making_trains_nothing_and_showing_trains_once(trained):
    shown = explorer(seeds=2)
    assert trained == []

    first, second = shown._repr_mimebundle_(), shown._repr_mimebundle_()

    assert trained == [TINY, TINY.replace(seed=1)]
    assert first[WIDGET] == second[WIDGET]


def test_the_baseline_is_what_run_returns():
    assert settled(explorer().panel).histories == [run(TINY).history]


KNOBS = {
    "slider": ("learning_rate", 0.3, ipywidgets.SelectionSlider),
    "buttons": (
        Control("activation", ("relu", "tanh"), scale="choice"),
        "tanh",
        ipywidgets.ToggleButtons,
    ),
    "menu": (
        Control(
            "optimizer",
            ("sgd", "rmsprop", "adam", "adamw", "lion"),
            scale="choice",
        ),
        "adam",
        ipywidgets.Dropdown,
    ),
    "box": (
        Control("nesterov", (False, True)),
        True,
        ipywidgets.Checkbox,
    ),
    "slider of tuples": (
        Control("hidden_units", ((), (4,), (4, 4)), scale="choice"),
        (4, 4),
        ipywidgets.SelectionSlider,
    ),
}


@pytest.mark.parametrize("kind", KNOBS)
def test_a_knob_trains_what_it_says(kind):
    control, value, widget = KNOBS[kind]
    panel = explorer(controls=[control]).panel
    name = getattr(control, "name", control)
    knob = panel.knobs[name]

    knob.value = value
    result = settled(panel)

    assert isinstance(knob.widget, widget)
    assert knob.value == value
    assert result.experiment == TINY.replace(**{name: value})
    assert result.histories == [run(result.experiment).history]


def test_every_input_says_what_it_is():
    panel = explorer(controls=["learning_rate", "momentum"]).panel

    knob = panel.knobs["learning_rate"].widget
    assert knob.description == "learning rate η"
    assert "step" in knob.tooltip
    assert knob.continuous_update
    inputs = [panel.data, panel.seed, panel.seeds]
    inputs += [panel.train, panel.stop, panel.pin, panel.bar]
    assert all(i.description and i.tooltip for i in inputs)


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


def test_of_100_rapid_turns_the_last_wins_and_none_waits(trained):
    panel = explorer(TINY.replace(epochs=20)).panel
    trained.clear()

    for i in range(100):
        turn(panel, "learning_rate", (0.01, 0.03, 0.1, 0.3)[i % 4])
    result = settled(panel)

    assert result.experiment.learning_rate == 0.3
    assert result.epochs_done == 20
    assert trained[-1] == result.experiment
    assert len(trained) < 50
    assert panel.session._job is None
    assert panel.session._worker is None


def test_a_newer_request_ends_a_long_run():
    control = Control("epochs", (5, 100_000))
    panel = explorer(TINY.replace(epochs=5), controls=[control]).panel
    turn(panel, "epochs", 100_000)
    until(lambda: panel.session.result.experiment.epochs > 5)

    turn(panel, "epochs", 5)

    assert settled(panel).experiment.epochs == 5


def long_run():
    control = Control("epochs", (3, 100_000))
    panel = explorer(controls=[control]).panel
    turn(panel, "epochs", 100_000)
    until(lambda: panel.session.result.experiment.epochs == 100_000)
    return panel


def test_curves_grow_while_training():
    panel = long_run()
    first = panel.session.result.epochs_done
    picture = panel.cards.children[0].value

    until(lambda: panel.session.result.epochs_done > first)
    until(lambda: panel.cards.children[0].value != picture)

    assert panel.session.training
    assert 0 < panel.bar.value < panel.bar.max == 100_000
    panel.session.stop()
    settled(panel)


def test_stop_ends_the_run_and_keeps_what_is_there():
    panel = long_run()
    worker = panel.session._worker

    panel.stop.click()
    worker.join(10)

    assert not worker.is_alive()
    assert not panel.session.training
    assert "Stopped." in panel.message.value
    assert 0 < panel.session.result.epochs_done < 100_000


def test_train_runs_again_after_stop(trained):
    panel = long_run()
    panel.stop.click()
    trained.clear()

    panel.train.click()
    until(lambda: trained)
    panel.stop.click()
    settled(panel)

    assert trained == [LONG]


def test_stop_with_nothing_to_stop_says_nothing():
    panel = explorer().panel

    panel.stop.click()

    assert panel.message.value == ""


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


def test_pins_stay_as_ghosts_with_a_table():
    panel = explorer().panel
    bare = panel.cards.children[0].value

    panel.pin.click()
    turn(panel, "learning_rate", 0.3)
    settled(panel)
    panel.pin.click()

    assert panel.cards.children[0].value != bare
    assert panel.table.value.count("<tr>") == 3
    names = [button.description for button in panel.unpins.children]
    assert names == ["Unpin 1", "Unpin 2", "Clear pins"]

    panel.unpins.children[0].click()
    assert [pin.number for pin in panel.session.pins] == [2]
    panel.pin.click()
    assert [pin.number for pin in panel.session.pins] == [2, 3]

    panel.unpins.children[-1].click()
    assert panel.session.pins == []
    assert panel.table.value == ""
    assert panel.unpins.children == ()


def test_pins_leave_as_csv():
    sizes = ((4,), (4, 2))
    comma = Control("hidden_units", sizes, texts=("4", "4, 2"), scale="choice")
    panel = explorer(controls=[comma]).panel
    turn(panel, "hidden_units", (4, 2))
    result = settled(panel)
    panel.pin.click()

    link = panel.table.value.split('href="')[1].split('"')[0]
    head, text = link.split(",", 1)
    (row,) = csv.DictReader(io.StringIO(unquote(text)))

    assert head == "data:text/csv;charset=utf-8"
    assert row["hidden_units"] == "4, 2"
    assert float(row["val_loss"]) == result.histories[0]["val_loss"][-1]
    assert row["verdict"] == result.verdict.status


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

    def broken(experiment):
        raise MemoryError("no room <left>")

    with monkeypatch.context() as patch:
        patch.setattr(live, "train", broken)
        turn(panel, "learning_rate", 0.3)
        settled(panel)
    assert "MemoryError: no room &lt;left&gt;" in panel.message.value

    turn(panel, "learning_rate", 0.03)
    assert settled(panel).experiment.learning_rate == 0.03


def test_other_data_are_a_menu_entry_away():
    panel = explorer().panel

    panel.data.value = "digits"
    result = settled(panel)

    assert result.experiment.dataset == "digits"
    assert result.histories == [run(result.experiment).history]


def test_a_view_must_have_room_for_every_position():
    depths = Control("hidden_layers", (1, 11))

    with pytest.raises(ValueError, match=r"'gradients' .* 10 .*Received: 11"):
        explorer(TINY.replace(hidden_units=4, hidden_layers=1), [depths],
                 views=("gradients",))  # fmt: skip


def test_a_network_too_deep_to_train_explains_itself():
    deep = TINY.replace(hidden_units=4, hidden_layers=2, activation="sigmoid")
    depths = Control("hidden_layers", (2, 10))
    panel = explorer(deep, [depths], views=("gradients",)).panel

    turn(panel, "hidden_layers", 10)
    settled(panel)

    assert "Barely moved" in panel.verdict.value
    assert "vanishes on its way back" in panel.verdict.value


def test_the_menu_holds_data_that_make_sense():
    digits = Experiment()
    images = ["digits", "centred_digits", "translated_digits"]
    downloads = ["mnist", "fashion_mnist", "cifar10"]

    assert datasets_for(digits, ()) == [
        *images, "moons", "spirals", *downloads
    ]  # fmt: skip
    assert datasets_for(TINY, ("boundary",)) == ["moons", "spirals"]
    cnn = digits.replace(architecture="cnn")
    assert datasets_for(cnn, ()) == [*images, *downloads]
    large = digits.replace(batch_size=400)
    assert datasets_for(large, ()) == [*images, "spirals", *downloads]
    assert datasets_for(Experiment(dataset="sine"), ("fit",)) == ["sine"]
    text = Experiment(dataset="reviews", architecture="lstm")
    assert datasets_for(text, ("confusion",)) == ["reviews", "imdb"]
    assert datasets_for(Experiment(dataset="adding"), ()) == ["adding"]


@pytest.fixture
def offline(monkeypatch):
    def load_data():
        raise Exception("URL fetch failure")  # as Keras does

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)


def test_a_download_says_its_size_first(offline, trained):
    panel = explorer().panel
    trained.clear()

    panel.data.value = "mnist"

    assert "11 MB" in panel.message.value
    assert "Press Train" in panel.message.value
    assert trained == []


def test_data_that_cannot_be_had_leave_the_panel_usable(offline):
    panel = explorer().panel

    panel.data.value = "mnist"
    panel.train.click()
    panel.session.wait(30)

    assert "Connect to the internet" in panel.message.value
    assert panel.data.value == "moons"
    turn(panel, "learning_rate", 0.3)
    assert settled(panel).experiment == TINY.replace(learning_rate=0.3)
    assert panel.message.value == ""


def test_a_baseline_that_cannot_be_had_shows_why(offline):
    shown = explorer(Experiment(dataset="mnist"))

    bundle = shown._repr_mimebundle_()

    assert set(bundle) == {"text/plain", WIDGET}
    assert "Connect to the internet" in shown.panel.message.value
    with pytest.raises(DatasetUnavailable):
        run(shown.experiment)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"views": ["horizon"]}, "`views` must be some of"),
        ({"views": ["fit"]}, "needs a data set with 1 feature"),
        ({"seeds": 0}, "`seeds` must be an integer from 1 to 10"),
        ({"seeds": True}, "`seeds` must be an integer from 1 to 10"),
        ({"seeds": 11}, "`seeds` must be an integer from 1 to 10"),
        ({"controls": ["width"]}, "`controls` must be Control objects"),
        ({"controls": []}, "at least one control"),
        (
            {"experiment": TINY.replace(learning_rate=0.2)},
            "`learning_rate` must be one of the control's values",
        ),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        explorer(**arguments)


def test_an_interrupted_baseline_can_be_shown_again(monkeypatch):
    shown = explorer()

    def interrupted(experiment):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(live, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            shown._repr_mimebundle_()

    shown._repr_mimebundle_()
    assert settled(shown.panel).experiment == TINY


def test_two_panels_at_once_do_not_disturb_each_other():
    first, second = explorer().panel, explorer().panel

    turn(first, "learning_rate", 0.3)
    turn(second, "learning_rate", 0.03)

    for panel, rate in ((first, 0.3), (second, 0.03)):
        expected = run(TINY.replace(learning_rate=rate)).history
        assert settled(panel).histories == [expected]


def test_turns_from_many_threads_leave_one_result():
    panel = explorer().panel
    threads = [
        threading.Thread(target=turn, args=(panel, "learning_rate", rate))
        for rate in (0.01, 0.03, 0.3) * 5
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    turn(panel, "learning_rate", 1.0)

    assert settled(panel).experiment.learning_rate == 1.0


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


def test_zero_and_one_are_a_slider_and_no_checkbox():
    panel = Explorer(
        Experiment(steps_per_epoch=1, epochs=1),
        controls=[Control("steps_per_epoch", (0, 1))],
    ).panel

    assert isinstance(
        panel.knobs["steps_per_epoch"].widget, ipywidgets.SelectionSlider
    )
