# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Write `share_dead(units, layers)`, and set `units_needed`.
def share_dead(units, layers):
    """Returns how often an untrained ReLU network is off for a digit."""
    ### BEGIN SOLUTION
    return 1 - (1 - 2.0**-units) ** layers
    ### END SOLUTION


units_needed = None
### BEGIN SOLUTION
units_needed = next(n for n in range(1, 100) if share_dead(n, 10) < 0.01)
### END SOLUTION

# %% 1 examples
assert share_dead(1, 1) == 0.5, "One unit is off half of the time."

# %% 1 hidden
assert abs(share_dead(3, 10) - 0.737) < 0.001
assert abs(share_dead(3, 10) - simulate(3)[9]) < 0.03
assert units_needed == 10

# %% 2 answer
# Set `repaired` to a change of `deep_sigmoid` that ends with a validation
# accuracy above 0.9.
deep_sigmoid = base.replace(activation="sigmoid", hidden_layers=8)
repaired = None
### BEGIN SOLUTION
repaired = deep_sigmoid.replace(batch_normalization=True)
### END SOLUTION

# %% 2 examples
assert repaired.activation == "sigmoid", "The layers stay sigmoid."
assert repaired.hidden_layers == 8, "All eight layers stay."

# %% 2 hidden
assert run(repaired.replace(seed=1)).history["val_accuracy"][-1] > 0.9

# %% 3 answer
# Set `layer` to the number of the layer for which the sentence is right.
layer = None
### BEGIN SOLUTION
layer = 1
### END SOLUTION

# %% 3 examples
assert layer in (1, 2, 3), "The network has three hidden layers."

# %% 3 hidden
assert layer == 1
