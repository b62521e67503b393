"""What the pages add to Sphinx, in a book of three pages."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))

QUESTION = """\
::::{admonition} How $n^2$ deep?
:class: predict

:::{dropdown} One
**Not quite.**
Too few.
:::

:::{dropdown} **Two**
**Right.**
Enough.
:::
::::
"""
PANEL = '<div class="knob-explorer" id="explorer-depths">A panel</div>'
FRONT = """\
# Start

:::{chapter-map}
:::

:::{chapter-panel} depth depths
:::
"""


def chapter(question=QUESTION):
    cells = [
        "# Depth\n\n*9 minutes. Read first: [Start](index).*",
        "## The question\n\nDeep nets fail.\nSo does *it*?",
        f"## Predict first\n\n{question}",
        f"```{{raw}} html\n{PANEL}\n```",
    ]
    return {
        "cells": [
            {
                "cell_type": "markdown",
                "id": f"cell-{number}",
                "metadata": {},
                "source": [text],
            }
            for number, text in enumerate(cells)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture
def build(tmp_path):
    """Returns a function from pages to their HTML and what Sphinx warned."""

    def made(front=FRONT, question=QUESTION):
        book = tmp_path / "book"
        book.mkdir()
        (tmp_path / "_toc.yml").write_text(
            "format: jb-book\nroot: book/index\n"
            "chapters:\n- file: book/depth\n",
            encoding="utf-8",
        )
        (book / "index.md").write_text(front, encoding="utf-8")
        (book / "depth.ipynb").write_text(
            json.dumps(chapter(question)), encoding="utf-8"
        )
        warnings = tmp_path / "warnings"
        with docutils_namespace(), warnings.open("w") as log:
            Sphinx(
                srcdir=tmp_path,
                confdir=None,
                outdir=tmp_path / "html",
                doctreedir=tmp_path / "doctrees",
                buildername="html",
                status=None,
                warning=log,
                confoverrides={
                    "root_doc": "book/index",
                    "extensions": [
                        *("myst_nb", "sphinx_design", "sphinx_external_toc"),
                        *("front_page", "predict_first"),
                    ],
                    "external_toc_path": "_toc.yml",
                    "myst_enable_extensions": ["colon_fence", "dollarmath"],
                    "nb_execution_mode": "off",
                },
            ).build()
        pages = {
            name: (tmp_path / f"html/book/{name}.html").read_text("utf-8")
            for name in ("index", "depth")
        }
        return pages, warnings.read_text(encoding="utf-8")

    return made


def element(text, start, tag):
    """Returns the first element that starts so, as a tree."""
    rest = text[text.index(start) :]
    end, depth = 0, 0
    while True:
        close = rest.index(f"</{tag}>", end)
        depth += rest.count(f"<{tag}", end, close) - 1
        end = close + len(tag) + 3
        if depth == 0:
            return ElementTree.fromstring(rest[:end])


def test_a_question_becomes_a_labelled_group(build):
    pages, warned = build()

    assert warned == ""
    group = element(pages["depth"], '<div aria-labelledby="predict-1"', "div")
    title = group.find("p[@id='predict-1']")
    assert group.get("role") == "group"
    assert "".join(title.itertext()).startswith("How")
    assert (
        title.find("span[@class='math notranslate nohighlight']") is not None
    )
    one, two = group.findall("details")
    assert one.get("class") == "predict-choice predict-wrong"
    assert two.get("class") == "predict-choice predict-right"
    assert one.find("summary").text == "One"
    assert two.find("summary/strong").text == "Two"
    assert one.get("open") is None
    assert "Too few." in "".join(one.find("div").itertext())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("**Right.**", "Right."),
        ("**Right.**", "**Perhaps.**"),
        (":::{dropdown} **Two**", ":::{note}"),
    ],
)
def test_a_choice_without_a_verdict_is_a_warning(build, old, new):
    _, warned = build(question=QUESTION.replace(old, new))

    assert warned.count("WARNING") == 1
    assert "start with Right. or Not quite. in bold" in warned


def test_the_front_page_is_made_of_the_chapters(build):
    pages, warned = build()

    assert warned == ""
    listed = element(pages["index"], '<ol class="arabic chapter-map"', "ol")
    (card,) = listed.findall("li")
    link = card.find(".//a")
    assert link.get("href") == "depth.html"
    text = " ".join("".join(card.itertext()).split())
    assert text == "Depth Does it? 9 minutes. Start here."
    assert card.find(".//em").text == "it"
    assert PANEL in pages["index"]


@pytest.mark.parametrize(
    ("panel", "problem"),
    [
        ("width depths", "must name a chapter of _toc.yml. Received: 'width'"),
        ("depth widths", "shows no explorer of the name widths"),
    ],
)
def test_a_panel_that_is_not_there_is_a_warning(build, panel, problem):
    _, warned = build(front=FRONT.replace("depth depths", panel))

    assert problem in warned
