"""Every chapter keeps its promises; and each check of that can fail."""

import base64
import copy
import json
import random
from pathlib import Path

import chapter_checks
import matplotlib.pyplot as plt
import numpy as np
import pytest
import reader_checks
import yaml
from page_schema import problems

from lessons_lib import run
from lessons_lib.record import explorers, runs_path, stale
from lessons_lib.recorded import load_sweep
from lessons_lib.views import VIEWS

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
REPOSITORY = CONFIG["repository"]["url"]
GLOSSARY = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
TERMS = reader_checks.terms_of(GLOSSARY)
CHECKS = {
    name.removeprefix("check_"): check
    for module in (chapter_checks, reader_checks)
    for name, check in vars(module).items()
    if name.startswith("check_")
}
SAMPLED = 3
"""Recorded settings of each sweep that are run again."""

each_chapter = pytest.mark.parametrize(
    "path", CHAPTERS, ids=lambda path: path.stem
)


EXTRA = {"colab": [REPOSITORY], "glossary": [TERMS]}


def problems_of(check, chapter):
    return CHECKS[check](chapter, *EXTRA.get(check, []))


# --- the chapters of the book -----------------------------------------------


@each_chapter
@pytest.mark.parametrize("check", CHECKS)
def test_chapters(check, path):
    chapter = json.loads(path.read_text(encoding="utf-8"))

    assert problems_of(check, chapter) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "book").glob("*.md")), ids=lambda path: path.stem
)
def test_prose_of_other_pages(path):
    text = path.read_text(encoding="utf-8")

    assert problems_of("prose", {"cells": [markdown(text)]}) == []


@each_chapter
def test_the_chapter_is_in_the_table_of_contents(path):
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")

    files = [entry["file"] for entry in yaml.safe_load(contents)["chapters"]]

    assert f"book/{path.stem}" in files


@each_chapter
def test_explorers_have_fresh_runs_that_follow_the_schema(path):
    found = list(explorers(path))

    assert found
    for explorer in found:
        if explorer.name is not None:
            runs = runs_path(path, explorer)
            assert stale(runs, explorer) == ""
            document = json.loads(runs.read_text(encoding="utf-8"))
            assert problems(document, "runs") == []


def test_no_two_explorers_share_a_name():
    names = [e.name for path in CHAPTERS for e in explorers(path) if e.name]

    assert len(set(names)) == len(names)


def broken(setting):
    """Whether a setting diverges or comes close to it."""
    losses = setting["curves"]["loss"][0] + setting["curves"]["val_loss"][0]
    return any(loss is None or loss >= 10 for loss in losses)


def agreement(recorded, values, accuracy):
    """Compares a run of seed 0 with a recorded curve for each seed.

    The first epoch agrees on all processors. Later ones do where steps are
    short; where they are long, rounding grows until it is like another seed,
    and of a few settings it breaks one.

    Returns "same", "like a seed" or "other".
    """
    own, values = np.array(recorded[0], float), np.array(values)
    if len(values) < len(own):  # it diverged
        return "other"
    rounding = 0.01 if accuracy else 0.01 * np.mean(values)  # a few images
    gaps = np.abs(own - values)
    apart = [
        np.mean(np.abs(own - np.array(other, float)))
        for other in recorded[1:]
        if len(other) == len(own)  # others diverged
    ]

    assert gaps[0] <= 0.03 * (1 if accuracy else values[0])
    if np.mean(gaps) <= rounding:
        return "same"
    like_a_seed = np.mean(gaps) <= rounding + max(apart, default=0)
    return "like a seed" if like_a_seed else "other"


def assert_same_picture(recorded, name, finished):
    """Compares a recorded view with that of a run, to what an eye can see."""
    header = VIEWS[name].header(finished.experiment)
    data = VIEWS[name].data(finished)
    low, high = header["limits"]
    if header["kind"] == "heatmap":
        cells = np.frombuffer(base64.b64decode(recorded["values"]), "uint8")
        values = np.clip((np.ravel(data["values"]) - low) / (high - low), 0, 1)
        if name == "mistakes":  # the last ones shown may be others
            old, new = (
                {text for _, _, text in notes}
                for notes in (recorded["notes"], data["notes"])
            )
            assert len(old & new) > 0.4 * len(old | new)
        else:
            assert np.mean(np.abs(cells / 255 - values)) < 0.03
        return
    for old, new in zip(recorded["series"], data["series"], strict=True):
        assert old["label"] == new["label"]
        np.testing.assert_allclose(
            np.array(old["values"], float),
            np.asarray(new["values"], float),
            rtol=0.15,
            atol=0.01 * (high - low) if low <= 0 else low,
            err_msg=f"{name} of {finished.experiment}",
        )


@each_chapter
def test_a_sample_of_recorded_runs_comes_out_again(path):
    for explorer in explorers(path):
        if explorer.name is None:
            continue
        recorded = load_sweep(runs_path(path, explorer))
        settings = recorded.document["settings"]
        shape = [len(control.values) for control in recorded.controls]
        choice = [i for i, s in enumerate(settings) if not broken(s)]
        others = 0
        for i in random.Random(0).sample(choice, min(SAMPLED, len(choice))):
            at = {
                control.name: control.values[position]
                for control, position in zip(
                    recorded.controls, np.unravel_index(i, shape), strict=True
                )
            }
            again = run(recorded.experiment.replace(**at))
            found = {
                agreement(
                    settings[i]["curves"][name],
                    values,
                    accuracy=name.endswith("accuracy"),
                )
                for name, values in again.history.items()
            }
            others += "other" in found
            if found == {"same"}:
                for name in explorer.views:
                    view = settings[i]["views"][name]
                    assert_same_picture(view, name, again)
        assert others <= 1, explorer.name


@each_chapter
def test_plain_keras_and_the_engine_agree(path):
    chapter = json.loads(path.read_text(encoding="utf-8"))
    experiment = next(explorers(path)).experiment.replace(shuffle=False)
    plt.switch_backend("Agg")
    namespace = {}

    for cell in chapter_checks.code_cells(chapter):
        if "plain-keras" in chapter_checks.tags_of(cell):
            exec(chapter_checks.text_of(cell), namespace)
    plt.close("all")

    engine, plain = run(experiment), namespace["history"].history
    assert plain.keys() == engine.history.keys()
    for name in plain:
        np.testing.assert_allclose(
            plain[name], engine.history[name], rtol=1e-4, err_msg=name
        )
    weights = namespace["model"].get_weights()
    for a, b in zip(weights, engine.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


# --- the checks themselves --------------------------------------------------


def cell(source, *tags, alt="", kind="code"):
    made = {"cell_type": kind, "metadata": {}, "source": [source]}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    if tags:
        made["metadata"]["tags"] = list(tags)
    if alt:
        made["metadata"]["mystnb"] = {"image": {"alt": alt}}
    return made


def markdown(source):
    return cell(source, kind="markdown")


GOOD = {
    "cells": [
        markdown(
            "# Depth\n\n**Depth needs care.**\n\n**You will be able to**\n\n"
            "- see;\n- say;\n- do.\n\n*9 minutes. Read first: [a](b).*"
        ),
        cell(f'book = "{REPOSITORY}"', "colab", "remove-cell"),
        markdown("## The question\n\nWell.\n\n$$a = b$$\n\nSo why?"),
        markdown("## Data\n\nDigits `!x` and $n!$."),
        markdown("## Plain Keras\n\nA model of some {term}`depth`."),
        cell("import keras", "plain-keras"),
        markdown(
            "## Predict first\n\n::::{admonition} How deep?\n"
            ":class: predict\n\n"
            ":::{dropdown} One\n**Not quite.**\nOne is too few.\n:::\n\n"
            ":::{dropdown} Two\n**Right.**\nTwo are enough here.\n:::\n\n"
            ":::{dropdown} Ten\n**Not quite.**\nTen do not train.\n:::\n::::"
        ),
        markdown("## Turn the knob"),
        cell("Explorer(plt.figure())", "explorer"),
        markdown("## Try this\n\n1. Set.\n2. Watch.\n3. Ask."),
        markdown("## Evidence"),
        cell("def draw():\n    return plt.figure()"),
        cell("draw()", alt="A curve that falls."),
        markdown("## Why"),
        cell("def bowl(x):\n    return plt.figure()\n\n\nDemo(bowl)"),
        markdown(
            "### The law\n\n## Exercises\n\n**1. Predict.** What?\n\n"
            ":::{dropdown} Solution\nThis.\n:::"
        ),
        cell("1 + 1", "solution", "nbval-check-output"),
        markdown("## Summary\n\n- one\n- two\n- three\n\n## References\n\nA."),
    ]
}


def changed(old, new):
    """Returns the good chapter with one text replaced in all its cells."""
    text = json.dumps(GOOD)
    assert json.dumps(old)[1:-1] in text
    return json.loads(
        text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
    )


def with_cell(extra):
    chapter = copy.deepcopy(GOOD)
    chapter["cells"].insert(-1, extra)
    return chapter


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_chapter_has_no_problems(check):
    assert problems_of(check, GOOD) == []


@pytest.mark.parametrize(
    ("check", "chapter"),
    [
        ("headings", changed("## Data", "## Numbers")),
        ("headings", changed("### The law", "## The law")),
        ("headings", changed("# Depth", "Depth")),
        ("title_cell", changed("**Depth needs care.**", "Depth needs care.")),
        ("title_cell", changed("- say;\n", "")),
        ("title_cell", changed("9 minutes", "A while")),
        ("title_cell", changed("Read first", "Then")),
        ("sections", changed("$$a = b$$", "$a = b$")),
        ("sections", changed("Well.", "Well. $$c$$")),
        ("sections", changed("Well.", "Well. " * 151)),
        ("sections", changed("So why?", "So there.")),
        ("predictions", changed("::::{admonition}", "::::{note}")),
        ("predictions", changed("How deep?", "How deep.")),
        ("predictions", changed("**Not quite.**\nTen", "No. Ten")),
        ("predictions", changed("**Right.**", "**Not quite.**")),
        ("predictions", changed("**Not quite.**\nTen", "**Right.**\nTen")),
        ("predictions", changed("Ten do not train.", "No.")),
        ("glossary", changed("A model", "A Dropout layer")),
        (
            "glossary",
            changed("A model", "The loss, not the {term}`data loss`"),
        ),
        ("sections", changed(":::{dropdown} Solution", "Solution:")),
        ("sections", changed("**1. Predict.** What?", "What?")),
        ("sections", changed("2. Watch.\n", "")),
        ("sections", changed("- three", "")),
        ("code_cells", changed("1 + 1", "x = 1\n" * 21)),
        ("code_cells", changed("1 + 1", f"{1:080d}")),
        ("code_cells", with_cell(cell("1") | {"outputs": [{}]})),
        ("code_cells", with_cell(cell("1") | {"execution_count": 3})),
        ("tags", with_cell(cell("1", "explorers"))),
        ("alt_text", changed("A curve that falls.", " ")),
        ("alt_text", with_cell(cell("figure, ax = plt.subplots()"))),
        ("alt_text", with_cell(cell("draw_curves(ax, runs)"))),
        ("alt_text", changed("Demo(bowl)", "bowl(1)")),
        ("plain_keras", changed("import keras", "import lessons_lib")),
        ("plain_keras", changed("plain-keras", "hide-input")),
        ("colab", changed(REPOSITORY, "https://example.org/other")),
        ("colab", changed("remove-cell", "hide-cell")),
        ("prose", changed("Well.", "It is simply so.")),
        ("prose", changed("Well.", "Just so.")),
        ("prose", changed("Well.", "Like magic.")),
        ("prose", changed("Well.", "So there!")),
        ("prose", changed("Well.", "It is so. " * 11)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_check_finds_what_is_wrong(check, chapter):
    assert len(problems_of(check, chapter)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "A {term}`dropout` layer, and dropout again.",
        "{term}`Losses <loss>` are losses.",
        "### Dropout\n\nIn `dropout` and $dropout$ and [dropout](dropout).",
        "The {term}`data loss` alone.",
    ],
)
def test_a_linked_term_and_what_is_no_prose_are_fine(text):
    assert problems_of("glossary", with_cell(markdown(text))) == []


def test_terms_come_from_the_glossary():
    assert {"loss", "L1 penalty", "step"} <= set(TERMS)
    assert not any(term.startswith((":", " ")) for term in TERMS)


def test_style_sheets_and_functions_draw_nothing():
    chapter = with_cell(cell('plt.style.use("lessons_lib.lessons")'))

    assert problems_of("alt_text", chapter) == []
