"""The table of measurements in the book, made of what was measured."""

import json
import subprocess
import sys

import measurements
import nbformat
import pytest

from benchmarks.toc import ROOT

MACHINE = {
    "date": "2020-02-29",
    "cores": 64,
    "system": "Linux x86_64",
    "python": "3.11.0",
    "keras": "3.0.0",
}
RESULTS = {
    "chapters": {
        "machine": MACHINE,
        "values": [{"name": "width", "seconds": 33.3, "peak": 954.4}],
    },
    "pages": {
        "machine": MACHINE,
        "values": [{"name": "width", "bytes": 812_345}],
    },
    "retrain": {
        "machine": {**MACHINE, "date": "2020-03-01"},
        "values": [
            {"chapter": "width", "name": "first", "later": [0.2, 0.9, 0.3]},
            {"chapter": "width", "name": "second", "later": [5.0]},
            {"chapter": "gone", "name": "gone", "later": [7.0]},
        ],
    },
}
CHAPTER = [
    "# Neurons per layer\n\nOne claim.\n\n*7 minutes. Read first: nothing.*",
    "## The question\n\nSome text.\n\nHow many?",
]


def test_a_row_holds_what_was_measured_of_its_chapter():
    lines = measurements.table(RESULTS, {"width": "Width", "cnn": "CNN"})

    assert lines[1:] == [
        "| [Width](width.ipynb) | 33 | 954 | 812 | 0.30 |",
        "| [CNN](cnn.ipynb) | – | – | – | – |",
    ]


def test_without_results_every_cell_is_a_dash():
    lines = measurements.table({}, {"width": "Width"})

    assert lines[1:] == ["| [Width](width.ipynb) | – | – | – | – |"]
    assert measurements.sources({}) == []


def test_each_column_says_when_and_where_it_was_measured():
    lines = measurements.sources(RESULTS)

    where = "64 cores, Linux x86_64, Python 3.11.0, Keras 3.0.0."
    assert lines == [
        f"- Time and memory: 2020-02-29, {where}",
        f"- Page: 2020-02-29, {where}",
        f"- Retrain: 2020-03-01, {where}",
    ]


@pytest.fixture
def project(tmp_path):
    """Returns a book of one chapter and the page of measurements."""
    cells = [nbformat.v4.new_markdown_cell(text) for text in CHAPTER]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "P"}
    files = {
        "book/width.ipynb": nbformat.writes(notebook),
        "book/measurements.md": "# M\n\n```{chapter-measurements}\n```\n",
        "_toc.yml": "root: book/measurements\n"
        "chapters:\n  - file: book/width\n",
        "index.md": "# Book\n\n```{toctree}\nbook/measurements\nbook/width\n"
        "```\n",
        "benchmarks/results.json": json.dumps(RESULTS),
        "conf.py": f"import sys\nsys.path.append({str(ROOT / 'book/_ext')!r})"
        "\nextensions = ['myst_nb', 'measurements']\n"
        "nb_execution_mode = 'off'\n"
        "exclude_patterns = ['benchmarks', 'out']\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def build(project):
    """Builds as `make book` does, where warnings are errors."""
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-q", ".", "out"],
        cwd=project,
        capture_output=True,
        text=True,
    )


def test_the_page_links_each_chapter_beside_its_numbers(project):
    done = build(project)

    assert (done.returncode, done.stderr) == (0, "")
    page = (project / "out/book/measurements.html").read_text("utf-8")
    row = page[page.index('href="width.html"><span class="std std-doc">') :]
    assert "Neurons per layer" in row
    for number in ("33", "954", "812", "0.30"):
        assert f"<p>{number}</p></td>" in row
    assert "Retrain: 2020-03-01, 64 cores" in page


@pytest.mark.parametrize("text", [None, "{"])
def test_a_page_without_results_says_what_to_do(project, text):
    path = project / "benchmarks" / "results.json"
    path.unlink()
    if text is not None:
        path.write_text(text)

    done = build(project)

    assert done.returncode
    assert "results.json, which 'make bench' writes" in done.stderr
