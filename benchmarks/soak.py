"""What 1,000 control changes across all panels of the book leave behind.

The panels are turned as readers turn them: some changes in a burst, some after
a look at the curves, and on to the next panel while the last one still trains.
"""

import contextlib
import gc
import random
import threading
import time
from pathlib import Path

import psutil

from lessons_lib import Explorer
from lessons_lib.datasets import DATASETS
from lessons_lib.experiment import RECURRENT
from lessons_lib.record import explorers

BOOK = Path(__file__).parents[1] / "book"
WAIT_S = 120
SHORT = {"epochs": 3, "decay_epochs": 1, "warmup_epochs": 1}
"""Changes that make every run short; what a run leaves stays the same."""


def measure(changes: int = 1000, longest: int = 20, seed: int = 0) -> dict:
    """Returns what went wrong, if anything, and resident megabytes.

    `before` is taken when every panel has been visited once and the engine
    keeps as many programs as it will; `warm_s` and `cpu_s` are seconds of one
    core, up to then and in all.

    Args:
        changes: Of controls, over all panels.
        longest: Most changes in a row of one panel. Longer bursts make fewer
            visits, and it is visits that take time.
        seed: Of what is turned, and when.
    """
    failures = []
    threading.excepthook = lambda failure: failures.append(str(failure))
    rng = random.Random(seed)
    start = time.process_time()
    panels = [
        _short(explorer).panel
        for notebook in sorted(BOOK.glob("*.ipynb"))
        for explorer in explorers(notebook)
    ]
    made, before, warm_s, left = 0, 0.0, 0.0, changes
    counts = {"waits": 0, "stopped": 0, "refused": 0}
    while left > 0:
        for panel in rng.sample(panels, len(panels)):
            # XLA compiles a recurrent network for seconds: one visit each.
            visited = made and panel.session.baseline.architecture in RECURRENT
            if left <= 0 or visited:
                continue
            burst = min(left, rng.randint(1, longest))
            _turn(rng, panel, burst, counts)
            left -= burst
            if rng.random() < 0.5:
                counts["waits"] += 1
                _settle(panel, counts, failures)
        if not made:  # every panel has been visited: the kernel is warm
            for panel in panels:
                _settle(panel, counts, failures)
            before = _resident()
            warm_s = time.process_time() - start
        made += 1
    for panel in panels:
        _settle(panel, counts, failures)
    return {
        "changes": changes,
        "panels": len(panels),
        "failures": failures,
        **counts,
        "before": before,
        "after": _resident(),
        "warm_s": warm_s,
        "cpu_s": time.process_time() - start,
    }


def _short(explorer: Explorer) -> Explorer:
    """The same explorer with runs of few epochs."""
    return Explorer(
        explorer.experiment.replace(**SHORT),
        list(explorer.controls),
        views=explorer.views,
    )


def _turn(rng, panel, times, counts):
    """Moves knobs and the fields beside them, some of them at once."""
    for _ in range(times):
        what = rng.random()
        if what < 0.82:
            knob = rng.choice(list(panel.knobs.values()))
            knob.value = rng.choice(knob.control.values)
        elif what < 0.84:
            panel.stop.click()
            counts["stopped"] += panel.session.message == "Stopped."
        elif what < 0.87:
            panel.data.value = rng.choice(_at_hand(panel))
        elif what < 0.9:
            panel.seed.value = rng.randrange(5)
        elif what < 0.93:
            panel.seeds.value = rng.randint(1, 2)
        elif what < 0.96:
            panel.train.click()
        elif what < 0.98:
            panel.pin.click()
        else:
            panel.session.clear_pins()
        time.sleep(rng.choice((0, 0, 0, 0.01, 0.1)))


def _at_hand(panel):
    """The data of a panel's menu that need no download."""
    return [
        name
        for _, name in panel.data.options
        if not DATASETS[name].download_mb
    ]


def _settle(panel, counts, failures):
    """Waits for a panel, and holds what it shows against what was asked."""
    session = panel.session
    if session.message == "Stopped.":
        if session.training:
            failures.append("still training after Stop")
        panel.train.click()  # what was asked for is trained after all
    session.wait(WAIT_S)
    asked = {name: knob.value for name, knob in panel.knobs.items()}
    asked["dataset"] = panel.data.value
    expected, message = None, ""
    with contextlib.suppress(ValueError):
        expected = session.baseline.replace(**asked, seed=panel.seed.value)
    if expected is None:
        counts["refused"] += 1
        if session.message.startswith("`"):
            return
        message = "a message that names what cannot be run"
    elif session.message:
        message = "no message"
    if message:
        failures.append(f"{asked}: {message}, not {session.message!r}")
        return
    shown = session.result
    if session.training:
        failures.append(f"{asked}: still training after {WAIT_S} s")
    elif (shown.experiment, shown.seeds) != (expected, panel.seeds.value):
        failures.append(f"asked for {expected}, shown is {shown.experiment}")


def _resident() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20
