"""Where examples come from: each generator makes what its formula says."""

import numpy as np
import pytest
from dataset_parts import parts

from lessons_lib import load_dataset


def test_translated_digits_are_the_centred_ones_elsewhere():
    def boxes(name):
        for image in load_dataset(name).x_train.reshape(-1, 16, 16)[:200]:
            rows, columns = np.flatnonzero(image.any(1)), image.any(0)
            inner = image[rows[0] : rows[-1] + 1, np.flatnonzero(columns)[0] :]
            yield inner[inner > 0], rows[0]

    centred, moved = (
        zip(*boxes(name), strict=True)
        for name in ("centred_digits", "translated_digits")
    )

    (pixels, rows), (same_pixels, other_rows) = centred, moved
    for a, b in zip(pixels, same_pixels, strict=True):
        np.testing.assert_array_equal(a, b)
    assert set(rows) == {4}
    assert set(other_rows) == set(range(9))


def test_digits_are_pixels_from_0_to_1():
    x = load_dataset("digits").x_train

    assert (x.min(), x.max()) == (0, 1)


@pytest.mark.parametrize(
    ("name", "used", "unused"),
    [("sparse_linear", 10, 90), ("regression", 5, 15)],
)
def test_least_squares_finds_the_features_that_count(name, used, unused):
    data = load_dataset(name)

    weights = np.linalg.lstsq(data.x_train, data.y_train, rcond=None)[0]

    truth = np.repeat([1.0, 0.0], [used, unused])[:, None]
    np.testing.assert_allclose(weights, truth, atol=0.03)
    noise = np.std(data.y_test - data.x_test @ truth)
    assert noise == pytest.approx(0.1, rel=0.15)


def test_sine_follows_the_sine():
    for x, y in parts(load_dataset("sine")):
        noise = y - np.sin(2 * np.pi * x)
        assert abs(noise.mean()) < 0.04
        assert noise.std() == pytest.approx(0.1, rel=0.25)


def test_two_marked_numbers_add_up():
    data = load_dataset("adding", sequence_length=10)

    for x, y in parts(data):
        numbers, marks = np.moveaxis(x.reshape(-1, 10, 2), 2, 0)
        assert set(np.unique(marks)) == {0, 1}
        np.testing.assert_array_equal(marks[:, :5].sum(axis=1), 1)
        np.testing.assert_array_equal(marks[:, 5:].sum(axis=1), 1)
        sums = (numbers * marks).sum(axis=1)
        np.testing.assert_allclose(sums, y[:, 0], rtol=1e-5)
        assert np.var(y) == pytest.approx(1 / 6, rel=0.2)


def test_moons_lie_on_their_half_circles():
    data = load_dataset("moons")
    centres = np.where(data.y_train[:, None] == 0, [-0.5, -0.25], [0.5, 0.25])

    radius = np.linalg.norm(data.x_train - centres, axis=1)

    assert radius.mean() == pytest.approx(1, abs=0.05)
    assert radius.std() == pytest.approx(0.2, rel=0.2)


def test_spirals_turn_with_the_radius():
    data = load_dataset("spirals")
    radius = np.linalg.norm(data.x_train, axis=1)
    angle = 3 * np.pi * radius + np.pi * data.y_train

    ideal = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)

    assert np.linalg.norm(data.x_train - ideal, axis=1).max() < 0.6
    assert np.median(np.linalg.norm(data.x_train - ideal, axis=1)) < 0.15
