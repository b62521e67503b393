# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `bag_of_words` and `lstm` to `"rises"`, `"falls"` or `"stays"`.
bag_of_words = None
lstm = None
### BEGIN SOLUTION
bag_of_words = "stays"
lstm = "falls"
### END SOLUTION

# %% 1 examples
for said in (bag_of_words, lstm):
    assert said in ("rises", "falls", "stays"), "Write one of the words."

# %% 1 hidden
assert (bag_of_words, lstm) == ("stays", "falls")


# %% 2 answer
# Write `forget_bias(share, steps)`, the bias that keeps this share of the cell
# state over that many steps.
def forget_bias(share, steps):
    """Returns b, where the forget gate is the sigmoid of b."""
    ### BEGIN SOLUTION
    gate = share ** (1 / steps)
    return np.log(gate / (1 - gate))
    ### END SOLUTION


# %% 2 examples
assert abs(forget_bias(0.5, steps=1)) < 1e-9, "A gate of 1/2 has no bias."

# %% 2 hidden
assert abs(forget_bias(0.5, steps=40) - 4.05) < 0.01
layer = keras.layers.LSTM(1, return_state=True)
layer.build((1, 25, 1))
zeros = [np.zeros_like(weight) for weight in layer.get_weights()]
zeros[2][1] = forget_bias(0.9, steps=25)
layer.set_weights(zeros)
start = [np.zeros((1, 1), "float32"), np.ones((1, 1), "float32")]
_, _, cell = layer(np.zeros((1, 25, 1), "float32"), initial_state=start)
assert abs(float(cell[0, 0]) - 0.9) < 1e-3


# %% 3 answer
# Write `parameters(cell, inputs, units)`, where the cell is `"SimpleRNN"`,
# `"GRU"` or `"LSTM"`.
def parameters(cell, inputs, units):
    """Returns the number of parameters of the recurrent layer."""
    ### BEGIN SOLUTION
    sets = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell]
    biases = 2 if cell == "GRU" else 1
    return sets * units * (inputs + units + biases)
    ### END SOLUTION


# %% 3 examples
assert parameters("SimpleRNN", inputs=2, units=16) == 304

# %% 3 hidden
for name in ("SimpleRNN", "GRU", "LSTM"):
    for inputs, units in ((2, 16), (8, 5)):
        layer = getattr(keras.layers, name)(units)
        layer.build((None, 20, inputs))
        assert parameters(name, inputs, units) == layer.count_params(), name
