"""From an `Experiment` to Keras models, losses and optimizers."""

import itertools
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keras

from lessons_lib.datasets import DATASETS, count_features
from lessons_lib.experiment import RECURRENT, Experiment

_OPTIMIZERS = {
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adagrad": keras.optimizers.Adagrad,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "nadam": keras.optimizers.Nadam,
    "lion": keras.optimizers.Lion,
}
_POOLINGS = {
    "max": keras.layers.MaxPooling2D,
    "average": keras.layers.AveragePooling2D,
}
_SEEDING = threading.Lock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Makes layers draw from this seed, and leaves no trace of it.

    Keras draws the seeds of initializers and dropout layers from Python's
    generator, in the order in which the layers are made. Any code that makes
    layers belongs in here: elsewhere it would draw from the sequence of
    another thread that is in here now.
    """
    with _SEEDING:
        state = random.getstate()
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(state)


def build_model(experiment: Experiment) -> keras.Model:
    """Builds the untrained, uncompiled Keras model of an experiment.

    The initial weights are those that the same layers get in plain Keras
    after `keras.utils.set_random_seed(experiment.seed)`. No global random
    state is left changed.

    Args:
        experiment: The `Experiment`.

    Returns:
        A built `keras.Model`. It maps `(batch_size, features)` to logits of
        shape `(batch_size, n_classes)`, or to `(batch_size, 1)` for
        regression.
    """
    features = count_features(experiment.dataset, experiment.sequence_length)
    inputs = keras.Input((features,))
    blocks = _blocks(experiment)
    if not experiment.residual:
        return keras.Sequential([inputs, *itertools.chain(*blocks)])
    outputs = inputs
    for block in blocks:
        skipped = outputs
        for layer in block:
            joins = isinstance(layer, keras.layers.Add)
            outputs = layer([skipped, outputs] if joins else outputs)
    return keras.Model(inputs, outputs)


def build_layers(experiment: Experiment) -> list[keras.Layer]:
    """Makes the layers of an experiment's model, not built yet.

    A layer holds its initializers, so it already decides its first weights.
    """
    return list(itertools.chain(*_blocks(experiment)))


def build_loss(experiment: Experiment) -> keras.losses.Loss:
    """Returns cross-entropy on logits, or squared error for regression."""
    if DATASETS[experiment.dataset].n_classes:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return keras.losses.MeanSquaredError()


def build_optimizer(
    experiment: Experiment,
    schedule: float
    | keras.optimizers.schedules.LearningRateSchedule
    | None = None,
) -> keras.optimizers.Optimizer:
    """Returns the experiment's optimizer, as Keras makes it.

    Args:
        experiment: The `Experiment`.
        schedule: What `build_schedule` returned; default the experiment's
            constant learning rate.
    """
    if schedule is None:
        schedule = experiment.learning_rate
    arguments = {"learning_rate": schedule}
    if experiment.momentum:
        arguments["momentum"] = experiment.momentum
    if experiment.nesterov:
        arguments["nesterov"] = True
    # AdamW's own default is 0.004; here 0 means none, for every optimizer.
    if experiment.weight_decay or experiment.optimizer == "adamw":
        arguments["weight_decay"] = experiment.weight_decay
    return _OPTIMIZERS[experiment.optimizer](**arguments)


def build_initializer(experiment: Experiment) -> keras.Initializer:
    """Returns the initializer of the experiment's kernels.

    With an `initializer_scale`, it draws the same numbers as Keras's own,
    times the scale. It takes its seed when it is made, as Keras's do.
    """
    name, scale = experiment.kernel_initializer, experiment.initializer_scale
    if name == "constant":
        return keras.initializers.Constant(scale)
    initializer = keras.initializers.get(name)
    if scale is None or name == "zeros":
        return initializer
    if not (scale**2):  # Keras refuses to draw from a variance of 0
        return keras.initializers.Zeros()
    if isinstance(initializer, keras.initializers.VarianceScaling):
        # The scale of these is that of a variance; see their get_config.
        return keras.initializers.VarianceScaling(
            initializer.scale * scale**2,
            initializer.mode,
            initializer.distribution,
            initializer.seed,
        )
    config = initializer.get_config() | {"seed": initializer.seed}
    for spread in ("stddev", "minval", "maxval", "gain"):
        if spread in config:
            config[spread] *= scale
    return type(initializer).from_config(config)


def _blocks(experiment):
    """The layers in groups: the front, each hidden one, the output."""
    source = DATASETS[experiment.dataset]
    with seeded(experiment.seed):
        blocks, before = [_front(experiment, source)], None
        for units in experiment.widths:
            joins = experiment.residual and units == before
            add = [keras.layers.Add()] if joins else []
            blocks.append([*_hidden(experiment, units), *add])
            before = units
        return [*blocks, [_dense(experiment, source.n_classes or 1)]]


def _penalty(experiment):
    if experiment.l1 and experiment.l2:
        return keras.regularizers.L1L2(experiment.l1, experiment.l2)
    if experiment.l1:
        return keras.regularizers.L1(experiment.l1)
    return keras.regularizers.L2(experiment.l2) if experiment.l2 else None


def _weights(experiment):
    return {
        "kernel_initializer": build_initializer(experiment),
        "kernel_regularizer": _penalty(experiment),
    }


def _dense(experiment, units, activation=None):
    return keras.layers.Dense(
        units, activation=activation, **_weights(experiment)
    )


def _front(experiment, source):
    """The layers before the hidden `Dense` ones."""
    if experiment.architecture in RECURRENT:
        return [_steps(experiment, source), _recurrent(experiment)]
    if source.n_words:  # a bag of words
        words = _steps(experiment, source)
        return [words, keras.layers.GlobalAveragePooling1D()]
    if experiment.architecture == "cnn":
        layers = [keras.layers.Reshape(source.image_shape)]
        pool = _POOLINGS[experiment.pooling]
        for filters, pooled in zip(
            experiment.convolutions, experiment.pooled, strict=True
        ):
            convolution = keras.layers.Conv2D(
                filters,
                experiment.kernel_size,
                padding=experiment.padding,
                activation=experiment.activation,
                **_weights(experiment),
            )
            layers += [convolution, *([pool(2)] if pooled else [])]
        return [*layers, keras.layers.Flatten()]
    return []


def _steps(experiment, source):
    """Turns an input's numbers into steps of a sequence."""
    if source.n_words:
        return keras.layers.Embedding(
            source.n_words, experiment.embedding_units
        )
    if source.image_shape:
        rows, columns, channels = source.image_shape
        return keras.layers.Reshape((rows, columns * channels))
    length = experiment.sequence_length or source.length
    return keras.layers.Reshape((length, source.channels))


def _recurrent(experiment):
    units = experiment.recurrent_units
    if experiment.architecture == "lstm":
        return keras.layers.LSTM(
            units, unit_forget_bias=experiment.unit_forget_bias
        )
    if experiment.architecture == "gru":
        return keras.layers.GRU(units)
    return keras.layers.SimpleRNN(units)


def _hidden(experiment, units):
    if experiment.batch_normalization:
        layers = [
            _dense(experiment, units),
            keras.layers.BatchNormalization(),
            keras.layers.Activation(experiment.activation),
        ]
    else:
        layers = [_dense(experiment, units, experiment.activation)]
    if experiment.dropout:
        layers.append(keras.layers.Dropout(experiment.dropout))
    return layers
