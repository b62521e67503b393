"""A view of how a network reads a text, word by word."""

from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from lessons_lib.datasets import DATASETS, encode_text, load_vocabulary
from lessons_lib.engine import Run
from lessons_lib.experiment import Experiment
from lessons_lib.reviews import split_words

MOST_SHOWN = 26
"""Words of a long text that still fit under a chart."""


@dataclass(frozen=True)
class Reading:
    """What a network answers after each word of a review.

    Attributes:
        text: The review.
    """

    text: str = "the plot was not very good but the cast was not dull"

    def of(self, text: str) -> "Reading":
        """Returns the same view of another review.

        Raises:
            ValueError: There is no word in it.
        """
        if not split_words(text):
            raise ValueError(
                "A review needs at least one word. "
                f"Received: {text.strip()[:20]!r}"
            )
        return replace(self, text=text)

    def note(self, experiment: Experiment) -> str:
        """Says what of the text the network cannot read, or returns `""`."""
        words = split_words(self.text)
        kept = words[-_length(experiment) :]
        known = load_vocabulary(experiment.dataset)
        strange = sorted(set(kept).difference(known))
        notes = []
        if len(kept) < len(words):
            notes.append(f"Only the last {len(kept)} words are read.")
        if strange:
            notes.append(f"Not in the vocabulary: {', '.join(strange)}.")
        return " ".join(notes)

    def header(self, experiment: Experiment) -> dict[str, Any]:
        """See `View.header`."""
        source = DATASETS[experiment.dataset]
        if source.words is None:
            raise ValueError(
                "The view 'reading' needs a data set of texts. "
                f"Received: dataset={experiment.dataset!r}"
            )
        words = self._shown(experiment)
        return {
            "name": "reading",
            "kind": "bars",
            "title": f"Probability of “{source.class_names[1]}” so far",
            "alt": "The probability that the network gives a positive review "
            f"after each word of “{' '.join(words)}”.",
            "x_label": "words read, one after the other",
            "y_label": "probability",
            "labels": words,
            "limits": [0, 1],
            "note": "To read a review of your own, open this chapter in "
            "JupyterLab: your words need a kernel.",
        }

    def data(self, run: Run) -> dict[str, Any]:
        """See `View.data`."""
        experiment, length = run.experiment, _length(run.experiment)
        read = encode_text(experiment.dataset, self.text)[-length:]
        tokens = np.array([token for _, token in read])
        rows = np.zeros((len(tokens), length), "float32")
        for k in range(1, len(tokens) + 1):
            rows[k - 1, -k:] = tokens[:k]
        shown = rows[-len(self._shown(experiment)) :]
        chances = keras.ops.softmax(run.model(shown))[:, 1]
        return {"series": [{"label": "model", "values": np.array(chances)}]}

    def _shown(self, experiment):
        most = min(MOST_SHOWN, _length(experiment))
        return split_words(self.text)[-most:]


def _length(experiment):
    return experiment.sequence_length or DATASETS[experiment.dataset].length


TEXT_VIEWS = {"reading": Reading()}
"""The views of this module, by name."""
