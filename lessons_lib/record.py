"""Records the sweeps of a book: `python -m lessons_lib.record book`.

The notebooks say what there is to record: each cell tagged `explorer` makes
an `Explorer`, out of nothing but the names of `lessons_lib`.
"""

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import joblib

import lessons_lib
from lessons_lib import Explorer
from lessons_lib.recorded import SweepError, fingerprint, load_sweep
from lessons_lib.sweep import refresh, sweep

SEEDS = 5
"""Seeds of every recorded setting."""


def explorers(notebook: Path) -> Iterator[Explorer]:
    """Yields the explorers of a notebook's tagged cells, without training.

    Raises:
        ValueError: A tagged cell makes no explorer; the message names it.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells):
        if "explorer" not in cell["metadata"].get("tags", []):
            continue
        names = {
            name: getattr(lessons_lib, name) for name in lessons_lib.__all__
        }
        tree = ast.parse("".join(cell["source"]))
        ends = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
        last = tree.body.pop() if ends else None
        where = f"{notebook.name} cell {number}"
        exec(compile(tree, where, "exec"), names)
        if last is not None:
            value = eval(
                compile(ast.Expression(last.value), where, "eval"), names
            )
            names["_"] = value
        made = {id(v): v for v in names.values() if isinstance(v, Explorer)}
        if not made:
            raise ValueError(
                f"{where} is tagged 'explorer' and must make an Explorer. "
                f"Received: {names.get('_')!r}"
            )
        yield from made.values()


def runs_path(notebook: Path, explorer: Explorer) -> Path:
    """Returns where an explorer's recorded sweep lies."""
    return notebook.parent / "runs" / f"{explorer.name}.json"


def stale(path: Path, explorer: Explorer) -> str:
    """Returns why an explorer's sweep must be recorded, or `""`."""
    try:
        recorded = load_sweep(path).document["provenance"]["fingerprint"]
    except SweepError as error:
        return str(error)
    asked = fingerprint(
        explorer.experiment, explorer.controls, SEEDS, explorer.views
    )
    if recorded != asked:
        return f"{path.name} was recorded for another experiment or grid."
    return ""


def main(arguments: list[str]) -> int:
    """Records what is stale; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m lessons_lib.record")
    parser.add_argument("folder", type=Path, help="where the notebooks are")
    parser.add_argument("--only", help="record one sweep, stale or not")
    parser.add_argument(
        "--jobs", type=int, default=-1, help="default: all cores"
    )
    options = parser.parse_args(arguments)
    names = []
    for notebook in sorted(options.folder.glob("*.ipynb")):
        for explorer in explorers(notebook):
            if explorer.name is None:
                continue
            names.append(explorer.name)
            path = runs_path(notebook, explorer)
            why = stale(path, explorer)
            if options.only:
                why = "asked for" if explorer.name == options.only else ""
            if not why:
                if not options.only and refresh(
                    path, explorer.experiment, explorer.controls
                ):
                    print(f"{explorer.name}: its words or axes are new.")
                continue
            print(f"{explorer.name}: {why}")
            with joblib.parallel_config(n_jobs=options.jobs):
                sweep(
                    explorer.experiment,
                    list(explorer.controls),
                    path=path,
                    seeds=SEEDS,
                    views=explorer.views,
                )
    if options.only and options.only not in names:
        parser.error(
            f"no explorer is named {options.only!r}; there are "
            f"{', '.join(names)}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
