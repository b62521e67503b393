"""Row 4: how long each notebook executes, and how much memory it takes."""

import threading
import time

import nbformat
import psutil
from nbclient import NotebookClient

from benchmarks.toc import notebooks


def measure() -> list[dict]:
    """Returns one row for each notebook of the book."""
    return [_row(path) for path in notebooks()]


def _row(path):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        resources={"metadata": {"path": str(path.parent)}},
    )
    peak, done = [0.0], threading.Event()

    def watch():
        while not done.wait(0.1):
            kernels = psutil.Process().children(recursive=True)
            sizes = []
            for kernel in kernels:
                try:
                    sizes.append(kernel.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue  # it ended between the list and the look
            peak[0] = max([peak[0], *(size / 2**20 for size in sizes)])

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.perf_counter()
    try:
        client.execute()
    finally:
        seconds = time.perf_counter() - begin
        done.set()
        watcher.join()
    return {"name": path.stem, "seconds": seconds, "peak": peak[0]}
