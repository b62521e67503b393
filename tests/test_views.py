"""Views against the model asked directly."""

import numpy as np
import pytest
import tensorflow as tf

from lessons_lib import Experiment, Run, build_model, load_dataset, run
from lessons_lib.views import VIEWS, Boundary, Fit, check_views

MOONS = Experiment(dataset="moons", epochs=3, hidden_units=(8,))
SINE = Experiment(dataset="sine", epochs=3, hidden_units=(8,))


def test_the_boundary_is_the_softmax_at_each_place():
    finished = run(MOONS)
    view = Boundary(size=5)

    values = view.data(finished)["values"]

    x0, x1, y0, y1 = view.header(MOONS)["extent"]
    for row, y in enumerate(np.linspace(y0, y1, 5)):
        for column, x in enumerate(np.linspace(x0, x1, 5)):
            logits = finished.model(np.float32([[x, y]]))
            expected = tf.nn.softmax(logits).numpy()[0, 1]
            assert values[row, column] == pytest.approx(expected, abs=1e-5)


def test_the_boundarys_map_holds_every_training_example():
    header = Boundary().header(MOONS.replace(train_size=50))
    data = load_dataset("moons", 50)

    x0, x1, y0, y1 = header["extent"]

    points = np.asarray(header["points"])
    np.testing.assert_array_equal(points[:, :2], data.x_train)
    np.testing.assert_array_equal(points[:, 2], data.y_train)
    assert (points[:, :2] > [x0, y0]).all()
    assert (points[:, :2] < [x1, y1]).all()


def test_the_boundary_of_a_diverged_model_raises_no_warning():
    weights = [
        np.full_like(w, np.inf) for w in build_model(MOONS).get_weights()
    ]

    values = Boundary(size=4).data(Run(MOONS, {}, weights))["values"]

    assert values.shape == (4, 4)


def test_the_fit_is_the_models_output():
    finished = run(SINE)
    view = Fit(points=7)

    (series,) = view.data(finished)["series"]

    x = np.asarray(view.header(SINE)["x"])
    expected = [float(finished.model(np.float32([[v]]))[0, 0]) for v in x]
    np.testing.assert_allclose(series["values"], expected, rtol=1e-5)


def test_the_fits_axes_hold_every_training_example():
    header = Fit().header(SINE)
    data = load_dataset("sine")

    low, high = header["limits"]

    assert header["x"][0] == data.x_train.min()
    assert header["x"][-1] == data.x_train.max()
    assert low < data.y_train.min() < data.y_train.max() < high


@pytest.mark.parametrize(
    ("dataset", "view"),
    [("digits", "boundary"), ("sine", "boundary"), ("moons", "fit")],
)
def test_a_data_set_that_does_not_fit_is_named(dataset, view):
    with pytest.raises(ValueError, match=f"'{view}' needs .*'{dataset}'"):
        check_views(Experiment(dataset=dataset), (view,))


LINEAR = Experiment(dataset="sparse_linear", hidden_units=(), epochs=2)


def test_an_unknown_view_is_named():
    with pytest.raises(
        ValueError, match=r"`views` .*boundary, .*fit.*'bundary'"
    ):
        check_views(MOONS, ("bundary",))


def test_views_are_known_by_their_header_names():
    fitting = {
        "boundary": MOONS,
        "filters": Experiment(architecture="cnn"),
        "fit": SINE,
        "features": LINEAR,
        "mistakes": Experiment(),
        "reading": Experiment(dataset="reviews"),
    }

    for name, view in VIEWS.items():
        assert view.header(fitting.get(name, MOONS))["name"] == name


def test_features_are_the_weights_of_a_linear_model():
    finished = run(LINEAR)

    data = VIEWS["features"].data(finished)

    kernel = finished.model.get_weights()[0]
    np.testing.assert_array_equal(data["series"][0]["values"], kernel[:, 0])


def test_features_needs_a_linear_model():
    with pytest.raises(ValueError, match=r"'features' needs a linear model"):
        check_views(LINEAR.replace(hidden_units=(4,)), ("features",))


def test_weights_are_counted_once_and_biases_never():
    finished = run(MOONS)
    kernels = [w for w in finished.model.get_weights() if w.ndim == 2]
    every = np.concatenate([k.ravel() for k in kernels])

    shares = VIEWS["weights"].data(finished)["series"][0]["values"]

    assert sum(shares) == pytest.approx(1)
    edges = VIEWS["weights"].header(MOONS)["edges"]
    assert shares[-1] == pytest.approx(np.mean(every >= edges[-2]))
    assert shares[0] == pytest.approx(np.mean(every < edges[1]))


def test_schedule_shows_the_rate_of_every_step():
    falling = MOONS.replace(schedule="polynomial", epochs=5)

    data = VIEWS["schedule"].data(run(falling))

    values = data["series"][0]["values"]
    assert values[0] == pytest.approx(falling.learning_rate)
    assert np.all(np.diff(values) <= 0)
    assert values[-1] < 0.05 * falling.learning_rate


def test_schedule_follows_the_plateau_of_the_run():
    stuck = MOONS.replace(
        schedule="reduce_on_plateau", patience=0, epochs=8, learning_rate=5.0
    )
    finished = run(stuck)
    losses = np.array(finished.history["val_loss"])
    rises = np.sum(losses[1:] > np.minimum.accumulate(losses)[:-1])

    values = VIEWS["schedule"].data(finished)["series"][0]["values"]

    assert rises > 0
    assert values[-1] < values[0]
