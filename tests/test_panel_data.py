"""Other data in a panel: what the menu holds, and what cannot be had."""

import keras
import numpy as np
import pytest
from panel_moves import (
    TINY,
    WIDGET,
    explorer,
    settled,
    turn,
    until,
)

from lessons_lib import Experiment, datasets, downloads, run
from lessons_lib.datasets import DatasetUnavailable
from lessons_lib.offers import datasets_for


def test_other_data_are_a_menu_entry_away():
    panel = explorer().panel

    panel.data.value = "digits"
    result = settled(panel)

    assert result.experiment.dataset == "digits"
    assert result.histories == [run(result.experiment).history]


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
    panel.session.wait(120)

    assert "Connect to the internet" in panel.message.value
    assert panel.data.value == "moons"
    turn(panel, "learning_rate", 0.3)
    assert settled(panel).experiment == TINY.replace(learning_rate=0.3)
    assert panel.message.value == ""


def test_a_baseline_that_must_be_downloaded_waits_for_train(offline, trained):
    shown = explorer(Experiment(dataset="mnist"), title="Digits <28>")

    bundle = shown._repr_mimebundle_()
    turn(shown.panel, "learning_rate", 0.3)

    assert set(bundle) == {"text/plain", "text/html", WIDGET}
    assert "Digits &lt;28&gt;" in bundle["text/html"]
    assert "downloaded first" in bundle["text/html"]
    assert "11 MB" in shown.panel.message.value
    assert trained == []


def test_a_baseline_that_cannot_be_had_shows_why(offline):
    shown = explorer(Experiment(dataset="mnist"))

    shown.panel.train.click()
    shown.panel.session.wait(120)

    assert "Connect to the internet" in shown.panel.message.value
    assert not shown.panel.session.training
    with pytest.raises(DatasetUnavailable):
        run(shown.experiment)


def test_a_download_shows_how_it_goes(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    told = []

    def load_data():
        with (tmp_path / "mnist.npz").open("wb") as file:
            for _ in range(4):  # 8 of 11 MB, until the panel has said so
                file.write(bytes(2_000_000))
                file.flush()
                count = len(told)
                until(lambda count=count: len(told) > count)
        images = rng.integers(0, 256, (70_000, 28, 28), "uint8")
        labels = rng.integers(0, 10, 70_000)
        return (images[:60_000], labels[:60_000]), (
            images[60_000:],
            labels[60_000:],
        )

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    monkeypatch.setattr(downloads, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(downloads, "WATCH_EVERY_S", 0.01)
    datasets._load_whole.cache_clear()
    small = Experiment(dataset="mnist", train_size=200, epochs=1)
    panel = explorer(small).panel
    show = panel.session.show

    def listen():
        show()
        if "downloaded" in panel.left.value:
            told.append(panel.left.value)

    panel.session.show = listen
    try:
        panel.train.click()
        result = settled(panel)
    finally:
        datasets._load_whole.cache_clear()
        datasets._training_inputs.cache_clear()

    assert told[0] == ("MNIST digits (28×28 pixels): 2 of 11 MB downloaded.")
    assert "8 of 11 MB" in told[-1]
    assert len(result.histories[0]["loss"]) == 1
    assert panel.left.value == ""


def test_a_cache_that_cannot_be_written_is_told_beforehand(
    offline, monkeypatch, tmp_path
):
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("not a folder")
    monkeypatch.setenv("KERAS_HOME", str(in_the_way / ".keras"))

    panel = explorer(Experiment(dataset="mnist")).panel

    assert "Keras cannot write to" in panel.message.value
    assert str(in_the_way) in panel.message.value

    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "new" / ".keras"))
    panel = explorer(Experiment(dataset="mnist")).panel
    assert "cannot write" not in panel.message.value
