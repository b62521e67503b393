"""Parts and caches of data sets, for the tests."""

from lessons_lib.datasets import _load_whole, _training_inputs

PARTS = ("train", "val", "test")


def forget():
    for cached in (_load_whole, _training_inputs):
        cached.cache_clear()


def parts(data):
    return [(getattr(data, f"x_{p}"), getattr(data, f"y_{p}")) for p in PARTS]
