"""Reads what the chapters say about themselves, in the order of the book."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import yaml


class Card(NamedTuple):
    """What the map says of a chapter.

    Args:
        name: Of its notebook, without ending.
        title: Its title.
        question: What it asks, in Markdown.
        minutes: How long it takes to read.
        read_first: What to read before it, in Markdown.
        needs: Names of the chapters in `read_first`.
    """

    name: str
    title: str
    question: str
    minutes: int
    read_first: str
    needs: tuple[str, ...]


def table_of_contents(toc: Path) -> list[str]:
    """Returns the pages of `_toc.yml` in order, as `"book/dropout"`."""
    contents = yaml.safe_load(toc.read_text(encoding="utf-8"))
    return [entry["file"] for entry in contents["chapters"]]


def read_card(path: Path) -> Card:
    """Returns what a notebook says about itself.

    Raises:
        ValueError: A part is missing; the message names the file and the part.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = [
        "".join(cell["source"]).strip()
        for cell in cells
        if cell["cell_type"] == "markdown"
    ]
    start, asked = "".join(prose[:1]), "".join(prose[1:2])

    def find(what, pattern, text):
        found = re.search(pattern, text)
        if found is None:
            raise ValueError(
                f"{path.name} must have {what}. Received: {text[-80:]!r}"
            )
        return found[1]

    read_first = find(
        "'Read first: … .' at the end of its first cell",
        r"Read first: (.+)\.\*\Z",
        start,
    )
    links = re.findall(r"\]\(([^)#]+)", read_first)
    names = [link.removesuffix(".ipynb") for link in links]
    question = find(
        "a question as the last line of its second text cell",
        r"(?s)\A## The question\n.*\n([^\n]+\?)\Z",
        asked,
    )
    question = re.sub(r"^(So|And) ", "", question)
    return Card(
        name=path.stem,
        title=find("a title in its first line", r"\A# (.+)", start),
        question=question[0].upper() + question[1:],
        minutes=int(find("'… minutes.'", r"\n\*(\d+) minutes\.", start)),
        read_first=read_first,
        needs=tuple(name for name in names if name != "index"),
    )


def read_cards(toc: Path) -> list[Card]:
    """Returns the card of every notebook in `_toc.yml`, in its order."""
    paths = [toc.parent / f"{p}.ipynb" for p in table_of_contents(toc)]
    return [read_card(path) for path in paths if path.is_file()]
