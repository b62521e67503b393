# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Write `parameters(side)`.
# It returns the numbers of parameters of the two convolutional layers, the
# hidden layer and the output layer, for images of `side` × `side` pixels.
def parameters(side):
    """Returns four numbers of parameters, for a side divisible by 4."""
    ### BEGIN SOLUTION
    values = (side // 4) ** 2 * 16
    return [9 * 16 + 16, 9 * 16 * 16 + 16, (values + 1) * 32, 33 * 10]
    ### END SOLUTION


# %% 1 examples
assert list(parameters(16)) == [160, 2320, 8224, 330]

# %% 1 hidden
for side in (8, 32):
    larger = keras.Sequential([keras.Input((side, side, 1))])
    for layer in model.layers:
        larger.add(layer.__class__.from_config(layer.get_config()))
    counts = [layer.count_params() for layer in larger.layers]
    assert list(parameters(side)) == [count for count in counts if count]

# %% 2 answer
# `mismatch(layer, shift)` is 0 if a function of images commutes with a shift,
# and `wrapped(images)` convolves them.
# Set `commutes` to the list of shifts from 0 to 8 with which the pooling of
# 4×4, after `wrapped`, commutes.
commutes = None
### BEGIN SOLUTION
pool = keras.layers.MaxPooling2D(4)
commutes = [
    shift
    for shift in range(9)
    if mismatch(lambda x: pool(wrapped(x)).numpy(), shift) < 1e-5
]
### END SOLUTION

# %% 2 examples
assert set(commutes) <= set(range(9)), "List shifts from 0 to 8."
assert 0 in commutes, "No shift changes nothing."

# %% 2 hidden
assert sorted(commutes) == [0, 4, 8]
