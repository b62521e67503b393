# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `need_new_rate` to the set of their names, for example
# `{"RMSprop", "Adam"}`.
need_new_rate = None
### BEGIN SOLUTION
need_new_rate = {"SGD"}
### END SOLUTION

# %% 1 examples
four = {"SGD", "RMSprop", "Adagrad", "Adam"}
assert set(need_new_rate) <= four, "Name some of the four."

# %% 1 hidden
assert set(need_new_rate) == {"SGD"}

# %% 2 answer
# Write `adamw_loss(weight_decay, seed)`.
# It trains `digits.experiment` with AdamW at 0.01, and returns the last
# validation loss.
from lessons_lib import run


def adamw_loss(weight_decay, seed):
    """Returns the last validation loss of one run."""
    ### BEGIN SOLUTION
    setting = digits.experiment.replace(
        optimizer="adamw",
        learning_rate=0.01,
        weight_decay=weight_decay,
        seed=seed,
    )
    return run(setting).history["val_loss"][-1]
    ### END SOLUTION


# %% 2 examples
adam = digits.experiment.replace(optimizer="adam", learning_rate=0.01, seed=3)
expected = run(adam).history["val_loss"][-1]
assert np.isclose(adamw_loss(0.0, 3), expected, rtol=1e-3)

# %% 2 hidden
assert adamw_loss(0.4, 0) > 1.1 * adamw_loss(0.0, 0)

# %% 3 answer
# Write `turned_loss(w1, w2)`, the loss of `bowl` turned by 45°.
# A point $(a, b)$ of the bowl lies at $((a - b)/\sqrt 2, (a + b)/\sqrt 2)$
# afterwards.
bowl = SURFACES["bowl"]


def turned_loss(w1, w2):
    """Returns the turned bowl's loss."""
    ### BEGIN SOLUTION
    half = 0.5**0.5
    return bowl.loss(half * (w1 + w2), half * (w2 - w1))
    ### END SOLUTION


# %% 3 examples
assert turned_loss(0.0, 0.0) == bowl.loss(0.0, 0.0)

# %% 3 hidden
for a, b in ((-4.0, 1.0), (2.0, 0.0), (0.5, -3.0)):
    place = (a - b) / np.sqrt(2), (a + b) / np.sqrt(2)
    assert np.isclose(turned_loss(*place), bowl.loss(a, b))
