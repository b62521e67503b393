"""The live face of an explorer: a `Session` under widgets.

Only core ipywidgets, which JupyterLab, Notebook, VS Code and Colab all show.
"""

import html
import threading
from functools import partial

import ipywidgets as widgets

from lessons_lib import figures, view_figures
from lessons_lib.cards import Card, Drawing, Figure, panel_figure
from lessons_lib.controls import Control
from lessons_lib.datasets import DATASETS
from lessons_lib.experiment import Experiment
from lessons_lib.knobs import Knob
from lessons_lib.live import MOST_SEEDS, Session
from lessons_lib.offers import datasets_for
from lessons_lib.pins import as_table, result_rows
from lessons_lib.results import Result

WRAP = {"display": "flex", "flex_flow": "row wrap", "width": "100%"}


def drawings(
    result: Result, pins: list[Result], epochs: int
) -> dict[str, Drawing]:
    """Returns what there is to draw of a result, by name.

    Args:
        result: The run in colour.
        pins: The runs shown as ghosts.
        epochs: Length of the epoch axis.
    """
    ghosts = {pin.number: pin.histories for pin in pins}
    found = {}
    for metric, limits in result.limits.items():
        found[metric] = (
            partial(
                figures.frame_curves,
                metric=metric,
                epochs=epochs,
                limits=limits,
                pins=ghosts,
            ),
            partial(
                figures.add_curves,
                metric=metric,
                runs=result.histories,
                limits=limits,
            ),
        )
    for name, (header, data) in result.pictures.items():
        found[name] = (
            partial(view_figures.frame_view, header=header),
            partial(view_figures.add_view, header=header, data=data),
        )
    return found


class Panel:
    """Widgets that ask a session for runs and show what it found.

    Args:
        session: Its `show` is taken over.
        controls: One knob each.
        title: A line above the knobs, or `""`.
    """

    def __init__(
        self, session: Session, controls: tuple[Control, ...], title: str
    ):
        self.session = session
        self._controls = controls
        # Results come from the session's thread, clicks from the kernel's.
        self._lock = threading.RLock()
        self._images: dict[str, widgets.Image] = {}
        self._frames: dict[str, Card] = {}
        self._key: tuple = ()
        self._drawn: Result | None = None
        self._pins: list[Result] = []
        self._dataset = session.dataset
        baseline = session.baseline
        self._epochs = longest(baseline, controls)

        self.knobs = {
            c.name: Knob(c, getattr(baseline, c.name), self._turned)
            for c in controls
        }
        self.data = _menu(
            "data",
            [
                (_title(name), name)
                for name in datasets_for(baseline, tuple(session.views))
            ],
            session.dataset,
        )
        self.seed = _number("seed", baseline.seed, 0, 2**31 - 1 - MOST_SEEDS)
        self.seeds = _number("number of seeds", session.seeds, 1, MOST_SEEDS)
        self.text = widgets.Text(
            description="review",
            value=_text(session),
            placeholder="type a review, word by word",
            style={"description_width": "initial"},
            layout=widgets.Layout(flex="1 1 320px", min_width="0"),
        )
        self.note = widgets.Label(layout=widgets.Layout(min_width="0"))
        self.train = _button("Train", "Train this setting again", "play")
        self.stop = _button("Stop", "Stop training", "stop")
        self.pin = _button("Pin this run", "Keep this run as a ghost")
        self.bar = widgets.FloatProgress(
            description="progress",
            tooltip="Epochs done, over all seeds",
            layout=widgets.Layout(
                flex="1 1 200px", max_width="400px", min_width="0"
            ),
        )
        self.left = widgets.Label(layout=widgets.Layout(min_width="0"))
        self.verdict = widgets.HTML(layout=widgets.Layout(width="100%"))
        self.message = widgets.HTML(layout=widgets.Layout(width="100%"))
        self.table = widgets.HTML(layout=widgets.Layout(width="100%"))
        self.unpins = widgets.HBox(layout=widgets.Layout(**WRAP))
        self.cards = widgets.HBox(
            layout=widgets.Layout(**WRAP, align_items="flex-start")
        )
        self.widget = self._arranged(title)

        self.data.observe(self._chose_data, "value")
        self.seed.observe(lambda c: session.ask(seed=c["new"]), "value")
        self.seeds.observe(lambda c: session.ask(seeds=c["new"]), "value")
        self.text.observe(self._typed, "value")
        self.train.on_click(lambda _: session.train())
        self.stop.on_click(lambda _: session.stop())
        self.pin.on_click(lambda _: session.pin())
        session.show = self.refresh
        self.refresh()

    def _arranged(self, title):
        rows = [
            [knob.widget for knob in self.knobs.values()],
            [self.data, self.seed, self.seeds],
            *([[self.text, self.note]] if self.text.value else []),
            [self.train, self.stop, self.pin, self.bar, self.left],
        ]
        boxes = [
            widgets.HBox(
                row, layout=widgets.Layout(**WRAP, grid_gap="4px 16px")
            )
            for row in rows
        ]
        heading = (
            [widgets.HTML(f"<b>{html.escape(title)}</b>")] if title else []
        )
        return widgets.VBox(
            [
                *heading,
                *boxes,
                self.message,
                self.cards,
                self.verdict,
                self.table,
                self.unpins,
            ],
            layout=widgets.Layout(width="100%", overflow="hidden"),
        )

    def _turned(self, name, value):
        self.session.ask(**{name: value})

    def _typed(self, change):
        self.note.value = self.session.read(change["new"])

    def _chose_data(self, change):
        if change["new"] == self.session.dataset:
            return
        with self._lock:  # no refresh may fall between the two
            self._dataset = change["new"]
            self.session.ask(dataset=change["new"])

    def refresh(self) -> None:
        """Shows the session as it is now."""
        with self._lock:
            session, result = self.session, self.session.result
            pins = session.pins
            if session.dataset != self._dataset:
                # The session went back to data that can be had.
                self._dataset = self.data.value = session.dataset
            self.message.value = _message(session.message)
            progress = session.progress
            self.bar.max, self.bar.value = progress.total, progress.done
            self.left.value = progress.text if session.training else ""
            if result is None:
                return
            if result is not self._drawn or pins is not self._pins:
                self._draw(result, pins)
            if pins is not self._pins:
                self._show_pins(pins)
            self._drawn, self._pins = result, pins
            self.verdict.value = _verdict(result, self._controls)

    def _draw(self, result, pins):
        shown = drawings(result, pins, self._epochs)
        if list(shown) != list(self._images):
            self._images = {name: _image() for name in shown}
            self.cards.children = tuple(self._images.values())
        experiment = result.experiment
        key = (
            tuple(result.limits.items()),
            tuple(pin.number for pin in pins),
            # A view of a text has its words under the chart.
            tuple(repr(h.get("labels")) for h, _ in result.pictures.values()),
            experiment.dataset,
            experiment.train_size,
            experiment.label_noise,
        )
        if key != self._key:
            self._frames = {n: Card(frame) for n, (frame, _) in shown.items()}
            self._key = key
        for name, (_, add) in shown.items():
            self._images[name].value = self._frames[name].png(add)

    def _show_pins(self, pins):
        for button in self.unpins.children:
            button.close()
        buttons = []
        for pin in pins:
            text = f"Unpin {pin.number}"
            button = _button(text, f"Forget pinned run {pin.number}")
            button.on_click(lambda _, n=pin.number: self.session.unpin(n))
            buttons.append(button)
        if pins:
            clear = _button("Clear pins", "Forget all pinned runs")
            clear.on_click(lambda _: self.session.clear_pins())
            buttons.append(clear)
        self.unpins.children = buttons
        self.table.value = as_table(result_rows(pins, self._controls))


def still(result: Result, epochs: int) -> Figure:
    """Returns the picture of a result for paper and for pages."""
    return panel_figure(list(drawings(result, [], epochs).values()))


def longest(experiment: Experiment, controls: tuple[Control, ...]) -> int:
    """Returns the most epochs that the controls can ask for."""
    choices = [c.values for c in controls if c.name == "epochs"]
    return max([experiment.epochs, *(v for values in choices for v in values)])


def _menu(description, options, value):
    return widgets.Dropdown(
        description=description,
        options=options,
        value=value,
        tooltip="The examples to learn from",
        style={"description_width": "initial"},
        layout=widgets.Layout(flex="0 1 320px", width="auto", min_width="0"),
    )


def _text(session):
    """What the view of a text reads, or `""` if there is no such view."""
    return session.views["reading"].text if "reading" in session.views else ""


def _title(dataset):
    source = DATASETS[dataset]
    size = f", download of {source.download_mb} MB" * bool(source.download_mb)
    return source.title + size


def _number(description, value, low, high):
    return widgets.BoundedIntText(
        value=value,
        min=low,
        max=high,
        description=description,
        tooltip=f"{low} to {high}",
        style={"description_width": "initial"},
        layout=widgets.Layout(width="auto", max_width="190px"),
    )


def _button(description, tooltip, icon=""):
    return widgets.Button(
        description=description,
        tooltip=tooltip,
        icon=icon,
        layout=widgets.Layout(width="auto"),
    )


def _image():
    # No tooltip, though it could stand for a text alternative: ipywidgets
    # 8.1 fails to show an Image that has one. The verdict says the numbers.
    return widgets.Image(
        format="png",
        layout=widgets.Layout(
            flex="1 1 300px", max_width="480px", min_width="0", height="auto"
        ),
    )


def _message(text):
    if not text:
        return ""
    return (
        '<div style="line-height:1.4;padding:4px 8px;white-space:normal;'
        f'border-left:4px solid #D55E00">{html.escape(text)}</div>'
    )


def _verdict(result, controls):
    experiment = result.experiment
    settings = []
    for control in controls:
        text = control.texts[control.index(getattr(experiment, control.name))]
        settings.append(f"{control.symbol or control.label} = {text}")
    seeds = (
        f"{result.seeds} seeds"
        if result.seeds > 1
        else f"seed {experiment.seed}"
    )
    where = ", ".join([*settings, experiment.dataset, seeds])
    return (
        '<div style="line-height:1.4;white-space:normal">'
        f"{html.escape(where)}:<br><b>{html.escape(result.verdict.text)}</b></div>"
    )
