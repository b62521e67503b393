# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `gain` to `"grows"` or `"shrinks"`.
gain = None
### BEGIN SOLUTION
gain = "shrinks"
### END SOLUTION

# %% 1 examples
assert gain in ("grows", "shrinks"), "Write one of the two words."


# %% 1 hidden
def best(schedule, batch_size):
    finals = recorded.finals(
        "val_loss", "learning_rate", schedule=schedule, batch_size=batch_size
    )
    return np.median(np.nan_to_num(finals, nan=np.inf), axis=1).min()


small, large = (best("constant", b) - best("polynomial", b) for b in (8, 32))
assert gain == ("grows" if large > small else "shrinks")


# %% 2 answer
# Write `drops(val_losses, patience)`.
# It gets the validation losses of a run, and returns the list of the epochs
# after which `ReduceLROnPlateau` lowers the rate.
# It lowers the rate after `patience` epochs in a row that brought no new
# lowest loss, and then starts to count again.
# Try it on `plateau_losses(seed)` for the seeds 0 to 4, with a patience of 5.
def plateau_losses(seed):
    """Returns the validation losses of the recipe at the rate 0.1."""
    recipe = baseline.replace(
        schedule="reduce_on_plateau",
        learning_rate=0.1,
        decay_rate=0.2,
        patience=5,
        seed=seed,
    )
    return run(recipe).history["val_loss"]


def drops(val_losses, patience):
    """Returns the epochs, from 1, after which the rate falls."""
    ### BEGIN SOLUTION
    found, lowest, waited = [], np.inf, 0
    for epoch, loss in enumerate(val_losses, 1):
        waited = 0 if loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited == patience:
            found.append(epoch)
            waited = 0
    return found
    ### END SOLUTION


# %% 2 examples
assert drops([5, 4, 3, 2, 1], patience=2) == []
assert drops([3, 2, 2, 2, 2, 2], patience=2) == [4, 6]

# %% 2 hidden
assert drops([9, 1, 8, 7, 0.5, 6, 5, 4], patience=3) == [8]
optimizer = keras.optimizers.SGD(learning_rate=1.0)
network = keras.Sequential([keras.layers.Dense(1)])
network.compile(optimizer=optimizer, loss="mse")
plateau = keras.callbacks.ReduceLROnPlateau(
    factor=0.2, patience=5, min_delta=0.0
)
plateau.set_model(network)
plateau.on_train_begin()
losses, rates = np.random.default_rng(5).random(40), []
for epoch, loss in enumerate(losses):
    plateau.on_epoch_end(epoch, {"val_loss": loss})
    rates.append(float(optimizer.learning_rate))
fell = np.flatnonzero(np.diff([1.0, *rates])) + 1
assert drops(losses, patience=5) == fell.tolist()
assert 11 <= drops(plateau_losses(0), patience=5)[0] <= 16

# %% 2 written, 1 point
# After which epochs does the rate fall for each seed, and why do they differ?

# %% 3 answer
# Write `rate_after(schedule, epochs)`, the rate of one of the two schedules
# after that many epochs.
step_decay = keras.optimizers.schedules.ExponentialDecay(
    0.01, decay_steps=20, decay_rate=0.9
)
linear_decay = keras.optimizers.schedules.PolynomialDecay(
    0.01, decay_steps=100, end_learning_rate=0.001
)


def rate_after(schedule, epochs):
    """Returns the learning rate after epochs of 800 points."""
    ### BEGIN SOLUTION
    return float(schedule(epochs * 800 // 32))
    ### END SOLUTION


# %% 3 examples
assert np.isclose(rate_after(step_decay, 0), 0.01)
assert np.isclose(rate_after(linear_decay, 100), 0.001)

# %% 3 hidden
assert np.isclose(rate_after(linear_decay, 2), 0.0055)
assert np.isclose(rate_after(linear_decay, 4), 0.001)
assert np.isclose(rate_after(step_decay, 8), 0.01 * 0.9**10)
