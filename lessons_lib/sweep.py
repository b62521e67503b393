"""Sweeps: an experiment over a grid of control values, for several seeds.

A recorded sweep is one JSON file; `web/schema.json` describes it, and the
static pages replay it. Runs go through joblib: one after the other, unless
`joblib.parallel_config` gives them more processes or another engine.
"""

from pathlib import Path

import joblib
from tqdm.auto import tqdm

from lessons_lib.controls import Control, resolve_controls
from lessons_lib.document import (
    as_text,
    build_document,
    grid,
    judged,
)
from lessons_lib.encoding import encode_cells, rounded
from lessons_lib.engine import run
from lessons_lib.experiment import Experiment
from lessons_lib.history import diverged_at
from lessons_lib.journal import Journal, write_whole
from lessons_lib.recorded import Sweep, as_sweep, fingerprint, load_sweep
from lessons_lib.views import VIEWS, check_views


def sweep(
    experiment: Experiment,
    controls: list[str | Control],
    *,
    path: str | Path | None = None,
    seeds: int = 5,
    views: tuple[str, ...] = (),
    progress: bool = True,
) -> Sweep:
    """Runs an experiment at every position of its controls, for several seeds.

    With a `path`, each finished setting is kept in
    `<path>.partial` at once, so that a killed sweep goes on where it stopped;
    the file itself is written whole or not at all.

    Args:
        experiment: Where all other hyperparameters stand.
        controls: Names of `lessons_lib.controls.CONTROLS`, or `Control`
            objects; the grid is their product.
        path: The file to write; default none.
        seeds: How many seeds, counted from the experiment's own.
        views: Names of `lessons_lib.views.VIEWS` to record, of the first seed.
        progress: Whether to show a progress bar.

    Returns:
        The `Sweep`.

    Raises:
        ValueError: An argument is wrong; the message names it.
        OSError: The folder of `path` cannot be written to. Raised before
            anything runs.
    """
    if not isinstance(seeds, int) or isinstance(seeds, bool) or seeds < 1:
        raise ValueError(
            f"`seeds` must be a positive integer. Received: {seeds!r}"
        )
    controls = resolve_controls(experiment, controls)
    check_views(experiment, views)
    settings = list(grid(experiment, controls))
    journal = Journal(path, fingerprint(experiment, controls, seeds, views))
    done = journal.read()
    jobs = [
        joblib.delayed(_record)(index, setting, seeds, views)
        for index, setting in enumerate(settings)
        if index not in done
    ]
    # One setting at a time to each worker: a killed sweep loses no more.
    parallel = joblib.Parallel(batch_size=1, return_as="generator_unordered")
    bar = tqdm(
        total=len(settings),
        initial=len(done),
        disable=not progress,
        desc=Path(path).stem if path else "sweep",
        unit="setting",
    )
    with bar:
        for index, result in parallel(jobs):
            journal.add(index, result)
            done[index] = result
            bar.update()
    recorded = [done[index] for index in range(len(settings))]
    document = build_document(
        experiment, controls, seeds, views, recorded, path
    )
    if path is not None:
        journal.finish(as_text(document))
    return as_sweep(document, experiment, controls)


def _record(index, experiment, seeds, views):
    """Runs one setting for all seeds; called in a worker."""
    first = experiment.seed
    runs = [run(experiment.replace(seed=first + i)) for i in range(seeds)]
    histories = [r.history for r in runs]
    setting = {
        "verdict": "",
        "status": "",
        "diverged": [diverged_at(h) for h in histories],
        "curves": {
            name: [h[name] for h in histories] for name in histories[0]
        },
        "views": {},
    }
    if setting["diverged"][0] is None:
        setting["views"] = {name: _view(name, runs[0]) for name in views}
    return index, judged(rounded(setting), experiment)


def _view(name, finished):
    """A view's picture of a run, as the page reads it."""
    header = VIEWS[name].header(finished.experiment)
    data = VIEWS[name].data(finished)
    if header["kind"] == "heatmap":
        return data | {
            "values": encode_cells(data["values"], header["limits"])
        }
    return data


def refresh(
    path: str | Path, experiment: Experiment, controls: tuple[Control, ...]
) -> bool:
    """Writes a recorded sweep again if its words or axes have changed.

    Labels, verdicts, titles and axes come from today's code and arguments;
    the runs and their provenance stay as they are.

    Args:
        path: A sweep whose `fingerprint` is that of the other arguments.
        experiment: The experiment the grid starts from.
        controls: What varies.

    Returns:
        Whether anything had changed.
    """
    recorded = load_sweep(path)
    old = recorded.document
    document = build_document(
        experiment,
        controls,
        len(recorded.seeds),
        tuple(view["name"] for view in old["views"]),
        [
            judged(setting, at)
            for setting, at in zip(
                old["settings"], grid(experiment, controls), strict=True
            )
        ],
        path,
    )
    document["provenance"] = old["provenance"]
    text = as_text(document)
    if text == Path(path).read_text(encoding="utf-8"):
        return False
    write_whole(Path(path), text)
    return True
