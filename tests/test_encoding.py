"""Plain values for JSON."""

import base64
import json
import math

import numpy as np
import pytest

from lessons_lib.encoding import encode_cells, rounded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.123456, 0.1235),
        (123456.0, 123500.0),
        (1.23456e-12, 1.235e-12),
        (0.0, 0.0),
        (123456, 123456),
        (True, True),
        ("text", "text"),
        (None, None),
        (math.nan, None),
        (-math.inf, None),
        (np.float32(0.1), 0.1),
        (np.int64(7), 7),
        (np.bool_(False), False),
        (np.array([[1.0, np.nan]], "float32"), [[1.0, None]]),
        ((1, 2.00001), [1, 2.0]),
        ({"a": [np.float64(1 / 3)]}, {"a": [0.3333]}),
    ],
)
def test_rounded(value, expected):
    result = rounded(value)

    assert result == expected
    assert type(result) is type(expected)
    json.dumps(result, allow_nan=False)


def decoded(text):
    return list(base64.b64decode(text))


def test_cells_are_bytes_between_the_limits():
    values = np.array([[-1.0, 0.0], [0.5, 1.0]])

    assert decoded(encode_cells(values, (-1, 1))) == [0, 128, 191, 255]


def test_cells_beyond_the_limits_are_cut():
    assert decoded(encode_cells(np.array([-5.0, 5.0]), (0, 1))) == [0, 255]


def test_cells_that_are_not_finite_go_to_an_end():
    values = np.array([np.nan, np.inf, -np.inf])

    assert decoded(encode_cells(values, (0, 0.5))) == [0, 255, 0]
