"""Data sets: the same examples every time, in three parts that stay apart."""

import gzip
import importlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from lessons_lib import DatasetUnavailable, load_dataset
from lessons_lib.datasets import (
    DATASETS,
    OFFLINE,
    _load_whole,
    _training_inputs,
    load_vocabulary,
)

PARTS = ("train", "val", "test")
CLASSES = [name for name in OFFLINE if DATASETS[name].n_classes]
FEATURES = {
    "digits": 64,
    "centred_digits": 256,
    "translated_digits": 256,
    "moons": 2,
    "spirals": 2,
    "sine": 1,
    "sparse_linear": 100,
    "regression": 20,
    "adding": 40,
    "reviews": 26,
}


def forget():
    for cached in (_load_whole, _training_inputs):
        cached.cache_clear()


def parts(data):
    return [(getattr(data, f"x_{p}"), getattr(data, f"y_{p}")) for p in PARTS]


def test_offline_data_sets_are_listed():
    assert set(FEATURES) == set(OFFLINE)


@pytest.mark.parametrize("name", OFFLINE)
def test_shapes_and_types(name):
    source = DATASETS[name]

    data = load_dataset(name)

    for (x, y), size in zip(parts(data), source.sizes, strict=True):
        assert x.shape == (size, FEATURES[name])
        assert x.dtype == np.float32
        assert y.shape == ((size,) if source.n_classes else (size, 1))
        assert y.dtype == (np.int32 if source.n_classes else np.float32)
        assert np.isfinite(x).all()
    assert (data.n_classes, data.image_shape) == (
        source.n_classes,
        source.image_shape,
    )


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


@pytest.mark.parametrize("name", OFFLINE)
def test_no_example_is_in_two_parts(name):
    data = load_dataset(name)
    seen = [{row.tobytes() for row in x} for x, _ in parts(data)]

    together = set.union(*seen)

    assert len(together) == sum(map(len, seen))


@pytest.mark.parametrize("name", OFFLINE)
def test_same_examples_every_time(name):
    first = load_dataset(name)
    forget()

    again = load_dataset(name)

    assert first.x_train is not again.x_train
    for (x1, y1), (x2, y2) in zip(parts(first), parts(again), strict=True):
        np.testing.assert_array_equal(x1, x2)
        np.testing.assert_array_equal(y1, y2)


@pytest.mark.parametrize("changes", [{}, {"train_size": 50, "label_noise": 1}])
@pytest.mark.parametrize("name", ["digits", "sine"])
def test_arrays_are_read_only(name, changes):
    for x, y in parts(load_dataset(name, **changes)):
        assert not x.flags.writeable
        assert not y.flags.writeable


@pytest.mark.parametrize("name", CLASSES)
def test_classes_are_balanced(name):
    for _, y in parts(load_dataset(name)):
        shares = np.bincount(y) * DATASETS[name].n_classes / len(y)
        assert len(shares) == DATASETS[name].n_classes
        assert shares.min() > 0.7
        assert shares.max() < 1.3


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


@pytest.mark.parametrize("name", ["digits", "imdbs"])
def test_only_texts_have_a_vocabulary(name):
    with pytest.raises(ValueError, match=f"`name` must .*{name!r}"):
        load_vocabulary(name)


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


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("amount", [0.0, 0.25, 1.0])
def test_label_noise_flips_an_exact_number_of_training_labels(name, amount):
    clean, noisy = load_dataset(name), load_dataset(name, label_noise=amount)

    flipped = clean.y_train != noisy.y_train

    assert flipped.sum() == round(amount * len(clean.y_train))
    assert set(noisy.y_train) <= set(range(clean.n_classes))


def test_flipped_labels_can_be_any_other_class():
    clean, noisy = load_dataset("digits"), load_dataset("digits", None, 1.0)

    shifts = np.bincount((noisy.y_train - clean.y_train) % 10, minlength=10)

    assert shifts[0] == 0
    assert (shifts[1:] > 80).all()  # 1,077 / 9 = 120 expected


def test_regression_noise_has_the_standard_deviation_asked_for():
    clean, noisy = load_dataset("sine"), load_dataset("sine", label_noise=0.5)

    added = noisy.y_train - clean.y_train

    assert added.std() == pytest.approx(0.5, rel=0.2)


@pytest.mark.parametrize("name", ["digits", "sine"])
def test_noise_never_touches_validation_and_test(name):
    clean, noisy = load_dataset(name), load_dataset(name, label_noise=0.5)

    np.testing.assert_array_equal(clean.y_val, noisy.y_val)
    np.testing.assert_array_equal(clean.y_test, noisy.y_test)
    np.testing.assert_array_equal(clean.x_train, noisy.x_train)


def test_train_size_keeps_the_first_examples_and_the_other_parts_whole():
    whole, few = load_dataset("digits"), load_dataset("digits", train_size=7)

    np.testing.assert_array_equal(few.x_train, whole.x_train[:7])
    np.testing.assert_array_equal(few.y_train, whole.y_train[:7])
    assert few.x_val is whole.x_val
    assert few.x_test is whole.x_test


def test_guess_is_the_accuracy_of_the_commonest_class():
    data = load_dataset("moons")

    best = max(np.mean(data.y_val == 0), np.mean(data.y_val == 1))

    assert data.guess == pytest.approx(best)


def test_guess_of_regression_is_the_error_of_the_mean():
    y = load_dataset("sine").y_val.astype("float64")

    expected = np.mean((y - y.mean()) ** 2)

    assert load_dataset("sine").guess == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dig",), "`dataset` must be one of digits.*dataset='dig'"),
        (("sine", 101), "`train_size` .* 1 to 100.*train_size=101"),
        (("digits", None, 2), r"`label_noise` .*\[0, 1\].*label_noise=2"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_dataset(*arguments)


@pytest.fixture
def fresh_cache():
    forget()
    yield
    forget()


def write_npz(folder, shape):
    """Writes the file that Keras reads MNIST and Fashion-MNIST from."""
    pixels = np.full((70_000, *shape), 51, "uint8")
    pixels[0] = 255
    labels = (np.arange(70_000) % 10).astype("uint8")
    path = folder / "images.npz"
    np.savez(path, x_train=pixels[:60_000], y_train=labels[:60_000],
             x_test=pixels[60_000:], y_test=labels[60_000:])  # fmt: skip
    return path


def write_gz(folder, shape):
    """Writes the four files that Keras reads Fashion-MNIST from."""
    for kind, count in (("train", 60_000), ("t10k", 10_000)):
        labels = bytes(8) + bytes(i % 10 for i in range(count))
        pixels = np.full((count, *shape), 51, "uint8")
        pixels[0] = 255
        for name, content in (
            (f"{kind}-labels-idx1-ubyte.gz", labels),
            (f"{kind}-images-idx3-ubyte.gz", bytes(16) + pixels.tobytes()),
        ):
            with gzip.open(folder / name, "wb", compresslevel=1) as file:
                file.write(content)
    return folder


def write_batches(folder, shape):
    """Writes the six batches that Keras reads CIFAR-10 from."""
    inner = folder / "cifar-10-batches-py"
    inner.mkdir()
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    for name in names:
        pixels = np.full((10_000, np.prod(shape)), 51, "uint8")
        pixels[0] = 255
        labels = [i % 10 for i in range(10_000)]
        content = pickle.dumps({b"data": pixels, b"labels": labels}, 3)
        (inner / name).write_bytes(content)
    return folder


@pytest.mark.usefixtures("fresh_cache")
@pytest.mark.parametrize("length", [None, 6])
def test_imdb_is_read_padded_and_decoded(monkeypatch, tmp_path, length):
    """The file of Keras holds lists of word numbers, and one of words."""
    texts = [[i % 20_000 + 1, 1, 2] for i in range(50_000)]
    texts[0] = list(range(1, 101))
    x = np.empty(50_000, dtype=object)
    x[:] = texts
    y = np.arange(50_000) % 2
    np.savez(tmp_path / "imdb.npz", x_train=x[:25_000], y_train=y[:25_000],
             x_test=x[25_000:], y_test=y[25_000:])  # fmt: skip
    words = {"the": 1, "film": 2, "rare": 15_000}
    (tmp_path / "imdb_word_index.json").write_text(json.dumps(words))
    module = importlib.import_module("keras.src.datasets.imdb")
    monkeypatch.setattr(
        module, "get_file", lambda fname, **_: str(tmp_path / fname)
    )

    data = load_dataset("imdb", train_size=20_000, sequence_length=length)
    vocabulary = load_vocabulary("imdb")

    length = length or DATASETS["imdb"].length
    assert [len(x) for x, _ in parts(data)] == [20_000, 5_000, 25_000]
    assert data.x_train.shape[1] == length
    assert data.sequence_shape == (length, 1)
    assert data.x_train.max() < DATASETS["imdb"].n_words == len(vocabulary)
    lines = [
        " ".join(vocabulary[int(token)] for token in row)
        for row in data.x_test
    ]
    assert sum(line.endswith(" the film") for line in lines) == 25_000
    short = data.x_test[0]
    assert not short[: length - 4].any()
    assert vocabulary[int(short[length - 4])] == "[start]"


FILES = {
    "mnist": (write_npz, (28, 28)),
    "fashion_mnist": (write_gz, (28, 28)),
    "cifar10": (write_batches, (32, 32, 3)),
}


@pytest.mark.usefixtures("fresh_cache")
@pytest.mark.parametrize("name", FILES)
def test_files_of_keras_are_read_and_split_in_three(
    name, monkeypatch, tmp_path
):
    write, shape = FILES[name]
    cache = write(tmp_path, shape)

    def cached(fname, **_):  # Keras's own check of the hash would refuse
        return str(cache / fname if fname.endswith(".gz") else cache)

    module = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(module, "get_file", cached)

    data = load_dataset(name, train_size=20)

    assert data.image_shape[:2] == shape[:2]
    assert [x.shape for x, _ in parts(data)] == [
        (n, np.prod(shape)) for n in (20, *DATASETS[name].sizes[1:])
    ]
    assert all(x.dtype == np.float32 for x, _ in parts(data))
    assert (data.x_train[0] == 1).all()
    np.testing.assert_allclose(data.x_train[1:], 0.2)
    assert not data.x_train.flags.writeable
    np.testing.assert_array_equal(data.y_train, np.arange(20) % 10)
    np.testing.assert_array_equal(data.y_test, np.arange(10_000) % 10)


@pytest.mark.usefixtures("fresh_cache")
def test_a_failed_download_says_what_to_do_and_is_tried_again(monkeypatch):
    calls = []

    def fail():
        calls.append(1)
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", fail)

    for _ in range(2):
        with pytest.raises(DatasetUnavailable) as error:
            load_dataset("mnist")

    text = str(error.value)
    assert all(part in text for part in ("'mnist'", "internet", "digits"))
    assert "URL fetch failure" in text
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("name", "left"),
    [("mnist", ""), ("mnist", "mnist.npz"),
     ("cifar10", "cifar-10-batches-py-target_archive")],
)  # fmt: skip
def test_without_a_network_the_real_download_says_so(tmp_path, name, left):
    if left:  # an earlier download ended early
        (tmp_path / "datasets").mkdir()
        (tmp_path / "datasets" / left).write_bytes(b"half a file")

    script = (
        "from lessons_lib import *\n"
        f"try: load_dataset({name!r})\n"
        "except DatasetUnavailable as e: print(e)\n"
        "print(load_dataset('moons').x_train.shape)"
    )
    nowhere = "http://127.0.0.1:9"  # refuses every connection
    variables = {
        "KERAS_HOME": str(tmp_path),
        "https_proxy": nowhere,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }

    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert "Connect to the internet" in done.stdout
    assert "(300, 2)" in done.stdout
    assert not list((tmp_path / "datasets").iterdir())
