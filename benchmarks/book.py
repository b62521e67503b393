"""Row 5: how long `make book` takes after the installation."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.toc import ROOT

INSTALLED = (".venv", "web/node_modules")


def measure() -> dict:
    """Returns the seconds of `make book` in a tree without `_build`."""
    with fresh_tree() as tree:
        seconds, _ = timed_make(tree, "book")
    return {"seconds": seconds}


@contextmanager
def fresh_tree(root: Path = ROOT) -> Iterator[Path]:
    """A context with a copy of the sources, which shares what is installed.

    Args:
        root: A checkout in which `make` has installed everything.

    Yields:
        Its folder, which is deleted afterwards.

    Raises:
        RuntimeError: What is installed is out of date; `make` would install
            anew, and into the tree that was copied.
    """
    listed = subprocess.run(
        (
            *("git", "ls-files", "-z"),
            *("--cached", "--others", "--exclude-standard"),
        ),
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in listed.stdout.split("\0"):
            if (root / name).is_file():  # not deleted since the last commit
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, tree / name)
        for name in INSTALLED:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).symlink_to(root / name)
        _check_installed(tree)
        yield tree


def _check_installed(tree):
    marks = (".venv/.installed", "web/node_modules/.package-lock.json")
    asked = subprocess.run(["make", "--question", *marks], cwd=tree)
    if asked.returncode:
        raise RuntimeError(
            "What is installed is older than requirements.lock, "
            "pyproject.toml or web/package-lock.json. Run 'make book' first."
        )


def timed_make(tree: Path, target: str) -> tuple[float, str]:
    """Runs make in a tree, with the tree's own library.

    Args:
        tree: Folder with a Makefile.
        target: What to make.

    Returns:
        Seconds, and what was printed.

    Raises:
        RuntimeError: It failed; the message holds the end of its output.
    """
    # Flags of the make that may have started this one mean nothing here.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    begin = time.perf_counter()
    done = subprocess.run(
        ["make", target],
        cwd=tree,
        env={**environment, "PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"make {target} failed:\n{done.stdout[-4000:]}")
    return seconds, done.stdout
