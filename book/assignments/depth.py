# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Write `parameters(hidden_layers)`, the number of parameters of this network,
# and set `growth` to the factor.
# The images have 64 pixels, and there are ten digits.
def parameters(hidden_layers):
    """Returns the parameters of a network with layers of 32 neurons."""
    ### BEGIN SOLUTION
    first, further, last = 65 * 32, 33 * 32, 33 * 10
    return first + (hidden_layers - 1) * further + last
    ### END SOLUTION


growth = None
### BEGIN SOLUTION
growth = parameters(10) / parameters(2)
### END SOLUTION

# %% 1 examples
assert parameters(1) == 2410

# %% 1 hidden
from lessons_lib.layers import parameter_counts

for layers in (2, 5, 10):
    keras_says = parameter_counts(
        digits.experiment.replace(hidden_layers=layers)
    )
    assert parameters(layers) == sum(keras_says)
assert abs(growth - 3.4) < 0.06

# %% 2 answer
# `ends(...)` trains five seeds and returns their last validation losses and
# accuracies, as in the chapter.
# Set `wide` to the median accuracy of the single wide layer at the best of the
# rates 0.01, 0.03 and 0.1, as a share, and `needs_depth` to `True` or `False`.
wide = None
needs_depth = None
### BEGIN SOLUTION
tried = [
    np.median(
        ends(hidden_layers=1, hidden_units=125, learning_rate=rate), axis=1
    )
    for rate in (0.01, 0.03, 0.1)
]
wide = min(tried, key=lambda row: row[0])[1]
needs_depth = False
### END SOLUTION

# %% 2 examples
assert 0 <= wide <= 1, "An accuracy is a share from 0 to 1."
assert needs_depth in (True, False)

# %% 2 hidden
assert wide > 0.99
assert not needs_depth


# %% 3 answer
# Write `pieces(folds)`, the pieces of $t$ applied `folds` times, and
# `neurons(folds)`, what one layer needs to draw as many.
def pieces(folds):
    """Returns the number of straight pieces."""
    ### BEGIN SOLUTION
    return 2**folds
    ### END SOLUTION


def neurons(folds):
    """Returns the fewest neurons of one ReLU layer with as many pieces."""
    ### BEGIN SOLUTION
    return pieces(folds) - 1
    ### END SOLUTION


# %% 3 examples
assert pieces(1) == 2, "t goes up, then down."
assert neurons(1) == 1

# %% 3 hidden
assert pieces(2) == 4
assert (pieces(10), neurons(10)) == (1024, 1023)
