"""What each layer of a multilayer network does: outputs, gradients, sizes.

The measurements read any Keras model of `Dense` layers and see what a training
step on the given examples would: batch normalization takes the mean and the
spread of these examples, and dropout drops. They leave the model as it was.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import keras
import numpy as np
import tensorflow as tf

from lessons_lib.datasets import DATASETS, count_features
from lessons_lib.experiment import Experiment


def hidden_outputs(model: keras.Model, x: np.ndarray) -> list[np.ndarray]:
    """Returns what each hidden layer makes of some examples.

    A layer's outputs are taken after its activation and batch normalization,
    before dropout, and before a residual connection adds its inputs.

    Args:
        model: A built model.
        x: Inputs, shape `(n, features)`.

    Returns:
        One array of shape `(n, units)` for each hidden `Dense` layer, the
        first one first.
    """
    probe = _probe(model)
    if probe is None:
        return []
    with _left_alone(model):
        # A model of one output answers with a tensor, not with a list.
        outputs = keras.tree.flatten(probe(tf.constant(x), training=True))
    return [output.numpy() for output in outputs]


def kernel_gradients(
    model: keras.Model, loss: keras.losses.Loss, x: np.ndarray, y: np.ndarray
) -> list[np.ndarray]:
    """Returns the loss's gradient in the kernel of each `Dense` layer.

    Args:
        model: A built model.
        loss: The loss it is trained on, averaged over examples. Penalties do
            not count.
        x: Inputs, shape `(n, features)`.
        y: Targets, `n` of them.

    Returns:
        One array of shape `(inputs, units)` for each `Dense` layer, the
        output layer last.
    """
    dense = [d for d in model.layers if isinstance(d, keras.layers.Dense)]
    kernels = [layer.kernel.value for layer in dense]
    with _left_alone(model), tf.GradientTape() as tape:
        tape.watch(kernels)
        value = loss(y, model(tf.constant(x), training=True))
    return [g.numpy() for g in tape.gradient(value, kernels)]


def second_moments(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Returns the mean square of each hidden layer's outputs.

    The second moment, E[h²] over examples and units, is what He et al. (2015)
    and Glorot & Bengio (2010) keep from growing or shrinking with depth.

    Args:
        model: A built model.
        x: Inputs, shape `(n, features)`.

    Returns:
        Shape `(hidden layers,)`.
    """
    outputs = hidden_outputs(model, x)
    return np.array([np.mean(np.square(h, dtype="float64")) for h in outputs])


def gradient_norms(
    model: keras.Model, loss: keras.losses.Loss, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Returns the length of the loss's gradient in each layer's kernel.

    Args:
        model: A built model.
        loss: The loss it is trained on, averaged over examples.
        x: Inputs, shape `(n, features)`.
        y: Targets, `n` of them.

    Returns:
        Euclidean norms, shape `(hidden layers + 1,)`, the output layer last.
    """
    gradients = kernel_gradients(model, loss, x, y)
    return np.array([np.linalg.norm(g.astype("float64")) for g in gradients])


def dead_fractions(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Returns the share of units in each hidden layer that are dead.

    A unit is dead on `x` if its output is 0 for every example. A ReLU's slope
    is 0 there, so that no example changes its weights any more.

    Args:
        model: A built model.
        x: Inputs, shape `(n, features)`.

    Returns:
        Numbers from 0 to 1, shape `(hidden layers,)`.
    """
    outputs = hidden_outputs(model, x)
    return np.array([np.mean(np.all(h == 0, axis=0)) for h in outputs])


def parameter_counts(experiment: Experiment) -> list[int]:
    """Counts the parameters of each `Dense` layer, without a model.

    A layer of `m` inputs and `n` units has `(m + 1) n`: a kernel and biases.
    Batch normalization adds `4 n` to a hidden layer, of which training by
    gradients changes half.

    Args:
        experiment: One whose architecture is `"mlp"`.

    Returns:
        A number for each hidden layer and the output layer; their sum is the
        model's `count_params()`.

    Raises:
        ValueError: The architecture is another one.
    """
    if experiment.architecture != "mlp":
        raise ValueError(
            "`experiment` must be an 'mlp'. Received: "
            f"architecture={experiment.architecture!r}"
        )
    features = count_features(experiment.dataset)
    outputs = DATASETS[experiment.dataset].n_classes or 1
    widths = (features, *experiment.widths, outputs)
    counts = [(m + 1) * n for m, n in itertools.pairwise(widths)]
    if experiment.batch_normalization:
        for i, units in enumerate(experiment.widths):
            counts[i] += 4 * units
    return counts


_probes: WeakKeyDictionary = WeakKeyDictionary()


def _probe(model: keras.Model) -> keras.Model | None:
    """Returns a model of the same layers that answers with hidden outputs."""
    if model not in _probes:
        outputs = [layer.output for layer in _last_of_hidden(model)]
        _probes[model] = (
            keras.Model(model.inputs, outputs) if outputs else None
        )
    return _probes[model]


def _last_of_hidden(model: keras.Model) -> Iterator[keras.Layer]:
    """Yields the layer that each hidden layer's outputs come from."""
    dense = [
        i
        for i, layer in enumerate(model.layers)
        if isinstance(layer, keras.layers.Dense)
    ]
    for first, following in itertools.pairwise(dense):
        last = model.layers[first]
        for layer in model.layers[first + 1 : following]:
            if isinstance(layer, keras.layers.Dropout | keras.layers.Add):
                break
            last = layer
        yield last


@contextmanager
def _left_alone(model: keras.Model) -> Iterator[None]:
    """Puts back what a call in training mode changes: statistics, seeds."""
    kept = [(v, v.numpy()) for v in model.non_trainable_variables]
    try:
        yield
    finally:
        for variable, value in kept:
            variable.assign(value)
