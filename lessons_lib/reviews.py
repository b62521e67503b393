"""Film reviews made by a small grammar, where the order of words matters.

Each review holds two opinions, "the plot was not very good", among clauses
that say nothing. An adjective counts +1 or −1, "very" doubles it, "not" turns
it round, and "not very" turns it round and halves it. The review is positive
if the two opinions add up to more than 0.

In half of the reviews both adjectives pull the same way, without "not". In the
other half they pull in opposite ways, with different words before them: "not
good but very bad" and "very good but not bad" are the same bag of words, with
opposite answers. A model that does not see the order can only guess there, so
that it gets at most about 75 % right; a test measures it.
"""

import re

import numpy as np

PADDING, UNKNOWN = 0, 1
"""Tokens of the empty places before a review, and of words not known."""

GOOD = ("good", "great", "clever", "funny", "moving", "wonderful")
BAD = ("bad", "awful", "boring", "dull", "silly", "weak")
STRENGTHS = {"": 1.0, "very": 2.0, "not": -1.0, "not very": -0.5}
TOPICS = ("acting", "camera", "cast", "ending", "music", "pace", "plot")
FILLERS = (
    "i saw it on a {day}",
    "we went with {people}",
    "it begins in a {place}",
    "the story is set in a {place}",
    "it runs for two hours",
)
CHOICES = {
    "day": ("friday", "monday", "saturday", "sunday"),
    "people": ("friends", "my brother", "my sister", "neighbours"),
    "place": ("castle", "city", "desert", "harbour", "village"),
}


def make_review(rng: np.random.Generator) -> tuple[str, int]:
    """Writes one review and says whether it is positive (1) or not (0)."""
    modifiers = rng.choice(list(STRENGTHS), 2, replace=False)
    signs = rng.permutation([1, -1])
    if rng.random() < 0.5:  # both the same way
        modifiers = rng.choice(["", "very"], 2)
        signs = np.repeat(rng.choice([1, -1]), 2)
    score = sum(
        sign * STRENGTHS[modifier]
        for sign, modifier in zip(signs, modifiers, strict=True)
    )
    topics = rng.choice(TOPICS, 2, replace=False)
    opinions = [
        f"the {topic} was {modifier} {rng.choice(GOOD if sign > 0 else BAD)}"
        for topic, modifier, sign in zip(topics, modifiers, signs, strict=True)
    ]
    first, middle, last = rng.permutation([1, 1, 0])
    clauses = [
        *[_filler(rng)] * first,
        opinions[0],
        *[_filler(rng)] * middle,
        f"but {opinions[1]}" if signs[0] != signs[1] else opinions[1],
        *[_filler(rng)] * last,
    ]
    return " ".join(" ".join(clauses).split()), int(score > 0)


def _filler(rng):
    chosen = {name: rng.choice(words) for name, words in CHOICES.items()}
    return str(rng.choice(FILLERS)).format(**chosen)


def _vocabulary():
    texts = [*GOOD, *BAD, *STRENGTHS, *TOPICS, "the was but"]
    for filler in FILLERS:
        texts.append(re.sub(r"\{\w+\}", "", filler))
    for words in CHOICES.values():
        texts += words
    known = sorted({word for text in texts for word in text.split()})
    return ("", "[unknown]", *known)


VOCABULARY = _vocabulary()
"""The word of each token."""
_TOKENS = {word: token for token, word in enumerate(VOCABULARY)}


def split_words(text: str) -> list[str]:
    """Returns the words of a text, in small letters."""
    return re.findall(r"[\w']+", text.lower())


def tokenize(text: str, length: int) -> np.ndarray:
    """Turns a review into the tokens that a model reads.

    Args:
        text: Any text; case and punctuation do not count.
        length: How many tokens. A longer review keeps its last words, a
            shorter one follows on `PADDING`.

    Returns:
        Shape `(length,)`, int32; `UNKNOWN` for words not in `VOCABULARY`.
    """
    words = split_words(text)[-length:]
    tokens = [_TOKENS.get(word, UNKNOWN) for word in words]
    return np.array([PADDING] * (length - len(tokens)) + tokens, "int32")


def make_reviews(
    rng: np.random.Generator, n: int, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Writes `n` different reviews, as tokens of shape `(n, length)`."""
    answers: dict[str, int] = {}
    while len(answers) < n:
        text, positive = make_review(rng)
        answers[text] = positive
    tokens = [tokenize(text, length) for text in answers]
    return np.stack(tokens), np.array(list(answers.values()))
