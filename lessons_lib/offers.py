"""Which data a panel offers, and what they cost."""

from lessons_lib.datasets import DATASETS
from lessons_lib.downloads import cache_warning
from lessons_lib.experiment import Experiment
from lessons_lib.views import check_views


def announced(dataset: str, otherwise: str = "") -> str:
    """Says what a data set costs before it is downloaded."""
    source = DATASETS[dataset]
    ways = f"Press Train to go on{', ' * bool(otherwise)}{otherwise}."
    return (
        f"{source.title}: {source.download_mb} MB are downloaded at first "
        f"use. {ways}{cache_warning()}"
    )


def datasets_for(experiment: Experiment, views: tuple[str, ...]) -> list[str]:
    """Returns the data sets on which an experiment and its views make sense.

    Those of the same task, so that the axes keep their meaning. What has to
    be downloaded is judged by whether it holds images or sequences, like the
    experiment's.
    """
    own = DATASETS[experiment.dataset]
    names = []
    for name, source in DATASETS.items():
        alike = (source.n_classes, own.n_classes), (source.length, own.length)
        if any(bool(theirs) != bool(ours) for theirs, ours in alike):
            continue
        of_a_kind = own.image_shape or own.length
        if source.download_mb and views and not of_a_kind:
            continue
        try:
            moved = experiment.replace(dataset=name)
            if not source.download_mb:
                check_views(moved, views)
        except ValueError:
            continue
        names.append(name)
    return names
