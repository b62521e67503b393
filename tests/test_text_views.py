"""How a review is read, word by word, shown and typed."""

import keras
import numpy as np
import pytest
from panel_moves import explorer, settled, turn

from lessons_lib import Experiment, run
from lessons_lib.datasets import encode_text, load_vocabulary
from lessons_lib.reviews import tokenize
from lessons_lib.views import VIEWS

BAG = Experiment(
    dataset="reviews", epochs=2, hidden_units=(), optimizer="adam"
)
READING = VIEWS["reading"]


def test_each_bar_is_the_answer_to_the_words_so_far():
    finished = run(BAG)

    (series,) = READING.data(finished)["series"]

    words = READING.text.split()
    assert READING.header(BAG)["labels"] == words
    for k in (1, 5, len(words)):
        tokens = tokenize(" ".join(words[:k]), 26)[None].astype("float32")
        expected = keras.ops.softmax(finished.model(tokens))[0, 1]
        assert series["values"][k - 1] == pytest.approx(
            float(expected), rel=1e-4
        )


def test_a_long_review_is_read_from_where_it_still_fits():
    finished = run(BAG)
    text = "the plot was awful " * 10 + "but the cast was great"
    long = READING.of(text)

    (series,) = long.data(finished)["series"]

    assert long.header(BAG)["labels"] == text.split()[-26:]
    tokens = tokenize(text, 26)[None].astype("float32")
    expected = keras.ops.softmax(finished.model(tokens))[0, 1]
    assert series["values"][-1] == pytest.approx(float(expected), rel=1e-4)
    assert long.note(BAG) == "Only the last 26 words are read."


def test_words_that_are_not_known_are_named():
    strange = READING.of("The Zebra was good, not bad: £5")

    assert strange.header(BAG)["labels"][1] == "zebra"
    assert strange.note(BAG) == "Not in the vocabulary: 5, zebra."
    assert READING.note(BAG) == ""


def test_a_huge_text_is_read_in_moments():
    huge = READING.of("very good " * 200_000)

    assert len(huge.data(run(BAG))["series"][0]["values"]) == 26


@pytest.mark.parametrize("text", ["", "  ", "?!", "\n"])
def test_a_text_without_words_is_refused(text):
    with pytest.raises(ValueError, match=r"at least one word\. Received: "):
        READING.of(text)


def test_only_texts_can_be_read():
    with pytest.raises(ValueError, match=r"'reading' needs .*Received: "):
        READING.header(Experiment())


def test_encoding_agrees_with_the_generator():
    text = "We went with my brother. The plot was VERY dull!"

    tokens = [token for _, token in encode_text("reviews", text)]

    assert tokens == tokenize(text, 10).tolist()
    assert load_vocabulary("reviews")[tokens[0]] == "we"


def typed(text):
    panel = explorer(BAG, views=("reading",)).panel
    panel.text.value = text
    return panel


def test_what_is_typed_is_read_at_once():
    panel = explorer(BAG, views=("reading",)).panel
    before = panel.cards.children[-1].value

    panel.text.value = "not good"

    header, data = panel.session.result.pictures["reading"]
    assert header["labels"] == ["not", "good"]
    model = run(BAG).model
    tokens = tokenize("not good", 26)[None].astype("float32")
    expected = keras.ops.softmax(model(tokens))[0, 1]
    np.testing.assert_allclose(
        data["series"][0]["values"][-1], float(expected), rtol=1e-4
    )
    assert panel.cards.children[-1].value != before
    assert panel.note.value == ""


def test_an_empty_review_says_so_and_the_last_one_stays():
    panel = typed("")

    assert "at least one word" in panel.note.value
    header, _ = panel.session.result.pictures["reading"]
    assert header["labels"] == READING.text.split()

    panel.text.value = "wonderful zebra"
    assert panel.note.value == "Not in the vocabulary: zebra."


def test_the_typed_review_stays_while_a_slider_moves():
    panel = explorer(BAG, views=("reading",)).panel
    panel.text.value = "not dull"

    turn(panel, "learning_rate", 0.03)
    header, _ = settled(panel).pictures["reading"]

    assert header["labels"] == ["not", "dull"]


def test_a_panel_of_something_else_has_no_review_to_type():
    boxes = explorer().panel.widget.children

    assert not any(
        getattr(child, "description", "") == "review"
        for box in boxes
        for child in getattr(box, "children", ())
    )
