"""The map of the front page: true to the chapters, and in a possible order."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))

from chapters import read_card, read_cards, table_of_contents  # noqa: E402

CARDS = read_cards(ROOT / "_toc.yml")


def test_every_chapter_is_on_the_map():
    names = {path.stem for path in (ROOT / "book").glob("*.ipynb")}

    assert {card.name for card in CARDS} == names
    assert len(CARDS) == len(names)


def test_read_first_names_chapters_by_their_titles():
    titles = {card.name: card.title for card in CARDS}

    for card in CARDS:
        for name in card.needs:
            assert f"[{titles[name]}]({name}" in card.read_first, card.name


def test_what_a_chapter_needs_stands_before_it():
    seen = set()

    for card in CARDS:
        assert set(card.needs) <= seen, card.name
        seen.add(card.name)


def test_one_chapter_needs_nothing_and_is_the_first():
    free = [card.name for card in CARDS if not card.needs]

    assert free == [CARDS[0].name]


def test_minutes_are_those_of_one_sitting():
    assert all(15 <= card.minutes <= 40 for card in CARDS)
    assert all(card.minutes % 5 == 0 for card in CARDS)


def test_the_reading_order_of_the_front_page_names_every_chapter():
    page = (ROOT / "book" / "index.md").read_text(encoding="utf-8")

    # The map is made by the build; the reading order is written by hand.
    order = page.partition("## A reading order")[2]
    assert [c.name for c in CARDS if f"]({c.name}.ipynb)" not in order] == []


START = (
    "# Depth\n\n**A claim.**\n\n- see\n\n"
    "*9 minutes. Read first: [A](a), [B](b.ipynb); the [start](index).*"
)
ASKED = "## The question\n\nDeep nets fail.\nSo why is *that*?"


def written(folder, start=START, asked=ASKED):
    path = folder / "depth.ipynb"
    cells = [
        {"cell_type": "markdown", "source": [start]},
        {"cell_type": "code", "source": ["1"]},
        {"cell_type": "markdown", "source": [asked]},
    ]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_a_card_is_read_from_the_first_cells(tmp_path):
    card = read_card(written(tmp_path))

    assert card.title == "Depth"
    assert card.question == "Why is *that*?"
    assert card.minutes == 9
    assert card.needs == ("a", "b")


@pytest.mark.parametrize(
    ("start", "asked", "named"),
    [
        (START.replace("# ", ""), ASKED, "a title"),
        (START.replace("9 minutes", "Short"), ASKED, "minutes"),
        (START.replace("Read first", "Before"), ASKED, "Read first"),
        (START, ASKED.replace("?", "."), "a question"),
        (START, ASKED.replace("The question", "Data"), "a question"),
    ],
)
def test_a_missing_part_is_named(tmp_path, start, asked, named):
    path = written(tmp_path, start, asked)

    with pytest.raises(
        ValueError, match=rf"^depth\.ipynb must have .*{named}"
    ):
        read_card(path)


def test_the_order_is_that_of_the_table_of_contents(tmp_path):
    toc = tmp_path / "_toc.yml"
    toc.write_text(
        "format: jb-book\nroot: index\n"
        "chapters:\n- file: glossary\n- file: depth\n",
        encoding="utf-8",
    )
    written(tmp_path)

    assert table_of_contents(toc) == ["glossary", "depth"]
    assert [card.name for card in read_cards(toc)] == ["depth"]
