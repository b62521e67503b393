# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `data_loss_with_l2` to `"rises"` or `"falls"`.
data_loss_with_l2 = None
### BEGIN SOLUTION
data_loss_with_l2 = "rises"
### END SOLUTION

# %% 1 examples
assert data_loss_with_l2 in ("rises", "falls"), "Write one of the two words."

# %% 1 hidden
l1, both = (data_loss(run(linear.replace(l1=0.1, l2=l2))) for l2 in (0.0, 0.1))
assert data_loss_with_l2 == ("rises" if both > l1 else "falls")


# %% 2 answer
# Write `sgd_weights(l2, weight_decay, exclude)`.
# It trains the linear model for 100 steps of `train_on_batch(x_train,
# y_train)` with `SGD(0.03, weight_decay=weight_decay)`, a kernel regularizer
# `L2(l2)` and the mean squared error.
# `optimizer.exclude_from_weight_decay(var_names=exclude)` spares variables.
# Set the seed to 0 first, and return the kernel.
def sgd_weights(l2, weight_decay, exclude):
    """Returns the kernel after 100 steps, shape (100, 1)."""
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(0)
    regularizer = keras.regularizers.L2(l2)
    layer = keras.layers.Dense(1, kernel_regularizer=regularizer)
    network = keras.Sequential([keras.Input(shape=(100,)), layer])
    optimizer = keras.optimizers.SGD(0.03, weight_decay=weight_decay)
    optimizer.exclude_from_weight_decay(var_names=exclude)
    network.compile(optimizer=optimizer, loss="mse")
    for _ in range(100):
        network.train_on_batch(x_train, y_train)
    return network.get_weights()[0]
    ### END SOLUTION


# %% 2 examples
by_penalty = sgd_weights(0.05, None, [])
assert by_penalty.shape == (100, 1)
assert np.sum(by_penalty**2) < np.sum(sgd_weights(0.0, None, []) ** 2)

# %% 2 hidden
with_bias = np.abs(sgd_weights(0.0, 0.1, []) - by_penalty).max()
without = np.abs(sgd_weights(0.0, 0.1, ["bias"]) - by_penalty).max()
assert without < 1e-5 < 1e-3 < with_bias, (without, with_bias)
