"""An experiment to explore: a live panel, or a picture without a kernel."""

import base64
from functools import cached_property
from typing import Any

from lessons_lib import page
from lessons_lib.cards import png
from lessons_lib.controls import Control, resolve_controls
from lessons_lib.datasets import DATASETS
from lessons_lib.experiment import Experiment
from lessons_lib.live import MOST_SEEDS, Session
from lessons_lib.panel import Panel, longest, still
from lessons_lib.views import check_views

WIDGET = "application/vnd.jupyter.widget-view+json"


class Explorer:
    """An experiment with knobs, to be shown by a notebook.

    Where there is a kernel, turning a knob trains the experiment again at
    once. On a page without one, the recorded runs of `name` take its place.
    Showing an explorer trains the experiment once, unless its data have to be
    downloaded: then the reader presses Train. Making it trains nothing.

    Args:
        experiment: The baseline, where all knobs stand at first.
        controls: Names of `lessons_lib.controls.CONTROLS`, or `Control`
            objects.
        name: Of the recorded sweep, which lies at `runs/<name>.json` beside
            the page; default none, which leaves the page a picture.
        views: Names of `lessons_lib.views.VIEWS`, drawn beside the curves.
        seeds: How many seeds to train at first, from 1 to 10.
        title: A line above the panel.

    Raises:
        ValueError: An argument is wrong; the message names it.

    Example:
    >>> Explorer(Experiment(), controls=["learning_rate", "batch_size"])
    """

    def __init__(
        self,
        experiment: Experiment,
        controls: list[str | Control],
        *,
        name: str | None = None,
        views: tuple[str, ...] = (),
        seeds: int = 1,
        title: str = "",
    ):
        if type(seeds) is not int or not 1 <= seeds <= MOST_SEEDS:
            raise ValueError(
                f"`seeds` must be an integer from 1 to {MOST_SEEDS}. "
                f"Received: seeds={seeds!r}"
            )
        self.experiment = experiment
        self.controls = resolve_controls(experiment, controls)
        self.name = name
        self.views = tuple(views)
        self.seeds = seeds
        self.title = title
        for control in self.controls:
            for value in control.values:
                at = experiment.replace(**{control.name: value})
                check_views(at, self.views)

    def __repr__(self) -> str:
        controls = [control.name for control in self.controls]
        return f"Explorer({self.experiment}, controls={controls})"

    @cached_property
    def session(self) -> Session:
        """What the panel is asked for and has found; trains the baseline."""
        session = Session(self.experiment, self.views, self.seeds)
        session.train_now()
        return session

    @cached_property
    def panel(self) -> Panel:
        """The live face; shown twice, it is one panel in two places."""
        return Panel(self.session, self.controls, self.title)

    @cached_property
    def _still(self) -> dict[str, str]:
        """The static face, made of the baseline before any knob turns."""
        result = self.session.result
        if result is None:  # nothing is trained that must be downloaded
            source = DATASETS[self.experiment.dataset]
            return {"text/html": page.waiting_html(self.title, source.title)}
        figure = still(result, longest(self.experiment, self.controls))
        alt = f"Curves of the baseline. {result.verdict.text}"
        picture = page.svg(figure)
        return {
            "text/html": page.explorer_html(
                self.name, self.title, picture, alt
            ),
            "image/png": base64.b64encode(png(figure)).decode(),
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None):
        """Answers with the live face and, for pages and paper, the still one.

        A page keeps the HTML. LaTeX reads the stored outputs and takes only
        PNG, so that is always there; it leaves the notebook on commit.
        """
        still_face = self._still
        view = self.panel.widget._repr_mimebundle_()
        return {"text/plain": repr(self), **still_face, WIDGET: view[WIDGET]}
