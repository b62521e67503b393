"""What can go wrong around the book: kernels, homes, locales, fonts, networks.

Faults of one panel are in `test_explorer.py`; those of a panel in JupyterLab,
such as one that is shown twice, in `browser/test_jupyterlab.py`.
"""

import base64
import contextlib
import io
import locale
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from matplotlib import font_manager

from lessons_lib import Control, Demo, Experiment, Explorer
from lessons_lib.cards import styled

ROOT = Path(__file__).parents[1]
START_S = 90
CELL_S = 120
NOWHERE = "/proc/nowhere"
"""A folder that nobody can make, not even root."""
TINY = Experiment(dataset="moons", epochs=2, hidden_units=(4,))


def in_new_process(code, **env):
    """Runs Python and returns what it prints; whatever fails is shown."""
    result = subprocess.run(
        [sys.executable, "-W", "default", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=CELL_S,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


class Kernel:
    """A real kernel, and what its cells have shown."""

    def __init__(self, client):
        self.client = client

    def run(self, code, until=None):
        """Runs a cell; returns its reply and outputs.

        Args:
            code: The cell.
            until: Called with the manager's interrupt once the cell has
                printed "training".
        """
        sent = self.client.execute(code)
        outputs = []
        end = time.monotonic() + CELL_S
        while True:
            assert time.monotonic() < end, outputs
            message = self.client.get_iopub_msg(timeout=CELL_S)
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            if kind in ("stream", "error", "display_data", "execute_result"):
                outputs.append((kind, content))
            if until and "training" in content.get("text", ""):
                until()
                until = None
        reply = self.client.get_shell_msg(timeout=CELL_S)
        return reply["content"], outputs


@contextlib.contextmanager
def kernel(**env):
    manager, client = start_new_kernel(
        startup_timeout=START_S,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        cwd=str(ROOT / "book"),
    )
    try:
        yield manager, Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# --- kernels ----------------------------------------------------------------

INTERRUPTED = """
from lessons_lib import Experiment, Explorer, live
train = live.train
def announced(*arguments, **named):
    for epoch in train(*arguments, **named):
        if epoch.number == 3:
            print("training", flush=True)
        yield epoch
live.train = announced
explorer = Explorer(
    Experiment(dataset="moons", hidden_units=(4,), epochs=2000),
    controls=["learning_rate"],
)
explorer
"""


def test_a_kernel_interrupted_while_a_panel_trains_shows_it_later():
    with kernel() as (manager, notebook):
        reply, _ = notebook.run(INTERRUPTED, until=manager.interrupt_kernel)
        assert (reply["status"], reply["ename"]) == (
            "error",
            "KeyboardInterrupt",
        )

        reply, outputs = notebook.run("live.train = train\nexplorer")
        assert reply["status"] == "ok"
        shown = [content["data"] for kind, content in outputs
                 if kind == "execute_result"]  # fmt: skip
        assert "application/vnd.jupyter.widget-view+json" in shown[0]

        _, outputs = notebook.run(
            "explorer.panel.knobs['learning_rate'].value = 0.3\n"
            "explorer.session.wait(120)\n"
            "result = explorer.session.result\n"
            "print(result.experiment.learning_rate, result.epochs_done,"
            " explorer.session.message)"
        )
        assert outputs[0][1]["text"].split() == ["0.3", "2000"]


def test_a_notebook_run_twice_in_one_kernel_shows_the_same():
    path = ROOT / "book" / "learning_rate.ipynb"
    cells = [
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    ]

    with kernel() as (_, notebook):
        first, second = (
            [notebook.run(cell) for cell in cells] for _ in range(2)
        )

    for cell, (_, before), (reply, after) in zip(
        cells, first, second, strict=True
    ):
        assert reply["status"] == "ok", reply
        assert not [c for k, c in after if c.get("name") == "stderr"], after
        assert drawn(after) == drawn(before), cell


def drawn(outputs):
    """Returns the pictures of a cell's outputs, and its printed text."""
    return [
        content.get("text") or content.get("data", {}).get("image/png")
        for _, content in outputs
    ]


# --- homes and networks -----------------------------------------------------

SHOW = """
from lessons_lib import Experiment, Explorer
experiment = Experiment(dataset="moons", epochs=2, hidden_units=(4,))
explorer = Explorer(experiment, controls=["learning_rate"], name="moons")
bundle = explorer._repr_mimebundle_()
explorer.panel.knobs["learning_rate"].value = 0.3
explorer.session.wait(120)
shown = explorer.session.result.experiment.learning_rate
print("shown", sorted(bundle), shown, explorer.session.message)
"""
SHOWN = (
    "shown ['application/vnd.jupyter.widget-view+json', 'image/png', "
    "'text/html', 'text/plain'] 0.3"
)


def test_a_home_that_cannot_be_written_shows_panels(tmp_path):
    home = {
        name: f"{NOWHERE}/{name}"
        for name in (
            *("HOME", "KERAS_HOME", "MPLCONFIGDIR", "IPYTHONDIR"),
            *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "JUPYTER_CONFIG_DIR"),
        )
    }

    # Only where the kernel and its client meet has to be somewhere.
    with kernel(**home, JUPYTER_RUNTIME_DIR=str(tmp_path)) as (_, notebook):
        reply, outputs = notebook.run(SHOW)

    assert reply["status"] == "ok", reply
    text = "".join(c["text"] for _, c in outputs if c.get("name") == "stdout")
    assert SHOWN in text


def test_nothing_offline_asks_for_a_network():
    code = f"""
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind"):
        raise OSError(f"no network: {{event}} {{arguments}}")
sys.addaudithook(refuse)
{SHOW}
from lessons_lib.sources import OFFLINE
from lessons_lib import load_dataset
for name in OFFLINE:
    load_dataset(name)
print("loaded", len(OFFLINE))
"""

    lines = in_new_process(code).splitlines()

    assert [line.strip() for line in lines][:1] == [SHOWN]
    assert lines[1].startswith("loaded ")


# --- locales ----------------------------------------------------------------


def faces():
    """Returns what a page and a notebook get of a panel and of a demo."""
    explorer = Explorer(TINY, controls=["learning_rate"], name="moons")
    explorer.panel.knobs["learning_rate"].value = 0.3
    explorer.session.wait(120)
    explorer.session.pin()
    demo = Demo(half, controls=[Control("size", (0.5, 1.5))], name="half")
    return [
        explorer._repr_mimebundle_()["text/html"],
        explorer.panel.verdict.value,
        explorer.panel.table.value,
        demo._repr_mimebundle_()["text/html"],
    ]


def half(size):
    """Draws half a square, whose ticks are decimals."""
    with styled():
        figure, ax = plt.subplots()
    ax.plot([0, 0.5 * size], [0, 0.5 * size])
    ax.set_title(f"Half of {size}")
    return figure


@pytest.fixture
def comma(monkeypatch):
    """Makes Python and matplotlib write numbers as in Germany."""
    signs = {"decimal_point": ",", "thousands_sep": ".", "grouping": [3, 0]}
    monkeypatch.setattr(locale, "_override_localeconv", signs)
    with mpl.rc_context({"axes.formatter.use_locale": True}):
        assert locale.str(0.5) == "0,5"
        yield


def test_decimal_commas_change_nothing(request):
    plain = faces()

    request.getfixturevalue("comma")

    assert faces() == plain


def test_a_german_system_shows_panels(tmp_path):
    made = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", tmp_path / "de_DE.UTF-8"],
        capture_output=True,
        check=False,
    )
    name = "de_DE.UTF-8" if made.returncode == 0 else "C.UTF-8"
    code = (
        "import locale; locale.setlocale(locale.LC_ALL, '')\n"
        "print(locale.str(0.5))\n"
        f"{SHOW}\n"
        "from lessons_lib.recorded import load_sweep\n"
        "print(load_sweep('book/runs/learning_rate.json').experiment.momentum)"
    )

    lines = in_new_process(
        code, LC_ALL=name, LANG=name, LOCPATH=str(tmp_path)
    ).splitlines()

    comma = "," if made.returncode == 0 else "."
    assert lines[0] == f"0{comma}5"
    assert [line.strip() for line in lines[1:]] == [SHOWN, "0.0"]


# --- fonts ------------------------------------------------------------------


@pytest.fixture
def no_fonts(monkeypatch):
    """Leaves matplotlib the fonts that it brings, and none that is asked."""
    manager = font_manager.fontManager
    own = str(Path(mpl.get_data_path()))
    few = [font for font in manager.ttflist if font.fname.startswith(own)]
    monkeypatch.setattr(manager, "ttflist", few)
    manager._findfont_cached.cache_clear()
    with mpl.rc_context({"font.family": ["No Such Font"]}):
        yield
    manager._findfont_cached.cache_clear()


def test_missing_fonts_leave_pictures(no_fonts, caplog):
    bundle = Explorer(TINY, controls=["learning_rate"])._repr_mimebundle_()

    picture = base64.b64decode(bundle["image/png"])
    pixels = plt.imread(io.BytesIO(picture))
    assert np.ptp(pixels) > 0.5
    assert "findfont" in caplog.text
    words = re.findall(r">([^<>]+)</text>", bundle["text/html"])
    assert "epoch" in words
