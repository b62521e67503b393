"""Row 1 as readers feel it: retraining the baseline of every explorer."""

import time

from benchmarks.toc import notebooks
from lessons_lib import Experiment, engine, run
from lessons_lib.record import explorers


def measure(rounds: int = 5, chapters: tuple[str, ...] = ()) -> list[dict]:
    """Returns one row for each explorer, in the order of the book.

    Args:
        rounds: How often each baseline trains after its first time.
        chapters: Names of notebooks; default all.
    """
    run(Experiment(hidden_units=(3,), epochs=1))  # wakes TensorFlow
    rows = []
    for path in notebooks():
        if chapters and path.stem not in chapters:
            continue
        for explorer in explorers(path):
            # Another explorer may have the same architecture.
            engine._programs.clear()
            first, *later = [
                _seconds(explorer.experiment) for _ in range(1 + rounds)
            ]
            rows.append(
                {
                    "chapter": path.stem,
                    "name": explorer.name,
                    "first": first,
                    "later": later,
                }
            )
    return rows


def _seconds(experiment):
    begin = time.perf_counter()
    run(experiment)
    return time.perf_counter() - begin
