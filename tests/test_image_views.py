"""Views of image networks against the model asked directly."""

import keras
import numpy as np
import pytest

from lessons_lib import Experiment, load_dataset, run
from lessons_lib.views import VIEWS

CNN = Experiment(architecture="cnn", filters=(5, 3), hidden_units=(), epochs=2)


def test_confusions_are_shares_of_each_true_class():
    finished, data = run(CNN), load_dataset("digits")

    values = VIEWS["confusion"].data(finished)["values"]

    answers = finished.model(data.x_val).numpy().argmax(axis=1)
    threes = answers[data.y_val == 3]
    assert values[3, 8] == pytest.approx(np.mean(threes == 8))
    np.testing.assert_allclose(values.sum(axis=1), 1)
    right = np.average(np.diag(values), weights=np.bincount(data.y_val))
    assert right == pytest.approx(finished.history["val_accuracy"][-1])


@pytest.mark.parametrize("size", [1, 3, 5])
def test_each_filter_is_a_picture_of_its_kernel(size):
    experiment = CNN.replace(kernel_size=size, epochs=1)
    finished, view = run(experiment), VIEWS["filters"]
    kernel = finished.weights[0][:, :, 0, :]

    canvas = view.data(finished)["values"]

    assert canvas.shape == tuple(view.header(experiment)["shape"])
    assert canvas.shape == tuple(view.header(CNN)["shape"])
    second = np.flipud(canvas[1:13, 15:27])
    expected = kernel[:, :, 1] / np.abs(kernel[:, :, 1]).max()
    corners = np.ix_((0, -1), (0, -1))
    np.testing.assert_allclose(second[corners], expected[corners], rtol=1e-5)
    assert not canvas[:, 5 * 14 :].any()
    assert not canvas[13:].any()


def test_more_filters_than_there_is_room_for_are_left_out():
    many = CNN.replace(filters=40, epochs=1)

    assert VIEWS["filters"].data(run(many))["values"].shape == (28, 112)


def test_mistakes_are_the_surest_wrong_answers():
    finished, data = run(CNN), load_dataset("digits")
    logits = finished.model(data.x_val).numpy()
    wrong = np.flatnonzero(logits.argmax(axis=1) != data.y_val)
    sure = logits.max(axis=1) - logits[np.arange(360), data.y_val]
    first, second = wrong[np.argsort(-sure[wrong])][:2]

    picture = VIEWS["mistakes"].data(finished)

    assert picture["values"].shape == tuple(
        VIEWS["mistakes"].header(CNN)["shape"]
    )
    assert len(picture["notes"]) == min(8, len(wrong))
    for column, example in enumerate((first, second)):
        image = np.flipud(picture["values"])[3:, column * 9 :][:8, :8]
        np.testing.assert_array_equal(image, data.x_val[example].reshape(8, 8))
        x, y, text = picture["notes"][column]
        assert column < x < column + 1
        assert 1 < y < 2
        said = logits[example].argmax()
        assert text == f"{data.y_val[example]} → {said}"


def test_a_network_without_mistakes_shows_none(monkeypatch):
    finished, data = run(CNN), load_dataset("digits")
    right = np.eye(10, dtype="float32")[data.y_val]
    monkeypatch.setitem(
        finished.__dict__, "model", lambda x: keras.ops.array(right)
    )

    picture = VIEWS["mistakes"].data(finished)

    assert picture["notes"] == []
    assert not picture["values"].any()


def test_two_classes_are_named():
    header = VIEWS["confusion"].header(Experiment(dataset="reviews"))

    assert header["labels"] == ["negative", "positive"]


@pytest.mark.parametrize(
    ("view", "experiment"),
    [
        ("mistakes", Experiment(dataset="moons")),
        ("confusion", Experiment(dataset="sine")),
        ("filters", Experiment()),
        ("filters", CNN.replace(filters=())),
    ],
)
def test_what_does_not_fit_is_named(view, experiment):
    with pytest.raises(ValueError, match=f"{view!r} needs .*Received: "):
        VIEWS[view].header(experiment)
