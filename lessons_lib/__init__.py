"""Turn the Knob: experiments, sweeps and panels of the book's chapters."""

import os

# Small models train fastest on one thread (measured in benchmarks/); a value
# set before the import wins. TensorFlow's start-up notes help no reader.
for _name in ("TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from lessons_lib.controls import Control  # noqa: E402
from lessons_lib.datasets import Dataset, DatasetUnavailable, load_dataset  # noqa: E402
from lessons_lib.demo import Demo  # noqa: E402
from lessons_lib.engine import Run, run, train  # noqa: E402
from lessons_lib.experiment import Experiment  # noqa: E402
from lessons_lib.explorer import Explorer  # noqa: E402
from lessons_lib.models import build_model  # noqa: E402
from lessons_lib.recorded import Sweep, load_sweep  # noqa: E402
from lessons_lib.sweep import sweep  # noqa: E402

__all__ = [
    "Control",
    "Dataset",
    "DatasetUnavailable",
    "Demo",
    "Experiment",
    "Explorer",
    "Run",
    "Sweep",
    "build_model",
    "load_dataset",
    "load_sweep",
    "run",
    "sweep",
    "train",
]
