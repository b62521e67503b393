"""Row 6: what 1,000 retrains in one process leave behind."""

import gc

import psutil

from lessons_lib import Experiment, run


def measure(retrains: int = 1000) -> dict:
    """Returns resident megabytes before and after, over varied settings."""
    experiment = Experiment(epochs=5)
    variants = [
        {
            "learning_rate": 0.01 * (1 + i % 50),
            "seed": i % 100,
            "batch_size": 16 + i % 99,
        }
        | ({"momentum": 0.5 + 0.004 * (i % 100)} if i % 2 else {})
        | ({"dropout": 0.1 + 0.008 * (i % 100)} if i % 3 == 0 else {})
        for i in range(retrains)
    ]
    for changes in variants[:24]:  # every program is traced once
        run(experiment.replace(**changes))
    before = _resident()
    for changes in variants:
        run(experiment.replace(**changes))
    return {"retrains": retrains, "before": before, "after": _resident()}


def _resident() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20
