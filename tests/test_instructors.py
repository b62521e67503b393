"""The page for instructors says what the chapters and the settings say."""

import json
import re
from pathlib import Path

import pytest
import yaml
from chapters import Card, read_cards
from teaching import Repository, goals, timetable

from lessons_lib.assignment import assignment

ROOT = Path(__file__).parents[1]

PAGE = (ROOT / "book" / "instructors.md").read_text(encoding="utf-8")
CARDS = read_cards(ROOT / "_toc.yml")
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
HERE = Repository(
    "https://github.com/a/book", "v1", "https://b.org", "https://c"
)


def section(title):
    """Returns what stands below a heading, up to one of the same level."""
    level = re.search(rf"^(#+) {re.escape(title)}$", PAGE, re.MULTILINE)[1]
    rest = PAGE.split(f"\n{level} {title}\n", 1)[1]
    return re.split(rf"^#{{1,{len(level)}}} ", rest, flags=re.MULTILINE)[0]


def tables(text):
    """Returns the rows of each timetable."""
    found = re.findall(r"```\{timetable\}.*?\n(.*?)```", text, re.DOTALL)
    return [rows.splitlines() for rows in found]


def taught(text):
    """Returns the names of chapters in timetables, in order."""
    names = [card.name for card in CARDS]
    return [r for rows in tables(text) for r in rows if r in names]


# --- the page ---------------------------------------------------------------


def test_four_weeks_teach_every_chapter_once():
    assert len(tables(section("Four weeks"))) == 4
    assert sorted(taught(section("Four weeks"))) == sorted(
        card.name for card in CARDS
    )


@pytest.mark.parametrize("title", ["Four weeks", "One day"])
def test_what_to_read_first_is_taught_first(title):
    order = taught(section(title))
    needs = {card.name: card.needs for card in CARDS}

    early = [(n, m) for i, n in enumerate(order) for m in needs[n]
             if m not in order[:i]]  # fmt: skip

    assert len(order) >= 6
    assert early == []


def test_a_day_is_no_longer_than_a_day():
    (rows,) = tables(section("One day"))

    last = timetable(rows, CARDS, "9:00")[-1]

    assert 15 <= int(last.split("|")[1].split(":")[0]) < 17


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_chapter_has_questions_and_its_own_numbers(card):
    text = section(card.title)
    path = ROOT / "book" / f"{card.name}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells)

    assert f"{{chapter-goals}} {card.name}\n" in text
    assert len(re.findall(r"\*\*Ask:\*\* .*\?\\\n\*Listen for:\*", text)) == 2
    assert len(re.findall(r'^- ".+" \S', text, re.MULTILINE)) == 3
    numbers = re.findall(r"\d+\.\d+|\d+(?:,\d{3})*(?= %)|\d,\d{3}", text)
    assert [n for n in numbers if n not in prose] == []


def test_most_chapters_are_discussed_with_numbers():
    sections = [section(card.title) for card in CARDS]

    assert sum(bool(re.search(r"\d\.\d|\d %", s)) for s in sections) >= 9


def test_the_address_of_the_repository_stands_elsewhere():
    assert CONFIG["repository"]["url"] not in PAGE
    assert CONFIG["repository"]["url"].split("/")[-2] + "/" not in PAGE


def test_the_private_parts_on_the_page_work(tmp_path, monkeypatch):
    (code,) = re.findall(
        r"```python\n(# exam/learning_rate\.py\n.*?)```", PAGE, re.DOTALL
    )
    (tmp_path / "learning_rate.py").write_text(code, encoding="utf-8")
    chapter = ROOT / "book" / "learning_rate.ipynb"
    made, _ = assignment(chapter, private=tmp_path)
    monkeypatch.chdir(ROOT / "book")
    kept = ("imports", "chapter-", "answer-4", "examples-4")
    namespace = {}

    for cell in made["cells"]:
        if cell["id"].startswith(kept):
            exec(cell["source"], namespace)

    assert namespace["rate"] == 0.1


# --- what the page is made with ---------------------------------------------


TWO = [
    Card("a", "A", "Why?", 25, "nothing", ()),
    Card("b", "B", "How?", 35, "[A](a)", ("a",)),
]


def test_a_timetable_adds_up():
    lines = timetable(["a", "Break | 15", "b"], TWO)

    assert lines[2:] == [
        "| [A](a.ipynb) | 25 |",
        "| Break | 15 |",
        "| [B](b.ipynb) | 35 |",
        "| **Together** | 75 |",
    ]


def test_a_timetable_has_a_clock():
    lines = timetable(["b", "Break | 15", "a"], TWO, "9:20")

    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        "9:20", "9:55", "10:10", "10:35",
    ]  # fmt: skip


@pytest.mark.parametrize("row", ["c", "Break", "Break | long", ""])
def test_a_row_without_minutes_is_refused(row):
    with pytest.raises(ValueError, match="must name a chapter"):
        timetable([row], TWO)


def test_links_follow_from_the_repository():
    assert HERE.links("x") == {
        "Binder": "https://b.org/v2/gh/a/book/v1?urlpath=lab/tree/book/x.ipynb",
        "Colab": "https://c/github/a/book/blob/v1/book/x.ipynb",
        "GitHub": "https://github.com/a/book/blob/v1/book/x.ipynb",
    }


def test_marks_stand_for_the_repository():
    text = "@url@ @branch@ @name@ @quoted@"

    assert HERE.fill(text) == (
        "https://github.com/a/book v1 book https%3A%2F%2Fgithub.com%2Fa%2Fbook"
    )
    with pytest.raises(ValueError, match="Received: @nmae@"):
        HERE.fill("@nmae@")


def test_another_host_is_refused():
    elsewhere = HERE._replace(url="https://example.org/a/book")

    with pytest.raises(ValueError, match="must read https://github"):
        elsewhere.links("x")


def test_goals_are_the_bullets_of_the_first_cell(tmp_path):
    path = tmp_path / "a.ipynb"
    cell = {"cell_type": "markdown", "source": ["# A\n\n- see;\n- do."]}
    path.write_text(json.dumps({"cells": [cell]}))
    assert goals(path) == ["see;", "do."]

    path.write_text(json.dumps({"cells": [{**cell, "source": ["# A"]}]}))
    with pytest.raises(ValueError, match=r"a\.ipynb must list"):
        goals(path)
