"""Downloaded data sets: files like Keras's own, and no network at all."""

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
from dataset_parts import forget, parts

from lessons_lib import DatasetUnavailable, load_dataset
from lessons_lib.datasets import DATASETS, load_vocabulary


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
