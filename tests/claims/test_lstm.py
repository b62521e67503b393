"""The claims of `book/lstm.ipynb`, over five seeds."""

from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf
from seeds import SEEDS

from lessons_lib import Experiment, build_model, load_dataset, run
from lessons_lib.reviews import BAD, GOOD, VOCABULARY, tokenize

trained = cache(run)
ADDING = Experiment(
    dataset="adding",
    sequence_length=40,
    architecture="lstm",
    recurrent_units=16,
    hidden_units=(),
    optimizer="adam",
    learning_rate=0.01,
    epochs=12,
)
REVIEWS = Experiment(
    dataset="reviews",
    architecture="lstm",
    recurrent_units=16,
    hidden_units=(),
    optimizer="adam",
    learning_rate=0.003,
    epochs=10,
)


def runs(experiment):
    return [trained(experiment.replace(seed=seed)) for seed in SEEDS]


def curves(experiment, metric="val_loss"):
    return np.array([r.history[metric] for r in runs(experiment)])


def tuned(experiment, metric="val_loss", rates=(0.003, 0.01)):
    """Last values, five seeds, at the better learning rate."""
    rows = [
        curves(experiment.replace(learning_rate=rate), metric)[:, -1]
        for rate in rates
    ]
    return (min if metric == "val_loss" else max)(rows, key=np.median)


def slopes(network, inputs):
    inputs = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = tf.reduce_sum(network(inputs), axis=1)
    return tape.gradient(outputs, inputs).numpy()


def reach(network, inputs):
    """Mean length of the output's gradient against lag."""
    each = slopes(network, inputs).reshape(len(inputs), -1, 2)
    return np.linalg.norm(each, axis=2).mean(axis=0)[::-1]


class TestAdding:
    """Chapter 12: 2,000 sequences, 16 units, Adam, 12 epochs."""

    data = load_dataset("adding", sequence_length=40)
    simple_rnn = ADDING.replace(architecture="simple_rnn")
    gru = ADDING.replace(architecture="gru")

    def test_the_mean_costs_a_sixth(self):
        for length in (10, 20, 40):
            data = load_dataset("adding", sequence_length=length)
            assert np.var(data.y_train) == pytest.approx(1 / 6, rel=0.08)
            assert data.guess == pytest.approx(1 / 6, rel=0.15)

    def test_simple_rnn_learns_at_ten_steps(self):
        short = self.simple_rnn.replace(sequence_length=10)

        assert np.median(tuned(short)) < 0.05

    def test_simple_rnn_gets_part_of_the_way_at_twenty_steps(self):
        middle = self.simple_rnn.replace(sequence_length=20)

        assert 0.02 < np.median(tuned(middle, rates=(0.01,))) < 0.13

    @pytest.mark.parametrize("rates", [(0.003, 0.01), (0.001,), (0.03,)])
    def test_simple_rnn_stays_near_the_mean_at_forty(self, rates):
        losses = tuned(self.simple_rnn, rates=rates)

        assert np.median(losses) > 0.8 * self.data.guess
        assert losses.min() > 0.6 * self.data.guess

    def test_as_many_parameters_do_not_help_the_simple_rnn(self):
        wide = self.simple_rnn.replace(recurrent_units=33)

        assert build_model(wide).layers[1].count_params() == 1188
        assert np.median(tuned(wide, rates=(0.003,))) > 0.8 * self.data.guess

    def test_gated_cells_learn_at_forty(self):
        gru, lstm = (curves(e)[:, -1] for e in (self.gru, ADDING))

        assert gru.max() < 0.01
        assert np.median(lstm) < 0.02
        assert lstm.max() < 0.5 * self.data.guess

    def test_gru_needs_the_fewest_epochs(self):
        def first(experiment):
            below = curves(experiment) < 0.01
            return np.where(below.any(1), below.argmax(1), 99)

        assert np.median(first(self.gru)) < np.median(first(ADDING))

    def test_without_the_forget_bias_learning_takes_longer(self):
        with_bias = curves(ADDING)
        without = curves(ADDING.replace(unit_forget_bias=False))

        assert np.median(without[:, -1]) > 2 * np.median(with_bias[:, -1])
        reached = [(c < 0.1).argmax(1) for c in (with_bias, without)]
        assert np.median(reached[0]) < np.median(reached[1])

    def test_reach_before_training_does_not_decide(self):
        simple_rnn, gru, off, on = (
            np.median(
                [
                    reach(build_model(e.replace(seed=s)), self.data.x_val)
                    for s in SEEDS
                ],
                axis=0,
            )[39]
            for e in (
                self.simple_rnn,
                self.gru,
                ADDING.replace(unit_forget_bias=False),
                ADDING,
            )
        )

        assert simple_rnn > 10 * on
        assert on > 1000 * off
        assert gru < on / 1000
        assert simple_rnn > 1e5 * gru

    def test_slopes_of_marked_numbers_after_training(self):
        x = self.data.x_val.reshape(-1, 40, 2)
        marked = x[:, :, 1] == 1

        def at(experiment):
            rows = []
            for finished in runs(experiment):
                each = slopes(finished.model, self.data.x_val)
                each = np.where(marked, each.reshape(x.shape)[:, :, 0], 0)
                rows.append((each.sum(0) / marked.sum(0))[::-1])
            return np.median(rows, axis=0)

        lstm, simple_rnn = at(ADDING), at(self.simple_rnn)
        assert np.all(np.abs(lstm[5:] - 1) < 0.35)
        assert np.abs(simple_rnn[20:]).max() < 0.2

    def test_training_lengthens_the_reach_of_the_lstm_alone(self):
        def ends(experiment):
            x = self.data.x_val[:100]
            new = [build_model(experiment.replace(seed=s)) for s in SEEDS]
            old = [finished.model for finished in runs(experiment)]
            return [
                np.median([reach(network, x)[39] for network in row])
                for row in (new, old)
            ]

        before, after = ends(ADDING)
        assert after > 500 * before
        before, after = ends(self.simple_rnn)
        assert after < before / 5


class TestReviews:
    """Chapter 12: 2,000 generated reviews, Adam, 10 epochs."""

    data = load_dataset("reviews")
    words = np.array(VOCABULARY)[data.x_val.astype(int)]
    mixed = np.isin(words, GOOD).any(axis=1) & np.isin(words, BAD).any(axis=1)

    def right(self, experiment):
        """Which reviews are answered right, for each seed."""
        return np.array(
            [
                r.model(self.data.x_val).numpy().argmax(1) == self.data.y_val
                for r in runs(experiment)
            ]
        )

    def test_a_bag_of_words_stops_at_three_quarters(self):
        for rate in (0.001, 0.003, 0.01):
            bag = REVIEWS.replace(architecture="mlp", learning_rate=rate)
            last = curves(bag, "val_accuracy")[:, -1]
            assert np.median(last) == pytest.approx(0.74, abs=0.04)

    def test_it_guesses_where_both_opinions_differ(self):
        bag = self.right(REVIEWS.replace(architecture="mlp"))

        assert self.mixed.mean() == pytest.approx(0.5, abs=0.06)
        assert np.median(bag[:, ~self.mixed].mean(1)) > 0.97
        assert np.median(bag[:, self.mixed].mean(1)) == pytest.approx(
            0.5, abs=0.08
        )

    def test_gated_cells_read_them_all(self):
        for cell in ("gru", "lstm"):
            reader = REVIEWS.replace(architecture=cell)
            assert self.right(reader).mean(axis=1).min() > 0.98

    def test_simple_rnn_reads_most(self):
        last = curves(REVIEWS.replace(architecture="simple_rnn"))[:, -1]
        accuracy = curves(
            REVIEWS.replace(architecture="simple_rnn"), "val_accuracy"
        )[:, -1]

        assert np.median(accuracy) > 0.94
        assert np.median(last) > np.median(curves(REVIEWS)[:, -1])

    def test_shuffled_words_cost_the_lstm_and_not_the_bag(self):
        rng = np.random.default_rng(0)
        shuffled = self.data.x_val.copy()
        for row in shuffled:
            row[row > 0] = rng.permutation(row[row > 0])

        for lstm in runs(REVIEWS):
            answers = lstm.model(shuffled).numpy().argmax(1)
            assert np.mean(answers == self.data.y_val) < 0.85
        bag = trained(REVIEWS.replace(architecture="mlp")).model
        np.testing.assert_allclose(
            bag(shuffled), bag(self.data.x_val), atol=1e-4
        )

    def test_two_orders_of_one_bag(self):
        pair = np.stack(
            [
                tokenize(text, 26)
                for text in (
                    "the plot was not good but the cast was very bad",
                    "the plot was very good but the cast was not bad",
                )
            ]
        ).astype("float32")
        for lstm in runs(REVIEWS):
            chances = keras.ops.softmax(lstm.model(pair))[:, 1].numpy()
            assert chances[0] < 0.2 < 0.8 < chances[1]


@pytest.mark.parametrize("w", [0.5, 0.9, 1.0, 1.1, 1.3])
def test_a_linear_recurrence_has_gradient_w_to_the_lag(w):
    for seed in SEEDS:
        layer = keras.layers.SimpleRNN(
            16,
            activation=None,
            kernel_initializer="identity",
            recurrent_initializer=keras.initializers.Orthogonal(w, seed=seed),
        )
        inputs = tf.zeros((1, 40, 16))
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            one_unit = layer(inputs)[0, 0]
        each = tape.gradient(one_unit, inputs).numpy()[0]
        lengths = np.linalg.norm(each, axis=1)[::-1]
        np.testing.assert_allclose(lengths, w ** np.arange(40), rtol=1e-4)


@pytest.mark.parametrize("bias", [0.0, 1.0, 4.05])
def test_the_forget_gate_keeps_its_power_of_the_cell_state(bias):
    layer = keras.layers.LSTM(1, return_state=True)
    layer.build((1, 40, 1))
    zeros = [np.zeros_like(weight) for weight in layer.get_weights()]
    zeros[2][1] = bias
    layer.set_weights(zeros)
    start = [tf.zeros((1, 1)), tf.ones((1, 1))]
    kept = layer(tf.zeros((1, 40, 1)), initial_state=start)[2][0, 0]
    assert float(kept) == pytest.approx((1 + np.exp(-bias)) ** -40, rel=1e-4)


def test_untrained_lstms_lose_the_gradient_at_about_the_gate():
    data = load_dataset("adding", sequence_length=40)
    x = data.x_val[:100].reshape(-1, 40, 2)

    def factor(bias, through_h=True):
        rows = []
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            layer = keras.layers.LSTM(16)
            layer.build(x.shape)
            weights = layer.get_weights()
            weights[2][16:32] = bias
            weights[1] *= through_h
            layer.set_weights(weights)
            rows.append(reach(layer, x))
        median = np.median(rows, axis=0)
        return (median[39] / median[5]) ** (1 / 34)

    for bias in (0.0, 1.0, 2.0, 3.0):
        gate = 1 / (1 + np.exp(-bias))
        assert gate - 0.01 < factor(bias) < gate + 0.14
        assert factor(bias, through_h=False) == pytest.approx(gate, abs=0.04)


def test_keras_starts_the_forget_bias_at_one():
    layer = keras.layers.LSTM(16)
    layer.build((None, 40, 2))

    biases = layer.get_weights()[2]

    assert np.all(biases[16:32] == 1)
    assert not biases[:16].any()
    assert not biases[32:].any()


def test_parameters_of_the_cells_and_of_the_imdb_network():
    counts = {}
    for name in ("SimpleRNN", "GRU", "LSTM"):
        layer = getattr(keras.layers, name)(16)
        layer.build((None, 20, 2))
        counts[name] = layer.count_params()
    imdb = keras.Sequential(
        [
            keras.Input((500,)),
            keras.layers.Embedding(10_000, 32),
            keras.layers.LSTM(32),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )

    assert counts == {"SimpleRNN": 304, "GRU": 960, "LSTM": 1216}
    assert imdb.count_params() == 328_353
