# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `evaluated` to `"higher"` or `"lower"`.
evaluated = None
### BEGIN SOLUTION
evaluated = "lower"
### END SOLUTION

# %% 1 examples
assert evaluated in ("higher", "lower"), "Write one of the two words."

# %% 1 hidden
assert evaluated == "lower"


# %% 2 answer
# Write `median_loss(dropout)`.
# It trains `base` with right labels at seeds 0 to 2, and returns the median of
# the last validation losses; `run(experiment).history` has them.
# Set `gain` to what $p = 0.5$ gains over no dropout.
def median_loss(dropout):
    """Returns the median loss of three seeds, with right labels."""
    ### BEGIN SOLUTION
    right = base.replace(dropout=dropout, label_noise=0.0)
    runs = [run(right.replace(seed=seed)).history for seed in range(3)]
    return float(np.median([history["val_loss"][-1] for history in runs]))
    ### END SOLUTION


gain = None
### BEGIN SOLUTION
gain = median_loss(0.0) - median_loss(0.5)
### END SOLUTION

# %% 2 examples
assert 0.3 < median_loss(0.0) < 0.4

# %% 2 hidden
assert gain > -0.1, "The losses are of about the same size."
assert gain < 0, "Less loss is better, and dropout ends with more."


# %% 3 answer
# Write `penalty(x, w, p)`, what dropout on the inputs adds to the expected
# loss; `x` has one row for each example, and `w` is a column.
def penalty(x, w, p):
    """Returns the expected loss with dropout minus the plain loss."""
    ### BEGIN SOLUTION
    return p / (1 - p) * np.sum(w[:, 0] ** 2 * np.mean(x**2, axis=0))
    ### END SOLUTION


# %% 3 examples
assert penalty(np.ones((3, 2)), np.ones((2, 1)), 0.0) == 0
assert penalty(np.ones((3, 2)), np.ones((2, 1)), 0.5) == 2

# %% 3 hidden
rng = np.random.default_rng(3)
x, w = rng.normal(size=(50, 10)), rng.normal(size=(10, 1))
masks = rng.binomial(1, 0.7, (5_000, 1, 10)) / 0.7
added = np.mean(((x * masks - x) @ w) ** 2)
assert abs(penalty(x, w, 0.3) / added - 1) < 0.05
