"""From arrays to the plain values that JSON can hold."""

import base64
import math
from typing import Any

import numpy as np

DIGITS = 4
"""Significant digits kept: more than a chart or a sentence can show."""


def rounded(value: Any) -> Any:
    """Returns arrays as lists, and numbers rounded; NaN and infinity as None.

    Args:
        value: Numbers, texts, arrays, and lists, tuples or dicts of them.
    """
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return rounded(value.tolist())
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, np.generic):
        return rounded(value.item())
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def encode_cells(values: np.ndarray, limits: tuple[float, float]) -> str:
    """Returns a heatmap's cells as base64 of one byte each.

    Args:
        values: Shape `(rows, columns)`.
        limits: The values that become 0 and 255; beyond them they are cut,
            and NaN becomes 0.
    """
    low, high = limits
    values = np.clip(np.where(np.isnan(values), low, values), low, high)
    share = (values - low) / (high - low)
    return base64.b64encode(np.round(255 * share).astype("uint8")).decode()
