"""A real JupyterLab on loopback, for the browser tests and the benchmarks."""

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
START_MS = 90_000
"""JupyterLab and TensorFlow start slowly on a busy machine."""

SETTINGS = {  # no request leaves this machine
    "notification": {"fetchNews": "false", "checkForUpdates": False},
}
FOLDERS = (
    "IPYTHONDIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
)


def write_notebook(path: Path, cells: list[str]) -> None:
    """Writes code cells, indented as a whole or not, as a notebook."""
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(textwrap.dedent(cell).strip())
            for cell in cells
        ]
    )
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, path)


@contextmanager
def running_lab(home: Path, root: Path) -> Iterator[dict]:
    """A context in which a JupyterLab runs.

    Args:
        home: An empty folder for its settings and its log.
        root: The folder of the notebooks.

    Yields:
        What the server says of itself; `url` and `token` say where it is.

    Raises:
        RuntimeError: It did not start; the message holds its log.
    """
    folders = {name: str(home / name) for name in FOLDERS}
    settings = home / "JUPYTERLAB_SETTINGS_DIR/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    for name, values in SETTINGS.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.write_text(json.dumps(values), encoding="utf-8")
    log = home / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser"),
                *("--allow-root", "--ip=127.0.0.1", "--port=0"),
                f"--ServerApp.root_dir={root}",
            ],
            env={**os.environ, **folders, "PYTHONPATH": str(ROOT)},
            cwd=root,
            stdout=output,
            stderr=output,
        )
    try:
        yield _started(process, home)
    finally:
        process.terminate()
        process.wait(30)


def _started(process, home):
    """Waits for the file in which a server says where it listens."""
    end = time.monotonic() + START_MS / 1000
    while True:
        for path in home.glob("JUPYTER_RUNTIME_DIR/jpserver-*.json"):
            text = path.read_text(encoding="utf-8")
            if text:  # the file is there before its text is
                return json.loads(text)
        if process.poll() is not None or time.monotonic() > end:
            log = (home / "log").read_text(encoding="utf-8")
            raise RuntimeError(f"JupyterLab did not start:\n{log}")
        time.sleep(0.1)


def address(server: dict, notebook: str) -> str:
    """Returns where a notebook opens alone, without the file browser."""
    return f"{server['url']}doc/tree/{notebook}?token={server['token']}"


def run_all(page, at: str, cells: int) -> None:
    """Opens a notebook and asks for all its cells, from top to bottom.

    Args:
        page: A Playwright page.
        at: The notebook's address.
        cells: How many it has.
    """
    page.goto(at)
    cell = page.locator(".jp-Notebook .jp-CodeCell .jp-Editor").first
    cell.wait_for(timeout=START_MS)
    page.get_by_text("| Idle").wait_for(timeout=START_MS)
    cell.click()
    page.keyboard.press("Escape")
    for _ in range(cells):
        page.keyboard.press("Shift+Enter")
