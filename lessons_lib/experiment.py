"""An experiment: every hyperparameter of one training run, checked."""

import contextlib
import dataclasses
import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from lessons_lib.datasets import (
    DATASETS,
    Dataset,
    check_dataset,
    load_dataset,
)

ARCHITECTURES = ("mlp", "cnn", "simple_rnn", "gru", "lstm")
RECURRENT = ARCHITECTURES[2:]
ACTIVATIONS = (
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh",
    "sigmoid", "softplus", "softsign", "hard_sigmoid", "exponential",
)  # fmt: skip
INITIALIZERS = (
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
    "lecun_uniform", "lecun_normal", "random_normal", "random_uniform",
    "truncated_normal", "orthogonal", "constant", "zeros",
)  # fmt: skip
OPTIMIZERS = ("sgd", "rmsprop", "adagrad", "adam", "adamw", "nadam", "lion")
SCHEDULES = (
    "constant", "step", "exponential", "polynomial", "cosine", "warmup",
    "warmup_cosine", "one_cycle", "reduce_on_plateau",
)  # fmt: skip
PADDINGS = ("same", "valid")
POOLINGS = ("max", "average")
USES_MOMENTUM = ("sgd", "rmsprop")
LARGEST = float(np.finfo("float32").max)
"""What Keras trains with: a larger number would be infinite there."""


@dataclass(frozen=True)
class Experiment:
    """Everything that decides a training run; two equal ones train alike.

    Fields carry the names and meanings of Keras's own arguments.

    Args:
        dataset: A name of `lessons_lib.datasets.DATASETS`.
        train_size: Training examples to use; default all of them.
        label_noise: Fraction of wrong training labels, or the standard
            deviation of noise on regression targets; default 0.
        sequence_length: Steps of each sequence, for data sets of sequences;
            default the data set's own.
        architecture: `"mlp"`, which sees a text as the mean of its words;
            `"cnn"` for images; `"simple_rnn"`, `"gru"` or `"lstm"` for
            sequences, and for images, which they read row by row.
        hidden_units: Width of each hidden `Dense` layer, for every
            architecture; `()` for none. A number stands for layers of this
            one width.
        hidden_layers: How many hidden `Dense` layers, where `hidden_units` is
            one width; default as many as `hidden_units` names.
        residual: Whether each hidden layer from the second on adds its input
            to its output, where both have the same width (He et al. 2016).
        filters: CNN: filters of each `Conv2D` layer. A number stands for
            layers of as many filters each.
        conv_layers: CNN: how many `Conv2D` layers, where `filters` is one
            number; default as many as `filters` names.
        kernel_size: CNN: height and width of the filters, in pixels.
        padding: CNN: `"same"` keeps the size of an image, `"valid"` only
            places where the filter fits in.
        pooling: CNN: `"max"` or `"average"` of each 2×2 pixels.
        pooled_layers: CNN: how many `Conv2D` layers, from the first on, are
            followed by pooling; default all of them.
        recurrent_units: Units of the recurrent layer.
        unit_forget_bias: LSTM: whether the forget gate's biases start at 1,
            else at 0.
        embedding_units: Length of the vector that stands for a word.
        activation: Of the hidden layers, a Keras name.
        kernel_initializer: Of the hidden and output layers, a Keras name.
        initializer_scale: Factor of the first kernels; default 1, as Keras
            draws them. For `"constant"` it is their value, and needed.
        batch_normalization: Whether `BatchNormalization` follows each hidden
            layer's weights, before its activation.
        dropout: Rate of the `Dropout` after each hidden layer, in [0, 1).
        l1: Strength of the L1 penalty on the kernels.
        l2: Strength of the L2 penalty on the kernels.
        optimizer: A Keras name.
        learning_rate: Step length, positive; the highest one of a schedule.
        schedule: How the learning rate changes; see
            `lessons_lib.schedules.build_schedule`.
        decay_rate: Factor of the step, exponential and plateau schedules,
            in (0, 1).
        decay_epochs: Epochs between two of the step schedule's drops, or in
            which the exponential one falls by `decay_rate`.
        warmup_epochs: Epochs in which the rate rises; fewer than `epochs`.
        patience: Epochs without a better `val_loss` before the plateau
            schedule lowers the rate.
        momentum: Of SGD or RMSprop, in [0, 1).
        nesterov: Whether SGD's momentum looks ahead.
        weight_decay: Decoupled decay per step, of AdamW, Lion or any other.
        batch_size: Examples per step, at most the training examples.
        steps_per_epoch: Steps in each epoch; default 0, as many as pass over
            the training data once. With a number, the data go round and round.
        epochs: Passes over the training data, or rounds of `steps_per_epoch`.
        seed: Of initial weights, dropout masks and shuffling.
        shuffle: Whether each epoch visits the examples in a new order.

    Raises:
        ValueError: A value is of the wrong type or out of range; the message
            names the argument, what was expected and what was received.

    Example:
    >>> Experiment(learning_rate=0.1).replace(batch_size=8).batch_size
    8
    """

    dataset: str = "digits"
    train_size: int | None = None
    label_noise: float = 0.0
    sequence_length: int | None = None
    architecture: str = "mlp"
    hidden_units: int | tuple[int, ...] = (64,)
    hidden_layers: int | None = None
    residual: bool = False
    filters: int | tuple[int, ...] = (16, 32)
    conv_layers: int | None = None
    kernel_size: int = 3
    padding: str = "same"
    pooling: str = "max"
    pooled_layers: int | None = None
    recurrent_units: int = 32
    unit_forget_bias: bool = True
    embedding_units: int = 16
    activation: str = "relu"
    kernel_initializer: str = "glorot_uniform"
    initializer_scale: float | None = None
    batch_normalization: bool = False
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    schedule: str = "constant"
    decay_rate: float = 0.1
    decay_epochs: int = 10
    warmup_epochs: int = 2
    patience: int = 3
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    batch_size: int = 32
    steps_per_epoch: int = 0
    epochs: int = 20
    seed: int = 0
    shuffle: bool = True

    def __post_init__(self):
        for name in FIELDS:
            if is_hidden(getattr(self, name)):
                raise self._error(name, "a value that can be shown")
        check_dataset(
            self.dataset,
            self.train_size,
            self.label_noise,
            self.sequence_length,
        )
        for name in ("train_size", "sequence_length"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, int(getattr(self, name)))
        object.__setattr__(self, "dataset", str(self.dataset))
        object.__setattr__(self, "label_noise", float(self.label_noise))
        source = DATASETS[self.dataset]
        n_train = self.train_size or source.sizes[0]

        self._choice("architecture", ARCHITECTURES)
        if not self._fits(source):
            fitting = [a for a in ARCHITECTURES if self._fits(source, a)]
            raise self._error(
                "architecture", f"one of {fitting} for {self.dataset!r}"
            )
        self._repeated("hidden_units", "hidden_layers", 100)
        self._boolean("residual")
        self._repeated("filters", "conv_layers", 8)
        self._integer("kernel_size", 1, 11)
        self._choice("padding", PADDINGS)
        self._choice("pooling", POOLINGS)
        if self.pooled_layers is not None:
            self._integer("pooled_layers", 0, 8)
        if self.architecture == "cnn":
            self._check_image(source.image_shape)
        self._integer("recurrent_units", 1, 4096)
        self._boolean("unit_forget_bias")
        self._integer("embedding_units", 1, 4096)
        self._choice("activation", ACTIVATIONS)
        self._choice("kernel_initializer", INITIALIZERS)
        if self.initializer_scale is not None:
            self._number("initializer_scale", "of at least 0", _not_negative)
        elif self.kernel_initializer == "constant":
            raise self._error(
                "initializer_scale",
                "a finite number for 'constant', the value of all weights",
            )
        self._boolean("batch_normalization")
        self._number("dropout", "in [0, 1)", lambda v: 0 <= v < 1)
        for penalty in ("l1", "l2", "weight_decay"):
            self._number(penalty, "of at least 0", _not_negative)
        self._choice("optimizer", OPTIMIZERS)
        self._number("learning_rate", "greater than 0", lambda v: v > 0)
        self._choice("schedule", SCHEDULES)
        self._number("decay_rate", "in (0, 1)", lambda v: 0 < v < 1)
        self._number("momentum", "in [0, 1)", lambda v: 0 <= v < 1)
        self._boolean("nesterov")
        if self.momentum and self.optimizer not in USES_MOMENTUM:
            raise self._error(
                "momentum",
                f"0 for {self.optimizer!r}; {USES_MOMENTUM} have one",
            )
        if self.nesterov and self.optimizer != "sgd":
            raise self._error(
                "nesterov", "False unless the optimizer is 'sgd'"
            )
        self._integer("batch_size", 1, n_train, "the training examples")
        self._integer("steps_per_epoch", 0, 100_000)
        self._integer("epochs", 1, 100_000)
        # A schedule has to happen within the epochs, if it is the one chosen.
        decays = self.schedule in ("step", "exponential")
        most = self.epochs if decays else 100_000
        self._integer("decay_epochs", 1, most, "the epochs")
        warms = self.schedule in ("warmup", "warmup_cosine")
        most = self.epochs - 1 if warms else 100_000
        self._integer("warmup_epochs", 1, most, "fewer than the epochs")
        self._integer("patience", 0, 100_000)
        self._integer("seed", 0, 2**31 - 1)
        self._boolean("shuffle")

    @property
    def widths(self) -> tuple[int, ...]:
        """Width of each hidden `Dense` layer, the first one first."""
        return _repeat(self.hidden_units, self.hidden_layers)

    @property
    def convolutions(self) -> tuple[int, ...]:
        """Filters of each `Conv2D` layer, the first one first."""
        return _repeat(self.filters, self.conv_layers)

    @property
    def pooled(self) -> tuple[bool, ...]:
        """Whether each `Conv2D` layer is followed by pooling."""
        layers = len(self.convolutions)
        most = layers if self.pooled_layers is None else self.pooled_layers
        return tuple(number < most for number in range(layers))

    def replace(self, **changes: Any) -> "Experiment":
        """Returns a copy with some fields changed, checked again."""
        unknown = set(changes) - set(FIELDS)
        if unknown:
            raise ValueError(
                f"`Experiment` has no field {sorted(unknown)}. "
                f"Its fields are {', '.join(FIELDS)}."
            )
        return dataclasses.replace(self, **changes)

    def load_data(self) -> Dataset:
        """Loads the data that the experiment trains on."""
        return load_dataset(
            self.dataset,
            self.train_size,
            self.label_noise,
            self.sequence_length,
        )

    def as_dict(self) -> dict[str, Any]:
        """Returns all fields as plain values, ready for JSON."""
        return dataclasses.asdict(self)

    def _error(self, name: str, expected: str) -> ValueError:
        return ValueError(
            f"`{name}` must be {expected}. "
            f"Received: {name}={shown(getattr(self, name))}"
        )

    def _fits(self, source, architecture=None):
        architecture = architecture or self.architecture
        if architecture == "cnn":
            return source.image_shape is not None
        return architecture == "mlp" or bool(
            source.image_shape or source.length
        )

    def _repeated(self, name, count, most):
        """Checks sizes of layers, or one size and how often it comes."""
        if _is_width(getattr(self, name)):
            object.__setattr__(self, name, int(getattr(self, name)))
        else:
            self._integers(name)
        if getattr(self, count) is None:
            return
        self._integer(count, 0, most)
        sizes = getattr(self, name)
        if isinstance(sizes, tuple) and len(sizes) != 1:
            raise self._error(name, f"one number where `{count}` is given")

    def _check_image(self, shape):
        """Follows an image through the layers; it may not vanish."""
        size = min(shape[:2])
        for number, pooled in enumerate(self.pooled):
            if self.padding == "valid":
                size -= self.kernel_size - 1
            if size >= 1 and pooled:
                size //= 2
            if size < 1:
                raise self._error(
                    "filters",
                    f"at most {number} layers for {self.dataset!r} with "
                    f"{self.padding!r} padding and this pooling",
                )

    def _choice(self, name, choices):
        value = getattr(self, name)
        if not isinstance(value, str) or value not in choices:
            raise self._error(name, f"one of {', '.join(choices)}")
        object.__setattr__(self, name, str(value))

    def _boolean(self, name):
        value = getattr(self, name)
        if not isinstance(value, bool | np.bool_):
            raise self._error(name, "True or False")
        object.__setattr__(self, name, bool(value))

    def _number(self, name, expected, accepts):
        value = getattr(self, name)
        number = math.nan
        if isinstance(value, Real) and not isinstance(value, bool):
            with contextlib.suppress(OverflowError):
                number = float(value)
        if not abs(number) <= LARGEST or not accepts(number):
            raise self._error(
                name, f"a number {expected}, finite as a float32"
            )
        object.__setattr__(self, name, number)

    def _integer(self, name, least, most, what=""):
        value = getattr(self, name)
        if (
            isinstance(value, bool)
            or not isinstance(value, Integral)
            or not least <= value <= most
        ):
            limit = f"{most} ({what})" if what else most
            raise self._error(name, f"an integer from {least} to {limit}")
        object.__setattr__(self, name, int(value))

    def _integers(self, name):
        values = getattr(self, name)
        if not isinstance(values, list | tuple) or not all(
            map(_is_width, values)
        ):
            raise self._error(
                name, "an integer from 1 to 4096, or a tuple of such"
            )
        object.__setattr__(self, name, tuple(int(v) for v in values))


def is_hidden(value: Any) -> bool:
    """Whether a value has no text, such as an integer of 10,000 digits."""
    try:
        repr(value)
    except Exception:  # whatever a class of the reader's own may raise
        return True
    return False


def shown(value: Any) -> str:
    """Returns a value as an error message shows it, whatever it is."""
    if is_hidden(value):
        return f"<{type(value).__name__} that cannot be shown>"
    return repr(value)


def _repeat(sizes: int | tuple[int, ...], count: int | None):
    sizes = (sizes,) if isinstance(sizes, int) else sizes
    return sizes if count is None else sizes * count


def _is_width(value: Any) -> bool:
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    return whole and 1 <= value <= 4096


def _not_negative(value: float) -> bool:
    return value >= 0


FIELDS = tuple(field.name for field in dataclasses.fields(Experiment))
"""Names of all hyperparameters, in order."""
