# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Write `parameters(width)` for the network with two hidden layers.
def parameters(width):
    """Returns the parameters of 1 → width → width → 1."""
    ### BEGIN SOLUTION
    return 2 * width + (width + 1) * width + width + 1
    ### END SOLUTION


# %% 1 examples
assert parameters(1) == 6

# %% 1 hidden
from lessons_lib.layers import parameter_counts

for width in (5, 100, 200):
    two = recorded.experiment.replace(hidden_units=width, hidden_layers=2)
    assert parameters(width) == sum(parameter_counts(two))

# %% 2 answer
# Write `memorise(size, seed)`.
# It trains `size` digits with random labels, and returns the step at which
# all of them are learned; an epoch has 25 steps.
# `train(experiment)` yields the epochs, and `epoch.logs["accuracy"]` is the
# training accuracy.
from lessons_lib import train


def random_labels(size, seed):
    """Returns the experiment: 512 neurons and `size` random labels."""
    return digits.experiment.replace(
        train_size=size,
        label_noise=0.9,
        hidden_units=512,
        learning_rate=0.01,
        seed=seed,
    )


def memorise(size, seed):
    """Returns the step at which all random labels are learned."""
    ### BEGIN SOLUTION
    for number, epoch in enumerate(train(random_labels(size, seed)), 1):
        if epoch.logs["accuracy"] == 1:
            return number * 25
    return np.inf
    ### END SOLUTION


# %% 2 examples
assert memorise(200, seed=0) in (150, 175, 200, 225)

# %% 2 hidden
ratio = memorise(400, seed=1) / memorise(200, seed=1)
assert 3 <= ratio <= 6, ratio

# %% 3 answer
# Compile `by_hand` with Adam at 0.003 and the mean squared error, and train it
# for 20 epochs in batches of 25.
# Set `before` and `after` to its training errors.
before = after = None
### BEGIN SOLUTION
by_hand.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.003),
    loss=keras.losses.MeanSquaredError(),
)
before = by_hand.evaluate(x_train, y_train, verbose=0)
by_hand.fit(x_train, y_train, batch_size=25, epochs=20, verbose=0)
after = by_hand.evaluate(x_train, y_train, verbose=0)
### END SOLUTION

# %% 3 examples
assert 0.01 < before < 0.03, "This is the error of the weights by hand."

# %% 3 hidden
assert 0.01 < after < before
error = np.mean((by_hand(x_train).numpy() - y_train) ** 2)
assert abs(error - after) < 1e-4, "`after` is the error of `by_hand` now."
