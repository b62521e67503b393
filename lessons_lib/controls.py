"""What a control is: one hyperparameter and the values it can take."""

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from lessons_lib.experiment import FIELDS, Experiment


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
        ValueError: No values, values given twice, an unknown scale, values
            that this scale cannot place, or texts of another number.
    """

    name: str
    values: tuple[Any, ...]
    label: str = ""
    symbol: str = ""
    scale: str = "linear"
    help: str = ""
    texts: tuple[str, ...] = ()

    def __post_init__(self):
        values = tuple(
            v.item() if isinstance(v, np.generic) else v for v in self.values
        )
        if not values or len(set(map(repr, values))) < len(values):
            raise ValueError(
                f"`values` of control {self.name!r} must be at least one "
                f"value, all different. Received: values={values!r}"
            )
        if self.scale not in ("log", "linear", "choice"):
            raise ValueError(
                "`scale` must be 'log', 'linear' or 'choice'. "
                f"Received: scale={self.scale!r}"
            )
        if all(isinstance(value, bool) for value in values):
            object.__setattr__(self, "scale", "choice")
        if self.scale != "choice":
            _check_ascending(
                self.name, values, 0 if self.scale == "log" else None
            )
        texts = tuple(self.texts) or tuple(map(_text, values))
        if len(texts) != len(values):
            raise ValueError(
                f"`texts` must be one for each of {len(values)} values. "
                f"Received: texts={texts!r}"
            )
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "texts", texts)
        label = self.label or self.name.replace("_", " ")
        object.__setattr__(self, "label", label)

    def index(self, value: Any) -> int:
        """Returns the position of a value on the slider.

        Raises:
            ValueError: The value is none of the control's.
        """
        if value not in self.values:
            raise ValueError(
                f"`{self.name}` must be one of the control's values "
                f"{self.values!r}. Received: {self.name}={value!r}"
            )
        return self.values.index(value)

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


def _check_ascending(name, values, least):
    expected = "ascending, finite numbers"
    if least is not None:
        expected += f" of at least {least}"
    if (
        not all(isinstance(v, Real) and np.isfinite(v) for v in values)
        or list(values) != sorted(values)
        or (least is not None and values[0] < least)
    ):
        raise ValueError(
            f"`values` of control {name!r} must be {expected}, unless its "
            f"scale is 'choice'. Received: values={values!r}"
        )


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
    if isinstance(controls, str):
        raise ValueError(
            f"`controls` must be a list of names. Received: {controls!r}"
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
                    f"{', '.join(CONTROLS)}. Received: {control!r}"
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
