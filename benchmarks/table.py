"""The results as Markdown: what was measured, and what was wanted."""

from collections.abc import Iterator
from statistics import median

from benchmarks.results import Results

OVER_FIT = {"MLP": 30, "CNN": 2.5, "LSTM": 5}
"""How many times faster than `model.fit` the engine should be, at least."""
RETRAIN_S = {"cnn": 3, "lstm": 5}
LAB_S = {"MLP": (0.15, 0.3)}
"""Wanted seconds to the first and to the finished curve."""
PAGE_MB, REDRAWN_MS = 1, 50
CHAPTER_S, CHAPTER_MB = 60, 1200
MAKE_MIN = {"book": 5, "tests": 10}
MEMORY_MB = 50

INTRODUCTION = """\
# Benchmarks

Written by `make bench` out of `results.json`, which holds the raw numbers.
`make bench BENCH="engine memory"` measures some rows again.
The others stay, each with its date.
`make bench BENCH=all` also times `make test`, which takes about 40 minutes.

Each number is of one run on one machine, and medians are over its repetitions.
The losses of the compared runs are checked to be equal.
"""

RETRAIN = """\
## A retrain of each explorer's baseline

Seconds of `lessons_lib.run`, without the panel's pictures.
The first time, TensorFlow also traces the architecture."""

Row = tuple[str, str, str]
"""What, measured, wanted."""


def render(results: Results) -> str:
    """Returns the text of the README."""
    lines = [*_head("what", "measured", "wanted")]
    for name, rows in ROWS.items():
        found = results.get(name)
        if found is None:
            lines.append(f"| {UNMEASURED[name]} | not measured | |")
            continue
        lines += [f"| {' | '.join(row)} |" for row in rows(found["values"])]
    if "retrain" in results:
        lines += ["", RETRAIN, ""]
        lines += _retrain(results["retrain"]["values"])
    lines += ["", "## When and where", "", *_machines(results)]
    return INTRODUCTION + "\n" + "\n".join(lines) + "\n"


def _engine(values) -> Iterator[Row]:
    for row in values:
        name = row["name"]
        times = {way: median(each) for way, each in row["seconds"].items()}
        yield (
            f"{name}: `model.fit` over the engine, architecture seen before",
            f"{times['fit'] / times['engine']:.1f} ×",
            f"≥ {OVER_FIT[name]} ×",
        )
        if "numpy" in times:
            yield (
                f"{name}: the engine over a hand-written NumPy loop",
                f"{times['engine'] / times['numpy']:.2f} ×",
                "≤ 1.5 ×",
            )


def _lab(values) -> Iterator[Row]:
    for row in values:
        name, moves = row["name"], len(row["first"])
        for i, curve in enumerate(("first", "finished")):
            limit = f"≤ {LAB_S[name][i]} s" if name in LAB_S else ""
            yield (
                f"{name} in JupyterLab: from a slider to its {curve} curve, "
                f"median and maximum of {moves} moves",
                f"{median(row[curve]):.2f} s, {max(row[curve]):.2f} s",
                limit,
            )


def _pages(values) -> Iterator[Row]:
    for key, what, wanted in (
        ("before_interaction", "up to its first explorer", f"≤ {PAGE_MB} MB"),
        ("bytes", "to its end", ""),
    ):
        heaviest = max(values, key=lambda row: row[key])
        yield (
            f"heaviest page (`{heaviest['name']}`), read {what}, gzipped",
            f"{heaviest[key] / 1e6:.2f} MB",
            wanted,
        )
    yield (
        "requests of all pages to other hosts",
        str(sum(row["third_party"] for row in values)),
        "0",
    )
    moves = [each * 1000 for row in values for each in row["redrawn"]]
    yield (
        "page: from a slider to its redrawn charts, "
        f"median and maximum of {len(moves)} moves",
        f"{median(moves):.0f} ms, {max(moves):.0f} ms",
        f"≤ {REDRAWN_MS} ms",
    )


def _memory(values) -> Iterator[Row]:
    yield (
        f"memory that {values['retrains']} retrains leave behind",
        f"{values['after'] - values['before']:.0f} MB",
        f"< {MEMORY_MB} MB",
    )


def _soak(values) -> Iterator[Row]:
    yield (
        f"memory that {values['changes']} random changes of all panels "
        f"leave behind, {len(values['failures'])} failures",
        f"{values['after'] - values['before']:.0f} MB",
        f"≤ {MEMORY_MB} MB, 0 failures",
    )


def _chapters(values) -> Iterator[Row]:
    for row in values:
        yield (
            f"chapter `{row['name']}`: seconds to execute, peak memory",
            f"{row['seconds']:.0f} s, {row['peak']:.0f} MB",
            f"≤ {CHAPTER_S} s, ≤ {CHAPTER_MB} MB",
        )


def _book(values) -> Iterator[Row]:
    yield (
        "`make book` after the installation",
        f"{values['seconds'] / 60:.1f} min",
        f"≤ {MAKE_MIN['book']} min",
    )


def _tests(values) -> Iterator[Row]:
    yield (
        "`make test` after the installation, "
        f"{values['passed']} tests in Python",
        f"{values['seconds'] / 60:.1f} min",
        f"≤ {MAKE_MIN['tests']} min",
    )


ROWS = {
    "engine": _engine,
    "lab": _lab,
    "pages": _pages,
    "chapters": _chapters,
    "book": _book,
    "tests": _tests,
    "memory": _memory,
    "soak": _soak,
}
UNMEASURED = {
    "engine": "`model.fit` over the engine",
    "lab": "JupyterLab: from a slider to its curves",
    "pages": "weight of the pages, from a slider to its redrawn charts",
    "chapters": "chapters: seconds to execute, peak memory",
    "book": "`make book` after the installation",
    "tests": "`make test` after the installation, timed on request only",
    "memory": "memory that 1000 retrains leave behind",
    "soak": "memory that 1000 random changes of all panels leave behind",
}


def _head(*names):
    """Yields the first two lines of a table."""
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"


def _retrain(values):
    """Yields the lines of the table of explorers."""
    yield from _head(
        "chapter", "explorer", "a later time", "first time", "wanted"
    )
    for row in values:
        chapter = row["chapter"]
        wanted = RETRAIN_S.get(chapter)
        later = median(row["later"])
        limit = f"≤ {wanted} s later" if wanted else ""
        yield (
            f"| {chapter} | {row['name']} | {later:.2f} s "
            f"| {row['first']:.1f} s, {row['first'] / later:.1f} × | {limit} |"
        )


def _machines(results):
    """Yields one item for each date and machine, with what it measured."""
    named: dict[str, list[str]] = {}
    for name in results:
        line = machine_line(results[name]["machine"])
        named.setdefault(line, []).append(name)
    for line, names in named.items():
        yield f"- {', '.join(names)}: {line}."


def machine_line(machine: dict) -> str:
    """Returns a date and a machine in one line."""
    fixed = ("date", "cores", "system")
    versions = [
        f"{name} {version}"
        for name, version in machine.items()
        if name not in fixed
    ]
    date, cores, system = (machine[name] for name in fixed)
    return ", ".join([date, f"{cores} cores", system, *versions])
