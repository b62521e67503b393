"""Generated reviews: the rules they follow, and what a bag of words misses."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from lessons_lib import load_dataset
from lessons_lib.datasets import load_vocabulary
from lessons_lib.reviews import (
    BAD,
    GOOD,
    PADDING,
    UNKNOWN,
    VOCABULARY,
    make_review,
    tokenize,
)

DATA = load_dataset("reviews")


def score(text):
    """Reads a review as the grammar is described."""
    total, strength, turned = 0.0, 1.0, False
    for word in text.split():
        if word == "very":
            strength = 2.0
        elif word == "not":
            turned = True
        elif word in GOOD + BAD:
            if turned:
                strength = -0.5 if strength == 2 else -1.0
            total += strength if word in GOOD else -strength
            strength, turned = 1.0, False
    return total


def test_the_answer_is_the_sum_of_two_opinions():
    rng = np.random.default_rng(1)
    reviews = [make_review(rng) for _ in range(500)]

    assert {int(score(text) > 0) for text, _ in reviews} == {0, 1}
    for text, positive in reviews:
        assert score(text) != 0
        assert int(score(text) > 0) == positive


def test_no_review_is_cut_and_every_word_is_known():
    assert DATA.x_train.shape[1] == 26
    assert UNKNOWN not in DATA.x_train
    assert (DATA.x_train[:, -1] != PADDING).all()
    rng = np.random.default_rng(2)
    lengths = [len(make_review(rng)[0].split()) for _ in range(2000)]
    assert max(lengths) <= 26


def bags(x):
    return np.stack([np.bincount(row, minlength=60) for row in x.astype(int)])


def test_a_bag_of_words_gets_three_quarters_right():
    model = LogisticRegression(max_iter=2000)
    model.fit(bags(DATA.x_train), DATA.y_train)

    assert model.score(bags(DATA.x_val), DATA.y_val) == pytest.approx(
        0.75, abs=0.06
    )


def test_without_order_the_hard_half_is_a_coin_toss():
    negations = [VOCABULARY.index("but")]
    hard = np.isin(DATA.x_train, negations).any(axis=1)
    test = np.isin(DATA.x_val, negations).any(axis=1)
    model = LogisticRegression(max_iter=2000)
    model.fit(bags(DATA.x_train)[hard], DATA.y_train[hard])

    assert hard.mean() == pytest.approx(0.5, abs=0.05)
    assert model.score(bags(DATA.x_val)[test], DATA.y_val[test]) < 0.62


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [0, 0, 0, 0]),
        ("The plot!", [0, 0, "the", "plot"]),
        ("zebra good", [0, 0, 1, "good"]),
        ("the the the plot was not good", ["plot", "was", "not", "good"]),
    ],
)
def test_any_text_can_be_read(text, expected):
    words = load_vocabulary("reviews")
    tokens = [words.index(t) if isinstance(t, str) else t for t in expected]

    np.testing.assert_array_equal(tokenize(text, 4), tokens)
