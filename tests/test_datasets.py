"""Data sets: the same examples every time, in three parts that stay apart."""

import numpy as np
import pytest
from dataset_parts import forget, parts

from lessons_lib import load_dataset
from lessons_lib.datasets import DATASETS, OFFLINE, load_vocabulary

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


@pytest.mark.parametrize("name", ["digits", "imdbs"])
def test_only_texts_have_a_vocabulary(name):
    with pytest.raises(ValueError, match=f"`name` must .*{name!r}"):
        load_vocabulary(name)


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
