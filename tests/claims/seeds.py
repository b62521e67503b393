"""Runs of several seeds, for the claims of the chapters.

Claims train for themselves and read no recorded run, so that a recording
cannot vouch for the text.
"""

import numpy as np

from lessons_lib import Experiment, run

SEEDS = range(5)


def finals(
    metric: str, experiment: Experiment, seeds: range = SEEDS
) -> np.ndarray:
    """Returns a metric's last value for each seed."""
    runs = [run(experiment.replace(seed=seed)) for seed in seeds]
    return np.array([r.history[metric][-1] for r in runs])
