"""Numbers that a slider moves, read anew at every step of a traced program."""

import keras
import tensorflow as tf


class Dial:
    """A positive number that a traced program reads anew at every step.

    Keras compares such numbers with 0 (or 1) in Python while it is traced,
    as in `if self.momentum != 0`. Whether a dial is 0 is part of a program's
    key, so here the answer is always that of a number strictly between.
    """

    dtype = "float32"

    def __init__(self):
        self.variable = tf.Variable(0.0, trainable=False)

    def __tf_tensor__(self, dtype=None, name=None):
        return tf.convert_to_tensor(self.variable, dtype, name=name)

    def __eq__(self, other):
        return other is self

    def __gt__(self, other):
        return other == 0

    __hash__ = object.__hash__


class DialledDropout(keras.layers.Dropout):
    """Keras's `Dropout`, but its rate may be a `Dial`.

    TensorFlow takes a rate in memory only as a tensor, which Keras's own
    `call` cannot compare with 0 in Python. Same masks, same scaling.
    """

    def call(self, inputs, training=False):
        """See `keras.layers.Dropout.call`."""
        if not training:
            return inputs
        rate = tf.convert_to_tensor(self.rate)
        seed = tf.cast(self.seed_generator.next(), tf.int32)
        return tf.nn.experimental.stateless_dropout(inputs, rate, seed)


def with_dialled_dropout(model: keras.Model) -> keras.Model:
    """Returns a copy of a model whose dropout rates can be dials."""

    def copy(layer):
        kind = type(layer)
        if kind is keras.layers.Dropout:
            kind = DialledDropout
        return kind.from_config(layer.get_config())

    return keras.models.clone_model(model, clone_function=copy)
