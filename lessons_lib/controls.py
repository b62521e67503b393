"""What a control is: one hyperparameter and the values it can take."""

import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from lessons_lib.experiment import FIELDS, LARGEST, Experiment, shown

SCALES = ("log", "linear", "choice")
_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Control:
    """A slider, menu or switch over the values of one name.

    Args:
        name: A field of `Experiment`, or an argument of a `Demo`'s function.
        values: Its values, in the order of the slider.
        label: Its name in words; default the name with spaces.
        symbol: The symbol of the equations, or `""`.
        scale: `"log"` or `"linear"` for ascending numbers (a log scale may
            start with 0), `"choice"` for anything else and always for
            switches, whose values are `False` and `True`.
        help: One sentence on what it does.
        texts: What the slider shows for each value; default the values.

    Raises:
        ValueError: A field is of the wrong type, no values, values given
            twice, an unknown scale, values that this scale cannot place, or
            texts of another number; the message names the field.
    """

    name: str
    values: tuple[Any, ...]
    label: str = ""
    symbol: str = ""
    scale: str = "linear"
    help: str = ""
    texts: tuple[str, ...] = ()

    def __post_init__(self):
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise self._error("name", "letters, digits and underscores")
        for field in ("label", "symbol", "help"):
            if not isinstance(getattr(self, field), str):
                raise self._error(field, "a text")
        values = _plain(self.values)
        if not isinstance(values, tuple) or not all(map(_can_be, values)):
            raise self._error(
                "values",
                "a tuple of numbers, texts, switches, None, or tuples of "
                "these",
            )
        # 1, 1.0 and True are one position: a value must say where it stands.
        if not values or len(set(values)) < len(values):
            raise self._error("values", "at least one value, all different")
        if not isinstance(self.scale, str) or self.scale not in SCALES:
            raise self._error("scale", "'log', 'linear' or 'choice'")
        if all(isinstance(value, bool) for value in values):
            object.__setattr__(self, "scale", "choice")
        if self.scale != "choice":
            self._check_ascending(values)
        texts = _plain(self.texts)
        if not isinstance(texts, tuple) or not all(
            isinstance(text, str) for text in texts
        ):
            raise self._error("texts", "a tuple of texts")
        texts = texts or tuple(map(_text, values))
        if len(texts) != len(values):
            raise self._error("texts", f"one for each of {len(values)} values")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "texts", texts)
        label = self.label or self.name.replace("_", " ")
        object.__setattr__(self, "label", label)

    def _error(self, field: str, expected: str) -> ValueError:
        return ValueError(
            f"`{field}` of control {shown(self.name)} must be {expected}. "
            f"Received: {field}={shown(getattr(self, field))}"
        )

    def _check_ascending(self, values):
        least = 0 if self.scale == "log" else -math.inf
        if (
            not all(isinstance(value, Real) for value in values)
            or list(values) != sorted(values)
            or values[0] < least
        ):
            expected = "ascending numbers"
            if self.scale == "log":
                expected += " of at least 0"
            raise self._error(
                "values", f"{expected}, unless its scale is 'choice'"
            )

    def index(self, value: Any) -> int:
        """Returns the position of a value on the slider.

        Raises:
            ValueError: The value is none of the control's.
        """
        try:
            return self.values.index(value)
        except ValueError as error:  # absent, or an array, which is no value
            raise ValueError(
                f"`{self.name}` must be one of the control's values "
                f"{self.values!r}. Received: {self.name}={shown(value)}"
            ) from error

    def as_dict(self, default: Any) -> dict[str, Any]:
        """Returns the control as the page reads it, standing at `default`."""
        return {
            "name": self.name,
            "label": self.label,
            "symbol": self.symbol,
            "scale": self.scale,
            "values": list(self.values),
            "texts": list(self.texts),
            "default": self.index(default),
            "help": self.help,
        }


def _plain(value: Any) -> Any:
    """Returns NumPy's scalars as Python's, and what is listed as tuples."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple | range):
        return tuple(map(_plain, value))
    return value


def _can_be(value: Any) -> bool:
    """Whether a control can have the value: whether JSON can say it."""
    if isinstance(value, tuple):
        return all(map(_can_be, value))
    if isinstance(value, int | float):
        return abs(value) <= LARGEST  # which NaN is not
    return value is None or isinstance(value, str)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


CONTROLS: dict[str, Control] = {
    control.name: control
    for control in (
        Control(
            "learning_rate",
            (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
            symbol="η",
            scale="log",
            help="How far each step moves the weights against the gradient.",
        ),
        Control(
            "batch_size",
            (8, 32, 128, 512),
            symbol="B",
            scale="log",
            help="How many training examples each step averages over.",
        ),
        Control(
            "momentum",
            (0.0, 0.5, 0.9, 0.99),
            symbol="β",
            help="How much of the last step is carried into the next one.",
        ),
    )
}
"""The controls that chapters name; others make their own."""


def resolve_controls(
    experiment: Experiment, controls: list[str | Control]
) -> tuple[Control, ...]:
    """Turns names into controls and checks all against an experiment.

    Every value of every control must make a valid experiment by itself, and
    the experiment's own value must be among them.

    Raises:
        ValueError: Naming the control and what is wrong with it.
    """
    if not isinstance(controls, list | tuple):
        raise ValueError(
            "`controls` must be a list of names or Control objects. "
            f"Received: {shown(controls)}"
        )
    if not controls:
        raise ValueError(
            "`controls` must name at least one control. Received: []"
        )
    resolved = []
    for control in controls:
        if not isinstance(control, Control):
            if not isinstance(control, str) or control not in CONTROLS:
                raise ValueError(
                    f"`controls` must be Control objects or some of "
                    f"{', '.join(CONTROLS)}. Received: {shown(control)}"
                )
            control = CONTROLS[control]
        if control.name not in FIELDS:
            raise ValueError(
                f"`controls` must be fields of Experiment, which has no "
                f"{control.name!r}. Its fields are {', '.join(FIELDS)}."
            )
        if control.name in [other.name for other in resolved]:
            raise ValueError(f"`controls` name {control.name!r} twice.")
        control.index(getattr(experiment, control.name))
        for value in control.values:
            experiment.replace(**{control.name: value})
        resolved.append(control)
    return tuple(resolved)
