# Parts of the assignment; lessons_lib/exercises.py says what is what.

# %% 1 answer
# Set `fan_in` to the number that keeps the second moment, and `left` to the
# share that ten layers leave at a quarter of it.
fan_in = None
left = None
### BEGIN SOLUTION
fan_in = round(2 / 0.05**2)
left = (fan_in / 4 * 0.05**2 / 2) ** 10
### END SOLUTION

# %% 1 examples
assert fan_in > 0
assert 0 < left < 1, "With fewer inputs the signal shrinks."

# %% 1 hidden
assert abs(fan_in - 800) < 1
assert np.isclose(left, 4.0**-10, rtol=0.01)
measured = moments("random_normal", "relu", 200, 64)
assert 0.2 < measured[10] / measured[0] / left < 5


# %% 2 answer
# Write `train_equal()`.
# It builds two hidden ReLU layers of 64 neurons with the constant weights
# 0.02 and an output layer with Glorot's, trains them for five epochs with SGD
# at 0.1 in batches of 32, and returns the network.
# Then set `different` to the number of the layer whose neurons differ.
def train_equal():
    """Returns the trained network: 64, 64 and 10 neurons."""
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(0)
    same = keras.initializers.Constant(0.02)
    network = keras.Sequential([keras.Input(shape=(64,))])
    for _ in range(2):
        network.add(keras.layers.Dense(64, "relu", kernel_initializer=same))
    network.add(keras.layers.Dense(10))
    network.compile(keras.optimizers.SGD(learning_rate=0.1), loss)
    network.fit(x_train, y_train, batch_size=32, epochs=5, verbose=0)
    return network
    ### END SOLUTION


different = None
### BEGIN SOLUTION
different = 2
### END SOLUTION

# %% 2 examples
network = train_equal()
assert [layer.units for layer in network.layers] == [64, 64, 10]

# %% 2 hidden
kernels = [layer.kernel.numpy() for layer in network.layers[:2]]
apart = [float(np.ptp(kernel, axis=1).max()) for kernel in kernels]
assert apart[0] < 1e-4 < 1e-3 < apart[1], apart
assert different == 2
