"""What the page for instructors takes from the chapters and the settings.

`{chapter-goals} depth` says what a chapter teaches, `{timetable} 9:00` adds up
minutes, `{chapter-links}` links each chapter to where it runs, and
`{from-repository}` shows text in which `@url@`, `@quoted@`, `@branch@` and
`@name@` stand for the repository.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from chapters import Card, read_cards
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Repository(NamedTuple):
    """Where the book's files are published.

    Args:
        url: Of the repository, on GitHub.
        branch: The published one.
        binder: Address of the BinderHub.
        colab: Address of Colab.
    """

    url: str
    branch: str
    binder: str
    colab: str

    @property
    def path(self) -> str:
        """Owner and name.

        Raises:
            ValueError: The repository is elsewhere than on GitHub.
        """
        start = "https://github.com/"
        if not re.fullmatch(re.escape(start) + r"[^/]+/[^/]+", self.url):
            raise ValueError(
                f"The repository's url must read {start}owner/name. "
                f"Received: {self.url!r}"
            )
        return self.url.removeprefix(start)

    def links(self, name: str) -> dict[str, str]:
        """Returns where a chapter opens, by what the link says."""
        file = f"book/{name}.ipynb"
        at = f"{self.path}/blob/{self.branch}/{file}"
        return {
            "Binder": f"{self.binder}/v2/gh/{self.path}/{self.branch}"
            f"?urlpath=lab/tree/{file}",
            "Colab": f"{self.colab}/github/{at}",
            "GitHub": f"https://github.com/{at}",
        }

    def fill(self, text: str) -> str:
        """Returns text with the repository in the place of its marks.

        Raises:
            ValueError: A mark is not one of the four.
        """
        known = {
            "@url@": self.url,
            "@quoted@": quote(self.url, safe=""),
            "@branch@": self.branch,
            "@name@": self.path.split("/")[1],
        }
        for mark in re.findall(r"@\w+@", text):
            if mark not in known:
                raise ValueError(
                    f"A mark must be one of {', '.join(known)}. "
                    f"Received: {mark}"
                )
            text = text.replace(mark, known[mark])
        return text


def goals(path: Path) -> list[str]:
    """Returns what a chapter's first cell promises, in Markdown."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = re.findall(r"^- (.+)$", "".join(cells[0]["source"]), re.MULTILINE)
    if not found:
        raise ValueError(f"{path.name} must list what you will be able to.")
    return found


def timetable(
    rows: list[str], cards: list[Card], start: str | None = None
) -> list[str]:
    """Returns a Markdown table with a clock and a total.

    Args:
        rows: Names of chapters, or lines such as `"Break | 15"`.
        cards: Of all chapters.
        start: The time of the first row, such as `"9:00"`; without it, there
            is no clock.

    Raises:
        ValueError: A row is neither a chapter nor a text with its minutes.
    """
    by_name = {card.name: card for card in cards}
    items = []
    for row in rows:
        text, _, minutes = map(str.strip, row.partition("|"))
        if row.strip() in by_name:
            card = by_name[row.strip()]
            text, minutes = f"[{card.title}]({card.name}.ipynb)", card.minutes
        elif not minutes.isdigit():
            raise ValueError(
                "A row must name a chapter, or read like 'Break | 15'. "
                f"Received: {row!r}"
            )
        items.append((text, int(minutes)))
    items.append(("**Together**", sum(minutes for _, minutes in items)))
    if start is None:
        head = ["| what | minutes |", "| :-- | --: |"]
        return [*head, *(f"| {text} | {n} |" for text, n in items)]
    hours, _, minute = start.partition(":")
    now, lines = 60 * int(hours) + int(minute), []
    for text, minutes in items[:-1]:
        lines.append(f"| {now // 60}:{now % 60:02} | {text} | {minutes} |")
        now += minutes
    end = f"| {now // 60}:{now % 60:02} | {items[-1][0]} | {items[-1][1]} |"
    return ["| time | what | minutes |", "| --: | :-- | --: |", *lines, end]


class _Directive(SphinxDirective):
    """A directive that knows the chapters and the repository."""

    def run(self):
        """Returns what the directive's Markdown says."""
        self.toc = Path(self.env.srcdir) / "_toc.yml"
        self.cards = read_cards(self.toc)
        for path in (self.toc, *map(self._notebook, self.cards)):
            self.env.note_dependency(str(path))
        options = self.config.html_theme_options
        buttons = options["launch_buttons"]
        self.repository = Repository(
            options["repository_url"],
            options["repository_branch"],
            buttons["binderhub_url"],
            buttons["colab_url"],
        )
        try:
            return self._made()
        except ValueError as error:
            raise self.error(str(error)) from error

    def _notebook(self, card):
        return self.toc.parent / "book" / f"{card.name}.ipynb"


class ChapterGoals(_Directive):
    """A chapter's minutes, what to read first, and its three promises."""

    required_arguments = 1

    def _made(self):
        name = self.arguments[0]
        cards = {card.name: card for card in self.cards}
        if name not in cards:
            raise ValueError(
                f"chapter-goals must name a chapter. Received: {name!r}"
            )
        card = cards[name]
        promises = [f"- {text}" for text in goals(self._notebook(card))]
        first = f"{card.minutes} minutes. Read first: {card.read_first}."
        text = [first, "After it, learners are able to", "", *promises]
        return self.parse_text_to_nodes("\n".join(text))


class Timetable(_Directive):
    """A table of chapters and of other things that take time."""

    has_content = True
    optional_arguments = 1

    def _made(self):
        start = self.arguments[0] if self.arguments else None
        lines = timetable(list(self.content), self.cards, start)
        return self.parse_text_to_nodes("\n".join(lines))


class ChapterLinks(_Directive):
    """A table of links to each chapter, to copy into a message."""

    def _made(self):
        lines = [
            "| chapter | live | live | as a file |",
            "| :-- | :-- | :-- | :-- |",
        ]
        for card in self.cards:
            links = self.repository.links(card.name).items()
            cells = " | ".join(f"[{text}]({url})" for text, url in links)
            lines.append(f"| [{card.title}]({card.name}.ipynb) | {cells} |")
        return self.parse_text_to_nodes("\n".join(lines))


class FromRepository(_Directive):
    """Code in which marks stand for the repository."""

    has_content = True
    optional_arguments = 1

    def _made(self):
        text = self.repository.fill("\n".join(self.content))
        language = self.arguments[0] if self.arguments else "text"
        return [nodes.literal_block(text, text, language=language)]


def setup(app):
    """Is called by Sphinx."""
    app.add_directive("chapter-goals", ChapterGoals)
    app.add_directive("timetable", Timetable)
    app.add_directive("chapter-links", ChapterLinks)
    app.add_directive("from-repository", FromRepository)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
