"""Row 2: from a key on a slider to its curves, in a real JupyterLab."""

import tempfile
from pathlib import Path

# Both lie in tests/browser, which `python -m benchmarks` puts on the path.
from chromium import BROWSER_ARGUMENTS, find_browser
from lab_server import START_MS, address, run_all, running_lab, write_notebook
from playwright.sync_api import sync_playwright

from benchmarks.baselines import MODELS, cell, explorer

MOVED_MS = 60_000
"""The longest that a move may take."""
QUIET_MS = 2_000
"""A panel whose bar is full and that draws nothing for so long has ended."""

WATCH = """
window.loads = [];
addEventListener("keydown", event => {
  window.pressed = event.timeStamp;
  window.loads = [];
}, true);
document.addEventListener("load", event => {  // no load reaches the window
  if (!event.target.matches?.("img.widget-image")) return;
  // A message that is sent in a frame arrives when it has been painted.
  const channel = new MessageChannel();
  channel.port1.onmessage = () =>
    window.loads.push(performance.now() - window.pressed);
  requestAnimationFrame(() => channel.port2.postMessage(0));
}, true);
"""
SETTLED = f"""
panel => {{
  const last = window.loads.at(-1);
  const bar = panel.querySelector(".widget-hprogress .progress-bar");
  return last !== undefined && parseFloat(bar.style.width) === 100 &&
    performance.now() - window.pressed - last > {QUIET_MS};
}}
"""


def measure(moves: int = 20, models: tuple[str, ...] = ()) -> list[dict]:
    """Returns the seconds of each move of the learning rate, by model.

    The first curve is the first picture that is painted after the key, the
    finished one the last. All moves train an architecture seen before.

    Args:
        moves: Of each model's slider.
        models: Names of `MODELS`; default all.
    """
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        home, root = Path(folder, "home"), Path(folder, "notebooks")
        home.mkdir()
        root.mkdir()
        browser = play.chromium.launch(
            executable_path=find_browser(), args=BROWSER_ARGUMENTS
        )
        with running_lab(home, root) as server:
            for name in models or MODELS:
                notebook = f"{name}.ipynb"
                write_notebook(root / notebook, [cell(name)])
                context = browser.new_context(
                    viewport={"width": 1280, "height": 1600}
                )
                page = context.new_page()
                page.add_init_script(WATCH)
                run_all(page, address(server, notebook), cells=1)
                rows.append({"name": name, **_moves(page, name, moves)})
                context.close()
        browser.close()
    return rows


def _moves(page, name, moves):
    """Walks the slider to its lowest value, back to its start, and so on."""
    output = page.locator(".jp-CodeCell .jp-Cell-outputWrapper").first
    output.locator("img.widget-image").first.wait_for(timeout=START_MS)
    panel = output.element_handle()
    row = output.locator(".widget-hslider", has_text="learning rate")
    handle = row.locator(".noUi-handle")
    control = next(
        each
        for each in explorer(name).controls
        if each.name == "learning_rate"
    )
    start = control.index(explorer(name).experiment.learning_rate)
    # Up from the baseline, training may diverge and end early.
    way = ["ArrowLeft"] * start + ["ArrowRight"] * start
    if not start:
        last = len(control.values) - 1
        way = ["ArrowRight"] * last + ["ArrowLeft"] * last
    first, finished = [], []
    for i in range(-2, moves):  # two to warm up
        handle.press(way[i % len(way)])
        page.wait_for_function(SETTLED, arg=panel, timeout=MOVED_MS)
        if i >= 0:
            loads = page.evaluate("window.loads")
            first.append(loads[0] / 1000)
            finished.append(loads[-1] / 1000)
    return {"first": first, "finished": finished}
