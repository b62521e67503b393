"""A hand-written NumPy training loop: the floor for the engine's MLP."""

import numpy as np


def train_mlp(data, weights, learning_rate, batch_size, epochs, seed):
    """Trains a ReLU network with one hidden layer by plain SGD.

    Args:
        data: A `Dataset` with classes.
        weights: Initial kernel and bias of both layers; left unchanged.
        learning_rate: Step length.
        batch_size: Examples per step.
        epochs: Passes over the training part.
        seed: Of the order of the examples.

    Returns:
        Validation loss after each epoch.
    """
    w1, b1, w2, b2 = (w.copy() for w in weights)
    rng = np.random.default_rng(seed)
    order = np.arange(len(data.x_train), dtype="int32")
    losses = []
    for _ in range(epochs):
        order = rng.permutation(order)
        total = right = 0.0
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            x, y = data.x_train[batch], data.y_train[batch]
            hidden = np.maximum(x @ w1 + b1, 0)
            logits = hidden @ w2 + b2
            shares, loss = _softmax(logits, y)
            total += loss * len(batch)
            right += np.sum(logits.argmax(axis=1) == y)
            shares[np.arange(len(y)), y] -= 1
            shares /= len(y)
            back = (shares @ w2.T) * (hidden > 0)
            w2 -= learning_rate * (hidden.T @ shares)
            b2 -= learning_rate * shares.sum(axis=0)
            w1 -= learning_rate * (x.T @ back)
            b1 -= learning_rate * back.sum(axis=0)
        logits = np.maximum(data.x_val @ w1 + b1, 0) @ w2 + b2
        losses.append(float(_softmax(logits, data.y_val)[1]))
    return losses


def _softmax(logits, y):
    logits = logits - logits.max(axis=1, keepdims=True)
    shares = np.exp(logits)
    totals = shares.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = np.mean(np.log(totals[:, 0]) - logits[rows, y])
    return shares / totals, loss
