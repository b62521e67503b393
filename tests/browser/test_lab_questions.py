"""The questions of the chapters in a real JupyterLab, which renders MyST."""

import json

import nbformat
import pytest
from conftest import ROOT
from lab_server import START_MS, address, running_lab

CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
SECTION = "## Predict first\n"


def questions_of(path):
    """Returns the text cell of a chapter that asks its questions."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells]
    (text,) = [text for text in texts if text.startswith(SECTION)]
    return text


@pytest.fixture(scope="module")
def notebook(browser, tmp_path_factory):
    """Yields a notebook with the questions of all chapters, as a page."""
    root = tmp_path_factory.mktemp("notebooks")
    cells = map(nbformat.v4.new_markdown_cell, map(questions_of, CHAPTERS))
    # A start with another heading: JupyterLab makes a banner of the first.
    start = nbformat.v4.new_markdown_cell("# Questions")
    made = nbformat.v4.new_notebook(cells=[start, *cells])
    kernel = {"name": "python3", "display_name": "Python 3"}
    made.metadata["kernelspec"] = {**kernel, "language": "python"}
    nbformat.write(made, root / "questions.ipynb")
    with running_lab(tmp_path_factory.mktemp("home"), root) as server:
        context = browser.new_context(viewport={"width": 900, "height": 9000})
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(address(server, "questions.ipynb"))
        page.locator(".jp-MarkdownCell").last.locator(
            "details"
        ).first.wait_for(timeout=START_MS)
        yield page
        context.close()


@pytest.mark.parametrize(
    "number", range(len(CHAPTERS)), ids=[path.stem for path in CHAPTERS]
)
def test_each_choice_opens_with_its_verdict(notebook, number):
    cell = notebook.locator(".jp-MarkdownCell").nth(number + 1)
    text = questions_of(CHAPTERS[number])
    choices = cell.locator("details")

    assert choices.count() == text.count(":::{dropdown}")
    right = 0
    for choice in choices.all():
        verdict = (
            choice.locator("strong")
            .filter(has_text="Right.")
            .or_(choice.locator("strong").filter(has_text="Not quite."))
        )
        assert not verdict.is_visible()
        choice.locator("summary").click()
        verdict.wait_for()
        right += verdict.inner_text() == "Right."
    assert right == text.count("::::{admonition}")


def test_nothing_is_left_as_source(notebook):
    cells = notebook.locator(".jp-MarkdownCell")
    shown = "\n".join(
        cells.nth(i + 1).inner_text() for i in range(len(CHAPTERS))
    )

    assert "Predict first" in shown
    for mark in (":::", "{term}", "{admonition}", "$", "\\ln"):
        assert mark not in shown
