"""Pictures of the pages weigh less and look the same."""

import matplotlib as mpl
import numpy as np
import pytest
from light_pictures import SEEN, lighten
from matplotlib.figure import Figure
from PIL import Image

from lessons_lib.cards import STYLE


def pixels(path):
    with Image.open(path) as file:
        return np.asarray(file.convert("RGBA"), dtype=float)


@pytest.fixture
def figure(tmp_path):
    path = tmp_path / "figure.png"
    with mpl.style.context(STYLE):
        drawn = Figure(dpi=100)
        ax = drawn.subplots()
        ax.plot(np.sin(np.arange(50)), label="training")
        ax.set_title("A curve")
        ax.legend()
        drawn.savefig(path)
    return path


def test_a_figure_weighs_half_and_looks_the_same(figure):
    before, weight = pixels(figure), figure.stat().st_size

    assert lighten(figure)

    assert figure.stat().st_size < weight / 2
    assert np.abs(pixels(figure) - before).mean() < SEEN
    assert [path.name for path in figure.parent.iterdir()] == ["figure.png"]


def test_a_picture_is_lightened_once(figure):
    lighten(figure)
    light = figure.read_bytes()

    assert not lighten(figure)
    assert figure.read_bytes() == light


def test_a_picture_of_many_colours_keeps_them(tmp_path):
    path = tmp_path / "noise.png"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), "uint8")
    Image.fromarray(noise).save(path)
    before = path.read_bytes()

    assert not lighten(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["noise.png"]
