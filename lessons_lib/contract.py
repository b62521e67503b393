"""Whether a document holds a recorded sweep: `web/schema.json` by hand.

The twin of `web/src/check.ts`. It knows the parts that Python reads; what is
compared with the experiment and the controls is left to `recorded`.
"""

import sys
from typing import Any

_LARGEST = sys.float_info.max


class ContractError(ValueError):
    """A document does not hold what it must; the message says where."""


def check_document(document: Any) -> None:
    """Raises a `ContractError` that names the first fault, if there is any.

    Args:
        document: What a file's JSON holds.
    """
    _object(document, "the document")
    _texts(document, ("name",), "")
    _object(document.get("experiment"), "experiment")
    _texts(
        _object(document.get("provenance"), "provenance"),
        ("fingerprint", "tensorflow", "keras", "recorded"),
        "provenance.",
    )
    for i, control in enumerate(_list(document.get("controls"), "controls")):
        where = f"controls[{i}]"
        _object(control, where)
        names = ("name", "label", "symbol", "scale", "help")
        _texts(control, names, f"{where}.")
        values = _list(control.get("values"), f"{where}.values")
        _list(control.get("texts"), f"{where}.texts", len(values))
    seeds = _list(document.get("seeds"), "seeds")
    if not seeds or not all(type(seed) is int for seed in seeds):
        _fail("seeds", "at least one integer", seeds)
    metrics = [
        name
        for i, metric in enumerate(_list(document.get("metrics"), "metrics"))
        for name in _curves(metric, f"metrics[{i}]")
    ]
    views = _list(document.get("views"), "views")
    for i, view in enumerate(views):
        _texts(_object(view, f"views[{i}]"), ("name", "kind"), f"views[{i}].")
    settings = _list(document.get("settings"), "settings")
    for i, setting in enumerate(settings):
        _check_setting(setting, metrics, len(seeds), f"settings[{i}]")


def _curves(metric, where):
    """Names of a metric's two curves."""
    _texts(_object(metric, where), ("name",), f"{where}.")
    return metric["name"], f"val_{metric['name']}"


def _check_setting(setting, metrics, seeds, where):
    _object(setting, where)
    _texts(setting, ("verdict", "status"), f"{where}.")
    ends = _list(setting.get("diverged"), f"{where}.diverged", seeds)
    for end in ends:
        if end is not None and (type(end) is not int or end < 1):
            _fail(f"{where}.diverged", "epochs from 1, or null", end)
    curves = _object(setting.get("curves"), f"{where}.curves")
    for name in {*metrics, *curves}:
        at = f"{where}.curves.{name}"
        for curve in _list(curves.get(name), at, seeds):
            if not _list(curve, at):
                _fail(at, "at least one epoch", curve)
            _numbers(curve, at)
    views = _object(setting.get("views"), f"{where}.views")
    for name, data in views.items():
        _check_picture(data, f"{where}.views.{name}")


def _check_picture(data, where):
    if isinstance(_object(data, where).get("values"), str):
        return
    for i, series in enumerate(_list(data.get("series"), f"{where}.series")):
        at = f"{where}.series[{i}]"
        _texts(_object(series, at), ("label",), f"{at}.")
        _numbers(_list(series.get("values"), f"{at}.values"), f"{at}.values")


def _numbers(values, where):
    for value in values:
        if value is not None and not _is_number(value):
            _fail(where, "numbers or null", value)


def _is_number(value):
    return type(value) in (int, float) and abs(value) <= _LARGEST


def _object(value, where):
    if not isinstance(value, dict):
        _fail(where, "an object", value)
    return value


def _list(value, where, length=None):
    if not isinstance(value, list):
        _fail(where, "a list", value)
    if length is not None and len(value) != length:
        _fail(where, f"{length} entries", f"{len(value)} entries")
    return value


def _texts(fields, names, prefix):
    for name in names:
        if not isinstance(fields.get(name), str):
            _fail(f"{prefix}{name}", "a text", fields.get(name))


def _fail(where, expected, received):
    text = repr(received)
    text = f"{text[:57]}…" if len(text) > 60 else text
    raise ContractError(f"`{where}` must be {expected}. Received: {text}")
