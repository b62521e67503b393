# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `loss_with_128` to `"rises"` or `"falls"`, before you look.
loss_with_128 = None
### BEGIN SOLUTION
loss_with_128 = "rises"
### END SOLUTION

# %% 1 examples
assert loss_with_128 in ("rises", "falls"), "Write one of the two words."

# %% 1 hidden
small, large = (
    np.median(
        recorded.curves("val_loss", learning_rate=0.01, batch_size=b)[:, -1]
    )
    for b in (32, 128)
)
assert loss_with_128 == ("rises" if large > small else "falls")


# %% 2 answer
# Write `best_rate(momentum)`.
# It returns the recorded rate, one of `rates`, with the lowest median of the
# last validation losses; `recorded.finals("val_loss", "learning_rate",
# momentum=momentum)` has a row for each rate and a column for each seed.
def best_rate(momentum):
    """Returns the best of the recorded rates at this momentum."""
    ### BEGIN SOLUTION
    finals = recorded.finals("val_loss", "learning_rate", momentum=momentum)
    finals = np.nan_to_num(finals, nan=np.inf)
    return rates[int(np.argmin(np.median(finals, axis=1)))]
    ### END SOLUTION


# %% 2 examples
assert best_rate(0.0) in rates, "The answer is one of the recorded rates."
assert best_rate(0.0) == 1.0

# %% 2 hidden
assert best_rate(0.9) == 0.1
assert best_rate(0.99) < best_rate(0.9) < best_rate(0.5)


# %% 3 answer
# Write `silent_share(learning_rate)`.
# It trains `Experiment(learning_rate=learning_rate)` with `run`, and returns
# the share of the hidden layer's outputs that are 0 on the validation images.
def silent_share(learning_rate):
    """Returns the share of hidden outputs that are 0 after training."""
    ### BEGIN SOLUTION
    model = run(Experiment(learning_rate=learning_rate)).model
    return float(np.mean(model.layers[0](x_val).numpy() == 0))
    ### END SOLUTION


# %% 3 examples
usual = silent_share(0.1)
assert 0 < usual < 0.9, f"At 0.1 many neurons answer. Received: {usual}"

# %% 3 hidden
assert silent_share(3.0) > 0.9
