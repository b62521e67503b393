# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `rate_for_64` to a number, and `loss_at_01` to `"higher"`, `"lower"` or
# `"equal"`.
rate_for_64 = None
loss_at_01 = None
### BEGIN SOLUTION
rate_for_64 = 0.2
loss_at_01 = "higher"
### END SOLUTION

# %% 1 examples
assert rate_for_64 > 0, "A learning rate is a positive number."
assert loss_at_01 in ("higher", "lower", "equal"), "Write one of the words."

# %% 1 hidden
assert np.isclose(rate_for_64, 0.2)
assert loss_at_01 == "higher"

# %% 2 answer
# `batch_gradient(x, y)` returns the gradient of one batch as an array.
# Write `accumulated_gradient(batches)`.
# It gets pairs of images and labels, and returns the gradient of the mean loss
# of all their images together.
# The batches may differ in size.
import tensorflow as tf


def batch_gradient(x, y):
    """Returns the gradient of a batch's mean loss, all weights in a row."""
    with tf.GradientTape() as tape:
        loss = cross_entropy(y, untrained(x))
    parts = tape.gradient(loss, untrained.trainable_weights)
    return np.concatenate([np.ravel(part) for part in parts])


def accumulated_gradient(batches):
    """Returns the gradient of the batches' images together."""
    ### BEGIN SOLUTION
    sizes = [len(x) for x, _ in batches]
    gradients = [batch_gradient(x, y) for x, y in batches]
    return np.average(gradients, axis=0, weights=sizes)
    ### END SOLUTION


# %% 2 examples
cuts = [slice(n, n + 32) for n in range(0, 128, 32)]
four = [(data.x_train[cut], data.y_train[cut]) for cut in cuts]
whole = batch_gradient(data.x_train[:128], data.y_train[:128])
np.testing.assert_allclose(accumulated_gradient(four), whole, atol=1e-5)

# %% 2 hidden
cuts = slice(0, 10), slice(10, 64)
uneven = [(data.x_train[cut], data.y_train[cut]) for cut in cuts]
whole = batch_gradient(data.x_train[:64], data.y_train[:64])
np.testing.assert_allclose(accumulated_gradient(uneven), whole, atol=1e-5)


# %% 3 answer
# Write `variance_factor(n, batch_size)`.
# It returns by what factor the variance of the gradient changes if the batch
# is drawn without replacement from `n` examples.
def variance_factor(n, batch_size):
    """Returns the variance over that of a batch with replacement."""
    ### BEGIN SOLUTION
    return (n - batch_size) / (n - 1)
    ### END SOLUTION


# %% 3 examples
assert variance_factor(1077, 1) == 1, "One example cannot come twice."
assert variance_factor(1077, 1077) == 0, "The whole set has no noise."

# %% 3 hidden
assert abs(variance_factor(1077, 512) - 0.525) < 0.001
values = np.random.default_rng(0).normal(size=20)
orders = np.random.default_rng(1).permuted(
    np.tile(values, (20_000, 1)), axis=1
)
found = orders[:, :5].mean(axis=1).var() / (values.var() / 5)
assert abs(variance_factor(20, 5) - found) < 0.05
