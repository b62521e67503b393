"""A small page with two panels, made of generated runs, for the tests."""

import base64
import html
import itertools
import json
import math
import shutil
from pathlib import Path

LEARNING_RATES = [0.001, 0.01, 0.1, 1.0, 10.0]
BATCH_SIZES = [8, 32, 128]
SEEDS = [0, 1, 2]
EPOCHS = 20
CELLS = 24
# As strict as it gets: nothing inline, no eval, nothing from another host.
POLICY = "default-src 'none'; img-src 'self' data:; " + "; ".join(
    f"{kind}-src 'self'" for kind in ("script", "connect", "style")
)


def control(name, label, symbol, scale, values, default, help_text):
    """Returns one slider, its texts written as Python writes its values."""
    return dict(
        name=name,
        label=label,
        symbol=symbol,
        scale=scale,
        values=values,
        texts=[str(value) for value in values],
        default=default,
        help=help_text,
    )


def controls():
    """Returns the two sliders of the explorer: a 5 × 3 grid."""
    rate_help = "How far each step goes along the negative gradient."
    batch_help = "How many examples each gradient is averaged over."
    return [
        control(
            "learning_rate",
            "learning rate",
            "η",
            "log",
            LEARNING_RATES,
            2,
            rate_help,
        ),
        control(
            "batch_size", "batch size", "", "log", BATCH_SIZES, 1, batch_help
        ),
    ]


def curve(rate, batch, seed, floor):
    """Returns losses that fall to a floor, faster for larger steps."""
    speed = min(rate * 60 / math.sqrt(batch), 1.2)
    wobble = 1 + 0.1 * (seed - 1)
    return [
        floor * wobble + 2.3 * math.exp(-speed * epoch) * wobble
        for epoch in range(1, EPOCHS + 1)
    ]


def boundary(rate):
    """Returns a heatmap: a step, sharper for larger learning rates."""
    cells = bytearray()
    for row in range(CELLS):
        for column in range(CELLS):
            x, y = 2 * column / (CELLS - 1) - 1, 2 * row / (CELLS - 1) - 1
            value = 1 / (
                1 + math.exp(-(1 + 20 * rate) * (y - math.sin(3 * x) / 2))
            )
            cells.append(round(255 * value))
    return {"values": base64.b64encode(bytes(cells)).decode()}


def setting(rate, batch):
    """Returns one grid point; the largest learning rate diverges."""
    if rate == 10.0:
        diverged = [3, 4, 3]
        loss = [[2.4, 9.0, None], [2.4, 5.0, 30.0, None], [2.5, 12.0, None]]
        lost = [[0.3, 0.1, None], [0.3, 0.2, 0.1, None], [0.3, 0.1, None]]
        curves = dict(
            loss=loss, val_loss=loss, accuracy=lost, val_accuracy=lost
        )
        return dict(
            verdict="Diverged at epoch 3: the loss became NaN.",
            status="diverged",
            diverged=diverged,
            curves=curves,
            views={},
        )
    loss = [curve(rate, batch, seed, 0.02) for seed in SEEDS]
    val_loss = [curve(rate, batch, seed, 0.12 + 0.1 * rate) for seed in SEEDS]
    curves = dict(
        loss=loss,
        val_loss=val_loss,
        accuracy=[
            [1 - min(value, 2) / 2.2 for value in seed] for seed in loss
        ],
        val_accuracy=[
            [1 - min(value, 2) / 2.2 for value in seed] for seed in val_loss
        ],
    )
    slow = rate < 0.01
    return dict(
        verdict=(
            f"Barely moved: after {EPOCHS} epochs the loss is still above 1."
            if slow
            else f"Reached a validation loss of {val_loss[1][-1]:.2f}."
        ),
        status="slow" if slow else "ok",
        diverged=[None] * len(SEEDS),
        curves=curves,
        views={"boundary": boundary(rate), "weights": weights(rate)},
    )


def weights(rate):
    """Returns two series of bars."""
    return {
        "series": [
            {
                "label": "layer 1",
                "values": [rate / (1 + rate) * i / 3 for i in (1, 2, 3, 2)],
            },
            {
                "label": "layer 2",
                "values": [-rate / (1 + rate) * i / 4 for i in (1, 3, 2, 1)],
            },
        ]
    }


def views():
    """Returns the headers of a heatmap with points and of a bar chart."""
    spiral = [(math.cos(i) * 0.7, math.sin(i * 1.7) * 0.7) for i in range(24)]
    boundary = dict(
        name="boundary",
        kind="heatmap",
        title="Probability of the second class",
        alt="Decision boundary over two inputs.",
        x_label="x₁",
        y_label="x₂",
        shape=[CELLS, CELLS],
        extent=[-1, 1, -1, 1],
        colors="diverging",
        limits=[0, 1],
        points=[[x, y, i % 2] for i, (x, y) in enumerate(spiral)],
    )
    weights = dict(
        name="weights",
        kind="bars",
        title="Mean weight of each unit",
        alt="Bars of mean weights.",
        x_label="unit",
        y_label="weight",
        labels=["1", "2", "3", "4"],
        limits=[-1, 1],
    )
    return [boundary, weights]


def runs():
    """Returns the recorded sweep of the explorer."""
    grid = itertools.product(LEARNING_RATES, BATCH_SIZES)
    loss = dict(name="loss", title="loss", scale="log", limits=[0.01, 10])
    accuracy = dict(
        name="accuracy", title="accuracy", scale="linear", limits=[0, 1]
    )
    return dict(
        format=1,
        name="learning_rate",
        experiment=dict(dataset="digits", optimizer="sgd", epochs=EPOCHS),
        dataset=dict(name="digits", title="digits", n_train=1000, n_val=437),
        controls=controls(),
        seeds=SEEDS,
        metrics=[loss, accuracy],
        objective=dict(
            name="val_loss",
            title="validation loss after the last epoch",
            scale="log",
            limits=[0.1, 10],
            better="lower",
        ),
        views=views(),
        settings=[setting(rate, batch) for rate, batch in grid],
        provenance=dict(
            fingerprint="0" * 64,
            python="3.11.0",
            tensorflow="2.21.0",
            keras="3.15.1",
            numpy="2.3.0",
            recorded="2026-11-22",
        ),
    )


FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg"
     xmlns:xlink="http://www.w3.org/1999/xlink"
     width="480" height="240" viewBox="0 0 480 240">
  <defs><circle id="dot" r="7"/></defs>
  <path d="M20 20 Q240 420 460 20" fill="none" stroke="currentColor"/>
  <use xlink:href="#dot" x="{x}" y="120" fill="#d55e00"/>
  <text x="20" y="230" fill="currentColor">step {step}</text>
</svg>"""


def demo():
    """Returns the spec of a demo of 3 × 2 frames of matplotlib's kind."""
    sides = ["left", "right"]
    grid = list(itertools.product([0, 1, 2], sides))
    return dict(
        format=1,
        kind="demo",
        name="quadratic",
        title="Steps on a quadratic",
        controls=[
            control("step", "step", "t", "linear", [0, 1, 2], 0, ""),
            control(
                "start", "start", "", "choice", sides, 0, "Where it begins."
            ),
        ],
        frames=[
            FRAME.format(x=60 + 120 * sides.index(side) + 40 * step, step=step)
            for step, side in grid
        ],
        captions=[f"Step {step} from the {side}." for step, side in grid],
    )


def explorer():
    """Returns the spec of the explorer."""
    return dict(
        format=1,
        kind="explorer",
        name="learning_rate",
        title="Learning rate on digits",
        runs="runs/learning_rate.json",
        alt="Loss and accuracy for 15 settings.",
    )


PANEL = """\
<div class="knob-explorer" id="explorer-{name}">
  <script type="application/json" class="knob-spec">{spec}</script>
  <figure class="knob-picture">
    <svg viewBox="0 0 300 120" role="img" aria-label="{title}">
      <path d="M10 10 Q60 100 290 100" fill="none" stroke="currentColor"/>
    </svg>
    <figcaption>{title}: the baseline.</figcaption>
  </figure>
</div>"""


def panel(spec):
    """Returns the HTML that Python emits for one panel."""
    return PANEL.format(
        name=spec["name"],
        title=html.escape(spec["title"]),
        spec=json.dumps(spec).replace("<", "\\u003c"),
    )


STYLE = """\
body { margin: 0 auto; max-width: 46rem; padding: 1rem;
       font: 16px/1.6 system-ui, sans-serif; background: #fff; color: #222832 }
html[data-theme=dark] body { background: #14181e; color: #ced6dd }
"""

PAGE = """\
<!doctype html>
<html lang="en" data-theme="light">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="{policy}">
  <meta name="viewport" content="width=device-width">
  <title>Learning rate</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="page.css">
  <link rel="stylesheet" href="turn-the-knob.css">
  <script src="turn-the-knob.js"></script>
</head>
<body><main>
  <h1>Learning rate</h1>
  <h2>Try it</h2>
  {explorer}
  <h2>Why</h2>
  {demo}
</main></body>
</html>
"""


def write_page(folder: Path, web_dist: Path) -> None:
    """Writes `index.html`, its runs and the front end into a folder."""
    for name in ("turn-the-knob.js", "turn-the-knob.css"):
        shutil.copy(web_dist / name, folder)
    page = PAGE.format(
        policy=POLICY, explorer=panel(explorer()), demo=panel(demo())
    )
    (folder / "runs").mkdir(exist_ok=True)
    for name, text in {
        "index.html": page,
        "page.css": STYLE,
        "runs/learning_rate.json": json.dumps(runs()),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
